// What a person at a terminal sees. `script` (Debian's bsdutils) gives a command a terminal of its own.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Workspace, binary, eventually } from './support/program.js';

const run = promisify(execFile);

function in_terminal(...words) {
  const child = spawn('script', ['-qec', [binary, ...words].map((word) => `'${word}'`).join(' '), '/dev/null']);
  const terminal = { child, text: '', ended: once(child, 'close') };
  child.stdout.on('data', (bytes) => { terminal.text += bytes.toString().replaceAll('\r\n', '\n'); });
  return terminal;
}

test('A sandbox prints lines that can be pasted, and ends by Ctrl-C', async (context) => {
  const workspace = await Workspace.create(context);
  const terminal = in_terminal('serve', '--data', workspace.data, '--listen', '127.0.0.1:0');
  context.after(() => terminal.child.kill());
  await eventually('the service is ready', () => / serving address=/.test(terminal.text));
  const lines = terminal.text.split('\n').map((line) => line.trim()).filter((line) => /^(curl|TOKEN=)/.test(line));
  assert.equal(lines.filter((line) => line.startsWith('curl')).length, 3, terminal.text);
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', lines.join('\n')]);
  const [token, secret, keys] = stdout.trim().split('\n').map((answer) => JSON.parse(answer));
  assert.equal(token.tokenType, 'Bearer');
  assert.match(secret.secret, /^[\w-]{43}$/);
  assert.equal(keys.keys.length, 1);
  terminal.child.stdin.write('\x03');
  assert.deepEqual(await terminal.ended, [0, null]);
});
