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
      assert.match(path, /\{/);
      expect(await call(id, { parameters: { id: 'NOBODY', email: 'nobody@contract.test', kid: 'none' } }), 404);
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

test('Keys, counts and the state of the node are told', async () => {
  const { items: keys } = await done('listSigningKeys');
  assert.deepEqual(keys.map(({ state }) => state), ['ACTIVE']);
  const { items } = await done('countSecretsByExpiry');
  assert.ok(items.reduce((sum, { secrets }) => sum + secrets, 0) >= 3);
  assert.equal((await done('showHealth')).clock.trusted, true);
});

test('A key is published ahead and withdrawn again', async () => {
  const { kid, state } = await done('rotateSigningKeys');
  assert.equal(state, 'PENDING');
  expect(await call('rotateSigningKeys'), 409);
  expect(await call('rotateSigningKeys', { json: { algorithm: 'none' } }), 400);
  assert.equal((await done('withdrawSigningKey', { parameters: { kid }, json: { reason: 'a test' } })).state, 'ACTIVE');
  expect(await call('withdrawSigningKey', { parameters: { kid } }), 409);
});
