// What slows down whoever guesses. Comes last: from here on this address has many failures to its name.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { active_user, basic, expect, fresh_email, fresh_password, member, service, sign_in } from '../support/sandbox.js';

/** Repeats a call that fails until it is put off by 429; returns how often it failed before. */
async function failures_until_delay(call, most, refusal = 401) {
  for (let failures = 0; failures <= most; ++failures) {
    const answer = await call();
    if (answer.status === 429) {
      return failures;
    }
    expect(answer, refusal);
  }
  return assert.fail(`no delay after ${most} failures`);
}

test('Guesses at a password are put off from the tenth on, for known and unknown users alike', async () => {
  for (const username of [fresh_email(), (await active_user()).email]) {
    const guess = () => service.call('generateUserToken', { form: { username, password: fresh_password() } });
    const failures = await failures_until_delay(guess, 20);
    assert.ok(failures >= 9, `a delay after ${failures} failures`);
  }
});

test('Guesses at the old password are put off too', async () => {
  const token = await sign_in(await active_user());
  const guess = () => service.call('changeUserPassword', {
    token, json: { oldPassword: fresh_password(), password: fresh_password() },
  });
  await failures_until_delay(guess, 20);
});

test('Guesses at secrets are put off, and the right secret never', async () => {
  const { id, secret } = member('FIP');
  const generate = (one) => service.call('generateEntityToken', { form: { id, secret: one } });
  await failures_until_delay(() => generate(fresh_password()), 200);
  expect(await generate(secret), 200);

  // They count together with those at the standard endpoints.
  for (const operation of ['issueToken', 'introspectToken', 'revokeToken']) {
    const ask = (one) => service.call(operation, {
      form: { grant_type: 'client_credentials', token: 'x' }, headers: { authorization: basic({ id, secret: one }) },
    });
    await failures_until_delay(() => ask(fresh_password()), 3);
    expect(await ask(secret), 200);
  }
});

test('Guesses at links are put off', async () => {
  const verify = () => service.call('verifyActivation', { json: { token: fresh_password() } });
  await failures_until_delay(verify, 200, 400);
  expect(await service.call('setPasswordByLink', { json: { token: 'x', password: fresh_password() } }), 429);
});
