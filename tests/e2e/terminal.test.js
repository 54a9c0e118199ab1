// What a person at a terminal sees. `script` (Debian's bsdutils) gives a command a terminal of its own.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Workspace, binary, eventually } from './support/program.js';

const run = promisify(execFile);

test('A sandbox prints lines that can be pasted, and ends by Ctrl-C', async (context) => {
  const workspace = await Workspace.create(context);
  const command = `exec '${binary}' serve --data '${workspace.data}' --listen 127.0.0.1:0`;
  const terminal = spawn('script', ['-qec', command, '/dev/null']);
  const ended = once(terminal, 'close');
  context.after(() => terminal.kill());
  let shown = '';
  terminal.stdout.on('data', (bytes) => { shown += bytes; });
  await eventually('the service is ready', () => / serving address=/.test(shown));
  const lines = shown.split('\n').map((line) => line.trim()).filter((line) => /^(curl|TOKEN=)/.test(line));
  assert.equal(lines.filter((line) => line.startsWith('curl')).length, 3, shown);
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', lines.join('\n')]);
  const [token, secret, keys] = stdout.trim().split('\n').map((answer) => JSON.parse(answer));
  assert.equal(token.tokenType, 'Bearer');
  assert.match(secret.secret, /^[\w-]{43}$/);
  assert.equal(keys.keys.length, 1);
  terminal.stdin.write('\x03');
  assert.deepEqual(await ended, [0, null]);
});
