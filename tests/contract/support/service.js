// Calls a running service, and holds every answer against the document.

/** What the path of an operation is filled with where a call does not say. */
const kUsualParameters = { realm: 'sahamati', file: 'page.css', type: 'FIP', id: 'FIP-SIMULATOR',
  email: 'somebody@contract.test', kid: 'some-kid', jti: '3c0caca8-f42d-4cd5-97bb-48a13d95c73e', chain: 1, number: 1 };

export class Service {
  #base_url;
  #document;

  constructor(base_url, document) {
    this.#base_url = base_url;
    this.#document = document;
  }

  /**
   * Calls an operation of the document and returns `{status, headers, text, body}` after it was checked.
   *
   * `json` or `form` is the body; or `raw`, with `content_type` (none if absent). `token` goes into a Bearer header;
   * `headers` adds others; `parameters` fills the path, and `query` stands behind it. `method` takes the place of the operation's own.
   */
  async call(id, { json, form, raw, content_type, token, headers = {}, parameters = {}, query = {},
    method } = {}) {
    const operation = this.#document.operation(id);
    const path = operation.path.replaceAll(/\{(\w+)\}/g,
      (_, name) => encodeURIComponent(parameters[name] ?? kUsualParameters[name]));
    const search = new URLSearchParams(query).toString();
    const used_method = method ?? operation.method;
    const response = await fetch(this.#base_url + path + (search && `?${search}`), {
      method: used_method,
      redirect: 'manual',
      headers: {
        ...(json && { 'content-type': 'application/json' }),
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(content_type && { 'content-type': content_type }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      // As bytes, because fetch makes up a content type for a text.
      body: body_bytes({ json, form, raw }),
    });
    const text = await response.text();
    const answer = { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
    this.#document.check(id, used_method, answer);
    if (answer.status === 200 && (json ?? form)) {
      this.#document.check_request(id, json ?? form);
    }
    const is_json = response.headers.get('content-type')?.startsWith('application/json') && text !== '';
    return { ...answer, body: is_json ? answer.json() : undefined };
  }
}

function body_bytes({ json, form, raw }) {
  const text = json ? JSON.stringify(json) : form ? new URLSearchParams(form).toString() : raw;
  // Nor an empty text: Node 18 sends a DELETE with one wrongly.
  return text ? new TextEncoder().encode(text) : undefined;
}
