// The registry, held against the document.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base_url, credentials, document, expect, fresh, member, registration, service, token_of } from '../support/sandbox.js';

const calls = document.operations().filter(({ path }) => path.startsWith('/cr/'));

function expect_text(answer, status, text) {
  expect(answer, status);
  assert.deepEqual(answer.body, { responseCode: status, responseText: text });
}

async function entity_token(type) {
  const { id, secret } = member(type);
  return (await service.call('generateEntityToken', { form: { id, secret } })).body.accessToken;
}

/** What is written of a member: a registration without what belongs to the IAM. */
function record(id) {
  const { entityinfo } = registration(id);
  return { ver: '2.0.0', requester: { name: entityinfo.name, id }, entityinfo };
}

test('Without a good token every call of the registry is a 401', async () => {
  for (const { id, requestBody } of calls) {
    const body = requestBody ? { json: {} } : {};
    expect_text(await service.call(id, body), 401, '401 UNAUTHORIZED');
    expect_text(await service.call(id, { ...body, token: 'a.b.c' }), 401, '401 UNAUTHORIZED');
  }
});

test('An unknown type is a 400 everywhere', async () => {
  const token = await token_of(credentials.operator);
  for (const { id, requestBody } of calls) {
    const answer = await service.call(id, { ...(requestBody && { json: {} }), token, parameters: { type: 'BANK' } });
    expect_text(answer, 400, '400 BAD_REQUEST: type must be AA, FIP or FIU');
  }
});

test('A member reads what its role sees, and only again what has changed', async () => {
  const token = await entity_token('AA');
  const list = await service.call('listRegistryRecords', { token });
  expect(list, 200);
  const furnished = list.body.find(({ entityinfo }) => entityinfo.id === member('FIP').id);
  const one = await service.call('getRegistryRecord', { token, parameters: { id: member('FIP').id } });
  assert.deepEqual(one.body, furnished);
  for (const [id, { headers }] of [['listRegistryRecords', list], ['getRegistryRecord', one]]) {
    const again = await service.call(id, { token, headers: { 'if-none-match': headers.get('etag') } });
    expect(again, 304);
  }
  expect_text(await service.call('getRegistryRecord', { token, parameters: { id: 'NO-SUCH' } }), 404, 'Entity not found');
  const users = await service.call('listRegistryRecords', { token: await entity_token('FIP'), parameters: { type: 'FIU' } });
  assert.deepEqual(users.body, []);
});

test('An operator registers, replaces and deregisters', async () => {
  const token = await token_of(credentials.operator);
  const id = fresh('CR-FIP');
  const json = record(id);
  expect_text(await service.call('createRegistryRecord', { token, json }), 200, '200 OK');
  expect_text(await service.call('createRegistryRecord', { token, json }), 409, 'Entity already exist');
  json.entityinfo.baseurl = 'https://elsewhere.test/v2';
  expect_text(await service.call('replaceRegistryRecord', { token, json }), 200, '200 OK');
  const read = await service.call('getRegistryRecord', { token, parameters: { id } });
  assert.equal(read.body.entityinfo.baseurl, 'https://elsewhere.test/v2');
  expect_text(await service.call('replaceRegistryRecord', { token, json: record('NO-SUCH') }), 404, 'Entity not found');
  expect_text(await service.call('deleteRegistryRecord', { token, parameters: { id } }), 200, '200 OK');
  expect_text(await service.call('deleteRegistryRecord', { token, parameters: { id } }), 404, 'Entity not found');
});

test('A private key is refused, and a member writes nothing', async () => {
  const json = record(fresh('CR-FIP'));
  expect_text(await service.call('createRegistryRecord', { token: await entity_token('FIP'), json }), 401, '401 UNAUTHORIZED');
  json.entityinfo.certificate.d = 'AQAB';
  const refused = await service.call('createRegistryRecord', { token: await token_of(credentials.operator), json });
  expect(refused, 400);
  assert.match(refused.body.responseText, /^400 BAD_REQUEST: certificate /);
});

test('Reads of version 1 are gone', async () => {
  for (const path of ['/cr/entityInfo/FIP', '/cr/entityInfo/FIP/FIP-SIMULATOR', '/cr/entityInfo/']) {
    const answer = await fetch(base_url + path);
    assert.equal(answer.status, 410);
    assert.equal((await answer.json()).responseCode, 410);
  }
});
