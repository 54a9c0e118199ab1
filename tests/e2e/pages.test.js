// The pages that mails link to, in a real browser.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { Client, fresh_password, sandbox_credentials, token_in } from './support/client.js';
import { Workspace, root } from './support/program.js';

// Where pictures of the pages go, for whoever wants to look at them.
const kPictures = process.env.E2E_PICTURES;
const kUsedLink = 'The link is invalid, used or expired';

let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.E2E_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
});
after(() => browser.close());

/** A sandbox with one invited user. */
async function make_sandbox(context, base_url) {
  const workspace = await Workspace.create(context);
  const service = await workspace.start({ env: base_url ? { DWARPAL_SERVER_PUBLIC_BASE_URL: base_url } : {} });
  const client = new Client(`http://${service.address}`);
  const registration = JSON.parse(await readFile(join(root, 'tests/examples/aa.json'), 'utf8'));
  const operator = await client.sign_in((await sandbox_credentials(workspace)).operator);
  await client.done('/entity/register', { token: operator, json: registration });
  const { email } = registration.user;
  return { workspace, service, client, email };
}

/** A browser's window, and what happened in it: calls, complaints, and requests to anywhere else. */
class Window {
  calls = [];
  complaints = [];
  #name;

  static async open(context, origin, { name, ...look } = {}) {
    const window = new Window();
    window.#name = name;
    const profile = await browser.newContext({ viewport: { width: 1000, height: 760 }, ...look });
    context.after(() => profile.close());
    window.page = await profile.newPage();
    window.page.on('console', (message) => window.complaints.push(message.text()));
    window.page.on('pageerror', (error) => window.complaints.push(String(error)));
    window.page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.origin !== origin) {
        window.complaints.push(`a request to ${url.origin}`);
      } else if (request.method() !== 'GET') {
        window.calls.push(url.pathname.replace('/iam/v1/user/', ''));
      }
      if (url.href.includes('token')) {
        window.complaints.push(`a token in a request to ${url.pathname}`);
      }
    });
    await window.page.addInitScript(() => addEventListener('securitypolicyviolation', (event) =>
      console.error(`against the policy: ${event.violatedDirective} ${event.blockedURI}`)));
    return window;
  }

  async picture(step) {
    if (kPictures) {
      await this.page.screenshot({ path: join(kPictures, `${this.#name}-${step}.png`), fullPage: true });
    }
  }

  /** A refused call stands in the console: that is the browser's doing, not the page's. */
  assert_no_complaints() {
    assert.deepEqual(this.complaints.filter((text) => !/^Failed to load resource: .* status of 400/.test(text)), []);
  }

  /** Presses what is reached by that name, as a person with a keyboard or a screen reader finds it. */
  press(button) {
    return this.page.getByRole('button', { name: button }).click();
  }

  fill(label, text) {
    return this.page.getByLabel(label, { exact: true }).fill(text);
  }

  async see(text) {
    await this.page.getByText(text).first().waitFor();
  }

  async choose(password, again = password) {
    await this.fill('New password', password);
    await this.fill('The same once more', again);
    await this.press('Set my password');
  }

  /** Does something, and waits for the answer to the call that it makes. */
  async answered(action) {
    const answer = this.page.waitForResponse((response) => response.request().method() === 'POST');
    await action();
    return answer;
  }
}

const kLooks = [
  { name: 'light' },
  { name: 'dark', colorScheme: 'dark' },
  { name: 'phone', viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true },
  { name: 'dark-phone', colorScheme: 'dark', viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
];

test('A user activates the account by the mailed link, and the link works once', async (context) => {
  const { workspace, service, client, email } = await make_sandbox(context);
  const link = await workspace.link_to(email);
  const window = await Window.open(context, service.base_url, { name: 'activate' });
  const { page } = window;
  await page.goto(link.href);
  await page.waitForLoadState('networkidle');

  // Nothing happens by itself, and the token is out of sight of history and address bar.
  assert.deepEqual(window.calls, []);
  assert.equal(page.url(), `${service.base_url}/console/activate`);
  assert.equal(await page.evaluate(() => history.length), 2);
  assert.equal((await workspace.json('user', 'show', email)).status, 'INVITED');
  await window.picture('1-start');

  await window.answered(() => window.press('Confirm my address'));
  assert.deepEqual(window.calls, ['activation/verify']);
  await window.see(email);
  assert.equal((await workspace.json('user', 'show', email)).status, 'VERIFIED');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'password');
  await window.picture('2-choose');

  await window.choose(fresh_password(), fresh_password());
  await window.see('The two passwords are not the same.');
  assert.deepEqual(window.calls, ['activation/verify']);
  await window.picture('3-mismatch');
  await window.answered(() => window.choose('fourteen chars'));
  await window.see('The password must have at least 15 characters');
  await window.answered(() => window.choose('password password'));
  await window.see('The password is too easy to guess');
  await window.picture('4-weak');

  await page.getByLabel('Show what I type').check();
  assert.equal(await page.getByLabel('New password', { exact: true }).getAttribute('type'), 'text');
  await page.getByLabel('Show what I type').uncheck();
  assert.equal(await page.getByLabel('New password', { exact: true }).getAttribute('type'), 'password');

  const password = fresh_password();
  await window.answered(() => window.choose(password));
  await window.see('Your password is set');
  assert.equal(await page.locator('form:visible').count(), 0);
  assert.equal(await page.getByRole('alert').isVisible(), false);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'done');
  assert.ok(!(await page.evaluate(() => [...document.querySelectorAll('input')].map((field) => field.value).join())
    ).includes(password));
  await window.picture('5-done');
  await client.sign_in({ email, password });

  // The same link again.
  const calls_before = window.calls.length;
  await page.goto('about:blank');
  await page.goto(link.href);
  await window.answered(() => window.press('Confirm my address'));
  await window.see(kUsedLink);
  await window.picture('6-used');
  await window.fill('Email address', email);
  await window.answered(() => window.press('Send a new link'));
  await window.see('a new link is on its way');
  assert.deepEqual(window.calls.slice(calls_before), ['activation/verify', 'activation/resend']);
  assert.equal(await page.getByLabel('Code from the email').inputValue(), '');
  await window.picture('7-sent');
  window.assert_no_complaints();
});

test('A second link that is opened in the same tab takes the place of the first', async (context) => {
  const { workspace, service, email } = await make_sandbox(context);
  const link = await workspace.link_to(email);
  const window = await Window.open(context, service.base_url);
  const { page } = window;
  await page.goto(`${link.origin}${link.pathname}#token=no-such-link`);
  await window.answered(() => window.press('Confirm my address'));
  await window.see(kUsedLink);

  const calls_before = window.calls.length;
  await page.evaluate((hash) => { location.hash = hash; }, link.hash);
  await page.waitForFunction((token) => document.getElementById('token').value === token, token_in(link));
  assert.equal(page.url(), `${service.base_url}/console/activate`);
  assert.equal(window.calls.length, calls_before);
  assert.equal(await page.getByRole('alert').isVisible(), false);
  await window.answered(() => window.press('Confirm my address'));
  await window.see(email);
  window.assert_no_complaints();
});

test('A user who forgot the password sets a new one by the mailed link', async (context) => {
  const { workspace, service, client, email } = await make_sandbox(context);
  const old = fresh_password();
  await client.done('/user/activation/password',
    { json: { token: token_in(await workspace.link_to(email)), password: old } });
  await client.done('/user/password/reset', { json: { email } });
  const link = await workspace.link_to(email);
  assert.equal(link.pathname, '/console/reset-password');

  const window = await Window.open(context, service.base_url, { name: 'reset' });
  await window.page.goto(link.href);
  await window.page.waitForLoadState('networkidle');
  assert.deepEqual(window.calls, []);
  assert.equal(window.page.url(), `${service.base_url}/console/reset-password`);
  await window.picture('1-start');
  await window.press('Continue');
  await window.see(email);
  await window.picture('2-choose');
  const password = fresh_password();
  await window.choose(password);
  await window.see('Your new password is set');
  await window.picture('3-done');
  assert.deepEqual(window.calls, ['activation/verify', 'activation/password']);
  assert.equal((await client.call('/user/token/generate', { form: { username: email, password: old } })).status, 401);
  await client.sign_in({ email, password });

  await window.page.goto('about:blank');
  await window.page.goto(link.href);
  await window.press('Continue');
  await window.see(kUsedLink);
  await window.fill('Email address', email);
  await window.answered(() => window.press('Send a new link'));
  await window.see('a link is on its way');
  assert.equal(window.calls.at(-1), 'password/reset');
  window.assert_no_complaints();
});

test('The code from the mail can be pasted, and everything done with the keyboard', async (context) => {
  const { workspace, service, client, email } = await make_sandbox(context);
  const window = await Window.open(context, service.base_url);
  const { keyboard } = window.page;
  await window.page.goto(`${service.base_url}/console/activate`);
  await keyboard.press('Tab');
  await keyboard.type(` ${token_in(await workspace.link_to(email))} `);
  await window.answered(() => keyboard.press('Enter'));
  await window.see(email);
  const password = fresh_password();
  await keyboard.type(password);
  await keyboard.press('Tab');
  await keyboard.type(password);
  await keyboard.press('Tab');
  await keyboard.press('Space');
  assert.equal(await window.page.getByLabel('Show what I type').isChecked(), true);
  await keyboard.press('Tab');
  await window.answered(() => keyboard.press('Enter'));
  await window.see('Your password is set');
  await client.sign_in({ email, password });
  window.assert_no_complaints();
});

test('The pages work also where a proxy serves all of it below a path', async (context) => {
  const proxy = createServer((asked, answer) => {
    if (!asked.url.startsWith('/network/')) {
      answer.writeHead(404).end();
      return;
    }
    const passed = request(proxy.target, { path: asked.url.slice('/network'.length), method: asked.method,
      headers: asked.headers }, (got) => {
      answer.writeHead(got.statusCode, got.headers);
      got.pipe(answer);
    });
    asked.pipe(passed);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  context.after(() => proxy.close());
  const base_url = `http://127.0.0.1:${proxy.address().port}/network`;
  const { workspace, service, client, email } = await make_sandbox(context, base_url);
  proxy.target = `http://${service.address}`;
  const window = await Window.open(context, new URL(base_url).origin);
  const link = await workspace.link_to(email);
  assert.equal(link.origin + link.pathname, `${base_url}/console/activate`);
  await window.page.goto(link.href);
  await window.press('Confirm my address');
  await window.see(email);
  const password = fresh_password();
  await window.choose(password);
  await window.see('Your password is set');
  await client.sign_in({ email, password });
  window.assert_no_complaints();
});

test('Every field has a label, and every page fits light, dark and narrow screens', async (context) => {
  const { service, workspace, email } = await make_sandbox(context);
  const link = await workspace.link_to(email);
  for (const { name, ...look } of kLooks) {
    for (const path of ['activate', 'reset-password']) {
      const window = await Window.open(context, service.base_url, { name: `${name}-${path}`, ...look });
      await window.page.goto(`${service.base_url}/console/${path}${link.hash}`);
      await window.picture('start');
      // All that is hidden at first too, for the looks of it.
      await window.page.evaluate(() => {
        document.getElementById('problem').textContent = 'The link is invalid, used or expired';
        document.getElementById('email').textContent = `${'a'.repeat(64)}@example.test`;
        for (const hidden of document.querySelectorAll('main > [hidden]')) {
          hidden.hidden = false;
        }
      });
      await window.picture('all');
      const unlabelled = await window.page.evaluate(() =>
        [...document.querySelectorAll('input:not([hidden])')].filter((field) => field.labels.length === 0).length);
      assert.equal(unlabelled, 0, path);
      const [width, shown] = await window.page.evaluate(() =>
        [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
      assert.ok(width <= shown, `${path} on ${name}: ${width} of ${shown} pixels`);
      assert.deepEqual(window.calls, []);
      window.assert_no_complaints();
    }
  }
});
