// What a sandbox has beyond a network, and resets that are repeated.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { active_user, credentials, expect, fresh, member, service, token_of } from '../support/sandbox.js';

const kDay = 24 * 60 * 60 * 1000;
const { id: entityId, admin } = member('FIU');

async function travel(shift, person = admin) {
  return service.call('shiftSandboxClock', { token: await token_of(person), json: { entityId, shift } });
}

async function reset(options = {}) {
  return service.call('resetEntitySecret', { token: await token_of(admin), json: { entityId }, ...options });
}

after(() => travel('PT0S'));

test('A secret is tried through its months in moments', async () => {
  const { body: { secret } } = await reset();
  const use = () => service.call('generateEntityToken', { form: { id: entityId, secret } });
  for (const [shift, status, message] of [
    ['P179D', 200, undefined],
    ['P181D', 200, `The secret for entity with ID ${entityId} is expired and within the grace period`],
    ['P186D', 401, undefined],
    ['PT0S', 200, undefined],
  ]) {
    const travelled = await travel(shift);
    expect(travelled, 200);
    assert.equal(travelled.body.shift, shift);
    const answer = await use();
    expect(answer, status);
    assert.equal(answer.body.message, message);
  }
});

test('Times are told as the clock of a client shows them', async () => {
  const { body: made } = await reset();
  expect(await travel('P170D', credentials.operator), 200);
  const { body: read } = await service.call('readEntitySecret', { token: await token_of(admin), json: { entityId } });
  assert.equal(read.expiresOn, made.expiresOn - 170 * kDay);
  expect(await travel('PT0S'), 200);
});

test('Only a plain length of time forward is a shift', async () => {
  for (const shift of ['P1Y', 'P1M', '-P1D', 'P', 'PT', 'P3651D', '10', '']) {
    const answer = await travel(shift);
    expect(answer, 400);
    assert.match(answer.body.errorMsg, /^shift /);
  }
  expect(await travel('P1D', member('AA').admin), 401, 'Invalid entity id');
});

test('A mock member needs an id alone, and works at once', async () => {
  const token = await token_of(await active_user());
  const id = fresh('MOCK');
  const registration = { token, json: { type: 'FIP', entityinfo: { id, name: '', baseurl: '' } } };
  const registered = await service.call('registerMockEntity', registration);
  expect(registered, 200);
  assert.deepEqual(registered.body.entity, { id, name: id, status: 'ACTIVE' });
  const { body: { secret } } = await service.call('readEntitySecret', { token, json: { entityId: id } });
  expect(await service.call('generateEntityToken', { form: { id, secret } }), 200);

  expect(await service.call('registerMockEntity', registration), 409, `Entity ${id} already exists`);
  expect(await service.call('registerMockEntity', { token, json: { type: 'FIP' } }), 400,
    'Entity Id/Type is missing in the request');
  expect(await service.call('registerMockEntity', { ...registration, token: await token_of(credentials.operator) }), 401,
    'User doesn\'t have access to make this request');
});

test('A reset under an Idempotency-Key is answered again word for word', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  const first = await reset({ headers });
  expect(first, 200);
  assert.equal(first.headers.get('idempotency-replayed'), null);
  const again = await reset({ headers });
  expect(again, 200);
  assert.equal(again.headers.get('idempotency-replayed'), 'true');
  assert.deepEqual(again.body, first.body);

  expect(await reset({ headers, json: { entityId, secretExpiryDays: 7 } }), 409);
  await reset();
  expect(await reset({ headers }), 409);
  expect(await reset({ headers: { 'idempotency-key': 'two words' } }), 400);
});
