// Holds a running sandbox against api/openapi.yaml. One process and one order, because the last test asks what all the
// others together have exercised; the scenario that provokes delays comes right before it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import './scenarios/verification.js';
import './scenarios/every_call.js';
import './scenarios/registry.js';
import './scenarios/tokens.js';
import './scenarios/oauth.js';
import './scenarios/secrets.js';
import './scenarios/onboarding.js';
import './scenarios/passwords.js';
import './scenarios/sandbox.js';
import './scenarios/admin.js';
import './scenarios/limits.js';
import { document } from './support/sandbox.js';

// What nobody can provoke from outside: a defect, and a service that is overloaded or has lost its store.
const kUnprovokable = ['500', '503'];

test('Every documented answer of every operation was seen', () => {
  const missing = document.unexercised().filter((name) => !kUnprovokable.includes(name.split(' ')[1]));
  assert.deepEqual(missing, []);
});
