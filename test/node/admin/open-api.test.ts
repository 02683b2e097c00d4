import { validate } from '@readme/openapi-parser';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openApiOf } from '../../../lib/node/admin/open-api';
import type { Route } from '../../../lib/node/admin/route';
import { withAdmin } from '../../support/admin/served';
import { READ_TOKEN } from '../../support/admin/tokens';
import { ask, askOnly } from '../../support/admin/validate';

test('the description is valid OpenAPI 3.1 and has each route once', async () => {
  await withAdmin({ basePath: '/internal' }, async ({ admin }) => {
    const { json, status } = await askOnly(admin, 'GET', '/internal/admin/openapi.json', { token: READ_TOKEN });
    assert.is(status, 200);
    assert.equal(json.servers, [{ url: '/internal' }]);
    // The parser resolves references in what it is given.
    const result = await validate(structuredClone(json) as never);
    assert.ok(result.valid, JSON.stringify(result));
    const operations = Object.values(json.paths as Record<string, Record<string, { operationId: string }>>).flatMap((path) =>
      Object.values(path),
    );
    assert.is(new Set(operations.map(({ operationId }) => operationId)).size, operations.length);
    assert.equal(Object.keys(json.components.securitySchemes), ['bearer', 'adminToken']);
  });
});

test('the validator finds what is wrong', async () => {
  const result = await validate({ openapi: '3.1.0', info: { title: 'x' }, paths: {} } as never);
  assert.not.ok(result.valid);
});

test('parameters, bodies, scopes and answers of a route are described', () => {
  const route: Route = {
    method: 'PUT',
    path: '/admin/things/{name}',
    scope: 'write',
    tag: 'things',
    summary: 'Changes a thing',
    params: { name: { type: 'string', description: 'Its name' } },
    query: { limit: { type: 'integer', description: 'How many', minimum: 1, default: 5 } },
    body: { type: 'object' },
    responses: { 200: { description: 'Changed', schema: { type: 'object' } }, 409: { description: 'In use' } },
    handle: () => ({ json: {} }),
  };
  const described = openApiOf([route], '/') as { paths: Record<string, Record<string, Record<string, unknown>>> };
  const operation = described.paths['/admin/things/{name}']!.put!;
  assert.is(operation.operationId, 'putAdminThingsByName');
  assert.equal(operation.parameters, [
    { name: 'name', in: 'path', required: true, description: 'Its name', schema: { type: 'string' } },
    { name: 'limit', in: 'query', required: false, description: 'How many', schema: { type: 'integer', minimum: 1, default: 5 } },
  ]);
  assert.equal(operation.security, [{ bearer: [] }, { adminToken: [] }]);
  assert.equal(Object.keys(operation.responses as object), ['200', '400', '401', '403', '404', '409', '413', '415', '422', '429', '500']);
});

test('answers of the API fit its description', async () => {
  await withAdmin({}, async ({ admin }) => {
    assert.is((await ask(admin, 'GET', '/admin/openapi.json')).status, 200);
    assert.is((await ask(admin, 'GET', '/admin/openapi.json', { token: null })).status, 401);
    assert.is((await ask(admin, 'GET', '/admin/openapi.json?what=1')).status, 400);
    assert.is((await ask(admin, 'HEAD', '/admin/openapi.json')).text, '');
  });
});

test.run();
