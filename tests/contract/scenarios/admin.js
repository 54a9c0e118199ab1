// What operators see and do under /admin/v1.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { active_user, credentials, document, expect, fresh, fresh_email, member, registration, service, token_of }
  from '../support/sandbox.js';

const operations = document.operations().filter(({ security }) => security.some((way) => 'operatorToken' in way));
const token = await token_of(credentials.operator);
const call = (id, options = {}) => service.call(id, { token, ...options });

async function done(id, options) {
  const answer = await call(id, options);
  expect(answer, 200);
  return answer.body;
}

test('Each call is for operators alone, and takes no bare token', async () => {
  const { body } = await service.call('generateEntityToken',
    { form: { id: member('AA').id, secret: (await done_secret()) } });
  for (const { id } of operations) {
    expect(await service.call(id), 401, 'Invalid or expired access token');
    expect(await service.call(id, { headers: { authorization: token } }), 401, 'Invalid or expired access token');
    for (const other of [await token_of(member('AA').admin), body.accessToken]) {
      expect(await service.call(id, { token: other }), 401, 'User doesn\'t have access to make this request');
    }
  }
});

async function done_secret() {
  const { body } = await service.call('readEntitySecret',
    { token: await token_of(member('AA').admin), json: { entityId: member('AA').id } });
  return body.secret;
}

test('Each call names a parameter that it does not know, and what is not there is not found', async () => {
  for (const { id, responses, path } of operations) {
    const unknown = await call(id, { query: { colour: 'red' } });
    expect(unknown, 400);
    assert.match(unknown.body.errorMsg, /colour/);
    if ('404' in responses) {
      const query = path.includes('{') ? {} : { entityId: 'NOBODY' };
      const parameters = { id: 'NOBODY', email: 'nobody@contract.test', kid: 'none', number: 999_999_999 };
      expect(await call(id, { parameters, query }), 404);
    }
  }
});

test('Lists come in pages', async () => {
  for (const [id, key] of [['listEntities', 'id'], ['listUsers', 'email'], ['listMails', 'id']]) {
    const whole = (await done(id, { query: { limit: 1000 } })).items.map((item) => item[key]);
    const paged = [];
    for (let after = ''; after !== undefined;) {
      const page = await done(id, { query: { limit: 2, after } });
      paged.push(...page.items.map((item) => item[key]));
      after = page.next;
    }
    assert.deepEqual(paged, whole);
    expect(await call(id, { query: { limit: 0 } }), 400);
  }
  const aggregators = await done('listEntities', { query: { type: 'AA', status: 'ACTIVE', q: 'simul' } });
  assert.deepEqual(aggregators.items.map(({ id }) => id), ['AA-SIMULATOR']);
});

test('A member is shown, suspended, resumed and deregistered', async () => {
  const id = fresh('ADMIN');
  expect(await call('registerEntity', { json: registration(id, { email: fresh_email(), firstName: 'A', lastName: 'B' }) }), 200);
  const parameters = { id };
  const shown = await done('showEntity', { parameters });
  assert.equal(shown.record.entityinfo.id, id);
  assert.equal(shown.admins.length, 1);
  assert.deepEqual(shown.secrets, []);
  assert.equal((await done('showEntity', { parameters: { id: member('AA').id } })).secrets[0].state, 'current');

  expect(await call('resumeEntity', { parameters }), 409);
  const suspended = await done('suspendEntity', { parameters, json: { reason: 'a test' } });
  assert.deepEqual([suspended.status, suspended.resumesTo], ['SUSPENDED', 'REGISTERED']);
  expect(await call('suspendEntity', { parameters }), 409);
  assert.equal((await done('resumeEntity', { parameters })).status, 'REGISTERED');
  assert.equal((await done('deregisterEntity', { parameters })).status, 'DEREGISTERED');
  expect(await call('deregisterEntity', { parameters }), 409);
});

test('A user is shown, suspended, resumed and invited again', async () => {
  const { email } = await active_user();
  const parameters = { email };
  assert.deepEqual((await done('showUser', { parameters })).entities, []);
  expect(await call('resumeUser', { parameters }), 409);
  assert.equal((await done('suspendUser', { parameters })).status, 'SUSPENDED');
  expect(await call('suspendUser', { parameters }), 409);
  assert.equal((await done('resumeUser', { parameters })).status, 'ACTIVE');
  expect(await call('inviteUserAgain', { parameters }), 409);

  const invited = fresh_email();
  expect(await call('registerUser', { json: { email: invited, firstName: 'A', lastName: 'B' } }), 200);
  await done('inviteUserAgain', { parameters: { email: invited } });

  const [mail] = (await done('listMails', { query: { to: invited } })).items;
  const shown = await done('showMail', { parameters: { id: mail.id } });
  assert.match(shown.link, /#token=/);
  assert.ok(shown.text.includes(shown.link));
});

test('Tokens are ended one by one, and all of a member or a user', async () => {
  const id = fresh('ENDED');
  expect(await call('registerEntity', { json: registration(id, { email: fresh_email(), firstName: 'A', lastName: 'B' }) }), 200);
  const ended = await done('revokeTokensOfEntity', { parameters: { id }, json: { reason: 'a test' } });
  assert.ok(ended.tokensNotBefore >= ended.createdOn);
  const { email } = await active_user();
  assert.ok((await done('revokeTokensOfUser', { parameters: { email }, json: {} })).tokensNotBefore > 0);

  const secret = await done_secret();
  const issued = async () => {
    const { body } = await service.call('generateEntityToken', { form: { id: member('AA').id, secret } });
    return body.accessToken;
  };
  const active = async (entity_token) => (await service.call('introspectToken', { token, form: { token: entity_token } })).body.active;
  const [first, second] = [await issued(), await issued()];
  const { jti } = JSON.parse(Buffer.from(first.split('.')[1], 'base64url'));
  assert.equal((await done('revokeTokenById', { parameters: { jti }, json: { reason: 'a test' } })).jti, jti);
  assert.deepEqual([await active(first), await active(second)], [false, true]);
  expect(await call('revokeTokenById', { parameters: { jti: 'none' } }), 400);

  await done('deregisterEntity', { parameters: { id } });
  expect(await call('revokeTokensOfEntity', { parameters: { id } }), 409);
});

test('The audit trail is listed by filters and in pages, and shown record by record', async () => {
  const query = { action: 'entity.', outcome: 'done', limit: 2 };
  const page = await done('listAuditRecords', { query });
  assert.equal(page.items.length, 2);
  const { items: [older] } = await done('listAuditRecords', { query: { ...query, after: page.next, until: Date.now() } });
  assert.ok(older.number < page.items[1].number);
  const { record } = await done('showAuditRecord', { parameters: older });
  assert.deepEqual(record, older);
  // Every record that these tests have left fits the document.
  await done('listAuditRecords', { query: { limit: 1000 } });
});

test('Entity tokens are counted by hour and member', async () => {
  await service.call('generateEntityToken', { form: { id: 'NOBODY', secret: 'x' } });
  await service.call('generateEntityToken', { form: { id: member('AA').id, secret: await done_secret() } });
  const { items } = await done('countTokens', { query: { entityId: member('AA').id } });
  assert.ok(items[0].issued >= 1);
  const page = await done('countTokens', { query: { limit: 1, since: Date.now() - 7_200_000 } });
  assert.ok((await done('countTokens', { query: { after: page.next } })).items.length >= 1);
});

test('Keys, counts and the state of the node are told', async () => {
  const { items: keys } = await done('listSigningKeys');
  assert.deepEqual(keys.map(({ state }) => state), ['ACTIVE']);
  const { items } = await done('countSecretsByExpiry');
  assert.ok(items.reduce((sum, { secrets }) => sum + secrets, 0) >= 3);
  const health = await done('showHealth');
  assert.equal(health.clock.trusted, true);
  assert.deepEqual(health.signingKeys.map(({ kid }) => kid), keys.map(({ kid }) => kid));
});

test('A key is published ahead and withdrawn again', async () => {
  const { kid, state } = await done('rotateSigningKeys');
  assert.equal(state, 'PENDING');
  expect(await call('rotateSigningKeys'), 409);
  expect(await call('rotateSigningKeys', { json: { algorithm: 'none' } }), 400);
  assert.equal((await done('withdrawSigningKey', { parameters: { kid }, json: { reason: 'a test' } })).state, 'ACTIVE');
  expect(await call('withdrawSigningKey', { parameters: { kid } }), 409);
});
