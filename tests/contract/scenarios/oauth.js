// The standard endpoints: tokens, introspection, revocation.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { basic, credentials, document, expect, member, service, token_of } from '../support/sandbox.js';

const kGrant = { grant_type: 'client_credentials' };
const with_basic = (one) => ({ headers: { authorization: basic(one) } });
const in_the_form = ({ id, secret }) => ({ client_id: id, client_secret: secret });

function expect_error(answer, status, error) {
  expect(answer, status);
  assert.equal(answer.body.error, error);
}

async function issued_to(one) {
  const answer = await service.call('issueToken', { form: kGrant, ...with_basic(one) });
  expect(answer, 200);
  return answer.body.access_token;
}

test('An entity gets a token by the header or by the form, not by both', async () => {
  const one = member('AA');
  await issued_to(one);
  expect(await service.call('issueToken', { form: { ...kGrant, ...in_the_form(one) } }), 200);
  expect_error(await service.call('issueToken', { form: { ...kGrant, ...in_the_form(one) }, ...with_basic(one) }),
    400, 'invalid_request');
});

test('Who authenticates wrongly, or not at all, is refused with a challenge', async () => {
  const one = member('AA');
  const token = await issued_to(one);
  const questions = { issueToken: kGrant, introspectToken: { token }, revokeToken: { token } };
  for (const [id, form] of Object.entries(questions)) {
    for (const headers of [{}, { authorization: basic({ ...one, secret: 'wrong' }) }, { authorization: 'Basic !' }]) {
      const answer = await service.call(id, { form, headers });
      expect_error(answer, 401, 'invalid_client');
      assert.match(answer.headers.get('www-authenticate'), /^Basic /);
    }
    const bearer = await service.call(id, { form, token });
    expect_error(bearer, 401, id === 'issueToken' ? 'invalid_client' : 'invalid_token');
  }
});

test('Another grant is refused as such', async () => {
  const form = { grant_type: 'password' };
  expect_error(await service.call('issueToken', { form, ...with_basic(member('AA')) }), 400, 'unsupported_grant_type');
});

test('A token is active until its owner revokes it', async () => {
  const [owner, receiver] = [member('AA'), member('FIP')];
  const token = await issued_to(owner);
  const asked = () => service.call('introspectToken', { form: { token }, ...with_basic(receiver) });
  const before = await asked();
  expect(before, 200);
  assert.equal(before.body.active, true);
  assert.equal(before.body.azp, owner.id);
  expect(await service.call('revokeToken', { form: { token }, ...with_basic(receiver) }), 200);
  assert.equal((await asked()).body.active, true);
  expect(await service.call('revokeToken', { form: { token }, ...with_basic(owner) }), 200);
  assert.deepEqual((await asked()).body, { active: false });
});

test('A user token is active for an operator, and for no entity', async () => {
  const token = await token_of(member('FIU').admin);
  const for_operator = await service.call('introspectToken', { form: { token }, token: await token_of(credentials.operator) });
  expect(for_operator, 200);
  assert.equal(for_operator.body.username, member('FIU').admin.email);
  const for_entity = await service.call('introspectToken', { form: { token }, ...with_basic(member('FIU')) });
  assert.deepEqual(for_entity.body, { active: false });
});

test('Scripts of any origin may read the public documents', async () => {
  for (const { id } of document.operations().filter(({ method }) => method === 'OPTIONS')) {
    expect(await service.call(id), 204);
  }
});
