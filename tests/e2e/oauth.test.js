// Software that speaks OAuth 2.0 and was not written for this service: openid-client asks, jose verifies.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { SignJWT, createRemoteJWKSet, decodeJwt, importJWK, jwtVerify } from 'jose';
import { Issuer } from 'openid-client';
import { Client, sandbox_credentials } from './support/client.js';
import { Workspace, eventually } from './support/program.js';

const kMethods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'];

/** A sandbox, its people, and its issuer as openid-client discovers it. */
async function sandbox(context) {
  const workspace = await Workspace.create(context);
  const service = await workspace.start();
  const { entities, operator } = await sandbox_credentials(workspace);
  const issuer = await Issuer.discover(`${service.base_url}/auth/realms/sahamati`);
  // The library names issuer and endpoint in a list unless it is told otherwise, and this service takes one text.
  const clientAssertionPayload = { aud: issuer.metadata.issuer };
  class OneAudience extends issuer.Client {
    grant(body) {
      return super.grant(body, { clientAssertionPayload });
    }

    introspect(token, hint) {
      return super.introspect(token, hint, { clientAssertionPayload });
    }

    revoke(token, hint) {
      return super.revoke(token, hint, { clientAssertionPayload });
    }
  }
  /** A client of the library, for a furnished member. */
  const client_of = ({ id, secret, privateJwk }, method = 'client_secret_basic') =>
    new OneAudience({ client_id: id, client_secret: secret, token_endpoint_auth_method: method,
      token_endpoint_auth_signing_alg: method === 'private_key_jwt' ? 'RS256' : undefined }, { keys: [privateJwk] });
  return { workspace, service, entities, operator, issuer, client_of };
}

function refused_with(error) {
  return (thrown) => thrown.error === error;
}

test('A library discovers the issuer, gets tokens by each method, and another verifies them', async (context) => {
  const { issuer, entities, client_of } = await sandbox(context);
  assert.deepEqual(issuer.metadata.token_endpoint_auth_methods_supported, kMethods);
  assert.equal(issuer.metadata.authorization_endpoint, undefined);
  const by_oauth = await Issuer.discover(
    issuer.metadata.issuer.replace('/auth/', '/.well-known/oauth-authorization-server/auth/'));
  assert.equal(by_oauth.metadata.token_endpoint, issuer.metadata.token_endpoint);

  const keys = createRemoteJWKSet(new URL(issuer.metadata.jwks_uri));
  for (const member of entities) {
    for (const method of kMethods) {
      const token = await client_of(member, method).grant({ grant_type: 'client_credentials', scope: 'openid' });
      assert.equal(token.token_type, 'Bearer');
      const { payload } = await jwtVerify(token.access_token, keys, { issuer: issuer.metadata.issuer, audience: 'account' });
      assert.equal(payload.azp, member.id);
      assert.equal(payload.roles, member.type);
    }
  }
});

test('A wrong secret, another grant and a foreign method are the errors that a library knows', async (context) => {
  const { entities: [member, other], client_of } = await sandbox(context);
  const { privateJwk } = other;
  for (const method of kMethods) {
    const wrong = client_of({ id: member.id, secret: `${member.secret}x`, privateJwk }, method);
    await assert.rejects(wrong.grant({ grant_type: 'client_credentials' }), refused_with('invalid_client'));
    await assert.rejects(wrong.introspect('x'), refused_with('invalid_client'));
    await assert.rejects(wrong.revoke('x'), refused_with('invalid_client'));
    await assert.rejects(client_of(member, method).grant({ grant_type: 'password', username: 'a', password: 'b' }),
      refused_with('unsupported_grant_type'));
  }
});

test('An assertion is good once, in whichever library it was made', async (context) => {
  const { issuer, entities: [member] } = await sandbox(context);
  const { alg, kid } = member.privateJwk;
  const assertion = async (claims = {}) => new SignJWT({ ...claims })
    .setProtectedHeader({ alg, kid }).setIssuer(member.id).setSubject(member.id)
    .setAudience(claims.aud ?? issuer.metadata.token_endpoint).setJti(randomUUID()).setExpirationTime('4m')
    .sign(await importJWK(member.privateJwk));
  const present = async (client_assertion) => {
    const answer = await fetch(issuer.metadata.token_endpoint, { method: 'POST', body: new URLSearchParams({
      grant_type: 'client_credentials', client_assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' }) });
    return { status: answer.status, ...await answer.json() };
  };
  const once = await assertion();
  const both = await Promise.all([present(once), present(once)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 401]);
  assert.match(both.find(({ status }) => status === 401).error_description, /jti was used before/);
  const list = await present(await assertion({ aud: [issuer.metadata.issuer] }));
  assert.equal(list.status, 401);
  assert.match(list.error_description, /aud must be one text/);
});

test('A receiver introspects a token, its owner revokes it, and then it is not active', async (context) => {
  const { entities: [owner, receiver], client_of } = await sandbox(context);
  for (const method of kMethods) {
    const asks = client_of(receiver, method);
    const owns = client_of(owner, method);
    const { access_token } = await owns.grant({ grant_type: 'client_credentials' });
    const told = await asks.introspect(access_token, 'access_token');
    const { active, token_type, ...claims } = told;
    assert.deepEqual([active, token_type], [true, 'Bearer']);
    assert.deepEqual(claims, decodeJwt(access_token));

    await asks.revoke(access_token);
    assert.equal((await asks.introspect(access_token)).active, true, 'it is not the receiver\'s');
    await owns.revoke(access_token, 'access_token');
    assert.deepEqual(await asks.introspect(access_token), { active: false });
    await owns.revoke(access_token);
    assert.equal((await asks.introspect((await owns.grant({ grant_type: 'client_credentials' })).access_token)).active, true);
  }
});

test('What a command revokes is refused by the service that runs beside it', async (context) => {
  const { workspace, service, entities: [owner, receiver], operator, client_of } = await sandbox(context);
  const iam = new Client(service.base_url);
  const asks = client_of(receiver);
  const is_refused = (token) => async () => !(await asks.introspect(token)).active;
  const grant = async () => (await client_of(owner).grant({ grant_type: 'client_credentials' })).access_token;

  const one = await grant();
  const other = await grant();
  assert.match(await workspace.done('token', 'revoke', '--jti', decodeJwt(one).jti), /revoked/);
  await eventually('the token is refused', is_refused(one));
  assert.equal((await asks.introspect(other)).active, true);

  const { tokensNotBefore } = await workspace.json('token', 'revoke', '--entity', owner.id);
  assert.ok(Date.parse(tokensNotBefore) > 0);
  await eventually('all tokens are refused', is_refused(other));
  const next = await client_of(owner).grant({ grant_type: 'client_credentials' });
  assert.equal(next['not-before-policy'], Date.parse(tokensNotBefore) / 1000);
  assert.equal((await asks.introspect(next.access_token)).active, true);

  const presented = await iam.sign_in(owner.admin);
  const read = () => iam.call('/entity/secret/read', { token: presented, json: { entityId: owner.id } });
  assert.equal((await read()).status, 200);
  await workspace.done('token', 'revoke', '--user', owner.admin.email);
  assert.equal((await read()).status, 401);
  assert.ok(await iam.sign_in(owner.admin), 'the password is as good as ever');
  assert.ok(await iam.sign_in(operator));

  for (const words of [['--jti', 'no-uuid'], ['--jti', ''], ['--entity', 'NOBODY'], ['--user', 'nobody@cli.test']]) {
    const { code, stdout, stderr } = await workspace.on_store('token', 'revoke', ...words);
    assert.ok([1, 2].includes(code), `${words}: ${code}`);
    assert.equal(stdout, '');
    assert.match(stderr, /./);
  }
  const actions = (await workspace.json('audit', 'list', '--limit', '100')).map(({ action, outcome }) => `${action} ${outcome}`);
  for (const action of ['token.revoke done', 'token.revoke refused', 'entity.revoke-tokens done',
    'entity.revoke-tokens refused', 'user.revoke-tokens done', 'user.revoke-tokens refused']) {
    assert.ok(actions.includes(action), action);
  }
});

test('A revocation outlives a restart', async (context) => {
  const { workspace, service, entities: [owner, receiver], client_of } = await sandbox(context);
  const { access_token } = await client_of(owner).grant({ grant_type: 'client_credentials' });
  await client_of(owner).revoke(access_token);
  const listen = service.address;
  await service.stop();
  await workspace.start({ listen });
  assert.deepEqual(await client_of(receiver).introspect(access_token), { active: false });
});
