// A service that is killed at any moment loses nothing that it answered, and keeps nothing by halves.
import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Client, fresh_password, sandbox_credentials, token_in } from './support/client.js';
import { Workspace, eventually, root } from './support/program.js';

// README.md has the figures for the full proof.
const kResets = Number(process.env.E2E_CRASH_RESETS ?? 60);
const kKills = Number(process.env.E2E_CRASH_KILLS ?? 5);
const kConnectionsPerMember = 2;
const kFurtherMembers = 3;
const kRevokeOldEvery = 20;
const kMaximumLive = 16;

// Tokens survive a restart on another port only under an issuer that stays.
const kBaseUrl = 'http://network.test';

/** Members with one admin each: those of the sandbox, and others whose admin is the same person. */
async function make_members(workspace, client) {
  const credentials = await sandbox_credentials(workspace);
  const members = credentials.entities.map(({ id, admin }) => ({ id, admin }));
  const operator = await client.sign_in(credentials.operator);
  const registration = JSON.parse(await readFile(join(root, 'tests/examples/fip.json'), 'utf8'));
  const admin = { email: 'admin@crash.test', password: fresh_password() };
  for (let number = 0; number < kFurtherMembers; ++number) {
    const id = `CRASH-${number}`;
    const certificate = { ...registration.entityinfo.certificate, kid: id };
    await client.done('/entity/register', {
      token: operator,
      json: {
        ...registration,
        entityinfo: { ...registration.entityinfo, id, code: id, certificate },
        user: { ...registration.user, email: admin.email },
      },
    });
    members.push({ id, admin });
  }
  const token = token_in(await workspace.link_to(admin.email));
  await client.done('/user/activation/password', { json: { token, password: admin.password } });
  const tokens = new Map();
  for (const member of members) {
    const { email } = member.admin;
    tokens.set(email, tokens.get(email) ?? await client.sign_in(member.admin));
    member.token = tokens.get(email);
  }
  return members;
}

/** Resets one member's secret again and again until the service is gone; tells of each answer. */
async function reset_until_gone(client, { id, token }, answered) {
  for (;;) {
    const txnId = randomUUID();
    let answer;
    try {
      answer = await client.call('/entity/secret/reset',
        { token, json: { entityId: id, txnId, revokeOld: randomInt(kRevokeOldEvery) === 0 } });
    } catch {
      return;  // unanswered: it was carried out, or not
    }
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    answered({ id, txnId, secret: answer.body.secret });
  }
}

/** All members reset at once; after so many answers, with others under way, the service is killed. */
async function reset_and_kill(service, client, members, count) {
  const answers = [];
  let killed;
  const answered = (answer) => {
    if (answers.push(answer) === count) {
      killed = wait(randomInt(10)).then(() => service.kill());
    }
  };
  await Promise.all(members.flatMap((member) =>
    Array.from({ length: kConnectionsPerMember }, () => reset_until_gone(client, member, answered))));
  assert.ok(answers.length >= count, `the service was gone after ${answers.length} answers:\n${service.log}`);
  await killed;
  return answers;
}

/** A member's resets as the audit trail has them, in their order. */
async function resets_on_record(workspace, id) {
  const records = await workspace.json('audit', 'list', '--action', 'secret.reset', '--subject', `entity:${id}`,
    '--limit', '100000');
  assert.deepEqual(records.map(({ details }) => details.number), records.map((_, index) => index + 1));
  return records.map(({ txnId, details }) => ({ txnId, revokes: details.revokeOld }));
}

/** What works after these resets by the rules, newest first, when no secret was used in between. */
function working(resets) {
  return resets.slice(Math.max(resets.findLastIndex(({ revokes }) => revokes), resets.length - kMaximumLive, 0))
    .reverse();
}

test(`After ${kKills} kills among ${kResets} resets, each answered one is there`, async (context) => {
  const workspace = await Workspace.create(context);
  const start = async () => {
    // Hundreds of ended secrets are tried from one address.
    const env = { DWARPAL_SERVER_PUBLIC_BASE_URL: kBaseUrl, DWARPAL_LIMITS_SECRET_FAILURES: '1000000' };
    const service = await workspace.start({ env });
    return [service, new Client(`http://${service.address}`)];
  };
  let [service, client] = await start();
  const members = await make_members(workspace, client);

  const answers = [];
  for (let kill = 0; kill < kKills; ++kill) {
    const left = Math.ceil((kResets - answers.length) / (kKills - kill));
    answers.push(...await reset_and_kill(service, client, members, Math.max(left, 1)));
    [service, client] = await start();
  }
  assert.ok(answers.length >= kResets);

  const counts = { answered: answers.length, unanswered: 0, working: 0, ended: 0 };
  for (const { id, token } of members) {
    const resets = await resets_on_record(workspace, id);
    const secrets = new Map(answers.filter((answer) => answer.id === id).map(({ txnId, secret }) => [txnId, secret]));
    const on_record = new Set(resets.map(({ txnId }) => txnId));
    assert.deepEqual([...secrets.keys()].filter((txnId) => !on_record.has(txnId)), [], `answered, not on record: ${id}`);
    counts.unanswered += resets.filter(({ txnId }) => txnId && !secrets.has(txnId)).length;

    // There is no secret without its record either, also of a reset that nobody got an answer to.
    const expected = working(resets);
    const { secrets: states } = await client.done('/entity/secret/status', { token, json: { entityId: id } });
    assert.deepEqual(states.map(({ state }) => state), expected.map((_, index) => index === 0 ? 'current' : 'replaced'));

    const current = expected[0].txnId;
    const read = await client.done('/entity/secret/read', { token, json: { entityId: id } });
    assert.ok(!secrets.has(current) || read.secret === secrets.get(current), `another secret of ${id} is current`);
    const works = new Set(expected.map(({ txnId }) => txnId));
    for (const [txnId, secret] of secrets) {
      const { status, body } = await client.generate_entity_token(id, secret);
      assert.equal(status, works.has(txnId) ? 200 : 401, `reset ${txnId} of ${id}: ${JSON.stringify(body)}`);
      assert.equal('message' in body, works.has(txnId) && txnId !== current);
      ++counts[works.has(txnId) ? 'working' : 'ended'];
    }
  }
  context.diagnostic(JSON.stringify(counts));
  assert.equal((await workspace.json('audit', 'verify')).whole, true);
  assert.equal(await service.stop(), 0);
});

test('A first start that is killed is completed by the next', async (context) => {
  const workspace = await Workspace.create(context);
  for (const file of ['dwarpal.lock', 'master.key', 'dwarpal.db', 'dwarpal.db-wal', 'sandbox-credentials.json']) {
    const service = workspace.launch();
    await eventually(`${file} is made`, () => existsSync(join(workspace.data, file)));
    await service.kill();
  }
  const service = await workspace.start();
  const client = new Client(service.base_url);
  const { operator, entities } = await sandbox_credentials(workspace);
  await client.sign_in(operator);
  assert.equal(entities.length, 3);
  for (const { id, secret, admin } of entities) {
    assert.equal((await client.generate_entity_token(id, secret)).status, 200);
    await client.sign_in(admin);
  }
  assert.equal((await workspace.json('audit', 'verify')).whole, true);
});
