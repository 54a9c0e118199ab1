// api/openapi.yaml as something to hold answers against.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

const kMethods = ['get', 'head', 'post', 'put', 'delete', 'options'];

/** `['paths', '/a/{b}']` → `#/paths/~1a~1%7Bb%7D` (RFC 6901 section 6). */
function pointer(steps) {
  return '#' + steps.map((step) => '/' + encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('');
}

export class Document {
  #root;
  #ajv = new Ajv({ strict: false, allErrors: true });
  #operations = new Map();
  #exercised = new Set();

  constructor(text) {
    this.#root = parse(text);
    addFormats(this.#ajv);
    this.#ajv.addSchema(this.#root, 'openapi');
    for (const [path, item] of Object.entries(this.#root.paths)) {
      for (const method of kMethods.filter((name) => name in item)) {
        const { operationId, responses, requestBody, security } = item[method];
        const steps = ['paths', path, method];
        const siblings = kMethods.filter((name) => name in item).map((name) => name.toUpperCase());
        this.#operations.set(operationId, {
          id: operationId, method: method.toUpperCase(), path, steps, siblings, responses, requestBody, security,
          mediaType: Object.keys(requestBody?.content ?? {})[0],
        });
      }
    }
  }

  static read(file) {
    return new Document(readFileSync(file, 'utf8'));
  }

  operations() {
    return [...this.#operations.values()];
  }

  operation(id) {
    assert.ok(this.#operations.has(id), `the document has no operation ${id}`);
    return this.#operations.get(id);
  }

  /** Throws unless the document announces the answer for the operation; `method` is the one that was used. */
  check(id, method, answer) {
    const operation = this.operation(id);
    const status = String(answer.status);
    const where = `${method} ${operation.path} (${id}) → ${status}`;
    assert.ok(status in operation.responses, `${where}: not in the document; body: ${answer.text}`);
    this.#exercised.add(`${id} ${status}`);
    const [response, steps] = this.#resolve([...operation.steps, 'responses', status]);
    this.#check_headers(response, steps, answer.headers, where);
    if (!response.content) {
      assert.equal(answer.text, '', `${where}: the document has no body here`);
      return;
    }
    const type = (answer.headers.get('content-type') ?? '').split(';')[0].trim().toLowerCase();
    assert.ok(type in response.content, `${where}: content type "${type}" is not in the document`);
    const body = type === 'application/json' ? answer.json() : answer.text;
    // A member that the document does not name is as much a difference as one that is missing.
    this.#validate([...steps, 'content', type, 'schema'], body, where, { unevaluatedProperties: false });
  }

  /** Throws if a request that the service accepted is not one that the document allows. */
  check_request(id, body) {
    const { steps, mediaType } = this.operation(id);
    this.#validate([...steps, 'requestBody', 'content', mediaType, 'schema'], body, `the request of ${id}`);
  }

  /** The documented answers that no call has got so far, as `operation status`. */
  unexercised() {
    const documented = this.operations().flatMap(({ id, responses }) =>
      Object.keys(responses).map((status) => `${id} ${status}`));
    return documented.filter((name) => !this.#exercised.has(name));
  }

  #check_headers(response, steps, headers, where) {
    const documented = Object.keys(response.headers ?? {});
    for (const name of documented) {
      const [header, header_steps] = this.#resolve([...steps, 'headers', name]);
      const value = headers.get(name);
      if (value === null) {
        assert.ok(!header.required, `${where}: header ${name} is missing`);
        continue;
      }
      const number = header.schema.type === 'integer' && /^\d+$/.test(value);
      this.#validate([...header_steps, 'schema'], number ? Number(value) : value, `${where}: header ${name}`);
    }
    for (const name of headers.keys()) {
      const sensitive = name.startsWith('access-control-') || name === 'set-cookie' || name === 'location';
      const known = documented.some((one) => one.toLowerCase() === name);
      assert.ok(!sensitive || known, `${where}: header ${name} is not in the document`);
    }
    assert.doesNotMatch(headers.get('server') ?? '', /\d/, `${where}: the Server header tells a version`);
  }

  #validate(steps, value, where, further = {}) {
    const validate = this.#ajv.compile({ $ref: `openapi${pointer(steps)}`, ...further });
    const valid = validate(value);
    assert.ok(valid, `${where}: ${this.#ajv.errorsText(validate.errors)}; got: ${JSON.stringify(value)}`);
  }

  /** What stands at a place of the document, and at which place it stands after `$ref`s are followed. */
  #resolve(steps) {
    const value = steps.reduce((node, step) => node[step], this.#root);
    return value.$ref ? this.#resolve(value.$ref.slice('#/'.length).split('/')) : [value, steps];
  }
}
