// The profile for a real network: what it demands, and what it does not have.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect as connect_tls } from 'node:tls';
import { fresh_password, token_in } from './support/client.js';
import {
  MailServer, kBaseUrl, kHost, make_certificate, make_master_key, production_settings,
} from './support/network.js';
import { Workspace, assert_no_start, eventually, root } from './support/program.js';

test('Production does not start without what it demands, names it, and makes nothing', async (context) => {
  const workspace = await Workspace.create(context);
  const key = await make_master_key(workspace.path('master.key'));
  const good = { ...production_settings(), DWARPAL_KEYS_MASTER_KEY_FILE: key };
  const { certificate } = await make_certificate(workspace);
  for (const [change, message] of [
    [{ DWARPAL_SERVER_PUBLIC_BASE_URL: undefined }, /server\.public_base_url/],
    [{ DWARPAL_SERVER_PUBLIC_BASE_URL: `http://${kHost}` }, /server\.public_base_url/],
    [{ DWARPAL_SERVER_TLS_IN_FRONT: undefined }, /tls\.certificate/],
    [{ DWARPAL_SERVER_TLS_IN_FRONT: undefined, DWARPAL_TLS_CERTIFICATE: certificate }, /tls\.key/],
    [{ DWARPAL_SMTP_HOST: undefined, DWARPAL_SMTP_FROM: undefined }, /smtp\.host/],
    [{ DWARPAL_KEYS_MASTER_KEY_FILE: undefined }, /keys\.master_key/],
    [{ DWARPAL_KEYS_MASTER_KEY_FILE: join(workspace.data, 'master.key') }, /keys\.master_key_file/],
    [{ DWARPAL_KEYS_MASTER_KEY_FILE: workspace.path('missing.key') }, /keys\.master_key_file/],
    [{ DWARPAL_KEYS_MASTER_KEY_FILE: undefined, DWARPAL_KEYS_MASTER_KEY: 'c2hvcnQ=' }, /keys\.master_key/],
    [{ DWARPAL_SMTP_HOST: 'no host' }, /smtp\.host/],
    [{ DWARPAL_SMTP_USERNAME: 'olga' }, /smtp\.username/],
    [{ DWARPAL_NETWORK_ENTITY_TOKENS_MAY_ADD_USERS: 'true' }, /network\.entity_tokens_may_add_users/],
  ]) {
    const env = Object.fromEntries(Object.entries({ ...good, ...change }).filter(([, value]) => value !== undefined));
    for (const profile of ['production', 'uat']) {
      await assert_no_start(workspace.launch({ words: ['--profile', profile], env }), 2, message);
      const checked = await workspace.run(['config', 'check', '--data', workspace.data],
        { env: { ...env, DWARPAL_NETWORK_PROFILE: profile } });
      assert.equal(checked.code, 2);
      assert.match(checked.stderr, message);
    }
    assert.ok(!existsSync(workspace.data), Object.keys(change).join());
  }
});

/** POST to a service with a certificate of its own: `{status, body}`. */
async function post(port, ca, path, content, { token, protocol } = {}) {
  const form = content instanceof URLSearchParams;
  const sent = request({
    host: '127.0.0.1', port, ca, servername: kHost, path, method: 'POST', agent: false,
    ...(protocol && { minVersion: protocol, maxVersion: protocol }),
    headers: {
      host: kHost,
      'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    },
  });
  sent.end(form ? content.toString() : JSON.stringify(content));
  const [answer] = await once(sent, 'response');
  const protocol_used = answer.socket.getProtocol();
  let text = '';
  for await (const bytes of answer) {
    text += bytes;
  }
  return { status: answer.statusCode, protocol: protocol_used, body: JSON.parse(text) };
}

test('Production serves with its own TLS, mails by a mail server, and shows nobody a link', async (context) => {
  const workspace = await Workspace.create(context);
  const { certificate, key } = await make_certificate(workspace);
  const mail_server = await MailServer.start(context, workspace, { certificate, key });
  const config = workspace.path('dwarpal.toml');
  await writeFile(config, `
[network]
profile = "production"
[server]
public_base_url = "${kBaseUrl}"
[tls]
certificate = "${certificate}"
key = "${key}"
[keys]
master_key_file = "${await make_master_key(workspace.path('master.key'))}"
[smtp]
host = "localhost"
port = ${mail_server.port}
from = "noreply@${kHost}"
ca_file = "${certificate}"
`);
  const env = { DWARPAL_CONFIG: config };
  const on_store = (...words) => workspace.run([...words, '--data', workspace.data], { env });
  const operator = { username: 'olga@network.test', password: fresh_password() };
  const created = await workspace.run(['operator', 'create', '--email', operator.username, '--password-file', '-',
    '--data', workspace.data], { env, input: operator.password });
  assert.equal(created.code, 0, created.stderr);

  const service = await workspace.start({ env });
  assert.equal(service.ready, `${kBaseUrl}\n`);
  const port = Number(service.address.split(':')[1]);
  const ca = await readFile(certificate);
  const call = (path, content, options) => post(port, ca, `/iam/v1${path}`, content, options);
  assert.ok(!existsSync(join(workspace.data, 'sandbox-credentials.json')));
  assert.ok(!existsSync(join(workspace.data, 'master.key')));

  let token;
  for (const protocol of ['TLSv1.2', 'TLSv1.3']) {
    const signed_in = await call('/user/token/generate', new URLSearchParams(operator), { protocol });
    assert.equal(signed_in.status, 200);
    assert.equal(signed_in.protocol, protocol);
    token = signed_in.body.accessToken;
  }
  const too_old = connect_tls({ host: '127.0.0.1', port, ca, servername: kHost, minVersion: 'TLSv1.1',
    maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' });
  await assert.rejects(once(too_old, 'secureConnect'));
  await assert.rejects(fetch(`http://${service.address}/health/live`));

  // A member is onboarded, by the mail that really came.
  const registration = JSON.parse(await readFile(join(root, 'tests/examples/aa.json'), 'utf8'));
  const { email } = registration.user;
  const { id } = registration.entityinfo;
  const registered = await call('/entity/register', registration, { token });
  assert.equal(registered.status, 200, JSON.stringify(registered.body));
  const [mail] = await eventually('the mail was taken', async () => {
    const mails = await mail_server.mails_to(email);
    return mails.length > 0 && mails;
  });
  assert.equal(mail.tls, true);
  const link = new URL(mail.parts['text/plain'].match(/https:\S+#token=\S+/)[0]);
  assert.equal(link.origin + link.pathname, `${kBaseUrl}/console/activate`);

  const listed = await on_store('mail', 'list', '--json');
  const { id: mail_id } = JSON.parse(listed.stdout).find(({ to }) => to === email);
  const by_link = await on_store('mail', 'show', mail_id, '--link');
  assert.equal(by_link.code, 1);
  assert.equal(by_link.stdout, '');
  for (const shown of [await on_store('mail', 'show', mail_id), await on_store('mail', 'show', mail_id, '--json')]) {
    assert.equal(shown.code, 0, shown.stderr);
    assert.match(shown.stdout, new RegExp(email.replaceAll('.', '\\.')));
    assert.ok(!shown.stdout.includes(token_in(link)));
  }
  await eventually('the outbox knows of it', async () =>
    JSON.parse((await on_store('mail', 'list', '--json')).stdout).every(({ state }) => state === 'DELIVERED'));

  const person = { username: email, password: fresh_password() };
  const set = await call('/user/activation/password', { token: token_in(link), password: person.password });
  assert.equal(set.status, 200, JSON.stringify(set.body));
  const admin = (await call('/user/token/generate', new URLSearchParams(person))).body.accessToken;
  const { secret } = (await call('/entity/secret/reset', { entityId: id }, { token: admin })).body;
  const generated = await call('/entity/token/generate', new URLSearchParams({ id, secret }));
  assert.equal(generated.status, 200);
  const claims = JSON.parse(Buffer.from(generated.body.accessToken.split('.')[1], 'base64url'));
  assert.equal(claims.iss, `${kBaseUrl}/auth/realms/sahamati`);

  // What a sandbox can do is not there.
  for (const path of ['/entity/mock/register', '/sandbox/clock']) {
    assert.equal((await call(path, { entityId: id, shift: 'P1D' }, { token: admin })).status, 404, path);
  }
  assert.equal((await on_store('audit', 'verify')).code, 0);
  assert.equal(await service.stop(), 0);
});
