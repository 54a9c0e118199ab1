// Members and users come to the network, and rights on members come and go.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  active_user, credentials, expect, fresh, fresh_email, fresh_password, link_token, member, registration, service,
  sign_in, token_of,
} from '../support/sandbox.js';

const operator = () => token_of(credentials.operator);
const add = (token, json) => service.call('addEntityUser', { token, json });
const remove = (token, json) => service.call('removeEntityUser', { token, json });

test('A member is onboarded, its designated user activates, and the first reset makes it active', async () => {
  const entityId = fresh('FIP');
  const admin = { email: fresh_email(), password: fresh_password() };
  const user = { email: admin.email, firstName: 'Asha', lastName: 'Rao', mobile: '9000000001' };
  const json = registration(entityId, user);
  const registered = await service.call('registerEntity', { token: await operator(), json });
  expect(registered, 200, 'Entity successfully onboarded.');
  assert.deepEqual(registered.body.entity, { id: entityId, name: `${entityId} Limited`, status: 'REGISTERED' });

  const link = await link_token(admin.email, { page: '/console/activate' });
  const verified = await service.call('verifyActivation', { json: { token: link } });
  expect(verified, 200);
  assert.equal(verified.body.email, admin.email);
  assert.equal(verified.body.purpose, 'activation');
  expect(await service.call('setPasswordByLink', { json: { token: link, password: admin.password } }), 200,
    'Password has been set.');

  const token = await sign_in(admin);
  expect(await service.call('readEntitySecret', { token, json: { entityId } }), 404,
    'Secret is not generated for the entity');
  const { body } = await service.call('resetEntitySecret', { token, json: { entityId } });
  expect(await service.call('generateEntityToken', { form: { id: entityId, secret: body.secret } }), 200);
});

test('The record may stand under entity as well, without a user', async () => {
  const { type, entityinfo } = registration(fresh('FIP'));
  expect(await service.call('registerEntity', { token: await operator(), json: { type, entity: entityinfo } }), 200);
});

test('An entity id is taken once, whatever its case', async () => {
  const id = fresh('FIP');
  const token = await operator();
  expect(await service.call('registerEntity', { token, json: registration(id) }), 200);
  for (const taken of [id, id.toLowerCase()]) {
    expect(await service.call('registerEntity', { token, json: registration(taken) }), 403, 'Client already exists');
  }
});

test('A record that misses a rule is refused by the name of the field', async () => {
  const token = await operator();
  const wrong = { baseurl: 'not a url', fitypes: [], certificate: { kty: 'RSA' }, Identifiers: [], name: '' };
  for (const [field, value] of Object.entries(wrong)) {
    const json = registration(fresh('FIP'));
    json.entityinfo[field] = value;
    const answer = await service.call('registerEntity', { token, json });
    expect(answer, 400);
    assert.match(answer.body.errorMsg, new RegExp(field, 'i'));
  }
  for (const change of [{ type: undefined }, { entityinfo: undefined }]) {
    expect(await service.call('registerEntity', { token, json: { ...registration(fresh('FIP')), ...change } }), 400,
      'Entity Id/Type is missing in the request');
  }
});

test('Only operators register members and users', async () => {
  const token = await token_of(member('FIP').admin);
  const message = 'User doesn\'t have access to make this request';
  expect(await service.call('registerEntity', { token, json: registration(fresh('FIP')) }), 401, message);
  const person = { email: fresh_email(), firstName: 'Asha', lastName: 'Rao' };
  expect(await service.call('registerUser', { token, json: person }), 401, message);
});

test('An email is registered once, whatever its case', async () => {
  const token = await operator();
  const person = { username: fresh_email(), firstName: 'Asha', lastName: 'Rao' };
  const registered = await service.call('registerUser', { token, json: person });
  expect(registered, 200, 'User has been successfully onboarded. Please check your email for further instructions.');
  assert.equal(registered.body.username, person.username);
  const again = { ...person, username: person.username.toUpperCase() };
  expect(await service.call('registerUser', { token, json: again }), 403, 'User already exists');
});

test('An email that is none, or two that differ, are refused', async () => {
  const token = await operator();
  const names = { firstName: 'Asha', lastName: 'Rao' };
  for (const emails of [{ email: 'nobody' }, { email: 7 }, { email: fresh_email(), username: fresh_email() }]) {
    expect(await service.call('registerUser', { token, json: { ...names, ...emails } }), 400);
  }
});

test('A user has a first and a last name, in either spelling', async () => {
  const token = await operator();
  const register = (fields) => service.call('registerUser', {
    token, raw: JSON.stringify({ email: fresh_email(), ...fields }), content_type: 'application/json',
  });
  expect(await register({ firstname: 'Asha', lastname: 'Rao' }), 200);
  for (const fields of [{ firstName: 'Asha' }, { lastName: 'Rao' }, { firstName: 7, lastName: 'Rao' }]) {
    expect(await register(fields), 400);
  }
});

test('An admin adds a colleague, who then reads the secret, and removes them again', async () => {
  const entityId = member('FIU').id;
  const admin = await token_of(member('FIU').admin);
  const colleague = await active_user();
  const token = await sign_in(colleague);
  const read = () => service.call('readEntitySecret', { token, json: { entityId } });
  expect(await read(), 401, 'Invalid entity id');
  for (const roles of ['entity-admin', undefined]) {
    expect(await add(admin, { email: colleague.email, entityId, roles }), 200,
      'User successfully linked to the entity.');
  }
  expect(await read(), 200);
  const link = { username: colleague.email, entityId };
  expect(await remove(admin, link), 200, 'User successfully removed from the entity.');
  expect(await read(), 401, 'Invalid entity id');
  expect(await remove(admin, link), 404, 'User doesn\'t exist');
});

test('Who is unknown cannot be added or removed', async () => {
  const entityId = member('FIU').id;
  for (const token of [await operator(), await token_of(member('FIU').admin)]) {
    expect(await add(token, { email: fresh_email(), entityId }), 404, 'User doesn\'t exist');
    expect(await remove(token, { email: fresh_email(), entityId }), 404, 'User doesn\'t exist');
  }
});

test('No other role than entity-admin is given', async () => {
  const { email } = await active_user();
  for (const roles of ['network-operator', ['entity-admin', 'other'], 7]) {
    expect(await add(await operator(), { email, entityId: member('FIU').id, roles }), 400);
  }
});

test('An operator cannot be an entity admin', async () => {
  const link = { email: credentials.operator.email, entityId: member('FIU').id };
  for (const token of [await operator(), await token_of(member('FIU').admin)]) {
    expect(await add(token, link), 400, 'An operator cannot be an entity admin');
  }
});

test('Admins have no right on an entity that is another\'s or does not exist', async () => {
  const { email } = member('FIU').admin;
  const token = await token_of(member('FIU').admin);
  for (const entityId of [member('FIP').id, 'NO-SUCH-ENTITY']) {
    expect(await add(token, { email, entityId }), 401, 'Invalid entity id');
    expect(await remove(token, { email, entityId }), 401, 'Invalid entity id');
  }
});

test('The last active admin stays, unless an operator takes them away', async () => {
  const entityId = member('FIU').id;
  const { email } = member('FIU').admin;
  expect(await remove(await token_of(member('FIU').admin), { email, entityId }), 409);
  expect(await remove(await operator(), { email, entityId }), 200);
  expect(await add(await operator(), { email, entityId }), 200);
});
