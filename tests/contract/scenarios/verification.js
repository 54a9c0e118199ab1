// What receivers of tokens, browsers and supervisors read without credentials.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base_url, document, document_text, expect, service } from '../support/sandbox.js';

const kMetadata = ['getOpenIdConfiguration', 'getAuthorizationServerMetadata'];

/** Asserts that the answer comes with its content unless the caller says that it has it already. */
async function expect_revalidation(id, parameters = {}) {
  const first = await service.call(id, { parameters });
  expect(first, 200);
  const etag = first.headers.get('etag');
  const again = await service.call(id, { parameters, headers: { 'if-none-match': etag } });
  expect(again, 304);
  assert.equal(again.headers.get('etag'), etag);
  expect(await service.call(id, { parameters, headers: { 'if-none-match': '"another"' } }), 200);
}

test('What may be kept is sent again only after it has changed', async () => {
  const documents = document.operations().filter(({ id, responses, security }) =>
    '304' in responses && security.length === 0 && id !== 'getConsoleAsset');
  for (const { id } of documents) {
    await expect_revalidation(id);
  }
});

test('Both places of the metadata tell the same of the one issuer', async () => {
  for (const id of kMetadata) {
    const { body } = await service.call(id);
    assert.equal(body.issuer, `${base_url}/auth/realms/sahamati`);
    assert.equal(body.jwks_uri, `${body.issuer}/protocol/openid-connect/certs`);
    assert.deepEqual(body.response_types_supported, []);
  }
  const [one, other] = await Promise.all(kMetadata.map((id) => service.call(id)));
  assert.deepEqual(one.body, other.body);
});

test('HEAD answers as GET does, without the body', async () => {
  for (const name of ['Keys', 'OpenIdConfiguration', 'AuthorizationServerMetadata']) {
    const head = await service.call(`head${name}`);
    const get = await service.call(`get${name}`);
    expect(head, 200);
    assert.equal(head.headers.get('content-type'), get.headers.get('content-type'));
    assert.equal(head.headers.get('content-length'), String(Buffer.byteLength(get.text)));
  }
});

test('Another realm is not found', async () => {
  for (const { id, path } of document.operations()) {
    if (path.includes('{realm}')) {
      expect(await service.call(id, { parameters: { realm: 'another' } }), 404);
    }
  }
});

test('The service hands out this very document', async () => {
  const { text } = await service.call('getOpenApiDocument');
  assert.equal(text, document_text);
});

test('A service that has started is alive and ready', async () => {
  expect(await service.call('getLiveness'), 200);
  expect(await service.call('getReadiness'), 200);
});

test('The pages find all the files that they name', async () => {
  const prefix = '/console/assets/';
  for (const id of ['showActivationPage', 'showPasswordPage']) {
    const { path } = document.operation(id);
    const { text } = await service.call(id);
    const files = [...text.matchAll(/(?:src|href)="([^"#]+)"/g)]
      .map(([, reference]) => new URL(reference, base_url + path).pathname)
      .filter((name) => name.startsWith(prefix));
    assert.notEqual(files.length, 0, `${path} names no file of ${prefix}`);
    for (const file of files) {
      await expect_revalidation('getConsoleAsset', { file: file.slice(prefix.length) });
    }
  }
  expect(await service.call('getConsoleAsset', { parameters: { file: 'no-such-file.css' } }), 404);
});
