// Signing in, as a user and as an entity.
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { base_url, credentials, expect, fresh_email, fresh_password, member, service } from '../support/sandbox.js';

/** The claims of a token whose signature one of the published keys verifies. */
async function verified_claims(token) {
  const [header, payload, signature] = token.split('.');
  const { alg, kid } = JSON.parse(Buffer.from(header, 'base64url'));
  const { body } = await service.call('getKeys');
  const key = body.keys.find((one) => one.kid === kid);
  assert.ok(key, `no published key has the kid ${kid}`);
  assert.equal(alg, 'RS256');
  assert.equal(key.alg, alg);
  assert.ok(verify('sha256', Buffer.from(`${header}.${payload}`), createPublicKey({ key, format: 'jwk' }),
    Buffer.from(signature, 'base64url')));
  // As the naive decoders do that are in use.
  return JSON.parse(Buffer.from(payload, 'base64'));
}

async function claims_of(answer) {
  expect(answer, 200);
  const claims = await verified_claims(answer.body.accessToken);
  assert.equal(claims.iss, `${base_url}/auth/realms/sahamati`);
  assert.equal(claims.typ, 'Bearer');
  assert.equal(claims.aud, 'account');
  assert.equal(claims.scope, answer.body.scope);
  assert.equal(claims.exp - claims.iat, answer.body.expiresIn);
  return claims;
}

test('A user token lasts 180 days, and an operator\'s 8 hours', async () => {
  const sign_in = ({ email, password }) => service.call('generateUserToken', { form: { username: email, password } });
  const admin = await claims_of(await sign_in(member('AA').admin));
  assert.equal(admin.exp - admin.iat, 180 * 24 * 60 * 60);
  assert.equal(admin.azp, 'iam');
  assert.equal(admin.email, member('AA').admin.email);
  const operator = await claims_of(await sign_in(credentials.operator));
  assert.equal(operator.exp - operator.iat, 8 * 60 * 60);
});

test('An email is compared in lower case', async () => {
  const { email, password } = member('AA').admin;
  expect(await service.call('generateUserToken', { form: { username: email.toUpperCase(), password } }), 200);
});

test('An unknown user and a wrong password look the same', async () => {
  const message = 'Invalid username/password or password is expired';
  for (const username of [fresh_email(), member('AA').admin.email]) {
    expect(await service.call('generateUserToken', { form: { username, password: fresh_password() } }), 401, message);
  }
});

test('Each type of entity gets a token of 24 hours that names its role', async () => {
  for (const { id, type, secret } of credentials.entities) {
    const claims = await claims_of(await service.call('generateEntityToken', { form: { id, secret } }));
    assert.equal(claims.exp - claims.iat, 24 * 60 * 60);
    assert.equal(claims.roles, type);
    assert.equal(claims.azp, id);
  }
});

test('An unknown entity, an id in another case and a wrong secret look the same', async () => {
  const { id, secret } = member('AA');
  const message = 'Invalid entity id/secret or secret is expired';
  const wrong = [['NO-SUCH-ENTITY', secret], [id.toLowerCase(), secret], [id, `${secret}x`]];
  for (const [wrong_id, wrong_secret] of wrong) {
    const form = { id: wrong_id, secret: wrong_secret };
    expect(await service.call('generateEntityToken', { form }), 401, message);
  }
});
