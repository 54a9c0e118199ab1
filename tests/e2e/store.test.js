// The store's tools on real files: backups of a service that works, and what becomes of them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Client, fresh_password, sandbox_credentials } from './support/client.js';
import { make_master_key } from './support/network.js';
import { Workspace, eventually, root } from './support/program.js';

// Tokens and links survive a restart on another port only under an issuer that stays.
const kSettings = { env: { DWARPAL_SERVER_PUBLIC_BASE_URL: 'http://network.test' } };
const kIso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function assert_refused({ code, stdout, stderr }, expected, message) {
  assert.equal(code, expected, stderr);
  assert.match(stderr, message);
  assert.equal(stdout, '');
}

/** Runs SQL on a store that nobody serves. */
async function tamper(workspace, sql) {
  const { code, stderr } = await workspace.run([join(workspace.data, 'dwarpal.db'), sql], { program: 'sqlite3' });
  assert.equal(code, 0, stderr);
}

/** A furnished sandbox that nobody serves any more, and a backup of it. */
async function backed_up(context) {
  const workspace = await Workspace.create(context);
  const service = await workspace.start(kSettings);
  const credentials = await sandbox_credentials(workspace);
  assert.equal(await service.stop(), 0);
  const backup = await workspace.json('store', 'backup', workspace.path('backup.db'));
  return { workspace, credentials, backup };
}

/** The data directory of a restore: a new one, with the old one's master key. */
async function new_directory(workspace, name) {
  const data = workspace.path(name);
  await mkdir(data, { mode: 0o700 });
  await copyFile(workspace.path('data', 'master.key'), join(data, 'master.key'));
  return data;
}

test('A backup that is made while members reset is whole, and serves again', { timeout: 300_000 }, async (context) => {
  const workspace = await Workspace.create(context);
  const service = await workspace.start(kSettings);
  const client = new Client(`http://${service.address}`);
  const { entities, operator } = await sandbox_credentials(workspace);
  const resets = new Map(entities.map(({ id }) => [id, []]));
  let goes_on = true;
  const members = entities.map(async ({ id, admin }) => {
    const token = await client.sign_in(admin);
    while (goes_on) {
      const { secret, timestamp } = await client.done('/entity/secret/reset', { token, json: { entityId: id } });
      resets.get(id).push({ secret, timestamp });
    }
  });
  const each_has_reset = () => [...resets.values()].every((told) => told.length > 1);
  await eventually('each member has reset', each_has_reset);
  const backups = [];
  for (let number = 0; number < 3; ++number) {
    backups.push(await workspace.json('store', 'backup', workspace.path(`backup-${number}.db`)));
  }
  goes_on = false;
  await Promise.all(members);
  const old_token = await client.sign_in(entities[0].admin);
  const issued = await client.done('/entity/token/generate',
    { form: { id: entities[0].id, secret: resets.get(entities[0].id).at(-1).secret } });
  assert.equal(await service.stop(), 0);

  const { file, asOf } = backups[1];
  assert.match(asOf, kIso);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const answer = await workspace.json('store', 'restore', file, '--replace-existing-store');
  assert.equal(answer.asOf, asOf);
  assert.match(answer.message, /must reset it again/);
  await workspace.done('store', 'check');

  const again = await workspace.start(kSettings);
  const restored_client = new Client(`http://${again.address}`);
  for (const { id } of entities) {
    // Of each member, the newest secret that it was told before the backup's instant works.
    const told = resets.get(id).filter(({ timestamp }) => timestamp < asOf).at(-1);
    if (told) {
      assert.equal((await restored_client.generate_entity_token(id, told.secret)).status, 200);
    }
  }
  // Tokens of users have ended, those of entities verify as before.
  assert.equal((await restored_client.call('/entity/secret/read',
    { token: old_token, json: { entityId: entities[0].id } })).status, 401);
  await restored_client.sign_in(operator);
  const certs = await (await fetch(`http://${again.address}/auth/realms/sahamati/protocol/openid-connect/certs`)).json();
  const { kid } = JSON.parse(Buffer.from(issued.accessToken.split('.')[0], 'base64url'));
  assert.ok(certs.keys.some((key) => key.kid === kid));
  assert.equal(await again.stop(), 0);

  assert.equal((await workspace.json('audit', 'verify')).whole, true);
  const [first] = await workspace.json('audit', 'list', '--action', 'store.restore');
  assert.equal(first.chain, 2);
  assert.equal(first.number, 1);
  assert.equal(first.details.previousChain, 1);
  assert.match(first.details.previousHead, /^[\w-]{43}$/);
});

test('A backup into a directory takes a name of its own, and never one that is taken', async (context) => {
  const { workspace, backup } = await backed_up(context);
  const directory = workspace.path('backups');
  await mkdir(directory);
  const { file, bytes, masterKey } = await workspace.json('store', 'backup', directory);
  assert.match(file, /\/backups\/dwarpal-\d{8}T\d{9}Z\.db$/);
  assert.equal((await stat(file)).size, bytes);
  assert.equal(masterKey, workspace.path('data', 'master.key'));
  assert.deepEqual(await readdir(directory), [file.split('/').at(-1)]);
  const before = await readFile(backup.file);
  assert_refused(await workspace.on_store('store', 'backup', backup.file), 1, /backup\.db exists already/);
  assert.deepEqual(await readFile(backup.file), before);
  assert_refused(await workspace.on_store('store', 'backup', workspace.path('missing', 'x.db')), 3, /cannot be written/);
  assert.ok((await workspace.json('audit', 'list', '--action', 'store.')).some(({ action, details }) =>
    action === 'store.backup' && details.file === file));
});

test('What was used or ended before a restore stays so: links, user tokens', async (context) => {
  const workspace = await Workspace.create(context);
  let service = await workspace.start(kSettings);
  let client = new Client(`http://${service.address}`);
  const { operator } = await sandbox_credentials(workspace);
  const email = 'new@store.test';
  await client.done('/user/register', { token: await client.sign_in(operator),
    json: { email, firstName: 'N', lastName: 'U' } });
  const link = await workspace.link_to(email);
  const operator_token = await client.sign_in(operator);
  const { file } = await workspace.json('store', 'backup', workspace.path('backup.db'));
  assert.equal(await service.stop(), 0);
  const { code, stderr } = await workspace.run(['store', 'restore', file, '--data', workspace.data,
    '--replace-existing-store']);
  assert.equal(code, 0, stderr);

  service = await workspace.start(kSettings);
  client = new Client(`http://${service.address}`);
  const used = await client.call('/user/activation/password',
    { json: { token: link.hash.replace('#token=', ''), password: fresh_password() } });
  assert.notEqual(used.status, 200);
  assert.equal((await client.call('/user/register', { token: operator_token,
    json: { email: 'x@store.test', firstName: 'N', lastName: 'U' } })).status, 401);
  await client.sign_in(operator);
  assert.equal(await service.stop(), 0);
});

test('A restore needs a stopped service, and a loud word where there is a store', async (context) => {
  const { workspace, backup: { file } } = await backed_up(context);
  await workspace.done('entity', 'register', join(root, 'tests/examples/fip.json'));
  const before = await workspace.json('audit', 'verify');
  assert_refused(await workspace.on_store('store', 'restore', file), 1, /--replace-existing-store/);
  const service = await workspace.start(kSettings);
  assert_refused(await workspace.on_store('store', 'restore', file, '--replace-existing-store'), 3, /in use/);
  assert_refused(await workspace.on_store('store', 'migrate'), 3, /in use/);
  assert.equal((await fetch(`http://${service.address}/health/ready`)).status, 200);
  assert.equal(await service.stop(), 0);
  assert.ok((await workspace.json('audit', 'verify')).records > before.records);

  const { setAside } = await workspace.json('store', 'restore', file, '--replace-existing-store');
  assert.match(setAside, /\/dwarpal-set-aside-\d{8}T\d{9}Z\.db$/);
  assert.ok(existsSync(setAside));
  const names = await readdir(workspace.data);
  assert.ok(!names.some((name) => name.startsWith('restore-')), names.join());
  // The one that was set aside is a store like any other.
  const aside = await new_directory(workspace, 'aside');
  await copyFile(setAside, join(aside, 'dwarpal.db'));
  assert.equal((await workspace.run(['store', 'check', '--data', aside])).code, 0);
});

/** What `key export` prints, in a file. */
async function exported_keys(workspace, name = 'keys.json') {
  const file = workspace.path(name);
  await writeFile(file, await workspace.done('key', 'export'));
  return file;
}

/** The state of each signing key. */
async function key_states(workspace) {
  return Object.fromEntries((await workspace.json('key', 'list')).map(({ kid, state }) => [kid, state]));
}

/** A store with a backup, and a day of its keys after that: one was withdrawn, and of two newer ones the last signs. */
async function rotated_after_backup(context) {
  const workspace = await Workspace.create(context);
  const service = await workspace.start(kSettings);
  const [{ id, secret }] = (await sandbox_credentials(workspace)).entities;
  const client = new Client(`http://${service.address}`);
  const kid_of = (token) => JSON.parse(Buffer.from(token.split('.')[0], 'base64url')).kid;
  const token_of = (kid) => eventually(`a token of ${kid}`, async () => {
    const token = (await client.generate_entity_token(id, secret)).body.accessToken;
    return kid_of(token) === kid && token;
  });
  const first = Object.keys(await key_states(workspace))[0];
  const backup = await workspace.json('store', 'backup', workspace.path('backup.db'));
  const rotate = async () => JSON.parse((await workspace.on_store('key', 'rotate', '--now', '--json')).stdout).kid;
  const second = await rotate();
  const token = await token_of(second);
  const third = await rotate();
  assert.equal((await workspace.on_store('key', 'withdraw', first)).code, 0);
  assert.equal(await service.stop(), 0);
  const states = { [first]: 'WITHDRAWN', [second]: 'RETIRED', [third]: 'ACTIVE' };
  assert.deepEqual(await key_states(workspace), states);
  return { workspace, backup, states, kids: [first, second, third], token };
}

async function assert_active(service, token) {
  const answer = await fetch(`http://${service.address}/cr/v2/entityInfo/FIP`, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal(answer.status, 200);
}

test('A restore takes newer keys and withdrawals from the store that it replaces', async (context) => {
  const { workspace, backup, states, kids, token } = await rotated_after_backup(context);
  const restored = await workspace.json('store', 'restore', backup.file, '--replace-existing-store');
  assert.deepEqual(restored.signingKeys, kids.map((kid) => ({ kid, state: states[kid], from: 'the store that was there' })));
  assert.match(restored.message, new RegExp(`${kids[0]} is WITHDRAWN \\(from the store that was there\\)`));
  assert.deepEqual(await key_states(workspace), states);
  await workspace.done('store', 'check');
  const records = await workspace.json('audit', 'list', '--action', 'key.restore');
  assert.deepEqual(records.map(({ subject, details }) => [subject, details.state]).sort(),
    kids.map((kid) => [`key:${kid}`, states[kid]]).sort());

  const service = await workspace.start(kSettings);
  await assert_active(service, token);  // of a key that the backup lacks
  assert.equal(await service.stop(), 0);
});

test('A restore takes newer keys and withdrawals from an export', async (context) => {
  const { workspace, backup, states, token } = await rotated_after_backup(context);
  const keys = await exported_keys(workspace);
  await rm(join(workspace.data, 'dwarpal.db'));
  const restored = await workspace.json('store', 'restore', backup.file, '--keys', keys);
  assert.deepEqual(Object.fromEntries(restored.signingKeys.map(({ kid, state }) => [kid, state])), states);
  assert.ok(restored.signingKeys.every(({ from }) => from === keys));
  assert.deepEqual(await key_states(workspace), states);
  const service = await workspace.start(kSettings);
  await assert_active(service, token);  // of a key that the backup lacks
  assert.equal(await service.stop(), 0);
});

test('An export that is not of the store, or older than the backup, changes nothing', async (context) => {
  const { workspace, backup, kids } = await rotated_after_backup(context);
  const keys = await exported_keys(workspace);
  const database = join(workspace.data, 'dwarpal.db');
  const before = await readFile(database);
  const refused = async (file, message) => {
    assert_refused(await workspace.on_store('store', 'restore', backup.file, '--replace-existing-store', '--keys', file), 2, message);
    assert.deepEqual(await readFile(database), before);
    assert.ok(!(await readdir(workspace.data)).some((name) => /aside|unfinished/.test(name)));
  };
  const whole = JSON.parse(await readFile(keys, 'utf8'));
  const altered = async (change) => {
    const copy = structuredClone(whole);
    change(copy);
    await writeFile(workspace.path('altered.json'), JSON.stringify(copy));
    return workspace.path('altered.json');
  };
  await refused(workspace.path('missing.json'), /missing\.json/);
  await refused(backup.file, /--keys: .*backup\.db: It is not a JSON object|megabyte/);
  await refused(await altered((copy) => { delete copy.keys[1].alg; }), /--keys: .*altered\.json: keys\[1\]\.alg is missing/);
  await refused(await altered((copy) => { copy.keys[1].kid = kids[2]; copy.keys[2].kid = kids[1]; }),
    /keys\[1\]\.sealedPrivateKey does not open/);
  await refused(await altered((copy) => { copy.exportedOn = '2020-01-01T00:00:00.000Z'; }),
    /exportedOn is 2020-01-01T00:00:00\.000Z, before the newest change in the backup/);

  const other = await backed_up(context);
  await refused(await exported_keys(other.workspace), /keys\[0\]\.dataKey is no data key of this store/);
});

test('A restore says so when it cannot ask the store that it replaces', async (context) => {
  const { workspace, backup, states } = await rotated_after_backup(context);
  const keys = await exported_keys(workspace);
  const restore = (...words) =>
    workspace.on_store('store', 'restore', backup.file, '--replace-existing-store', ...words);
  await writeFile(join(workspace.data, 'dwarpal.db'), 'no store any more');
  const blind = await restore();
  assert.equal(blind.code, 0, blind.stderr);
  assert.match(blind.stderr, /warning: The store that was there could not be asked for signing keys .*unless --keys has them/);
  assert.deepEqual(Object.values(await key_states(workspace)), ['ACTIVE']);
  // Once more, with the export; the one that is replaced now knows nothing newer.
  assert.equal((await restore('--keys', keys)).code, 0);
  assert.deepEqual(await key_states(workspace), states);
});

test('A file that is no whole store is refused, by name, and changes nothing', async (context) => {
  const { workspace, backup: { file } } = await backed_up(context);
  const data = await new_directory(workspace, 'restored');
  const restore = (from, to = data) => workspace.run(['store', 'restore', from, '--data', to]);
  const bad = workspace.path('bad.db');

  assert_refused(await restore(workspace.path('missing.db')), 2, /missing\.db/);
  await writeFile(bad, '');
  assert_refused(await restore(bad), 2, /bad\.db is not a store/);
  await writeFile(bad, 'no database at all, but a text of some length, more than the header of one has '.repeat(20));
  assert_refused(await restore(bad), 2, /bad\.db cannot be read/);
  await workspace.run([workspace.path('other.db'), 'CREATE TABLE t (x)'], { program: 'sqlite3' });
  assert_refused(await restore(workspace.path('other.db')), 2, /other\.db is not a store/);

  const { size } = await stat(file);
  for (const part of [0.5, 0.9]) {
    await copyFile(file, bad);
    await truncate(bad, Math.floor(size * part));
    assert_refused(await restore(bad), 2, /bad\.db (is damaged|cannot be read)/);
  }
  const bytes = await readFile(file);
  bytes.fill(0xa5, Math.floor(size / 2), Math.floor(size / 2) + 3 * 4096);
  await writeFile(bad, bytes);
  assert_refused(await restore(bad), 2, /bad\.db .*damaged/);

  await copyFile(file, bad);
  await workspace.run([bad, 'PRAGMA user_version = 999'], { program: 'sqlite3' });
  assert_refused(await restore(bad), 2, /bad\.db was written by a newer dwarpal/);

  const without_key = workspace.path('without-key');
  assert_refused(await restore(file, without_key), 2, /keys\.master_key_file/);
  assert.ok(!existsSync(join(without_key, 'master.key')));
  const other_key = await new_directory(workspace, 'other-key');
  await make_master_key(join(other_key, 'master.key'));
  assert_refused(await restore(file, other_key), 2, /does not open the keys/);

  assert.deepEqual((await readdir(data)).filter((name) => name !== 'dwarpal.lock'), ['master.key']);
  assert.deepEqual((await readdir(other_key)).filter((name) => name !== 'dwarpal.lock'), ['master.key']);
  assert.equal((await restore(file)).code, 0);
});

test('A store of an older program is refused until store migrate has brought it up to date', async (context) => {
  const workspace = await Workspace.create(context);
  await mkdir(workspace.data, { mode: 0o700 });
  const file = join(workspace.data, 'dwarpal.db');
  const version = async () => (await workspace.run([file, 'PRAGMA user_version'], { program: 'sqlite3' })).stdout.trim();
  const migrations = join(root, 'src/storage/sqlite/migrations');
  const first = await readFile(join(migrations, '0001_first.sql'), 'utf8');
  const made = await workspace.run([file], { program: 'sqlite3', input: `${first}\nPRAGMA user_version = 1;\n` });
  assert.equal(made.code, 0, made.stderr);
  await make_master_key(join(workspace.data, 'master.key'));
  for (const words of [['entity', 'list'], ['operator', 'list'], ['config', 'check']]) {
    assert_refused(await workspace.on_store(...words), 2, /older dwarpal .*run `dwarpal store migrate`/);
  }
  assert.equal(await version(), '1');
  await workspace.done('store', 'migrate');
  const newest = (await readdir(migrations)).filter((name) => name.endsWith('.sql')).length;
  assert.equal(await version(), String(newest));
  assert.deepEqual(await workspace.json('entity', 'list'), []);
});

test('store check names what is broken', async (context) => {
  const { workspace } = await backed_up(context);
  await workspace.done('entity', 'register', join(root, 'tests/examples/fip.json'));  // invites by mail
  const database = workspace.path('data', 'dwarpal.db');
  assert.match(await workspace.done('store', 'check'), /sound/);
  const whole = await readFile(database);
  const broken_by = async (sql) => {
    await writeFile(database, whole);
    await tamper(workspace, sql);
    const { code, stdout, stderr } = await workspace.on_store('store', 'check', '--json');
    assert.equal(code, 1, stderr);
    return JSON.parse(stdout).problems.join('\n');
  };
  assert.match(await broken_by('UPDATE audit_records SET at = at + 1 WHERE number = 3'), /^audit trail: record 3 /);
  assert.match(await broken_by('UPDATE entity_secrets SET ciphertext = zeroblob(80) WHERE number = 1'),
    /^secret:[\w-]+:1 does not open/);
  assert.match(await broken_by(`UPDATE entity_secrets SET (data_key, ciphertext) =
    (SELECT data_key, ciphertext FROM entity_secrets other WHERE other.entity <> entity_secrets.entity LIMIT 1)`),
  /^secret:.* does not open/);
  assert.match(await broken_by('UPDATE mails SET body = zeroblob(90)'), /^mail:.* does not open/);
  assert.match(await broken_by('UPDATE signing_keys SET private_key = zeroblob(90)'), /^signing-key:.* does not open/);
  assert.match(await broken_by("PRAGMA foreign_keys = OFF; DELETE FROM users WHERE email LIKE 'admin@aa-%'"),
    /refers to a row of users that is not there/);

  const damaged = Buffer.from(whole);
  damaged.fill(0xa5, Math.floor(whole.length / 2), Math.floor(whole.length / 2) + 2 * 4096);
  await writeFile(database, damaged);
  const { code, stderr } = await workspace.on_store('store', 'check');
  assert.equal(code, 1, stderr);
  await writeFile(database, whole);
  assert.equal((await workspace.on_store('store', 'check')).code, 0);
});

test('A full disk leaves no half of a backup or an export, and the store as it was', async (context) => {
  const { workspace } = await backed_up(context);
  const disk = workspace.path('disk');
  await mkdir(disk);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]).status !== 0) {
    context.skip('no right to mount a small disk');
    return;
  }
  // Before the workspace is removed.
  try {
    const backup = await workspace.on_store('store', 'backup', join(disk, 'backup.db'));
    assert_refused(backup, 3, /no room/);
    assert.deepEqual(await readdir(disk), []);
    await writeFile(join(disk, 'filler'), Buffer.alloc(64 * 1024)).catch(() => {});
    assert_refused(await workspace.on_store('audit', 'export', join(disk, 'export.jsonl')), 3, /No space left/);
    assert_refused(await workspace.run(['audit', 'archive', '--to', disk, '--data', workspace.data],
      { env: { DWARPAL_AUDIT_RETENTION: '0s' } }), 3, /No space left/);
    assert.deepEqual(await readdir(disk), ['filler']);
  } finally {
    spawnSync('umount', [disk]);
  }
  assert.equal((await workspace.on_store('store', 'check')).code, 0);
});
