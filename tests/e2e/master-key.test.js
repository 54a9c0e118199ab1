// The master key: rotation beside a service, killed at any moment, and a key that stays in a token.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Client, sandbox_credentials } from './support/client.js';
import { Workspace, assert_no_start, binary } from './support/program.js';

const kKills = 12;
const kSoftHsm = '/usr/lib/softhsm/libsofthsm2.so';
const kPin = '246810';

test('A service goes on while its master key is rotated, and starts with the new one', async (context) => {
  const workspace = await Workspace.create(context);
  const service = await workspace.start();
  const [{ id, secret }] = (await sandbox_credentials(workspace)).entities;
  assert.match(await workspace.done('key', 'rotate-master'), /master\.key is a new one\. The one before is kept in /);
  const token = async ({ base_url }) => (await new Client(base_url).generate_entity_token(id, secret)).status;
  assert.equal(await token(service), 200);
  await workspace.done('entity', 'list');
  await service.stop();
  assert.equal(await token(await workspace.start()), 200);
  await workspace.done('audit', 'verify');
});

test(`Killed ${kKills} times at any moment, a rotation leaves a store that the next command just opens`, async (context) => {
  const workspace = await Workspace.create(context);
  await (await workspace.start()).stop();
  const started = Date.now();
  await workspace.done('key', 'rotate-master');
  const takes = Date.now() - started;
  const ends = { whole: 0, completed: 0 };

  for (let kill = 0; kill < kKills; ++kill) {
    const child = spawn(binary, ['key', 'rotate-master', '--data', workspace.data], { stdio: 'ignore' });
    const ended = once(child, 'exit');  // it may end before it is killed
    await wait(randomInt(takes));
    child.kill('SIGKILL');
    await ended;

    const { code, stderr } = await workspace.on_store('key', 'list');
    assert.equal(code, 0, stderr);
    ++ends[/a rotation of the master key that was cut off is complete now/.test(stderr) ? 'completed' : 'whole'];
    await workspace.done('key', 'list');
  }
  context.diagnostic(JSON.stringify({ ...ends, takes }));
  await workspace.done('key', 'rotate-master');
  await workspace.done('audit', 'verify');
  assert.ok(!(await readdir(workspace.data)).includes('master.key.new'));
});

test('A rotation that was cut off is completed once, by however many commands and a service come at once', async (context) => {
  const workspace = await Workspace.create(context);
  await (await workspace.start()).stop();
  const key = workspace.path('data', 'master.key');
  await workspace.done('key', 'rotate-master');
  const [kept] = (await readdir(workspace.data)).filter((name) => name.startsWith('master.key.until-'));
  // As the command leaves it that is killed between its commit and its last step.
  await rename(key, `${key}.new`);
  await copyFile(workspace.path('data', kept), key);

  const service = workspace.start();
  const commands = await Promise.all(Array.from({ length: 4 }, () => workspace.on_store('key', 'list')));
  for (const { code, stderr } of commands) {
    assert.equal(code, 0, stderr);
  }
  const { log } = await service;
  const told = [log, ...commands.map(({ stderr }) => stderr)].filter((text) => /is complete now/.test(text));
  assert.equal(told.length, 1);
  assert.ok(!existsSync(`${key}.new`));
  await workspace.done('key', 'list');
});

/** A token of SoftHSM in the workspace; `make_key` as docs/operations.md has it. */
async function soft_token(workspace) {
  await mkdir(workspace.path('tokens'));
  await writeFile(workspace.path('softhsm2.conf'),
    `directories.tokendir = ${workspace.path('tokens')}\nlog.level = ERROR\n`);
  const env = { SOFTHSM2_CONF: workspace.path('softhsm2.conf') };
  const done = async (program, ...words) => {
    const { code, stderr } = await workspace.run(words, { program, env });
    assert.equal(code, 0, stderr);
  };
  await done('softhsm2-util', '--init-token', '--free', '--label', 'vault', '--so-pin', '0000', '--pin', kPin);
  const make_key = (label) => done('pkcs11-tool', '--module', kSoftHsm, '--token-label', 'vault', '--login', '--pin', kPin,
    '--keygen', '--key-type', 'AES:32', '--sensitive', '--label', label);
  await make_key('dwarpal');
  await writeFile(workspace.path('pin'), `${kPin}\n`, { mode: 0o600 });
  const settings = {
    ...env,
    DWARPAL_KEYS_PKCS11_MODULE: kSoftHsm,
    DWARPAL_KEYS_PKCS11_TOKEN: 'vault',
    DWARPAL_KEYS_PKCS11_PIN_FILE: workspace.path('pin'),
  };
  return { env, settings, make_key };
}

test('A key that stays in a PKCS #11 token opens the store, and nothing else does', async (context) => {
  const workspace = await Workspace.create(context);
  const { settings } = await soft_token(workspace);
  await (await workspace.start({ env: settings })).stop();
  assert.ok(!(await readdir(workspace.data)).includes('master.key'));
  const service = await workspace.start({ env: settings });
  const [{ id, secret }] = (await sandbox_credentials(workspace)).entities;
  assert.equal((await new Client(service.base_url).generate_entity_token(id, secret)).status, 200);
  await service.stop();

  await writeFile(workspace.path('wrong-pin'), '999999\n', { mode: 0o600 });
  for (const [change, message] of [
    [{ DWARPAL_KEYS_PKCS11_TOKEN: 'absent' }, /keys\.pkcs11_token: there is no token with the label absent/],
    [{ DWARPAL_KEYS_PKCS11_KEY: 'absent' }, /keys\.pkcs11_key: the token has no AES key with the label absent/],
    [{ DWARPAL_KEYS_PKCS11_MODULE: '/nowhere.so' }, /keys\.pkcs11_module: \/nowhere\.so cannot be loaded/],
    [{ DWARPAL_KEYS_PKCS11_PIN_FILE: workspace.path('wrong-pin') }, /keys\.pkcs11_pin or .* the token refuses the PIN/],
    [{ DWARPAL_KEYS_PKCS11_PIN_FILE: workspace.path('no-pin') }, /keys\.pkcs11_pin_file: .*no-pin cannot be read/],
    [{ DWARPAL_KEYS_PKCS11_MODULE: undefined }, /keys\.pkcs11_\w+ is set, but keys\.pkcs11_module is not/],
  ]) {
    await assert_no_start(workspace.launch({ env: { ...settings, ...change } }), 2, message);
  }
  await assert_no_start(workspace.launch(), 2, /master\.key is missing/);
  await (await workspace.start({ env: settings })).stop();
});

test('A master key moves from a file into a token, to another key there, and back', async (context) => {
  const workspace = await Workspace.create(context);
  await (await workspace.start()).stop();
  const { env, settings, make_key } = await soft_token(workspace);
  await make_key('second');
  const in_token = (label) => `[keys]\npkcs11_module = "${kSoftHsm}"\npkcs11_token = "vault"\n`
    + `pkcs11_key = "${label}"\npkcs11_pin_file = "${workspace.path('pin')}"\n`;
  await writeFile(workspace.path('first.toml'), in_token('dwarpal'));
  await writeFile(workspace.path('second.toml'), in_token('second'));
  const rotate = async (environment, ...words) => {
    const { code, stderr } = await workspace.run(['key', 'rotate-master', '--data', workspace.data, ...words],
      { env: environment });
    assert.equal(code, 0, stderr);
  };
  const opens_with = async (environment) =>
    (await workspace.run(['key', 'list', '--data', workspace.data], { env: environment })).code === 0;

  await rotate(env, '--to-config', workspace.path('first.toml'));
  assert.ok(await opens_with(settings) && !await opens_with({}));
  await rotate(settings, '--to-config', workspace.path('second.toml'));
  const second = { ...settings, DWARPAL_KEYS_PKCS11_KEY: 'second' };
  assert.ok(await opens_with(second) && !await opens_with(settings));
  await rotate(second, '--to-file', workspace.path('again.key'));
  assert.ok(await opens_with({ DWARPAL_KEYS_MASTER_KEY_FILE: workspace.path('again.key') }) && !await opens_with(second));
});
