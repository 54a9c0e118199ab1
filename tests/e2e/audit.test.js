// The audit trail as an operator has it: read, exported, archived, and checked after somebody was at the file.
import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Client, sandbox_credentials } from './support/client.js';
import { Workspace } from './support/program.js';

function assert_refused({ code, stdout, stderr }, expected, message) {
  assert.equal(code, expected, stderr);
  assert.match(stderr, message);
  assert.equal(stdout, '');
}

/** A sandbox with some tokens issued and refused, stopped. */
async function used_sandbox(context, settings) {
  const workspace = await Workspace.create(context);
  const service = await workspace.start(settings);
  const client = new Client(service.base_url);
  const { entities } = await sandbox_credentials(workspace);
  for (const { id, secret } of entities) {
    assert.equal((await client.generate_entity_token(id, secret)).status, 200);
    assert.equal((await client.generate_entity_token(id, `${secret}x`)).status, 401);
  }
  assert.equal(await service.stop(), 0);
  return { workspace, entities };
}

const lines_of = (text) => text.trimEnd().split('\n').map((line) => JSON.parse(line));

test('The trail is exported as JSON lines, complete, for its owner alone, and over nothing', async (context) => {
  const { workspace } = await used_sandbox(context);
  const file = workspace.path('export.jsonl');
  const { records } = await workspace.json('audit', 'export', file);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const text = await readFile(file, 'utf8');
  const exported = lines_of(text);
  assert.equal(exported.length, records);
  assert.deepEqual(exported.map(({ number }) => number), exported.map((_, index) => index + 1));
  assert.ok(exported.every(({ chain, hmac, at, action }) => chain === 1 && /^[\w-]{43}$/.test(hmac) && at && action));
  assert.equal(exported.at(-1).action, 'audit.export');

  assert_refused(await workspace.on_store('audit', 'export', file), 1, /export\.jsonl exists already/);
  assert.equal(await readFile(file, 'utf8'), text);
  assert.deepEqual((await readdir(workspace.path())).filter((name) => name.includes('unfinished')), []);

  const printed = lines_of(await workspace.done('audit', 'export', '-'));
  assert.deepEqual(printed.slice(0, exported.length), exported);
  assert.deepEqual(lines_of(await workspace.done('audit', 'export', '-', '--until', exported[3].at)),
    exported.filter(({ at }) => at < exported[3].at));
  assert_refused(await workspace.on_store('audit', 'export', '-', '--since', 'yesterday'), 2, /--since/);
});

test('Records are found by time, action, subject, actor and outcome, and reading is recorded', async (context) => {
  const { workspace, entities: [{ id }] } = await used_sandbox(context);
  const list = (...words) => workspace.json('audit', 'list', ...words);
  const all = await list('--limit', '1000');
  const fits = async (words, matches) => assert.deepEqual(
    (await list(...words, '--until', all.at(-1).at, '--limit', '1000')).map(({ number }) => number),
    all.filter((record) => matches(record) && record.at < all.at(-1).at).map(({ number }) => number));
  await fits(['--outcome', 'refused'], ({ outcome }) => outcome === 'refused');
  await fits(['--action', 'entity-token.'], ({ action }) => action.startsWith('entity-token.'));
  await fits(['--subject', `entity:${id}`, '--outcome', 'done'],
    ({ subject, outcome }) => subject === `entity:${id}` && outcome === 'done');
  await fits(['--actor', id], ({ actor }) => actor === id);
  await fits(['--since', all[5].at], ({ at }) => at >= all[5].at);
  await fits(['--since', '1h'], () => true);
  assert.deepEqual(await list('--since', '2100-01-01'), []);
  assert.equal((await workspace.on_store('audit', 'list', '--outcome', 'perhaps')).code, 2);
  assert.equal((await workspace.on_store('audit', 'list', '--until', '5')).code, 2);
  const reads = await list('--action', 'audit.list', '--limit', '1000');
  assert.equal(reads.length, 8);
  assert.equal(reads.find(({ details }) => details.ofActor)?.details.ofActor, id);
});

test('audit verify names the first broken record, whatever somebody did to the file', async (context) => {
  const { workspace } = await used_sandbox(context);
  const database = workspace.path('data', 'dwarpal.db');
  const { records } = await workspace.json('audit', 'verify');
  const whole = await readFile(database);
  for (const [sql, number] of [
    ["UPDATE audit_records SET event = replace(event, 'done', 'none') WHERE number = 4", 4],
    ['UPDATE audit_records SET at = at - 1 WHERE number = 4', 4],
    ['UPDATE audit_records SET hmac = randomblob(32) WHERE number = 4', 4],
    ['DELETE FROM audit_records WHERE number = 4', 4],
    ['DELETE FROM audit_records WHERE number = 1', 1],
    [`UPDATE audit_records SET number = ${records + 1} WHERE number = ${records};
      INSERT INTO audit_records SELECT chain, ${records}, at, event, hmac FROM audit_records WHERE number = 4`, records],
    [`UPDATE audit_records SET number = -1 WHERE number = 4; UPDATE audit_records SET number = 4 WHERE number = 5;
      UPDATE audit_records SET number = 5 WHERE number = -1`, 4],
    [`DELETE FROM audit_records WHERE number > ${records - 2}`, records - 1],
    [`DELETE FROM audit_records WHERE number > ${records - 2};
      UPDATE audit_heads SET number = ${records - 2}`, records - 1],
    ['UPDATE audit_heads SET hmac = randomblob(32)', records + 1],
    [`INSERT INTO audit_anchors SELECT chain, number, hmac, hmac FROM audit_records WHERE number = 4;
      DELETE FROM audit_records WHERE number <= 4`, 5],
  ]) {
    await writeFile(database, whole);
    const { code, stderr } = await workspace.run([database, sql], { program: 'sqlite3' });
    assert.equal(code, 0, stderr);
    assert_refused(await workspace.on_store('audit', 'verify'), 1, new RegExp(`\\brecord ${number}\\b`));
  }
  await writeFile(database, whole);
  assert.equal((await workspace.json('audit', 'verify')).whole, true);
});

test('Records of another network that were put in are found', async (context) => {
  const [{ workspace }, { workspace: other }] = [await used_sandbox(context), await used_sandbox(context)];
  const { code, stderr } = await workspace.run([workspace.path('data', 'dwarpal.db'),
    `ATTACH '${other.path('data', 'dwarpal.db')}' AS other; DELETE FROM audit_records WHERE number > 3;
     INSERT INTO audit_records SELECT * FROM other.audit_records WHERE number > 3;
     DELETE FROM audit_heads; INSERT INTO audit_heads SELECT * FROM other.audit_heads`], { program: 'sqlite3' });
  assert.equal(code, 0, stderr);
  assert_refused(await workspace.on_store('audit', 'verify'), 1, /\brecord 4\b/);
});

test('Old records are archived before they are removed, and the rest still verifies', async (context) => {
  const { workspace } = await used_sandbox(context);
  const archive = workspace.path('archive');
  const env = { DWARPAL_AUDIT_RETENTION: '0s' };
  const run = (...words) => workspace.run([...words, '--data', workspace.data, '--json'], { env });
  assert_refused(await run('audit', 'archive'), 2, /audit\.archive_directory/);
  assert_refused(await run('audit', 'archive', '--to', archive), 2, /is no directory/);
  await mkdir(archive);
  const { records: before } = await workspace.json('audit', 'verify');

  // Nothing is as old as that.
  assert.equal((await workspace.json('audit', 'archive', '--to', archive)).records, 0);
  assert.deepEqual(await readdir(archive), []);
  assert.equal((await workspace.json('audit', 'verify')).records, before);

  const archived = JSON.parse((await run('audit', 'archive', '--to', archive)).stdout);
  assert.equal(archived.records, before);
  assert.equal((await stat(archived.file)).mode & 0o777, 0o600);
  const kept = lines_of(await readFile(archived.file, 'utf8'));
  assert.deepEqual(kept.map(({ number }) => number), kept.map((_, index) => index + 1));
  const left = await workspace.json('audit', 'list');
  assert.deepEqual(left.map(({ number, action }) => [number, action]), [[before + 1, 'audit.archive']]);
  assert.equal(left[0].details.file, archived.file);
  assert.equal((await workspace.json('audit', 'verify')).whole, true);
});

test('A service with an archive directory archives by itself', async (context) => {
  const workspace = await Workspace.create(context);
  const archive = workspace.path('archive');
  await mkdir(archive);
  const env = { DWARPAL_AUDIT_RETENTION: '0s', DWARPAL_AUDIT_ARCHIVE_DIRECTORY: archive };
  assert.equal(await (await workspace.start()).stop(), 0);
  const service = await workspace.start({ env });
  for (;;) {
    if ((await readdir(archive)).some((name) => name.endsWith('.jsonl'))) {
      break;
    }
    await new Promise((done) => { setTimeout(done, 20); });
  }
  assert.equal(await service.stop(), 0);
  assert.equal((await workspace.json('audit', 'verify')).whole, true);
});

test('A broken trail is not archived, so that it stays to be seen', async (context) => {
  const { workspace } = await used_sandbox(context);
  await workspace.run([workspace.path('data', 'dwarpal.db'), 'UPDATE audit_records SET at = at - 1 WHERE number = 2'],
    { program: 'sqlite3' });
  const { code, stderr } = await workspace.run(['audit', 'archive', '--to', workspace.path(), '--data', workspace.data],
    { env: { DWARPAL_AUDIT_RETENTION: '0s' } });
  assert.equal(code, 1);
  assert.match(stderr, /broken/);
  assert.match(stderr, /record 2 /);
  assert.deepEqual((await readdir(workspace.path())).filter((name) => name.includes('jsonl')), []);
});

test('With durable token events, a killed service has the record of each token that it gave out', async (context) => {
  const workspace = await Workspace.create(context);
  const service = await workspace.start({ env: { DWARPAL_AUDIT_TOKEN_EVENTS: 'durable' } });
  const client = new Client(service.base_url);
  const { entities } = await sandbox_credentials(workspace);
  const tokens = [];
  let is_killed = false;
  const callers = entities.flatMap(({ id, secret }) => Array.from({ length: 8 }, async () => {
    try {
      for (;;) {
        const { status, body } = await client.generate_entity_token(id, secret);
        assert.equal(status, 200);
        tokens.push(body.accessToken);
        if (tokens.length === 200) {
          is_killed = true;
          await service.kill();
        }
      }
    } catch (error) {
      assert.ok(is_killed, error);
    }
  }));
  await Promise.all(callers);
  const recorded = new Set((await workspace.json('audit', 'list', '--action', 'entity-token.issue', '--limit', '100000'))
    .map(({ details }) => details.jti));
  for (const token of tokens) {
    const { jti } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
    assert.ok(recorded.has(jti));
  }
  assert.equal((await workspace.json('audit', 'verify')).whole, true);
});
