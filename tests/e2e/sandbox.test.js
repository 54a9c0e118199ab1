// A sandbox's time travel, mock members, and resets that are repeated after a crash.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { Client, sandbox_credentials } from './support/client.js';
import { make_master_key, production_settings } from './support/network.js';
import { Workspace, eventually } from './support/program.js';

const kId = 'FIP-SIMULATOR';

async function sandbox(context) {
  const workspace = await Workspace.create(context);
  const service = await workspace.start({ env: { DWARPAL_SERVER_PUBLIC_BASE_URL: 'http://network.test' } });
  const { entities } = await sandbox_credentials(workspace);
  return { workspace, service, client: new Client(`http://${service.address}`), ...entities.find(({ id }) => id === kId) };
}

test('By call and by command a member travels to where its secret warns and ends, and back', async (context) => {
  const { workspace, client, secret, admin } = await sandbox(context);
  const token = await client.sign_in(admin);
  const travel = (shift) => client.done('/sandbox/clock', { token, json: { entityId: kId, shift } });
  const use = async () => {
    const { status, body } = await client.generate_entity_token(kId, secret);
    return status === 200 ? body.message ?? 'ok' : status;
  };
  const expired = `The secret for entity with ID ${kId} is expired and within the grace period`;
  assert.equal(await use(), 'ok');
  await travel('P181D');
  assert.equal(await use(), expired);

  const travelled = await workspace.json('sandbox', 'clock', kId, 'P186D');
  assert.equal(travelled.shift, 'P186D');
  assert.ok(Date.parse(travelled.now) > Date.now() + 185 * 24 * 60 * 60 * 1000);
  await eventually('the service has noticed', async () => await use() === 401);

  await travel('PT0S');
  assert.equal(await use(), 'ok');
  const shifts = await workspace.json('audit', 'list', '--action', 'entity.shift-clock');
  assert.deepEqual(shifts.map(({ actorKind, details }) => [actorKind, details.shift]),
    [['user', 'P181D'], ['command-line', 'P186D'], ['user', 'PT0S']]);
});

test('A shift that is none, or too long, or of nobody, is refused by the command', async (context) => {
  const { workspace } = await sandbox(context);
  for (const [id, shift, expected, message] of [[kId, 'P1Y', 2, /shift/], [kId, '10 days', 2, /shift/],
    [kId, 'P3651D', 1, /P3650D/], ['NOBODY', 'P1D', 1, /Invalid entity id/]]) {
    const { code, stdout, stderr } = await workspace.on_store('sandbox', 'clock', id, shift);
    assert.equal(code, expected, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, message);
  }
});

test('Outside a sandbox there are no such paths, and the command refuses', async (context) => {
  const workspace = await Workspace.create(context);
  const env = {
    ...production_settings(),
    DWARPAL_KEYS_MASTER_KEY_FILE: await make_master_key(workspace.path('master.key')),
    DWARPAL_NETWORK_PROFILE: 'production',
  };
  const service = await workspace.start({ env });
  const client = new Client(`http://${service.address}`);
  for (const path of ['/sandbox/clock', '/entity/mock/register']) {
    const { status, body } = await client.call(path, { json: {} });
    assert.deepEqual([status, body.errorMsg], [404, 'There is nothing at this path']);
  }
  const { code, stderr } = await workspace.run(['sandbox', 'clock', kId, 'P1D', '--data', workspace.data], { env });
  assert.equal(code, 1, stderr);
  assert.match(stderr, /sandbox only/);
});

test('A mock member is registered by any user and gets tokens at once', async (context) => {
  const { client, admin } = await sandbox(context);
  const token = await client.sign_in(admin);
  const { entity } = await client.done('/entity/mock/register', { token, json: { entityinfo: { id: 'MOCK-1' } } });
  assert.equal(entity.status, 'ACTIVE');
  const { secret } = await client.done('/entity/secret/read', { token, json: { entityId: 'MOCK-1' } });
  assert.equal((await client.generate_entity_token('MOCK-1', secret)).status, 200);
});

test('A reset whose answer a crash has swallowed is answered when it is repeated', async (context) => {
  const { workspace, service, client, admin } = await sandbox(context);
  const token = await client.sign_in(admin);
  const reset = (to) => to.call('/entity/secret/reset', {
    token, json: { entityId: kId }, headers: { 'idempotency-key': key },
  });
  const key = randomUUID();
  const resets = async () => (await workspace.json('audit', 'list', '--action', 'secret.reset', '--subject',
    `entity:${kId}`)).length;
  const before = await resets();
  // Nobody waits for the answer: the kill comes when the secret is there.
  const lost = reset(client).catch(() => undefined);
  await eventually('the reset is committed', async () => await resets() > before);
  await service.kill();
  await lost;

  const next = await workspace.start({ env: { DWARPAL_SERVER_PUBLIC_BASE_URL: 'http://network.test' } });
  const again = new Client(`http://${next.address}`);
  const answer = await reset(again);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.equal(answer.headers.get('idempotency-replayed'), 'true');
  const read = await again.done('/entity/secret/read', { token, json: { entityId: kId } });
  assert.equal(answer.body.secret, read.secret);
  assert.equal((await again.generate_entity_token(kId, answer.body.secret)).body.message, undefined);
  assert.equal(await resets(), before + 1);
});
