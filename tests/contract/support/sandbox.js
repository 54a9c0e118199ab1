// The sandbox that the tests run against: where it is, who its people are, and what the scenarios share.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Document } from './document.js';
import { Service } from './service.js';

function setting(name) {
  assert.ok(process.env[name], `${name} is not set; tests/contract/run sets it`);
  return process.env[name];
}

export const base_url = setting('CONTRACT_BASE_URL');
export const document_text = readFileSync(new URL('../../../api/openapi.yaml', import.meta.url), 'utf8');
export const document = new Document(document_text);
export const service = new Service(base_url, document);
export const credentials = JSON.parse(readFileSync(setting('CONTRACT_CREDENTIALS'), 'utf8'));

/** The furnished member of a type. */
export function member(type) {
  return credentials.entities.find((entity) => entity.type === type);
}

/** The Authorization header of an entity. */
export function basic({ id, secret }) {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}

/** A name that no earlier run has used. */
export function fresh(prefix) {
  return `${prefix}-${randomBytes(5).toString('hex')}`;
}

export function fresh_email() {
  return `${fresh('person')}@contract.test`;
}

/** A password that no rule objects to. */
export function fresh_password() {
  return randomBytes(18).toString('base64url');
}

export async function sign_in({ email, password }) {
  const { status, body } = await service.call('generateUserToken', { form: { username: email, password } });
  assert.equal(status, 200, body.errorMsg);
  return body.accessToken;
}

const tokens = new Map();

/** A user token of one of the furnished people, asked for once. */
export async function token_of(person) {
  if (!tokens.has(person.email)) {
    tokens.set(person.email, await sign_in(person));
  }
  return tokens.get(person.email);
}

async function mail(...words) {
  const { stdout } = await promisify(execFile)(setting('CONTRACT_DWARPAL'),
    ['mail', ...words, '--data', setting('CONTRACT_DATA')]);
  return stdout;
}

/** The ids of the mails to an address, newest last. */
export async function mails_to(email) {
  return JSON.parse(await mail('list', '--json')).filter(({ to }) => to === email).map(({ id }) => id);
}

/** The token in the newest mail to an address, once there are more than `seen` such mails. */
export async function link_token(email, { seen = 0, page }) {
  for (let tries = 0; tries < 100; ++tries) {
    const ids = await mails_to(email);
    if (ids.length > seen) {
      const link = new URL((await mail('show', String(ids.at(-1)), '--link')).trim());
      assert.equal(link.origin + link.pathname, `${base_url}${page}`);
      assert.match(link.hash, /^#token=./);
      return decodeURIComponent(link.hash.slice('#token='.length));
    }
    await wait(100);
  }
  assert.fail(`no mail for ${email} came`);
}

/** What an operator sends to register a member, with a key of its own. */
export function registration(id, user) {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    type: 'FIP',
    entityinfo: {
      id,
      name: `${id} Limited`,
      code: id,
      Identifiers: [{ category: 'STRONG', type: 'MOBILE' }],
      baseurl: `https://${id.toLowerCase()}.test/fip/v2`,
      fitypes: ['DEPOSIT'],
      certificate: { ...publicKey.export({ format: 'jwk' }), kid: fresh('key'), use: 'sig', alg: 'RS256' },
      inboundports: ['443'],
      outboundports: ['443'],
      ips: ['203.0.113.7'],
    },
    ...(user && { user }),
  };
}

/** Registers a user as the operator does, and sets a password by the mailed link. */
export async function active_user() {
  const person = { email: fresh_email(), password: fresh_password() };
  const registered = await service.call('registerUser', {
    token: await token_of(credentials.operator),
    json: { email: person.email, firstName: 'Asha', lastName: 'Rao' },
  });
  assert.equal(registered.status, 200, registered.text);
  const token = await link_token(person.email, { page: '/console/activate' });
  const set = await service.call('setPasswordByLink', { json: { token, password: person.password } });
  assert.equal(set.status, 200, set.text);
  return person;
}

/** Asserts status and, where given, the exact message. */
export function expect(answer, status, message) {
  assert.equal(answer.status, status, answer.text);
  if (message !== undefined) {
    assert.equal(status === 200 ? answer.body.message : answer.body.errorMsg, message);
  }
}
