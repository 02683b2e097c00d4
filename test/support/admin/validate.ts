/** Asks an admin API, and checks each answer against what the API says of itself. */
import Ajv2020 from 'ajv/dist/2020';
import * as assert from 'uvu/assert';
import type { Admin } from '../../../lib/node/admin/admin';
import { WRITE_TOKEN } from './tokens';

/** The description as far as it is used here. */
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Described>> }>>>>;
  readonly components: { readonly responses: Readonly<Record<string, Described>>; readonly schemas: Readonly<Record<string, object>> };
}

interface Described {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, { readonly schema?: object }>>;
}

export interface Asked {
  /** Default: one that may change; `null` for none. */
  readonly token?: string | null;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly peer?: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed, where the answer is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it
  readonly json: any;
}

/** Asks without checking. */
export async function askOnly(admin: Admin, method: string, path: string, asked: Asked = {}): Promise<Answered> {
  const { token = WRITE_TOKEN, body, headers = {}, peer = '127.0.0.1' } = asked;
  const request = new Request(`http://localhost${path}`, {
    method,
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(['PUT', 'POST'].includes(method) && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const response = await admin.fetch(request, { peer });
  const text = await response.text();
  const isJson = /[/+]json$/.test(response.headers.get('content-type')?.split(';')[0] ?? '') && text !== '';
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
}

/** Asks, and fails when the answer is not one that the description of the API has for this method and path. */
export async function ask(admin: Admin, method: string, path: string, asked: Asked = {}): Promise<Answered> {
  const answer = await askOnly(admin, method, path, asked);
  const description = (await askOnly(admin, 'GET', '/admin/openapi.json')).json as Description;
  const described = describedAnswer(description, method, path.split('?')[0]!, answer.status);
  const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
  if (method === 'HEAD' || answer.status === 204) return answer;
  const content = Object.entries(described.content ?? {}).find(([name]) => name.split(';')[0] === type);
  assert.ok(content, `${method} ${path}: ${answer.status} with ${type}, described: ${Object.keys(described.content ?? {})}`);
  const schema = content[1].schema;
  if (schema !== undefined && answer.json !== undefined) assertFits(description, schema, answer.json, `${method} ${path} ${answer.status}`);
  return answer;
}

function describedAnswer({ paths, components }: Description, method: string, path: string, status: number): Described {
  const parts = path.split('/');
  const isFit = (template: string): boolean =>
    template.split('/').length === parts.length && template.split('/').every((part, at) => part.startsWith('{') || part === parts[at]);
  const template = Object.keys(paths)
    .sort()
    .find((name) => isFit(name));
  assert.ok(template, `${path} is not described`);
  const operation = paths[template]![method === 'HEAD' ? 'get' : method.toLowerCase()];
  assert.ok(operation, `${method} ${path} is not described`);
  const answer = operation.responses[status];
  assert.ok(answer, `${method} ${path}: ${status} is not described`);
  return answer.$ref === undefined ? answer : components.responses[answer.$ref.split('/').at(-1)!]!;
}

/** Fails with all that does not fit. */
function assertFits(description: Pick<Description, 'components'>, schema: object, value: unknown, what: string): void {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  const check = ajv.compile({ ...schema, components: description.components });
  assert.ok(check(value), `${what}: ${JSON.stringify(check.errors?.slice(0, 5))}`);
}
