// The rules that hold for each operation alike, taken from the document.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { basic, credentials, document, expect, member, service, token_of } from '../support/sandbox.js';

const kBodyLimit = 64 * 1024;

const with_body = document.operations().filter(({ requestBody }) => requestBody);
// Of the body of an operator's call nothing is required, not even that there is one.
const with_fields = with_body.filter(({ requestBody }) => requestBody.required);
const with_json = with_fields.filter(({ mediaType }) => mediaType === 'application/json');
// Those under /cr answer in another form, and have a scenario of their own.
const with_token = document.operations().filter(({ path, security }) =>
  !path.startsWith('/cr/') && security.length === 1 && 'userToken' in security[0]);
const with_client = document.operations().filter(({ security = [] }) => security.some((way) => 'clientSecretBasic' in way));
const with_405 = document.operations().filter(({ responses }) => '405' in responses);

/** A body of the operation's type, of exactly that many bytes, in which every field is missing. */
function padded_body({ mediaType }, bytes) {
  const [head, tail] = mediaType === 'application/json' ? ['{"padding":"', '"}'] : ['padding=', ''];
  return { raw: head + 'x'.repeat(bytes - head.length - tail.length) + tail, content_type: mediaType };
}

test('Another method is refused, and Allow names those that there are', async () => {
  for (const { id, siblings } of with_405) {
    const answer = await service.call(id, { method: 'PATCH' });
    expect(answer, 405);
    const allowed = answer.headers.get('allow').split(',').map((method) => method.trim());
    assert.deepEqual(siblings.filter((method) => !allowed.includes(method)), [], `${id}: Allow: ${allowed}`);
  }
});

test('A body of 64 KiB is read, and one byte more is too large', async () => {
  for (const operation of with_body) {
    const fits = await service.call(operation.id, padded_body(operation, kBodyLimit));
    assert.ok([400, 401].includes(fits.status), `${operation.id} → ${fits.status}`);
    expect(await service.call(operation.id, padded_body(operation, kBodyLimit + 1)), 413);
  }
});

test('Another content type is refused, whatever the body', async () => {
  for (const { id, mediaType } of with_body) {
    const other = mediaType === 'application/json' ? 'application/x-www-form-urlencoded' : 'application/json';
    expect(await service.call(id, { raw: '{}', content_type: other }), 415);
    expect(await service.call(id, { raw: '{}', content_type: 'text/plain' }), 415);
  }
});

test('A content type counts without case and parameters, and a missing one as the right one', async () => {
  for (const { id, mediaType } of with_body) {
    const raw = mediaType === 'application/json' ? '{}' : 'nothing=';
    for (const content_type of [undefined, `${mediaType.toUpperCase()}; charset=UTF-8`]) {
      const { status } = await service.call(id, { raw, content_type });
      assert.ok([400, 401].includes(status), `${id} with ${content_type} → ${status}`);
    }
  }
});

test('A malformed body is refused before the token is looked at', async () => {
  for (const { id } of with_json) {
    for (const raw of ['', '{', '[]', '"text"', '{} {}']) {
      expect(await service.call(id, { raw, content_type: 'application/json' }), 400);
    }
  }
});

test('A missing, malformed or foreign token is refused before the fields are looked at', async () => {
  const provider = member('FIP');
  const { body } = await service.call('generateEntityToken', { form: { id: provider.id, secret: provider.secret } });
  const good = await token_of(credentials.operator);
  const message = 'Invalid or expired access token';
  for (const { id } of with_token) {
    expect(await service.call(id, { json: {} }), 401, message);
    for (const authorization of ['Bearer', 'Bearer a.b.c', 'a.b', `Basic ${good}`, `Bearer ${good} more`,
      `Bearer ${good}A`, `Bearer ${body.accessToken}`]) {
      expect(await service.call(id, { json: {}, headers: { authorization } }), 401, message);
    }
  }
});

test('A good token gets as far as the fields, with the word Bearer in any case or bare', async () => {
  const good = await token_of(member('FIP').admin);
  for (const { id } of with_token) {
    for (const authorization of [`Bearer ${good}`, `bearer   ${good}`, `BEARER ${good}`, good]) {
      expect(await service.call(id, { json: {}, headers: { authorization } }), 400);
    }
  }
});

test('Missing fields are named by the messages that clients know', async () => {
  const token = await token_of(credentials.operator);
  const messages = {
    generateUserToken: 'User Id/Password is missing in the request',
    generateEntityToken: 'Entity Id/Secret is missing in the request',
    resetEntitySecret: 'Entity Id is missing in the request',
    readEntitySecret: 'Entity Id is missing in the request',
    getEntitySecretStatus: 'Entity Id is missing in the request',
    revokeReplacedSecrets: 'Entity Id is missing in the request',
    registerEntity: 'Entity Id/Type is missing in the request',
    registerUser: 'User email is missing in the request',
  };
  for (const { id, mediaType } of with_fields.filter(({ path }) => !path.startsWith('/cr/'))) {
    const raw = mediaType === 'application/json' ? '{}' : '';
    const authenticated = (operations) => operations.some((operation) => operation.id === id);
    const authorization = authenticated(with_token) ? { token }
      : authenticated(with_client) ? { headers: { authorization: basic(member('FIP')) } } : {};
    expect(await service.call(id, { raw, content_type: mediaType, ...authorization }), 400, messages[id]);
  }
});

test('A txnId of the caller comes back, in both spellings; a useless one is replaced', async () => {
  const token = await token_of(member('FIP').admin);
  const answer_to = async (fields) =>
    (await service.call('getEntitySecretStatus', { token, json: { entityId: member('FIP').id, ...fields } })).body;
  assert.equal((await answer_to({ txnId: 'not quite a UUID' })).txnId, 'not quite a UUID');
  assert.equal((await answer_to({ txnid: 'older-spelling' })).txnId, 'older-spelling');
  assert.equal((await answer_to({ txnId: 'x'.repeat(128) })).txnId, 'x'.repeat(128));
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  for (const txnId of ['', 'x'.repeat(129), 'tab\there', 'नमस्ते', 7, null, {}]) {
    assert.match((await answer_to({ txnId })).txnId, uuid);
  }
});

test('A known member that stands twice is refused, an unknown one is not', async () => {
  const token = await token_of(member('FIP').admin);
  const twice = (name) => `{"entityId":"${member('FIP').id}","${name}":"a","${name}":"b"}`;
  const call = (raw) => service.call('getEntitySecretStatus', { token, raw, content_type: 'application/json' });
  expect(await call(twice('entityId')), 400);
  expect(await call(twice('unknown')), 200);
});
