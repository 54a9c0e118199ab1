// What is secret stands nowhere: in no log, no audit record, no listing, and in no file of the store.
import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Client, fresh_password, sandbox_credentials, token_in } from './support/client.js';
import { MailServer, kHost, make_certificate } from './support/network.js';
import { Workspace, eventually, root } from './support/program.js';

// These are for secrets.
const kSecretFiles = ['master.key', 'sandbox-credentials.json'];

/** All that must not be found. */
class Secrets {
  #secrets = new Map();

  /** Remembers it, and returns it. */
  add(what, secret) {
    assert.ok(secret.length >= 8, what);
    this.#secrets.set(what, secret);
    return secret;
  }

  /** A new one that no rule objects to. */
  fresh(what) {
    return this.add(what, fresh_password());
  }

  /** In words, which of them stand in it, also in another spelling. */
  found_in(where, content) {
    const bytes = Buffer.from(content);
    const spellings = (secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('hex')];
    return [...this.#secrets].filter(([, secret]) => spellings(secret).some((spelling) => bytes.includes(spelling)))
      .map(([what]) => `${what} in ${where}`);
  }
}

/** Good and bad calls of all kinds, with secrets where they belong and where they do not. */
async function use(workspace, client, mail_server, secrets) {
  const expect = async (status, path, options) => {
    const answer = await client.call(path, options);
    assert.ok([status].flat().includes(answer.status), `${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const { operator, entities } = await sandbox_credentials(workspace);
  secrets.add('the operator\'s password', operator.password);
  for (const { id, secret, admin, privateJwk } of entities) {
    secrets.add(`the secret of ${id}`, secret);
    secrets.add(`the password of ${admin.email}`, admin.password);
    secrets.add(`the private key of ${id}`, privateJwk.d);
  }
  const operator_token = secrets.add('the operator\'s token', await client.sign_in(operator));

  // Onboarding, with the link from the mail.
  const registration = JSON.parse(await readFile(join(root, 'tests/examples/aa.json'), 'utf8'));
  const { id } = registration.entityinfo;
  const { email } = registration.user;
  await expect(200, '/entity/register', { token: operator_token, json: registration });
  await expect(400, '/entity/register', { token: operator_token, json: { ...registration, entityinfo: {
    ...registration.entityinfo, id: 'LEAKY', code: 'LEAKY', certificate:
      { ...registration.entityinfo.certificate, kid: 'leaky', d: secrets.fresh('a private key in a registration') } } } });
  const mail = await eventually('the mail was taken', async () => (await mail_server.mails_to(email)).at(0));
  const link = token_in(new URL(mail.parts['text/plain'].match(/http:\S+#token=\S+/)[0]));
  secrets.add('the activation link', link);
  await expect(400, '/user/activation/verify', { json: { token: secrets.fresh('a wrong link') } });
  await expect(200, '/user/activation/verify', { json: { token: link } });
  await expect(400, '/user/activation/password', { json: { token: link, password: secrets.add('a weak password',
    'aaaaaaaaaaaaaaaaaaaa') } });
  const password = secrets.fresh('the password that was set');
  await expect(200, '/user/activation/password', { json: { token: link, password } });
  await expect(400, '/user/activation/password', { json: { token: link, password } });

  // Sign-in.
  await expect(401, '/user/token/generate', { form: { username: email, password: secrets.fresh('a wrong password') } });
  await expect([400, 401], '/user/token/generate',
    { form: { username: secrets.fresh('a password in the place of the name'), password } });
  await expect([400, 401], '/user/token/generate',
    { form: { username: `${secrets.fresh('a mistyped name')}@x.test`, password } });
  const token = secrets.add('the user token', await client.sign_in({ email, password }));
  const new_password = secrets.fresh('the password that was changed to');
  await expect(401, '/user/password/change',
    { token, json: { oldPassword: secrets.fresh('a wrong old password'), password: new_password } });
  await expect(200, '/user/password/change', { token, json: { oldPassword: password, password: new_password } });
  await expect(401, '/entity/secret/read', { token, json: { entityId: id } });
  const admin = secrets.add('the second user token', await client.sign_in({ email, password: new_password }));

  // Secrets and tokens.
  const json = { entityId: id };
  const first = await expect(200, '/entity/secret/reset', { token: admin, json });
  const second = await expect(200, '/entity/secret/reset', { token: admin, json: { ...json, secretExpiryDays: 30 } });
  await expect(200, '/entity/secret/read', { token: admin, json });
  secrets.add('the first secret', first.secret);
  secrets.add('the second secret', second.secret);
  for (const { secret } of [first, second]) {
    const { accessToken } = await expect(200, '/entity/token/generate', { form: { id, secret } });
    secrets.add(`the token for ${secret}`, accessToken);
    await expect(401, '/entity/secret/read', { token: accessToken, json });
  }
  await expect(200, '/entity/secret/revoke', { token: admin, json });
  await expect(401, '/entity/token/generate', { form: { id, secret: first.secret } });
  await expect(401, '/entity/token/generate', { form: { id, secret: secrets.fresh('a wrong secret') } });
  await expect(401, '/entity/token/generate', { form: { id: secrets.fresh('a secret in the place of the id'), secret:
    second.secret } });
  const [head, body, signature] = admin.split('.');
  const bad_token = `${head}.${body}.${signature.slice(0, -4)}AAAA`;
  secrets.add('the signature of a token', signature.slice(0, -4));
  await expect(401, '/entity/secret/read', { token: bad_token, json });
  await expect(401, '/entity/secret/read', { headers: { authorization: secrets.fresh('a bare word as token') }, json });

  // Secrets in what is malformed or misplaced.
  const misplaced = (what) => secrets.fresh(`a secret in ${what}`);
  await expect(400, '/entity/secret/read', { token: admin, raw: `{"entityId":"${misplaced('broken JSON')}` });
  await expect(400, '/user/activation/password',
    { raw: `{"token":"${misplaced('JSON with names that stand twice')}","token":"b","password":"c"}` });
  await expect(400, '/user/activation/password', { json: { token: [misplaced('an array')], password: new_password } });
  await expect(400, '/entity/token/generate',
    { form: {}, raw: `id=${id}&secret=%zz${misplaced('a broken form')}` });
  await expect([400, 401], '/entity/token/generate',
    { form: {}, raw: `id=${id}&secret=${misplaced('a form with names that stand twice')}&secret=b` });
  await expect(415, '/entity/token/generate',
    { form: {}, raw: `secret=${misplaced('another content type')}`, headers: { 'content-type': 'text/plain' } });
  await expect(400, '/entity/secret/reset', { token: admin, json: { ...json, secretExpiryDays: misplaced('days') } });
  await expect(404, `/${misplaced('a path')}`, { token: admin, json });
  await expect([400, 401], `/entity/token/generate?secret=${misplaced('a query')}&access_token=${admin}`, { form: { id } });
  await expect(405, '/entity/token/generate', { method: 'PUT', form: { id, secret: misplaced('another method') } });
  await expect(401, '/entity/secret/read', { token: admin, json: { entityId: misplaced('the place of an entity id') } });
  await expect([400, 404], '/entity/user/remove',
    { method: 'DELETE', token: admin, json: { ...json, email: `${misplaced('an email')}@x.test` } });

  // A forgotten password.
  await expect(200, '/user/password/reset', { json: { email } });
  const reset_mail = await eventually('the second mail was taken', async () => (await mail_server.mails_to(email)).at(1));
  const reset_link = token_in(new URL(reset_mail.parts['text/plain'].match(/http:\S+#token=\S+/)[0]));
  secrets.add('the password link', reset_link);
}

test('No secret stands in logs, audit records, listings or files', async (context) => {
  const workspace = await Workspace.create(context);
  const secrets = new Secrets();
  const files = await make_certificate(workspace);
  const mail_server = await MailServer.start(context, workspace, files);
  const smtp = {
    DWARPAL_SMTP_HOST: 'localhost', DWARPAL_SMTP_PORT: String(mail_server.port), DWARPAL_SMTP_FROM: `noreply@${kHost}`,
    DWARPAL_SMTP_CA_FILE: files.certificate,
  };
  await writeFile(workspace.path('operator'), secrets.fresh('the password of an operator by file'));
  await workspace.done('operator', 'create', '--email', 'file@leak.test', '--password-file', workspace.path('operator'));

  const service = await workspace.start({ env: { ...smtp, DWARPAL_LOG_LEVEL: 'debug' } });
  await use(workspace, new Client(service.base_url), mail_server, secrets);

  const found = [];
  const look_into_files = async (when) => {
    for (const name of (await readdir(workspace.data)).filter((file) => !kSecretFiles.includes(file))) {
      found.push(...secrets.found_in(`${name} ${when}`, await readFile(join(workspace.data, name))));
    }
  };
  secrets.add('the master key', (await readFile(join(workspace.data, 'master.key'), 'utf8')).trim());
  await look_into_files('while the service runs');
  for (const words of [['audit', 'list', '--limit', '100000'], ['mail', 'list'], ['user', 'list'], ['entity', 'list'],
    ['operator', 'list'], ['key', 'list'], ['config', 'reference']]) {
    found.push(...secrets.found_in(words.join(' '), await workspace.done(...words)),
      ...secrets.found_in(`${words.join(' ')} --json`, await workspace.done(...words, '--json')));
  }
  await service.kill();
  await look_into_files('after a kill');
  assert.match(service.log, / debug /);
  found.push(...secrets.found_in('the log', service.log), ...secrets.found_in('the output', service.output));
  assert.deepEqual(found, []);
});
