// How the service starts, what stops it from starting, and how it ends.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { Client, fresh_password, sandbox_credentials } from './support/client.js';
import { make_master_key, production_settings } from './support/network.js';
import { Workspace, assert_no_start, eventually, root } from './support/program.js';

const kExample = join(root, 'tests/examples/fip.json');

async function listening(test, server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  test.after(() => server.close());
  return server.address().port;
}

function claims_of({ accessToken }) {
  return JSON.parse(Buffer.from(accessToken.split('.')[1], 'base64url'));
}

test('The base URL is printed once, alone, to standard output and to the descriptor', async (context) => {
  const workspace = await Workspace.create(context);
  const service = await workspace.start();
  assert.match(service.ready, /^http:\/\/127\.0\.0\.1:[1-9]\d*\n$/);
  assert.equal(service.address, new URL(service.base_url).host);
  assert.equal((await fetch(`${service.base_url}/health/ready`)).status, 200);
  assert.equal(await service.stop(), 0);
  assert.equal(service.output, `${service.base_url}\n`);
  assert.equal(service.ready, `${service.base_url}\n`);
});

test('A descriptor that is not open stops the start', async (context) => {
  const workspace = await Workspace.create(context);
  const { code, stderr } = await workspace.run(
    ['serve', '--data', workspace.data, '--listen', '127.0.0.1:0', '--ready-fd', '77']);
  assert.equal(code, 2);
  assert.match(stderr, /--ready-fd/);
});

test('A port that is taken stops the start', async (context) => {
  const workspace = await Workspace.create(context);
  const port = await listening(context, createServer());
  await assert_no_start(workspace.launch({ listen: `127.0.0.1:${port}` }), 3,
    new RegExp(`127\\.0\\.0\\.1:${port}`));
});

test('A second service on a data directory does not start, and the first goes on', async (context) => {
  const workspace = await Workspace.create(context);
  const first = await workspace.start();
  await assert_no_start(workspace.launch(), 3, new RegExp(`in use by process ${first.pid}\\b`));
  assert.equal((await fetch(`${first.base_url}/health/ready`)).status, 200);
  assert.equal(await first.stop(), 0);
  assert.equal(await (await workspace.start()).stop(), 0);
});

test('A setting that is unknown or wrong stops the start, by name, before anything is made', async (context) => {
  const workspace = await Workspace.create(context);
  const config = workspace.path('dwarpal.toml');
  for (const [text, message] of [
    ['[secrets]\ngrace_after_expiri = "5d"\n', /dwarpal\.toml:2: .*secrets\.grace_after_expiri/],
    ['[secrets]\ngrace_after_expiry = 5\n', /secrets\.grace_after_expiry/],
    ['[secrets]\ngrace_after_expiry = "5"\n', /secrets\.grace_after_expiry/],
    ['[secrets]\ngrace_after_expiry = "5 parsecs"\n', /secrets\.grace_after_expiry/],
    ['[secretz]\n', /secretz/],
    ['[network]\nprofile = "play"\n', /network\.profile/],
    ['not toml at all', /dwarpal\.toml:1/],
  ]) {
    await writeFile(config, text);
    await assert_no_start(workspace.launch({ words: ['--config', config] }), 2, message);
  }
  for (const unreadable of [workspace.path('missing.toml'), workspace.path()]) {
    await assert_no_start(workspace.launch({ words: ['--config', unreadable] }), 2, /cannot be read/);
  }
  await assert_no_start(workspace.launch({ env: { DWARPAL_SECRETS_GRACE_AFTER_EXPIRI: '5d' } }), 2,
    /DWARPAL_SECRETS_GRACE_AFTER_EXPIRI/);
  await assert_no_start(workspace.launch({ env: { DWARPAL_CONFIG: workspace.path('missing.toml') } }), 2,
    /missing\.toml/);
  assert.ok(!existsSync(workspace.data));
});

test('A master key that is missing, wrong or open to others stops the start and harms nothing', async (context) => {
  const workspace = await Workspace.create(context);
  const first = await workspace.start();
  const [{ id, secret }] = (await sandbox_credentials(workspace)).entities;
  assert.equal(await first.stop(), 0);
  const key = join(workspace.data, 'master.key');
  const kept = workspace.path('kept.key');
  const store = () => readFile(join(workspace.data, 'dwarpal.db'));
  const [files, content] = [await readdir(workspace.data), await store()];
  await rename(key, kept);

  const assert_unharmed = async (message, env) => {
    await assert_no_start(workspace.launch({ env }), 2, message);
    const listed = await workspace.run(['entity', 'list', '--data', workspace.data], { env });
    assert.equal(listed.code, 2);
    assert.match(listed.stderr, message);
    assert.ok((await store()).equals(content), 'the store was written to');
  };
  const name = /keys\.master_key_file/;
  await assert_unharmed(/keys\.master_key_file.*missing/);
  await assert_unharmed(name, { DWARPAL_KEYS_MASTER_KEY_FILE: workspace.path('nowhere.key') });
  await mkdir(key);
  await assert_unharmed(name);
  await rm(key, { recursive: true });
  for (const text of ['', 'short', 'not base64!'.repeat(4), Buffer.alloc(31).toString('base64')]) {
    await writeFile(key, text, { mode: 0o600 });
    await assert_unharmed(name);
  }
  await rm(key);
  await make_master_key(key);
  await assert_unharmed(/master key/);
  await rm(key);
  await rename(kept, key);
  for (const mode of [0o640, 0o604, 0o601]) {
    await chmod(key, mode);
    await assert_unharmed(/0600/);
  }

  await chmod(key, 0o400);
  const service = await workspace.start();
  assert.equal((await new Client(service.base_url).generate_entity_token(id, secret)).status, 200);
  assert.deepEqual((await readdir(workspace.data)).filter((file) => !/-(wal|shm)$/.test(file)), files);
  assert.equal(await service.stop(), 0);
});

test('A store of another profile or of a newer program is refused and left as it is', async (context) => {
  const workspace = await Workspace.create(context);
  assert.equal(await (await workspace.start()).stop(), 0);
  const file = join(workspace.data, 'dwarpal.db');
  const content = await readFile(file);
  const key = await make_master_key(workspace.path('outside.key'));
  await writeFile(key, await readFile(join(workspace.data, 'master.key')));
  for (const profile of ['uat', 'production']) {
    const settings = { ...production_settings(), DWARPAL_KEYS_MASTER_KEY_FILE: key };
    await assert_no_start(workspace.launch({ words: ['--profile', profile], env: settings }), 2,
      /network\.profile is (uat|production), but .*sandbox/);
    const listed = await workspace.run(['entity', 'list', '--data', workspace.data],
      { env: { ...settings, DWARPAL_NETWORK_PROFILE: profile } });
    assert.equal(listed.code, 2, listed.stderr);
  }
  assert.ok((await readFile(file)).equals(content));

  const { code, stderr } = await workspace.run([file, 'PRAGMA user_version = 1000000'], { program: 'sqlite3' });
  assert.equal(code, 0, stderr);
  const newer = await readFile(file);
  await assert_no_start(workspace.launch(), 2, /newer/);
  assert.match((await workspace.on_store('entity', 'list')).stderr, /newer/);
  assert.ok((await readFile(file)).equals(newer));

  await writeFile(file, 'This is no store at all. '.repeat(100));
  assert.notEqual((await workspace.launch().ended()).code, 0);
  assert.equal((await workspace.on_store('entity', 'list')).stdout, '');
});

test('SIGTERM and SIGINT let a request that has begun come to its end', async (context) => {
  const workspace = await Workspace.create(context);
  for (const signal of ['SIGTERM', 'SIGINT']) {
    const service = await workspace.start();
    const [{ id, secret }] = (await sandbox_credentials(workspace)).entities;
    const { hostname, port } = new URL(service.base_url);
    const socket = connect(Number(port), hostname);
    const body = `id=${id}&secret=${secret}`;
    socket.write('POST /iam/v1/entity/token/generate HTTP/1.1\r\nHost: network.test\r\nExpect: 100-continue\r\n' +
      `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n`);
    // It has begun: the service asks for the body.
    assert.match(String((await once(socket, 'data'))[0]), /^HTTP\/1\.1 100 /);
    service.signal(signal);
    await eventually('no further connection is taken', () => fetch(service.base_url).then(() => false, () => true));
    assert.ok(!service.has_ended());
    let answer = '';
    socket.on('data', (bytes) => { answer += bytes; });
    socket.write(body);
    await once(socket, 'end');
    assert.match(answer, /^HTTP\/1\.1 200 /);
    assert.match(answer, /"accessToken":"/);
    assert.equal((await service.ended()).code, 0, service.log);
    assert.equal((await workspace.json('audit', 'list', '--action', 'entity-token.issue')).length,
      signal === 'SIGTERM' ? 1 : 2);
  }
});

/** Another process that holds the store's write lock until it is told to let go. */
async function lock_store(workspace) {
  const holder = spawn('sqlite3', [join(workspace.data, 'dwarpal.db')]);
  holder.stdin.write('BEGIN IMMEDIATE;\nSELECT 1;\n');
  await once(holder.stdout, 'data');
  return async () => {
    holder.stdin.end('ROLLBACK;\n');
    await once(holder, 'close');
  };
}

test('A stop while the store is locked writes the records as soon as it can, or says how many are lost', async (context) => {
  const workspace = await Workspace.create(context);
  for (const [is_let_go, exit_code] of [[true, 0], [false, 3]]) {
    const service = await workspace.start();
    const [{ id, secret }] = (await sandbox_credentials(workspace)).entities;
    const client = new Client(service.base_url);
    assert.equal((await client.generate_entity_token(id, secret)).status, 200);
    const let_go = await lock_store(workspace);
    for (let time = 0; time < (is_let_go ? 2 : 3); ++time) {
      assert.equal((await client.generate_entity_token(id, secret)).status, 200);
    }
    service.signal('SIGTERM');
    if (is_let_go) {
      await eventually('no further connection is taken', () => fetch(service.base_url).then(() => false, () => true));
      await let_go();
    }
    assert.equal((await service.ended()).code, exit_code, service.log);
    if (!is_let_go) {
      assert.match(service.log, / error .*\b[34] records of token calls are lost to the audit trail/);
      await let_go();
    }
    assert.ok((await workspace.json('audit', 'list', '--action', 'entity-token.issue')).length >= 3);
    assert.equal((await workspace.json('audit', 'verify')).whole, true);
  }
});

test('Descriptors are allowed for as many connections as are served, and fewer are served where there are not enough', async (context) => {
  const workspace = await Workspace.create(context);
  const connections = async (service, count) => {
    const { hostname, port } = new URL(service.base_url);
    const sockets = [];
    const answers = [];
    for (let index = 0; index < count; ++index) {
      const socket = connect(port, hostname);
      sockets.push(socket);
      socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
      const [answer] = await once(socket, 'data');
      answers.push(answer.toString().split(' ')[1]);
    }
    sockets.forEach((socket) => socket.destroy());
    return answers;
  };

  const raised = await workspace.start({ under: ['prlimit', '--nofile=64:'], env: { DWARPAL_SERVER_MAX_CONNECTIONS: '300' } });
  assert.deepEqual(new Set(await connections(raised, 200)), new Set(['200']));
  assert.doesNotMatch(raised.log, /max_connections/);
  assert.equal(await raised.stop(), 0);

  const short = await workspace.start({ under: ['prlimit', '--nofile=300'] });
  assert.match(short.log, /server\.max_connections: .* limit=300 connections=100\n/);
  const answers = await connections(short, 150);
  assert.deepEqual(answers.slice(0, 100), Array(100).fill('200'));
  assert.deepEqual(answers.slice(100), Array(50).fill('503'));
  assert.doesNotMatch(short.log, /could not be accepted/);
});

test('The start is recorded with each setting that is not the default, and no secret', async (context) => {
  const workspace = await Workspace.create(context);
  const master_key = Buffer.alloc(32, 'm').toString('base64');
  const config = workspace.path('dwarpal.toml');
  await writeFile(config, '[secrets]\ngrace_after_expiry = "7d"\ngrace_after_replacement = "5d"\n');
  const service = await workspace.start({ words: ['--config', config], env: { DWARPAL_KEYS_MASTER_KEY: master_key } });
  const { code, stdout } = await workspace.run(['audit', 'list', '--action', 'service.start', '--json', '--data', workspace.data],
    { env: { DWARPAL_KEYS_MASTER_KEY: master_key } });
  assert.equal(code, 0);
  const [{ details }] = JSON.parse(stdout);
  assert.deepEqual(details, {
    profile: 'sandbox',
    publicBaseUrl: service.base_url,
    settings: {
      'data.directory': workspace.data,
      'keys.master_key': '(set)',
      'secrets.grace_after_expiry': '7d',
      'server.listen': '127.0.0.1:0',
    },
  });
  assert.ok(!stdout.includes(master_key));
  assert.equal(await service.stop(), 0);
});

test('A client that never ends its request does not keep the service from ending', async (context) => {
  const workspace = await Workspace.create(context);
  const service = await workspace.start();
  const { hostname, port } = new URL(service.base_url);
  const [idle, slow] = [connect(Number(port), hostname), connect(Number(port), hostname)];
  for (const socket of [idle, slow]) {
    socket.on('error', () => {});
    context.after(() => socket.destroy());
  }
  slow.write('POST /iam/v1/entity/token/generate HTTP/1.1\r\nHost: network.test\r\nContent-Length: 10\r\n');
  assert.equal((await fetch(`${service.base_url}/health/live`)).status, 200);
  assert.equal(await service.stop(), 0);
});

test('The sandbox credentials are for their owner alone, and current after each start', async (context) => {
  const workspace = await Workspace.create(context);
  const file = join(workspace.data, 'sandbox-credentials.json');
  const mode = async (path) => (await stat(path)).mode & 0o777;
  const first = await workspace.start();
  assert.equal(await mode(file), 0o600);
  assert.equal(await mode(workspace.data), 0o700);
  for (const name of await readdir(workspace.data)) {
    assert.equal((await mode(join(workspace.data, name))) & 0o077, 0, name);
  }
  const before = await sandbox_credentials(workspace);
  assert.equal(before.baseUrl, first.base_url);
  assert.equal(before.operator.email, 'operator@sandbox.test');
  assert.deepEqual(before.entities.map(({ id, type, admin }) => [id, type, admin.email]), ['AA', 'FIP', 'FIU'].map(
    (type) => [`${type}-SIMULATOR`, type, `admin@${type.toLowerCase()}-simulator.test`]));
  for (const text of [first.output, first.log]) {
    for (const { secret, admin } of before.entities) {
      assert.ok(!text.includes(secret) && !text.includes(admin.password));
    }
  }
  const client = new Client(first.base_url);
  for (const { id, secret, admin, privateJwk } of before.entities) {
    assert.equal((await client.generate_entity_token(id, secret)).status, 200);
    assert.equal(privateJwk.kty, 'RSA');
    assert.ok(privateJwk.d);
    await client.sign_in(admin);
  }

  const [aa, fip] = before.entities;
  const token = await client.sign_in(aa.admin);
  const { secret } = await client.done('/entity/secret/reset', { token, json: { entityId: aa.id } });
  await client.done('/user/password/change', { token: await client.sign_in(fip.admin),
    json: { oldPassword: fip.admin.password, password: fresh_password() } });
  assert.equal(await first.stop(), 0);
  await chmod(file, 0o644);

  const second = await workspace.start();
  assert.equal(await mode(file), 0o600);
  const after = await sandbox_credentials(workspace);
  assert.equal(after.baseUrl, second.base_url);
  assert.equal(after.entities[0].secret, secret);
  assert.equal(after.entities[0].admin.password, aa.admin.password);
  assert.equal(after.entities[1].admin.password, null);
  assert.equal(after.entities[1].secret, fip.secret);
  assert.deepEqual(after.entities[2], before.entities[2]);
  assert.deepEqual(after.operator, before.operator);
  assert.equal(await second.stop(), 0);
});

test('Nobody is told that a sandbox is ready before its credentials are written', async (context) => {
  const workspace = await Workspace.create(context);
  await mkdir(join(workspace.data, 'sandbox-credentials.json', 'in-the-way'), { recursive: true });
  await chmod(workspace.data, 0o700);
  const service = workspace.launch();
  assert.notEqual((await service.ended()).code, 0);
  assert.equal(service.output, '');
  assert.match(service.log, /sandbox-credentials\.json/);
});

test('A clock that an operator accepts lets a service that refused it serve again', async (context) => {
  const workspace = await Workspace.create(context);
  const service = await workspace.start();
  const client = new Client(service.base_url);
  const [{ id, secret }] = (await sandbox_credentials(workspace)).entities;
  const status = async () => (await client.generate_entity_token(id, secret)).status;
  assert.equal(await status(), 200);
  // As if something had been committed while the clock was an hour ahead.
  const { code, stderr } = await workspace.run(['-cmd', '.timeout 10000', join(workspace.data, 'dwarpal.db'),
    'UPDATE meta SET newest_commit = newest_commit + 3600 * 1000, change_counter = change_counter + 1'],
  { program: 'sqlite3' });
  assert.equal(code, 0, stderr);
  await eventually('it refuses the clock', async () => await status() === 503);
  assert.equal((await fetch(`${service.base_url}/health/ready`)).status, 503);
  await workspace.done('store', 'accept-clock');
  await eventually('it serves again', async () => await status() === 200);
  assert.equal((await fetch(`${service.base_url}/health/ready`)).status, 200);
});

test('Lifetimes, audience and realm of tokens are those of the settings', async (context) => {
  const workspace = await Workspace.create(context);
  for (const [audience, expected] of [['["bank"]', 'bank'], ['["bank", "account"]', ['bank', 'account']]]) {
    const config = workspace.path('network.toml');
    await writeFile(config, `[tokens]\nuser_lifetime = "3d"\noperator_lifetime = "90m"\n`
      + `[network]\nrealm = "meadow"\naudience = ${audience}\n`);
    const service = await workspace.start({ words: ['--config', config] });
    assert.match(service.log, /tokens\.user_lifetime \(72 h\) is below secrets\.validity_default/);
    const client = new Client(service.base_url);
    const { operator, entities: [{ id, secret, admin }] } = await sandbox_credentials(workspace);
    const issuer = `${service.base_url}/auth/realms/meadow`;
    assert.equal((await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()).issuer, issuer);
    assert.equal((await fetch(`${service.base_url}/auth/realms/sahamati/protocol/openid-connect/certs`)).status, 404);
    const tokens = [(await client.generate_entity_token(id, secret)).body];
    for (const [{ email, password }, seconds] of [[admin, 3 * 86400], [operator, 90 * 60]]) {
      const answer = await client.done('/user/token/generate', { form: { username: email, password } });
      assert.equal(answer.expiresIn, seconds);
      const { iat, exp } = claims_of(answer);
      assert.equal(exp - iat, seconds);
      tokens.push(answer);
    }
    for (const token of tokens) {
      assert.equal(claims_of(token).iss, issuer);
      assert.deepEqual(claims_of(token).aud, expected);
    }
    const read = { token: tokens[1].accessToken, json: { entityId: id } };
    assert.equal((await client.done('/entity/secret/read', read)).secret, secret);
    assert.equal(await service.stop(), 0);
  }
});

test('A sandbox is furnished also when its operator was made beforehand', async (context) => {
  const workspace = await Workspace.create(context);
  const password = fresh_password();
  await writeFile(workspace.path('password'), password);
  await workspace.done('operator', 'create', '--email', 'operator@sandbox.test', '--password-file',
    workspace.path('password'));
  const service = await workspace.start();
  const { operator, entities } = await sandbox_credentials(workspace);
  assert.deepEqual(operator, { email: 'operator@sandbox.test', password: null });
  assert.equal(entities.length, 3);
  await new Client(service.base_url).sign_in({ email: operator.email, password });
});

test('A sandbox is furnished beside a member that was registered beforehand under a simulator\'s id', async (context) => {
  const workspace = await Workspace.create(context);
  const registration = JSON.parse(await readFile(kExample, 'utf8'));
  registration.entityinfo.id = 'AA-SIMULATOR';
  delete registration.user;
  await writeFile(workspace.path('operator-password'), fresh_password());
  await workspace.done('operator', 'create', '--email', 'operator@sandbox.test', '--password-file',
    workspace.path('operator-password'));
  await writeFile(workspace.path('member.json'), JSON.stringify(registration));
  await workspace.done('entity', 'register', workspace.path('member.json'));
  const service = await workspace.start();
  const { entities } = await sandbox_credentials(workspace);
  assert.deepEqual(entities.map(({ id }) => id), ['FIP-SIMULATOR', 'FIU-SIMULATOR']);
  assert.match(service.log, /-d id=FIP-SIMULATOR /);
  assert.match(service.log, /"entityId":"FIP-SIMULATOR"/);
  assert.doesNotMatch(service.log, /AA-SIMULATOR/);
  const { status } = await workspace.json('entity', 'show', 'AA-SIMULATOR');
  assert.equal(status, 'REGISTERED');
});

test('The service leaves no core dump', async (context) => {
  const workspace = await Workspace.create(context);
  const { pid } = await workspace.start();
  assert.match(await readFile(`/proc/${pid}/limits`, 'utf8'), /^Max core file size +0 +0 /m);
});
