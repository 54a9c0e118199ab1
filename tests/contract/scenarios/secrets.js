// The life of a member's secret, in the hands of its admin.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { credentials, expect, member, service, token_of } from '../support/sandbox.js';

const kDay = 24 * 60 * 60 * 1000;
const kDefaultMessage =
  'The expiry is set to 180 days by default, as the user didn\'t specify or exceeded the default limit.';

const entityId = member('AA').id;
const admin = () => token_of(member('AA').admin);

async function reset(fields = {}) {
  const answer = await service.call('resetEntitySecret', { token: await admin(), json: { entityId, ...fields } });
  expect(answer, 200);
  return answer.body;
}

async function read() {
  const answer = await service.call('readEntitySecret', { token: await admin(), json: { entityId } });
  expect(answer, 200);
  return answer.body;
}

function try_secret(secret) {
  return service.call('generateEntityToken', { form: { id: entityId, secret } });
}

async function expect_current(secret) {
  const answer = await try_secret(secret);
  expect(answer, 200);
  assert.equal(answer.body.message, undefined);
}

function assert_lasts(body, days) {
  const lasts = body.expiresOn - Date.parse(body.timestamp);
  assert.ok(Math.abs(lasts - days * kDay) < 60_000, `lasts ${lasts / kDay} days`);
  assert.equal(body.expirationDate, new Date(body.expiresOn).toISOString().slice(0, -1));
}

test('Read answers with the secret that the sandbox made', async () => {
  const body = await read();
  assert.equal(body.secret, member('AA').secret);
  assert.equal(body.message, undefined);
});

test('A reset for some days lasts so long, and says nothing more', async () => {
  for (const secretExpiryDays of [30, '45']) {
    const body = await reset({ secretExpiryDays });
    assert_lasts(body, Number(secretExpiryDays));
    assert.equal(body.message, undefined);
    assert.equal((await read()).secret, body.secret);
  }
});

test('A reset without days, or with too many, lasts 180 and says so', async () => {
  for (const fields of [{}, { secretExpiryDays: null }, { secretExpiryDays: 181 }]) {
    const answer = await service.call('resetEntitySecret', {
      token: await admin(), raw: JSON.stringify({ entityId, ...fields }), content_type: 'application/json',
    });
    expect(answer, 200, kDefaultMessage);
    assert_lasts(answer.body, 180);
  }
});

test('Days that are no whole number from 1 are refused', async () => {
  const token = await admin();
  for (const secretExpiryDays of [0, -1, 1.5, '0', 'ten', '', true, [], {}]) {
    expect(await service.call('resetEntitySecret', { token, json: { entityId, secretExpiryDays } }), 400);
  }
  expect(await service.call('resetEntitySecret', { token, json: { entityId, revokeOld: 'yes' } }), 400);
});

test('A replaced secret works on with a warning, until it is revoked', async () => {
  const old = await reset();
  const current = await reset();
  const graced = await try_secret(old.secret);
  expect(graced, 200);
  assert.ok(graced.body.message.startsWith(
    `The secret for entity with ID ${entityId} has been replaced and is within the grace period until `));
  await expect_current(current.secret);

  const revoked = await service.call('revokeReplacedSecrets', { token: await admin(), json: { entityId } });
  expect(revoked, 200);
  assert.ok(revoked.body.revoked >= 1);
  expect(await try_secret(old.secret), 401);
  await expect_current(current.secret);
});

test('A reset can end the older secrets itself', async () => {
  const old = await reset();
  const current = await reset({ revokeOld: true });
  expect(await try_secret(old.secret), 401);
  await expect_current(current.secret);
});

test('The status lists what works, newest first, and operators may see and revoke', async () => {
  await reset({ revokeOld: true });
  const current = await reset({ secretExpiryDays: 20 });
  const operator = await token_of(credentials.operator);
  for (const asking of [await admin(), operator]) {
    const { body } = await service.call('getEntitySecretStatus', { token: asking, json: { entityId } });
    assert.deepEqual(body.secrets.map(({ state }) => state), ['current', 'replaced']);
    assert.equal(body.secrets[0].expiresOn, current.expiresOn);
    assert.equal(body.secrets[0].graceEndsOn, current.expiresOn + 5 * kDay);
    assert.ok(body.secrets[0].createdOn >= body.secrets[1].createdOn);
  }
  for (const revoked of [1, 0]) {
    const answer = await service.call('revokeReplacedSecrets', { token: operator, json: { entityId } });
    expect(answer, 200);
    assert.equal(answer.body.revoked, revoked);
  }
});

test('The older spelling of the entity id is understood', async () => {
  const raw = JSON.stringify({ entityid: entityId });
  expect(await service.call('readEntitySecret', { token: await admin(), raw, content_type: 'application/json' }), 200);
});

test('Nobody but an admin of the entity gets at its secret', async () => {
  const operator = await token_of(credentials.operator);
  for (const id of ['resetEntitySecret', 'readEntitySecret']) {
    expect(await service.call(id, { token: operator, json: { entityId } }), 401, 'Invalid entity id');
  }
  const token = await admin();
  for (const id of ['resetEntitySecret', 'readEntitySecret', 'getEntitySecretStatus', 'revokeReplacedSecrets']) {
    for (const foreign of [member('FIP').id, entityId.toLowerCase(), 'NO-SUCH-ENTITY']) {
      expect(await service.call(id, { token, json: { entityId: foreign } }), 401, 'Invalid entity id');
    }
  }
});
