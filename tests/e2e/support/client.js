// Calls a service as its clients do.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A password that no rule objects to. */
export function fresh_password() {
  return randomBytes(18).toString('base64url');
}

/** What a sandbox wrote for its visitors. */
export async function sandbox_credentials(workspace) {
  return JSON.parse(await readFile(join(workspace.data, 'sandbox-credentials.json'), 'utf8'));
}

export function token_in(link) {
  return decodeURIComponent(link.hash.slice('#token='.length));
}

export class Client {
  #base_url;

  constructor(base_url) {
    this.#base_url = base_url;
  }

  /** A call below /iam/v1: `{status, body, headers}`. */
  async call(path, { json, form, raw, token, headers = {}, method = 'POST' } = {}) {
    const response = await fetch(`${this.#base_url}/iam/v1${path}`, {
      method,
      headers: {
        'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: raw ?? (form ? new URLSearchParams(form).toString() : JSON.stringify(json)),
    });
    return { status: response.status, body: await response.json(), headers: response.headers };
  }

  /** A call that must succeed; returns its body. */
  async done(path, options) {
    const { status, body } = await this.call(path, options);
    assert.equal(status, 200, `${path}: ${JSON.stringify(body)}`);
    return body;
  }

  /** A user token. */
  async sign_in({ email, password }) {
    return (await this.done('/user/token/generate', { form: { username: email, password } })).accessToken;
  }

  generate_entity_token(id, secret) {
    return this.call('/entity/token/generate', { form: { id, secret } });
  }
}
