import Ajv2020 from 'ajv/dist/2020';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readBody } from '../../../lib/node/admin/json-body';
import { Problem } from '../../../lib/node/admin/problem';
import { readQuery } from '../../../lib/node/admin/query';
import type { JsonSchema, QueryParameter, Route } from '../../../lib/node/admin/route';
import { createRouter } from '../../../lib/node/admin/router';
import { validate } from '../../../lib/node/admin/validate';

const SCHEMA: JsonSchema = {
  type: 'object',
  properties: {
    level: { type: 'string', enum: ['info', 'debug'] },
    count: { type: 'integer', minimum: 1, maximum: 9 },
    name: { type: 'string', maxLength: 3 },
    deep: {},
  },
  required: ['level'],
  additionalProperties: false,
};
const routeWith = (body: JsonSchema | undefined, method: Route['method'] = 'PUT', path = '/x'): Route => ({
  method,
  path,
  scope: 'write',
  tag: 't',
  summary: 's',
  ...(body && { body }),
  responses: {},
  handle: () => ({ json: {} }),
});

const JSON_TYPE = { 'content-type': 'application/json' };
const request = (
  body: string | Uint8Array | ReadableStream<Uint8Array> | undefined,
  headers: Record<string, string> = JSON_TYPE,
  method = 'PUT',
): Request => new Request('http://localhost/x', { method, headers, ...(body !== undefined && { body, duplex: 'half' }) } as RequestInit);

async function refused(asked: Request, route: Route = routeWith(SCHEMA)): Promise<readonly [number, string]> {
  try {
    await readBody(asked, route);
  } catch (error) {
    assert.instance(error, Problem);
    return [(error as Problem).status, (error as Problem).code];
  }
  return [200, ''];
}

test('a body as the route describes it is taken', async () => {
  assert.equal(await readBody(request('{"level":"info","count":3}'), routeWith(SCHEMA)), { level: 'info', count: 3 });
  assert.equal(await refused(request('{"level":"info"}', { 'content-type': 'application/json; charset=UTF-8' })), [200, '']);
});

test('changes need a body of type JSON, also where there is none, but for DELETE', async () => {
  const types = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'application/jsonp',
    'text/json',
    'application/json, text/plain',
  ];
  for (const type of types)
    assert.equal(await refused(request('{"level":"info"}', { 'content-type': type })), [415, 'CONTENT_TYPE_INVALID'], type);
  assert.equal(await refused(request('{}', { ...JSON_TYPE, 'content-encoding': 'gzip' })), [415, 'CONTENT_TYPE_INVALID']);
  assert.equal(await refused(request(undefined, {}), routeWith(undefined)), [415, 'CONTENT_TYPE_INVALID']);
  assert.equal(await refused(request(undefined), routeWith(undefined)), [200, '']);
  assert.equal(await refused(request(undefined, {}, 'DELETE'), routeWith(undefined, 'DELETE')), [200, '']);
});

test('more than 64 KiB are refused, announced or not, and so is what lies about it', async () => {
  const big = JSON.stringify({ level: 'x'.repeat(65_536) });
  assert.equal(await refused(request(big)), [413, 'BODY_TOO_LARGE']);
  assert.equal(await refused(request('{}', { ...JSON_TYPE, 'content-length': '99999999' })), [413, 'BODY_TOO_LARGE']);
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(10_000).fill(32));
    },
  });
  assert.equal(await refused(request(endless, { ...JSON_TYPE, 'content-length': '2' })), [413, 'BODY_TOO_LARGE']);
  assert.ok(pulled < 20, `${pulled} chunks were read`);
});

test('depth, forbidden members, other encodings and what is no JSON are refused', async () => {
  const nested = (depth: number): string => `{"level":"info","deep":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
  assert.equal(await refused(request(nested(16))), [200, '']);
  assert.equal(await refused(request(nested(17))), [400, 'BODY_TOO_DEEP']);
  assert.equal(await refused(request('['.repeat(60_000))), [400, 'BODY_TOO_DEEP']);
  assert.equal(await refused(request(`{"level":"info","name":"[[["}`)), [200, '']);
  for (const key of ['__proto__', 'constructor', 'prototype', '\\u005f_proto__']) {
    assert.equal(await refused(request(`{"level":"info","deep":[{"${key}":{"polluted":1}}]}`)), [400, 'BODY_FORBIDDEN_KEY'], key);
  }
  assert.is(({} as { polluted?: unknown }).polluted, undefined);
  for (const text of ['', '{', "{'level':1}", '{"level":"info"}x', '\ufeff{"level":"info"}', 'NaN'])
    assert.equal(await refused(request(text)), [400, 'BODY_MALFORMED'], text);
  assert.equal(await refused(request(new Uint8Array([0x22, 0xff, 0x22]))), [400, 'BODY_MALFORMED']);
  assert.equal(await refused(request(new Uint8Array([0x22, 0xc3]))), [400, 'BODY_MALFORMED']);
});

test('what does not fit is listed, without what was sent', async () => {
  try {
    await readBody(request('{"count":99,"name":"secret","other":"secret"}'), routeWith(SCHEMA));
  } catch (error) {
    const { status, more, detail } = error as Problem;
    assert.is(status, 422);
    assert.equal(more.errors, [
      { path: '/level', message: 'is required' },
      { path: '/count', message: 'must be at most 9' },
      { path: '/name', message: 'must have at most 3 characters' },
      { path: '/other', message: 'is not known here' },
    ]);
    assert.not.match(detail + JSON.stringify(more), 'secret');
    return;
  }
  assert.unreachable();
});

test('a body that no route asked for is refused, an empty object is not', async () => {
  assert.equal(await refused(request('{"a":1}'), routeWith(undefined)), [422, 'BODY_INVALID']);
  assert.equal(await refused(request('{}'), routeWith(undefined)), [200, '']);
});

/** Schemas of the kinds that routes use. */
const schemas: fc.Arbitrary<JsonSchema> = fc.letrec((tie) => ({
  any: fc.oneof({ maxDepth: 2 }, tie('plain'), tie('list'), tie('object')),
  plain: fc.constantFrom<JsonSchema>(
    { type: 'string', maxLength: 2 },
    { type: 'integer', minimum: 0 },
    { type: 'number', maximum: 5 },
    { type: ['boolean', 'null'] },
    { enum: ['a', 1, null] },
    {},
    { oneOf: [{ type: 'string' }, { type: 'integer' }] },
  ),
  list: fc.record({ type: fc.constant('array' as const), items: tie('any') }),
  object: fc.record({
    type: fc.constant('object' as const),
    properties: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('any')),
    required: fc.uniqueArray(fc.constantFrom('a', 'b')),
    additionalProperties: fc.oneof(fc.boolean(), tie('any')),
  }),
})).any as fc.Arbitrary<JsonSchema>;

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom('a', 'abc', '', '\u{1f600}\u{1f600}', 1, -1, 2.5, 9, true, null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), tie('value')),
  ),
})).value;

test('the validator agrees with a complete one', () => {
  const ajv = new Ajv2020({ strict: false });
  fc.assert(
    fc.property(schemas, values, (schema, value) => {
      assert.is(validate(schema, value).length === 0, ajv.validate(schema, value));
    }),
    { numRuns: 1000 },
  );
});

const PARAMETERS: Readonly<Record<string, QueryParameter>> = {
  limit: { type: 'integer', description: 'x', minimum: 1, maximum: 10, default: 5 },
  all: { type: 'boolean', description: 'x' },
  sort: { type: 'string', enum: ['a', 'b'], description: 'x' },
};
const queried = (search: string): unknown => {
  try {
    return { ...readQuery(new URLSearchParams(search), PARAMETERS) };
  } catch (error) {
    return ((error as Problem).more.errors as { path: string; message: string }[]).map(({ path, message }) => `${path} ${message}`);
  }
};

test('parameters of the query are what their schemas say, with defaults', () => {
  assert.equal(queried(''), { limit: 5, all: undefined, sort: undefined });
  assert.equal(queried('limit=7&all=true&sort=b'), { limit: 7, all: true, sort: 'b' });
});

test('parameters that are unknown, repeated or of the wrong kind are refused', () => {
  assert.equal(queried('limit=0'), ['limit must be at least 1']);
  for (const limit of ['1e1', '0x5', ' 5', '5.0000001', '', 'NaN', '٥'])
    assert.equal(queried(`limit=${limit}`), ['limit must be integer'], limit);
  assert.equal(queried('limit=1&limit=2'), ['limit is given more than once']);
  assert.equal(queried('token=abc&__proto__=1'), ['token is not known here', '__proto__ is not known here']);
  assert.equal(queried('all=1&sort=c'), ['all must be boolean', 'sort must be one of "a", "b"']);
});

test('a named part of a path is one part, whatever its encoding', () => {
  const router = createRouter([
    routeWith(undefined, 'GET', '/files/{name}'),
    routeWith(undefined, 'GET', '/files/all'),
    routeWith(undefined, 'DELETE', '/files/{name}'),
  ]);
  assert.is(router.match('GET', '/files/all')?.template, '/files/all');
  assert.equal({ ...router.match('GET', '/files/a%20b%C3%A9')?.params }, { name: 'a bé' });
  for (const part of [
    '..',
    '.',
    '%2e%2e',
    '%2E',
    'a%2fb',
    'a%5cb',
    'a\\b',
    '%00',
    'a%0a',
    '%',
    '%ff',
    '%c0%ae',
    '',
    'a/b',
    `${'x'.repeat(513)}`,
    '%7f',
    '%c2%85',
  ]) {
    assert.is(router.match('GET', `/files/${part}`), undefined, part);
  }
  assert.equal(router.match('PUT', '/files/x')?.methods, ['GET', 'HEAD', 'DELETE']);
  assert.is(router.match('PUT', '/files/x')?.route, undefined);
});

test.run();
