// A member's way into the network, from the operator's first sign-in to a token that another member verifies.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { Client, fresh_password, sandbox_credentials, token_in } from './support/client.js';
import { Workspace, eventually, root } from './support/program.js';

const kDay = 24 * 60 * 60 * 1000;

/** Stands in front of a service, on an address that stays the same when the service moves. */
class Proxy {
  #server = createServer((client) => this.#join(client));
  target;

  static async create(test) {
    const proxy = new Proxy();
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    test.after(() => proxy.#server.close());
    return proxy;
  }

  get base_url() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  #join(client) {
    const [host, port] = this.target.split(':');
    const service = connect(Number(port), host);
    client.pipe(service).pipe(client);
    for (const [one, other] of [[client, service], [service, client]]) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  }
}

/** Verifies a token as a member does that knows nothing but the issuer, and returns its claims. */
async function verify_as_another_member(token, issuer) {
  const metadata = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
  assert.equal(metadata.issuer, issuer);
  const { payload, protectedHeader } = await jwtVerify(token, createRemoteJWKSet(new URL(metadata.jwks_uri)), {
    issuer, audience: 'account', algorithms: ['RS256'], typ: 'JWT', requiredClaims: ['exp', 'iat', 'jti', 'sub'],
  });
  assert.match(protectedHeader.kid, /^[\w-]{43}$/);
  return payload;
}

test('A member is registered, activated, and gets tokens that others verify, also after a restart', async (context) => {
  const workspace = await Workspace.create(context);
  const proxy = await Proxy.create(context);
  const env = { DWARPAL_SERVER_PUBLIC_BASE_URL: proxy.base_url };
  const service = await workspace.start({ env });
  proxy.target = service.address;
  assert.equal(service.base_url, proxy.base_url);
  const client = new Client(proxy.base_url);
  const issuer = `${proxy.base_url}/auth/realms/sahamati`;

  // The operator registers the member.
  const operator = await client.sign_in((await sandbox_credentials(workspace)).operator);
  const registration = JSON.parse(await readFile(join(root, 'tests/examples/aa.json'), 'utf8'));
  const { id } = registration.entityinfo;
  const { email } = registration.user;
  const registered = await client.done('/entity/register', { token: operator, json: registration });
  assert.equal(registered.message, 'Entity successfully onboarded.');
  assert.deepEqual(registered.entity, { id, name: registration.entityinfo.name, status: 'REGISTERED' });

  // Its designated user follows the link in the mail.
  const [mail, ...others] = (await workspace.json('mail', 'list')).filter(({ to }) => to === email);
  assert.deepEqual(others, []);
  assert.equal(mail.state, 'WAITING');
  assert.ok(mail.subject.length > 0);
  const link = await workspace.link_to(email);
  assert.equal(link.origin + link.pathname, `${proxy.base_url}/console/activate`);
  assert.ok((await workspace.done('mail', 'show', mail.id)).includes(link.href));
  const token = token_in(link);
  const person = { email, password: fresh_password() };
  const verified = await client.done('/user/activation/verify', { json: { token } });
  assert.equal(verified.email, email);
  assert.equal(verified.purpose, 'activation');
  assert.equal((await client.call('/user/token/generate', { form: { username: email, password: person.password } })).status,
    401);
  const set = await client.done('/user/activation/password', { json: { token, password: person.password } });
  assert.equal(set.message, 'Password has been set.');
  assert.equal((await client.call('/user/activation/verify', { json: { token } })).status, 400);

  await eventually('the used link is erased', async () =>
    (await workspace.on_store('mail', 'show', mail.id, '--link')).code === 1);
  assert.ok(!(await workspace.done('mail', 'show', mail.id)).includes(token));

  // As the member's admin that user makes its secret, and reads it again.
  const user_token = await client.sign_in(person);
  const reset = await client.done('/entity/secret/reset',
    { token: user_token, json: { entityId: id, secretExpiryDays: 30 } });
  assert.equal(reset.entityId, id);
  assert.equal(reset.message, undefined);
  assert.ok(Math.abs(reset.expiresOn - Date.parse(reset.timestamp) - 30 * kDay) < 60_000);
  const read = await client.done('/entity/secret/read', { token: user_token, json: { entityId: id } });
  for (const field of ['secret', 'expiresOn', 'expirationDate']) {
    assert.equal(read[field], reset[field]);
  }

  // The member exchanges it for tokens.
  const generated = await client.done('/entity/token/generate', { form: { id, secret: reset.secret } });
  assert.equal(generated.expiresIn, 86400);
  assert.equal(generated.message, undefined);
  const claims = await verify_as_another_member(generated.accessToken, issuer);
  assert.equal(claims.exp - claims.iat, 86400);
  for (const [name, value] of Object.entries({ azp: id, clientId: id, client_id: id, name: id, roles: 'AA',
    preferred_username: `service-account-${id.toLowerCase()}`, typ: 'Bearer', acr: '1', scope: 'openid email profile' })) {
    assert.equal(claims[name], value, name);
  }
  const tampered = generated.accessToken.replace(/\.(.)/, (_, letter) => `.${letter === 'A' ? 'B' : 'A'}`);
  await assert.rejects(verify_as_another_member(tampered, issuer));
  await assert.rejects(verify_as_another_member(generated.accessToken.slice(0, -8), issuer));

  // All of it lasts.
  assert.equal(await service.stop(), 0);
  const again = await workspace.start({ env });
  proxy.target = again.address;
  assert.deepEqual(await verify_as_another_member(generated.accessToken, issuer), claims);
  const after = await client.done('/entity/token/generate', { form: { id, secret: reset.secret } });
  assert.equal(after.message, undefined);
  const later = await verify_as_another_member(after.accessToken, issuer);
  assert.equal(later.sub, claims.sub);
  assert.notEqual(later.jti, claims.jti);
  assert.equal((await client.done('/entity/secret/read', { token: user_token, json: { entityId: id } })).secret,
    reset.secret);

  // And all of it is on record.
  const actions_on = async (subject) =>
    (await workspace.json('audit', 'list', '--subject', subject)).map(({ action }) => action);
  const records_of = (action) => workspace.json('audit', 'list', '--action', action);
  await eventually('the latest token is on record', async () =>
    (await records_of('entity-token.issue')).some(({ details }) => details.jti === later.jti));
  assert.equal((await records_of('link.refuse')).length, 1);
  const on_member = await actions_on(`entity:${id}`);
  for (const action of ['entity.register', 'secret.reset', 'entity.activate', 'secret.read', 'entity-token.issue']) {
    assert.ok(on_member.includes(action), `${action} in ${on_member}`);
  }
  const on_user = await actions_on(`user:${email}`);
  for (const action of ['user.register', 'role.add', 'link.send', 'link.verify', 'user-token.refuse', 'password.set',
    'user-token.issue']) {
    assert.ok(on_user.includes(action), `${action} in ${on_user}`);
  }
  assert.equal((await workspace.json('audit', 'verify')).whole, true);
  assert.equal(await again.stop('SIGINT'), 0);
});
