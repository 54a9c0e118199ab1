// The command line, on a store that nobody serves, and beside a service.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Client, fresh_password, sandbox_credentials, token_in } from './support/client.js';
import { make_master_key, production_settings } from './support/network.js';
import { Workspace, binary, eventually, root } from './support/program.js';

const kExample = join(root, 'tests/examples/fip.json');
const kIso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,}Z$/;

// Each command that only looks at a store.
const kReading = [
  ['operator', 'list'], ['entity', 'list'], ['entity', 'show', 'AA-SIMULATOR'], ['user', 'list'],
  ['user', 'show', 'operator@sandbox.test'], ['mail', 'list'], ['mail', 'show', 'some-id'], ['key', 'list'],
  ['audit', 'list'], ['audit', 'verify'], ['audit', 'export', '-'], ['store', 'backup', 'backup.db'],
  ['store', 'check'],
];
// Each that changes one.
const kChanging = [
  ['operator', 'remove', 'a@cli.test'], ['entity', 'register', kExample], ['entity', 'suspend', 'X'],
  ['entity', 'resume', 'X'], ['entity', 'deregister', 'X'], ['user', 'suspend', 'a@cli.test'],
  ['user', 'resume', 'a@cli.test'], ['user', 'resend', 'a@cli.test'], ['sandbox', 'clock', 'X', 'P1D'],
  ['store', 'accept-clock'], ['token', 'revoke', '--entity', 'X'],
];

function assert_refused({ code, stdout, stderr }, expected, message) {
  assert.equal(code, expected, stderr);
  assert.equal(stdout, '');
  assert.match(stderr, message);
}

/** A store that `operator create` made. */
async function made_store(context) {
  const workspace = await Workspace.create(context);
  const person = { email: 'olga@cli.test', password: fresh_password() };
  await writeFile(workspace.path('password'), `${person.password}\n`);
  await workspace.done('operator', 'create', '--email', person.email, '--first-name', 'Olga', '--last-name', 'Rao',
    '--password-file', workspace.path('password'));
  return { workspace, person };
}

test('Without a store a command ends with 3, makes none, and says so on stderr alone', async (context) => {
  const workspace = await Workspace.create(context);
  for (const words of [...kReading, ...kChanging]) {
    assert_refused(await workspace.on_store(...words), 3, /There is no store/);
    assert.ok(!existsSync(workspace.data), words.join(' '));
  }
  await writeFile(workspace.data, 'not a directory');
  assert_refused(await workspace.on_store('entity', 'list'), 3, /data/);
});

test('Wrong usage ends with 2 and names what is wrong on stderr', async (context) => {
  const workspace = await Workspace.create(context);
  for (const [words, message] of [
    [[], /subcommand/], [['entity'], /subcommand/], [['entity', 'show'], /id/], [['entity', 'list', '--frob'], /--frob/],
    [['operator', 'create'], /--email/], [['token', 'verify', 'a.b.c'], /--issuer/],
    [['token', 'revoke'], /jti|which/], [['token', 'revoke', '--entity', 'X', '--user', 'a@cli.test'], /which|jti/],
    [['audit', 'list', '--limit', '0'], /--limit: must be a whole number of at least 1\n/],
    [['serve', '--ready-fd', 'x'], /--ready-fd: must be a whole number of at least 0\n/],
    [['serve', '--ready-fd', '99'], /--ready-fd: cannot write to descriptor 99/],
    [['token', 'verify', 'a.b.c', '--issuer', ''], /--issuer: must be an http or https URL/],
    [['token', 'verify', 'a.b.c', '--issuer', 'ftp://x'], /--issuer: must be an http or https URL/],
    [['serve', '--listen', 'nowhere'], /server\.listen/], [['serve', '--profile', 'play'], /network\.profile/],
    [['entity', 'list', '--config', workspace.path('missing.toml')], /missing\.toml/],
  ]) {
    assert_refused(await workspace.run(words), 2, message);
  }
  assert_refused(await workspace.run(['frobnicate']), 2, /frobnicate/);
  assert_refused(await workspace.run(['entity', 'frobnicate']), 2, /frobnicate/);
  assert.deepEqual(await readdir(workspace.path()), []);
});

test('No command takes a password or a secret as an argument', async (context) => {
  const workspace = await Workspace.create(context);
  const nouns = (await workspace.run(['--help'])).stdout.split('Subcommands:')[1].trim().split('\n')
    .map((line) => line.trim().split(' ')[0]);
  assert.ok(nouns.includes('operator') && nouns.includes('serve'));
  for (const noun of nouns) {
    const { code, stdout } = await workspace.run([noun, '--help-all']);
    const help = code === 0 ? stdout : (await workspace.run([noun, '--help'])).stdout;
    assert.doesNotMatch(help, /--(password|secret|master-key)\b(?!-file)/, noun);
  }
  assert_refused(await workspace.on_store('operator', 'create', '--email', 'a@cli.test', '--password', 'p'), 2,
    /--password/);
  assert.ok(!existsSync(workspace.data));
});

test('operator create makes the store, with a password from a file or stdin, or by invitation', async (context) => {
  const { workspace, person } = await made_store(context);
  const create = (email, ...words) => ['operator', 'create', '--email', email, ...words, '--data', workspace.data];
  const by_stdin = fresh_password();
  const from_stdin = await workspace.run(create('stdin@cli.test', '--password-file', '-'), { input: by_stdin });
  assert.equal(from_stdin.code, 0, from_stdin.stderr);
  const invited = await workspace.run(create('invited@cli.test'));
  assert.equal(invited.code, 0, invited.stderr);

  assert_refused(await workspace.run(create('STDIN@cli.test', '--password-file', '-'), { input: fresh_password() }), 1,
    /operator already/);
  assert_refused(await workspace.run(create('weak@cli.test', '--password-file', '-'), { input: 'fourteen chars' }), 1,
    /at least 15 characters/);
  assert_refused(await workspace.run(create('weak@cli.test', '--password-file', '-')), 2, /no password/);
  assert_refused(await workspace.run(create('weak@cli.test', '--password-file', workspace.path('missing'))), 2,
    /missing/);

  const operators = await workspace.json('operator', 'list');
  assert.deepEqual(operators.map(({ email, status }) => [email, status]).sort(),
    [['invited@cli.test', 'INVITED'], [person.email, 'ACTIVE'], ['stdin@cli.test', 'ACTIVE']]);
  assert.equal((await workspace.mails_to('invited@cli.test')).length, 1);
  assert.equal((await workspace.mails_to(person.email)).length, 0);

  await workspace.done('operator', 'remove', 'invited@cli.test');
  assert_refused(await workspace.on_store('operator', 'remove', 'invited@cli.test'), 1, /operator/);
  assert_refused(await workspace.on_store('operator', 'remove', 'nobody@cli.test'), 1, /operator/);
  assert.deepEqual((await workspace.json('operator', 'list')).map(({ email }) => email).sort(),
    [person.email, 'stdin@cli.test']);
  assert.equal((await workspace.json('user', 'show', 'invited@cli.test')).operator, false);
  // Whoever was one before can be one again, with the password that they have.
  await workspace.done('operator', 'remove', 'stdin@cli.test');
  assert_refused(await workspace.run(create('stdin@cli.test', '--password-file', '-'), { input: fresh_password() }), 1,
    /leave out the new one/);
  await workspace.done('operator', 'create', '--email', 'stdin@cli.test');
  assert.equal((await workspace.json('user', 'show', 'stdin@cli.test')).operator, true);

  const service = await workspace.start();
  const client = new Client(service.base_url);
  await client.sign_in(person);
  await client.sign_in({ email: 'stdin@cli.test', password: by_stdin });
});

test('operator create asks for the password on a terminal, twice, and does not show it', async (context) => {
  const workspace = await Workspace.create(context);
  const person = { email: 'typist@cli.test', password: fresh_password() };
  // util-linux's script gives the command a terminal.
  const command = `'${binary}' operator create --email ${person.email} --data '${workspace.data}'`;
  const terminal = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(terminal, 'close');
  let seen = '';
  terminal.stdout.on('data', (bytes) => { seen += bytes; });
  for (const question of [/Password.*: $/, /once more: $/]) {
    await eventually(`the question ${question}`, () => question.test(seen) || terminal.exitCode !== null);
    terminal.stdin.write(`${person.password}\n`);
  }
  assert.deepEqual(await ended, [0, null], seen);
  assert.ok(!seen.includes(person.password));
  assert.match(seen, /can sign in/);
  const service = await workspace.start();
  await new Client(service.base_url).sign_in(person);
});

test('Members are registered, listed, shown, suspended, resumed and deregistered on a stopped store', async (context) => {
  const { workspace } = await made_store(context);
  const registration = JSON.parse(await readFile(kExample, 'utf8'));
  const { id, name } = registration.entityinfo;
  const registered = await workspace.json('entity', 'register', kExample);
  assert.equal(registered.id, id);
  assert.equal(registered.status, 'REGISTERED');
  assert_refused(await workspace.on_store('entity', 'register', kExample), 1, /Client already exists/);

  const register = (input) => workspace.run(['entity', 'register', '-', '--data', workspace.data], { input });
  assert.equal((await register(JSON.stringify({
    ...registration, user: undefined,
    entityinfo: { ...registration.entityinfo, id: 'FROM-STDIN', certificate:
      { ...registration.entityinfo.certificate, kid: 'from-stdin' } },
  }))).code, 0);
  assert_refused(await register('{"type":'), 1, /- is not a JSON object/);
  assert_refused(await register(JSON.stringify({ ...registration, type: 'BANK' })), 1, /[Tt]ype/);
  assert_refused(await workspace.on_store('entity', 'register', workspace.path('missing.json')), 2, /missing\.json/);
  assert_refused(await workspace.on_store('entity', 'register', workspace.path('.')), 2, /Cannot read/);
  assert_refused(await workspace.on_store('entity', 'register', '/dev/zero'), 2, /\/dev\/zero is larger than a megabyte/);

  const listed = await workspace.json('entity', 'list');
  assert.deepEqual(listed.map((entity) => entity.id).sort(), [id, 'FROM-STDIN'].sort());
  for (const entity of listed) {
    assert.equal(entity.type, 'FIP');
    assert.equal(entity.status, 'REGISTERED');
    assert.match(entity.createdOn, kIso);
  }
  assert.match(await workspace.done('entity', 'list'), new RegExp(`${id} +FIP +.*REGISTERED`));
  const shown = await workspace.json('entity', 'show', id);
  assert.equal(shown.name, name);
  assert.equal(shown.record.entityinfo.baseurl, registration.entityinfo.baseurl);
  assert.equal(shown.record.user, undefined);
  assert_refused(await workspace.on_store('entity', 'show', 'NOBODY'), 1, /Entity not found/);
  assert_refused(await workspace.on_store('entity', 'show', id.toLowerCase()), 1, /Entity not found/);

  const status = async () => (await workspace.json('entity', 'show', id)).status;
  await workspace.done('entity', 'suspend', id, '--reason', 'asked for by the member');
  assert.equal(await status(), 'SUSPENDED');
  assert_refused(await workspace.on_store('entity', 'suspend', id), 1, /suspended already/);
  await workspace.done('entity', 'resume', id);
  assert.equal(await status(), 'REGISTERED');
  assert_refused(await workspace.on_store('entity', 'resume', id), 1, /not suspended/);
  await workspace.done('entity', 'deregister', id, '--reason', 'left');
  assert.equal(await status(), 'DEREGISTERED');
  for (const verb of ['suspend', 'resume', 'deregister']) {
    assert.equal((await workspace.on_store('entity', verb, id)).code, 1, verb);
    assert.equal((await workspace.on_store('entity', verb, 'NOBODY')).code, 1, verb);
  }

  const trail = await workspace.json('audit', 'list', '--subject', `entity:${id}`);
  assert.deepEqual(trail.filter(({ outcome }) => outcome === 'done').map(({ action }) => action),
    ['entity.register', 'entity.suspend', 'entity.resume', 'entity.deregister']);
  assert.equal(trail.find(({ action }) => action === 'entity.suspend').reason, 'asked for by the member');
  const { stdout: user } = await workspace.run(['-un'], { program: 'id' });
  assert.ok(trail.every(({ actor }) => actor === user.trim()));
});

test('Users are listed, shown, suspended, resumed and sent their link again on a stopped store', async (context) => {
  const { workspace, person } = await made_store(context);
  await workspace.done('entity', 'register', kExample);
  const { email } = JSON.parse(await readFile(kExample, 'utf8')).user;
  assert.deepEqual((await workspace.json('user', 'list')).map((user) => [user.email, user.status, user.operator]).sort(),
    [[email, 'INVITED', false], [person.email, 'ACTIVE', true]].sort());
  const shown = await workspace.json('user', 'show', person.email.toUpperCase());
  assert.equal(shown.firstName, 'Olga');
  assert.match(shown.passwordSetOn, kIso);
  assert_refused(await workspace.on_store('user', 'show', 'nobody@cli.test'), 1, /User doesn't exist/);

  await workspace.done('user', 'suspend', email, '--reason', 'lost laptop');
  assert.equal((await workspace.json('user', 'show', email)).status, 'SUSPENDED');
  assert_refused(await workspace.on_store('user', 'suspend', email), 1, /suspended already/);
  assert_refused(await workspace.on_store('user', 'resend', email), 1, /suspended/);
  await workspace.done('user', 'resume', email);
  assert.equal((await workspace.json('user', 'show', email)).status, 'INVITED');
  assert_refused(await workspace.on_store('user', 'resume', email), 1, /not suspended/);

  // The suspension ended the link, so that the next one goes out at once.
  assert.equal((await workspace.mails_to(email)).length, 1);
  await workspace.done('user', 'resend', email);
  assert.equal((await workspace.mails_to(email)).length, 2);
  // And on the machine the limits on mails do not count.
  await workspace.done('user', 'resend', email);
  assert.equal((await workspace.mails_to(email)).length, 3);
  assert_refused(await workspace.on_store('user', 'resend', person.email), 1, /active already/);
  assert_refused(await workspace.on_store('user', 'resend', 'nobody@cli.test'), 1, /User doesn't exist/);
});

test('Mails, keys, the audit trail and the settings can be read on a stopped store', async (context) => {
  const { workspace } = await made_store(context);
  await workspace.done('entity', 'register', kExample);
  const { email } = JSON.parse(await readFile(kExample, 'utf8')).user;

  const [mail] = await workspace.json('mail', 'list');
  assert.equal(mail.to, email);
  assert.equal(mail.state, 'WAITING');
  assert.match(mail.createdOn, kIso);
  const link = await workspace.done('mail', 'show', mail.id, '--link');
  assert.match(link, /^http:\/\/\S+\/console\/activate#token=[\w-]+\n$/);
  assert.ok((await workspace.done('mail', 'show', mail.id)).includes(link.trim()));
  assert.ok((await workspace.json('mail', 'show', mail.id)).text.includes(link.trim()));
  assert_refused(await workspace.on_store('mail', 'show', 'no-such-mail'), 1, /no mail/);
  assert.ok(!(await workspace.done('mail', 'list', '--json')).includes(token_in(new URL(link.trim()))));

  const [key, ...other_keys] = await workspace.json('key', 'list');
  assert.deepEqual(other_keys, []);
  assert.match(key.kid, /^[\w-]{43}$/);
  assert.equal(key.alg, 'RS256');
  assert.equal(key.state, 'ACTIVE');

  const records = await workspace.json('audit', 'list');
  assert.deepEqual(records.map(({ number }) => number), records.map((_, index) => index + 1));
  assert.ok(records.every(({ at, action, outcome }) => kIso.test(at) && action && outcome));
  // Reading is recorded.
  const [newest, ...others] = await workspace.json('audit', 'list', '--limit', '1');
  assert.deepEqual([newest.number, newest.action, others], [records.length + 1, 'audit.list', []]);
  assert.ok((await workspace.json('audit', 'list', '--action', 'entity.')).every(({ action }) =>
    action.startsWith('entity.')));
  assert.deepEqual((({ whole, records: count }) => [whole, count])(await workspace.json('audit', 'verify')),
    [true, records.length + 3]);

  assert.match(await workspace.done('config', 'check'), /good for the profile sandbox/);
  const settings = await workspace.json('config', 'reference');
  const of = (name) => settings.find(({ setting }) => setting === name);
  assert.equal(of('data.directory').source, 'flag');
  assert.equal(of('secrets.grace_after_expiry').source, 'default');
  assert.ok(settings.every((setting) => 'default' in setting && 'value' in setting && setting.kind));
  const grace = await workspace.run(['config', 'reference', '--json'],
    { env: { DWARPAL_SECRETS_GRACE_AFTER_EXPIRY: '3d', DWARPAL_SMTP_HOST: 'mail.cli.test',
      DWARPAL_SMTP_FROM: 'a@cli.test', DWARPAL_SMTP_PASSWORD: 'do-not-show-me' } });
  assert.equal(grace.code, 0, grace.stderr);
  assert.ok(!grace.stdout.includes('do-not-show-me'));
  assert.equal(JSON.parse(grace.stdout).find(({ setting }) => setting === 'secrets.grace_after_expiry').source,
    'environment');
  const wrong = await workspace.run(['config', 'check'], { env: { DWARPAL_SECRETS_GRACE_AFTER_EXPIRY: '3' } });
  assert_refused(wrong, 2, /GRACE_AFTER_EXPIRY|grace_after_expiry/);

  assert.ok((await workspace.json('store', 'accept-clock')).message);
  assert.equal((await workspace.json('audit', 'list')).at(-1).action, 'clock.accept');
});

test('config check asks the store for the profile that no setting names', async (context) => {
  const { workspace } = await made_store(context);
  const check = (env, ...words) => workspace.run(['config', 'check', '--data', workspace.data, ...words], { env });
  assert.deepEqual(await workspace.json('config', 'check'),
    { message: 'The settings are good for the profile sandbox.', profile: 'sandbox', warnings: [] });
  const warned = await check({ DWARPAL_TOKENS_USER_LIFETIME: '30d' }, '--json');
  assert.equal(warned.code, 0, warned.stderr);
  assert.match(JSON.parse(warned.stdout).warnings[0], /tokens\.user_lifetime/);

  const { code, stderr } = await workspace.run([join(workspace.data, 'dwarpal.db'),
    "UPDATE meta SET profile = 'production'"], { program: 'sqlite3' });
  assert.equal(code, 0, stderr);
  assert_refused(await check({}, '--json'), 2, /because network\.profile is production/);
  const of_uat = { ...production_settings(), DWARPAL_NETWORK_PROFILE: 'uat',
    DWARPAL_KEYS_MASTER_KEY_FILE: await make_master_key(workspace.path('outside.key')) };
  assert_refused(await check(of_uat), 2, /network\.profile is uat, but .*production/);
  const before = await readdir(workspace.path());
  assert.match((await workspace.run(['config', 'check', '--data', workspace.path('none')])).stdout, /profile sandbox/);
  assert.deepEqual(await readdir(workspace.path()), before);
});

test('mail list lists all mails, newest last, however many there are', async (context) => {
  const { workspace } = await made_store(context);
  await workspace.done('entity', 'register', kExample);
  const columns = 'kind, recipient, subject, body_data_key, body, state, attempts, created_at, next_attempt_at, last_error';
  const { code, stderr } = await workspace.run([join(workspace.data, 'dwarpal.db'),
    `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10001)
     INSERT INTO mails (id, ${columns}) SELECT 'mail-' || n, ${columns} FROM mails, numbers ORDER BY n`],
  { program: 'sqlite3' });
  assert.equal(code, 0, stderr);
  const mails = await workspace.json('mail', 'list');
  assert.equal(mails.length, 10_002);
  assert.deepEqual(mails.slice(1).map(({ id }) => id), mails.slice(1).map((_, index) => `mail-${index + 1}`));
});

test('audit verify ends with 1 and names the first broken record', async (context) => {
  const { workspace } = await made_store(context);
  await workspace.done('entity', 'register', kExample);
  const records = await workspace.json('audit', 'list');
  const { number } = records.find(({ action }) => action === 'entity.register');
  const { code, stderr } = await workspace.run([join(workspace.data, 'dwarpal.db'),
    `UPDATE audit_records SET event = replace(event, 'entity.register', 'entity.suspend') WHERE number = ${number}`],
  { program: 'sqlite3' });
  assert.equal(code, 0, stderr);
  assert_refused(await workspace.on_store('audit', 'verify'), 1, new RegExp(`\\brecord ${number}\\b`));
});

test('What a command changes is in force in a running service within two seconds', async (context) => {
  const workspace = await Workspace.create(context);
  const service = await workspace.start();
  const client = new Client(service.base_url);
  const { operator, entities } = await sandbox_credentials(workspace);
  const [{ id, secret, admin }] = entities;
  const admin_token = await client.sign_in(admin);
  const operator_token = await client.sign_in(operator);
  const in_force = (what, ask) => eventually(what, ask, { within: 2000 });
  const entity_status = async () => (await client.generate_entity_token(id, secret)).status;
  const admin_status = async () =>
    (await client.call('/entity/secret/read', { token: admin_token, json: { entityId: id } })).status;
  const operator_status = async () =>
    (await client.call('/user/register',
      { token: operator_token, json: { email: admin.email, firstName: 'Asha', lastName: 'Rao' } })).status;
  assert.equal(await entity_status(), 200);
  assert.equal(await admin_status(), 200);
  assert.equal(await operator_status(), 403, 'there is such a user');

  await workspace.done('entity', 'suspend', id);
  await in_force('the suspension of a member', async () => (await entity_status()) === 401);
  assert.equal(await admin_status(), 401);
  await workspace.done('entity', 'resume', id);
  await in_force('its end', async () => (await entity_status()) === 200);
  assert.equal(await admin_status(), 200);

  await workspace.done('user', 'suspend', admin.email);
  await in_force('the suspension of a user', async () => (await admin_status()) === 401);
  await workspace.done('user', 'resume', admin.email);
  assert.equal(await admin_status(), 401, 'a token from before stays dead');
  assert.equal((await client.call('/entity/secret/read',
    { token: await client.sign_in(admin), json: { entityId: id } })).status, 200);

  const password = fresh_password();
  const created = await workspace.run(
    ['operator', 'create', '--email', 'second@cli.test', '--password-file', '-', '--data', workspace.data],
    { input: password });
  assert.equal(created.code, 0, created.stderr);
  await client.sign_in({ email: 'second@cli.test', password });
  await workspace.done('operator', 'remove', operator.email);
  await in_force('the removal of an operator', async () => (await operator_status()) === 401);

  await workspace.done('entity', 'register', kExample);
  const { user, entityinfo } = JSON.parse(await readFile(kExample, 'utf8'));
  const link = await workspace.link_to(user.email);
  assert.equal(link.origin, service.base_url);
  const person = { email: user.email, password: fresh_password() };
  await client.done('/user/activation/password', { json: { token: token_in(link), password: person.password } });
  const made = await client.done('/entity/secret/reset',
    { token: await client.sign_in(person), json: { entityId: entityinfo.id } });
  assert.equal((await client.generate_entity_token(entityinfo.id, made.secret)).status, 200);
  await workspace.done('entity', 'deregister', entityinfo.id);
  await in_force('a deregistration', async () =>
    (await client.generate_entity_token(entityinfo.id, made.secret)).status === 401);

  for (const words of kReading.filter((words) => words[2] !== 'some-id')) {
    const printed = await workspace.done(...words, '--json');
    for (const hidden of [secret, admin.password, password, person.password, made.secret, token_in(link)]) {
      assert.ok(!printed.includes(hidden), words.join(' '));
    }
  }
  assert.equal(await service.stop(), 0);
});

test('Tokens are verified by the issuer\'s keys, and decoded without any', async (context) => {
  const workspace = await Workspace.create(context);
  const service = await workspace.start();
  const client = new Client(service.base_url);
  const [{ id, secret }] = (await sandbox_credentials(workspace)).entities;
  const { accessToken } = (await client.generate_entity_token(id, secret)).body;
  const issuer = `${service.base_url}/auth/realms/sahamati`;
  const verify = (token, from = issuer, input = '') =>
    workspace.run(['token', 'verify', ...token, '--issuer', from, '--json'], { input });

  for (const { code, stdout, stderr } of [await verify([accessToken]), await verify(['-'], issuer, `${accessToken}\n`),
    await verify([], `${issuer}/`, accessToken)]) {
    assert.equal(code, 0, stderr);
    assert.equal(JSON.parse(stdout).azp, id);
  }
  const [header, payload, signature] = accessToken.split('.');
  const other = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(payload, 'base64url')), azp: 'OTHER' }));
  const forged = `${header}.${other.toString('base64url')}.${signature}`;
  assert_refused(await verify([forged]), 1, /./);
  assert_refused(await verify(['nonsense']), 1, /./);
  assert_refused(await verify([accessToken], `${service.base_url}/auth/realms/other`), 3, /./);

  const decoded = await workspace.run(['token', 'decode'], { input: forged });
  assert.equal(decoded.code, 0, decoded.stderr);
  const { header: shown, claims } = JSON.parse(decoded.stdout);
  assert.equal(shown.alg, 'RS256');
  assert.equal(claims.azp, 'OTHER');
  assert_refused(await workspace.run(['token', 'decode', 'nonsense']), 1, /./);

  await service.stop();
  assert_refused(await verify([accessToken]), 3, /./);
});
