// Links from emails, and passwords.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  active_user, credentials, expect, fresh_email, fresh_password, link_token, mails_to, member, service, sign_in,
  token_of,
} from '../support/sandbox.js';

const kLinkNotGood = 'The link is invalid, used or expired';
const kResetSent = 'The password reset link has been successfully sent to the user\'s email.';

test('A link is confirmed as often as one likes, and sets a password once', async () => {
  const email = fresh_email();
  const operator = await token_of(credentials.operator);
  const json = { email, firstName: 'Asha', lastName: 'Rao' };
  expect(await service.call('registerUser', { token: operator, json }), 200);
  const token = await link_token(email, { page: '/console/activate' });
  expect(await service.call('verifyActivation', { json: { token } }), 200);
  expect(await service.call('verifyActivation', { json: { token } }), 200);
  const weak = await service.call('setPasswordByLink', { json: { token, password: 'fourteen chars' } });
  expect(weak, 400);
  assert.notEqual(weak.body.errorMsg, kLinkNotGood);
  const password = fresh_password();
  expect(await service.call('setPasswordByLink', { json: { token, password } }), 200, 'Password has been set.');
  await sign_in({ email, password });
  expect(await service.call('setPasswordByLink', { json: { token, password } }), 400, kLinkNotGood);
  expect(await service.call('verifyActivation', { json: { token } }), 400, kLinkNotGood);
});

test('A link that never was is as bad as a used one', async () => {
  const token = fresh_password();
  expect(await service.call('verifyActivation', { json: { token } }), 400, kLinkNotGood);
  expect(await service.call('setPasswordByLink', { json: { token, password: fresh_password() } }), 400, kLinkNotGood);
});

test('Another activation link is asked for with the same answer for everybody', async () => {
  const answers = [];
  for (const email of [fresh_email(), member('AA').admin.email]) {
    const answer = await service.call('resendActivation', { json: { email } });
    expect(answer, 200);
    answers.push(answer.body.message);
  }
  assert.equal(answers[0], answers[1]);
});

test('A forgotten password is set anew by a mailed link, and tokens from before end', async () => {
  const { email, password } = await active_user();
  const token = await sign_in({ email, password });
  const seen = (await mails_to(email)).length;
  expect(await service.call('resetUserPassword', { json: { email } }), 200, kResetSent);
  const link = await link_token(email, { seen, page: '/console/reset-password' });
  const { body } = await service.call('verifyActivation', { json: { token: link } });
  assert.equal(body.purpose, 'password-reset');
  const renewed = fresh_password();
  expect(await service.call('setPasswordByLink', { json: { token: link, password: renewed } }), 200);
  expect(await service.call('resetUserPassword', { token, json: { email } }), 401, 'Invalid or expired access token');
  await sign_in({ email, password: renewed });
});

test('Only an operator learns that an email is unknown', async () => {
  const json = { email: fresh_email() };
  expect(await service.call('resetUserPassword', { json }), 200, kResetSent);
  const operator = await token_of(credentials.operator);
  expect(await service.call('resetUserPassword', { token: operator, json }), 404, 'User doesn\'t exist');
});

test('A token that is sent to ask for a password link must be good', async () => {
  const json = { email: fresh_email() };
  expect(await service.call('resetUserPassword', { token: 'a.b.c', json }), 401, 'Invalid or expired access token');
});

test('A user changes the password, which ends the token that asked', async () => {
  const { email, password } = await active_user();
  const token = await sign_in({ email, password });
  const renewed = fresh_password();
  const change = (oldPassword, next) =>
    service.call('changeUserPassword', { token, json: { oldPassword, password: next } });
  expect(await change(fresh_password(), renewed), 401, 'The old password is wrong');
  expect(await change(password, 'fourteen chars'), 400);
  expect(await change(password, renewed), 200, 'Password has been set.');
  expect(await change(renewed, fresh_password()), 401, 'Invalid or expired access token');
  await sign_in({ email, password: renewed });
});
