// Runs the dwarpal under test: its commands, and its service.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url));
export const binary = resolve(process.env.E2E_DWARPAL ?? join(root, 'build/release/dwarpal'));

// Settings of whoever runs the tests are not theirs.
const kEnvironment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('DWARPAL_')));

const kDeadline = 60_000;

/** Asks until the answer is something; that is what it returns. */
export async function eventually(what, ask, { within = kDeadline } = {}) {
  for (const end = Date.now() + within; ;) {
    const answer = await ask();
    if (answer) {
      return answer;
    }
    assert.ok(Date.now() < end, `${what}: not within ${within} ms`);
    await wait(20);
  }
}

/** A service that runs. */
class Service {
  /** What stands in the log so far. */
  log = '';
  output = '';
  ready = '';
  #child;
  #ended;

  constructor(child) {
    this.#child = child;
    // Not `exit`: only then everything that was printed is here.
    this.#ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
    const [, stdout, stderr, ready] = child.stdio;
    stdout.on('data', (bytes) => { this.output += bytes; });
    stderr.on('data', (bytes) => { this.log += bytes; });
    ready.on('data', (bytes) => { this.ready += bytes; });
  }

  get pid() {
    return this.#child.pid;
  }

  /** The base URL that was announced. */
  get base_url() {
    return this.ready.trimEnd();
  }

  /** Where it listens, which is not the base URL when one is configured. */
  get address() {
    return this.log.match(/serving address="([^"]+)"/)[1];
  }

  async until_ready() {
    await eventually('the service is ready', () => this.has_ended() || / serving address=/.test(this.log));
    assert.ok(!this.has_ended(), `the service did not start:\n${this.log}`);
    return this;
  }

  has_ended() {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  signal(name) {
    this.#child.kill(name);
  }

  ended() {
    return this.#ended;
  }

  /** Asks it to stop, and returns its exit code. */
  async stop(signal = 'SIGTERM') {
    this.signal(signal);
    return (await this.#ended).code;
  }

  async kill() {
    this.signal('SIGKILL');
    await this.#ended;
  }
}

/** A temporary directory, and what runs in it; both are gone after the test. */
export class Workspace {
  #directory;
  #services = [];

  static async create(test) {
    const workspace = new Workspace();
    workspace.#directory = await mkdtemp(join(tmpdir(), 'dwarpal-e2e-'));
    test.after(async () => {
      await Promise.all(workspace.#services.filter((service) => !service.has_ended()).map((service) => service.kill()));
      await rm(workspace.#directory, { recursive: true });
    });
    return workspace;
  }

  path(...names) {
    return join(this.#directory, ...names);
  }

  get data() {
    return this.path('data');
  }

  /** Runs a program to its end: `{code, stdout, stderr}`. */
  async run(words, { input = '', env = {}, program = binary } = {}) {
    const child = spawn(program, words, { cwd: this.#directory, env: { ...kEnvironment, ...env } });
    child.stdin.on('error', () => {});  // whoever does not read it may end before all is written
    child.stdin.end(input);
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    return { code, stdout, stderr };
  }

  /** Runs a command on this store. */
  on_store(...words) {
    return this.run([...words, '--data', this.data]);
  }

  /** Runs a command on this store that must succeed; returns what it printed. */
  async done(...words) {
    const { code, stdout, stderr } = await this.on_store(...words);
    assert.equal(code, 0, `dwarpal ${words.join(' ')}: ${stderr}`);
    assert.equal(stderr, '');
    return stdout;
  }

  /** The same with --json, read. */
  async json(...words) {
    return JSON.parse(await this.done(...words, '--json'));
  }

  /** A service on this store that may not even start; `under`: the program that starts it, and its words. */
  launch({ listen = '127.0.0.1:0', words = [], env = {}, under = [] } = {}) {
    const [program, ...its] = [...under, binary];
    const child = spawn(program, [...its, 'serve', '--data', this.data, '--listen', listen, '--ready-fd', '3', ...words],
      { cwd: this.#directory, env: { ...kEnvironment, ...env }, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
    const service = new Service(child);
    this.#services.push(service);
    return service;
  }

  /** A service on this store that answers. */
  start(options) {
    return this.launch(options).until_ready();
  }

  /** The ids of the mails to an address, newest last. */
  async mails_to(email) {
    return (await this.json('mail', 'list')).filter(({ to }) => to === email).map(({ id }) => id);
  }

  /** The link in the newest mail to an address. */
  async link_to(email) {
    const id = (await this.mails_to(email)).at(-1);
    return new URL((await this.done('mail', 'show', id, '--link')).trimEnd());
  }
}

/** Waits for a service that is not to start. */
export async function assert_no_start(service, code, message) {
  assert.equal((await service.ended()).code, code, service.log);
  assert.equal(service.output, '');
  assert.equal(service.ready, '');
  assert.match(service.log, message);
}
