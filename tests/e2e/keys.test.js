// The signing keys of a service that runs: rotation, another algorithm, withdrawal, as members and verifiers see it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { Client, sandbox_credentials } from './support/client.js';
import { Workspace, eventually } from './support/program.js';

const kDay = 24 * 60 * 60 * 1000;

async function started(context, options) {
  const workspace = await Workspace.create(context);
  const service = await workspace.start(options);
  const issuer = `${service.base_url}/auth/realms/sahamati`;
  const client = new Client(service.base_url);
  const [member] = (await sandbox_credentials(workspace)).entities;
  const key_set = async () =>
    (await (await fetch(`${issuer}/protocol/openid-connect/certs`)).json()).keys;
  const entity_token = async () =>
    (await client.generate_entity_token(member.id, member.secret)).body.accessToken;
  return { workspace, service, client, issuer, member, key_set, entity_token };
}

/** A verifier of the network, with its own copy of the key set; it fetches the set anew for a kid that it lacks. */
function verifier(issuer) {
  const key_set = createRemoteJWKSet(new URL(`${issuer}/protocol/openid-connect/certs`), { cooldownDuration: 0 });
  return (token) => jwtVerify(token, key_set, { issuer, algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'] });
}

async function rotate_now(workspace, ...words) {
  const { code, stdout, stderr } = await workspace.on_store('key', 'rotate', '--now', '--json', ...words);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^warning: Verifiers .* refuse new tokens/);
  return JSON.parse(stdout);
}

test('Tokens of each algorithm verify with jose, before and after each rotation at once', async (context) => {
  const { workspace, issuer, key_set, entity_token } = await started(context);
  const verify = verifier(issuer);
  const tokens = [await entity_token()];
  assert.equal((await verify(tokens[0])).protectedHeader.alg, 'RS256');

  for (const alg of ['ES256', 'EdDSA', 'PS256', 'RS256']) {
    const { kid, state } = await rotate_now(workspace, '--alg', alg);
    assert.equal(state, 'ACTIVE');
    const token = await eventually(`a token of ${kid}`, async () => {
      const issued = await entity_token();
      return decodeProtectedHeader(issued).kid === kid && issued;
    }, { within: 2000 });
    assert.deepEqual(decodeProtectedHeader(token), { alg, typ: 'JWT', kid });
    tokens.push(token);
    for (const earlier of tokens) {
      await verify(earlier);
    }
  }
  const keys = await key_set();
  assert.deepEqual(keys.map(({ kty }) => kty), ['RSA', 'RSA', 'RSA', 'EC', 'OKP']);
  for (const key of keys) {
    assert.ok(key.x5c.length === 1 && key['x5t#S256'] && key.use === 'sig' && !('d' in key));
  }
});

test('A planned rotation publishes a key that signs later, and is refused twice', async (context) => {
  const { workspace, key_set, entity_token } = await started(context);
  const signing = decodeProtectedHeader(await entity_token()).kid;
  const planned = JSON.parse(await workspace.done('key', 'rotate', '--json'));
  assert.equal(planned.state, 'PENDING');
  assert.equal(Date.parse(planned.signsFrom) - Date.parse(planned.publishedSince), 14 * kDay);
  await eventually('the key is published', async () => (await key_set()).some(({ kid }) => kid === planned.kid),
    { within: 2000 });
  assert.equal(decodeProtectedHeader(await entity_token()).kid, signing);

  const { code, stderr } = await workspace.on_store('key', 'rotate');
  assert.equal(code, 1);
  assert.match(stderr, /is pending already/);
  const [active, pending] = await workspace.json('key', 'list');
  assert.equal(active.state, 'ACTIVE');
  assert.equal(active.signsUntil, pending.signsFrom);
  assert.match(await workspace.done('mail', 'list'), /New signing key of/);
});

test('Tokens of a withdrawn key are refused within 2 seconds, and a new key signs', async (context) => {
  const { workspace, client, member, key_set, entity_token } = await started(context);
  const token = await client.sign_in(member.admin);
  const status_with = async (bearer) =>
    (await client.call('/entity/secret/read', { token: bearer, json: { entityId: member.id } })).status;
  assert.equal(await status_with(token), 200);
  const { kid } = decodeProtectedHeader(token);

  const { code, stdout, stderr } = await workspace.on_store('key', 'withdraw', kid, '--reason', 'stolen', '--json');
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^warning: /);
  const { signing } = JSON.parse(stdout);
  await eventually('its tokens are refused', async () => await status_with(token) === 401, { within: 2000 });
  assert.deepEqual((await key_set()).map((key) => key.kid), [signing]);
  assert.equal(decodeProtectedHeader(await entity_token()).kid, signing);
  assert.equal(await status_with(await client.sign_in(member.admin)), 200);

  const again = await workspace.on_store('key', 'withdraw', kid);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /The key is WITHDRAWN already/);
  assert.equal((await workspace.on_store('key', 'withdraw', 'mistyped')).code, 1);
  const records = await workspace.json('audit', 'list', '--action', 'key.withdraw', '--subject', `key:${kid}`);
  assert.deepEqual(records.map(({ outcome, reason }) => [outcome, reason]),
    [['done', 'stolen'], ['refused', 'The key is WITHDRAWN already']]);
});

test('key export prints every key, the private ones sealed, and is recorded', async (context) => {
  const { workspace } = await started(context);
  await rotate_now(workspace);
  const listed = await workspace.json('key', 'list');
  const text = await workspace.done('key', 'export');
  const exported = JSON.parse(text);
  assert.deepEqual(exported.keys.map(({ kid }) => kid).sort(), listed.map(({ kid }) => kid).sort());
  assert.doesNotMatch(text, /"(d|p|q|dp|dq|qi)":|PRIVATE KEY/);
  const [{ outcome, actorKind }] = await workspace.json('audit', 'list', '--action', 'key.export');
  assert.deepEqual([outcome, actorKind], ['done', 'command-line']);
});

test('A changed keys.algorithm publishes a key of the new kind, and the command refuses another', async (context) => {
  const env = { DWARPAL_KEYS_ALGORITHM: 'ES256' };
  const { workspace, service, key_set } = await started(context, { env });
  assert.deepEqual((await key_set()).map(({ alg }) => alg), ['ES256']);
  const refused = await workspace.run(['key', 'rotate', '--alg', 'RS256', '--data', workspace.data], { env });
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /keys\.algorithm is ES256/);
  await service.stop();

  await workspace.start({ env: { DWARPAL_KEYS_ALGORITHM: 'EdDSA' } });
  const keys = await eventually('the next key is published', async () => {
    const listed = await workspace.json('key', 'list');
    return listed.length === 2 && listed;
  });
  assert.deepEqual(keys.map(({ alg, state }) => [alg, state]), [['ES256', 'ACTIVE'], ['EdDSA', 'PENDING']]);
});
