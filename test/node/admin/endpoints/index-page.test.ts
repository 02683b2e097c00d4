import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withAdmin } from '../../../support/admin/served';
import { READ_TOKEN } from '../../../support/admin/tokens';
import { ask } from '../../../support/admin/validate';

test('the index names every route that the description of the API has, but for the description itself', async () => {
  await withAdmin({}, async ({ admin }) => {
    const { json } = await ask(admin, 'GET', '/admin', { token: READ_TOKEN });
    const told = json.routes.map(({ method, path }: { method: string; path: string }) => `${method} ${path}`);
    const description = (await ask(admin, 'GET', '/admin/openapi.json')).json;
    const described = Object.entries(description.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method) => ['get', 'put', 'post', 'delete'].includes(method))
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
    const missing = described.filter((route) => !told.includes(route));
    assert.equal(missing, ['GET /admin/openapi.json']);
    assert.ok(told.includes('GET /admin') && told.includes('PUT /admin/levels'));
  });
});

test('nobody without a token gets the index', async () => {
  await withAdmin({}, async ({ admin }) => {
    assert.is((await ask(admin, 'GET', '/admin', { token: null })).status, 401);
  });
});

test.run();
