// What a production network stands on: a certificate, a mail server, a master key.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './program.js';

export const kHost = 'network.test';
export const kBaseUrl = `https://${kHost}`;

/** What production demands, with TLS left to a proxy; but for the master key. */
export function production_settings() {
  return {
    DWARPAL_SERVER_PUBLIC_BASE_URL: kBaseUrl,
    DWARPAL_SERVER_TLS_IN_FRONT: 'true',
    DWARPAL_SMTP_HOST: 'localhost',
    DWARPAL_SMTP_FROM: `noreply@${kHost}`,
  };
}

/** A master key in a file as a careful operator makes one. */
export async function make_master_key(file, mode = 0o600) {
  await writeFile(file, `${randomBytes(32).toString('base64')}\n`, { mode });
  return file;
}

/** A self-signed certificate for the network and its mail server: PEM files. */
export async function make_certificate(workspace) {
  const [certificate, key] = [workspace.path('certificate.pem'), workspace.path('key.pem')];
  const { code, stderr } = await workspace.run(['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
    '-nodes', '-keyout', key, '-out', certificate, '-days', '2', '-subj', `/CN=${kHost}`, '-addext',
    `subjectAltName=DNS:${kHost},DNS:localhost,IP:127.0.0.1`], { program: 'openssl' });
  assert.equal(code, 0, stderr);
  return { certificate, key };
}

/** A real mail server that takes everything, by STARTTLS alone. */
export class MailServer {
  #directory;
  port;

  static async start(test, workspace, { certificate, key }) {
    const server = new MailServer();
    server.#directory = workspace.path('mails');
    await mkdir(server.#directory);
    // Debian's Python, which has aiosmtpd.
    const child = spawn('/usr/bin/python3', [join(root, 'tests/mail/smtp_server.py'), server.#directory,
      '--security', 'starttls', '--certificate', certificate, '--key', key], { stdio: ['pipe', 'pipe', 'inherit'] });
    test.after(() => child.kill());
    server.port = Number(String((await once(child.stdout, 'data'))[0]));
    return server;
  }

  /** The mails to an address, oldest first, as tests/mail/smtp_server.py wrote them. */
  async mails_to(email) {
    const files = (await readdir(this.#directory)).filter((name) => name.endsWith('.json'));
    const mails = await Promise.all(files.sort((one, other) => parseInt(one) - parseInt(other)).map(async (name) =>
      JSON.parse(await readFile(join(this.#directory, name), 'utf8'))));
    return mails.filter(({ rcpt_tos }) => rcpt_tos.includes(email));
  }
}
