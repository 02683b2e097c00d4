import * as assert from 'uvu/assert';
import type { TRACKING_CASES } from '../driver';
import { type Cases, HOST, withApp, withClient } from './running';

const TEXT_BYTES = Buffer.byteLength('hello, wörld');
const MADE_ID = /^[0-9a-f]{32}$/;
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

/** What is told of a request: route, ids, scope, access record. */
export const trackingCases: Cases<(typeof TRACKING_CASES)[number]> = {
  'the template is the route': (driver) =>
    withApp(driver, async ({ url, ended, served }) => {
      const response = await fetch(`${url}/users/7?token=secret`);
      assert.is(((await response.json()) as { id: string }).id, '7');
      const [end] = await ended(1);
      assert.equal([end!.action, end!.metadata.method, end!.metadata.route, end!.metadata.path], ['stop', 'GET', '/users/:id', '/users/7']);
      assert.equal(
        served.tracking.endpoints().map(({ endpoint, count, errors }) => [endpoint, count, errors]),
        [['GET /users/:id', 1, 0]],
      );
    }),

  'the path is no tag': (driver) =>
    withApp(driver, async ({ url, ended, telemetry }) => {
      telemetry.attachMetricsHandler();
      for (const id of ['7', '8']) await (await fetch(`${url}/users/${id}`)).text();
      await ended(2);
      const shown = JSON.stringify(telemetry.getMetrics());
      assert.match(shown, '/users/:id');
      assert.not.match(shown, /\/users\/[78]/);
    }),

  'a wildcard is a route': (driver) =>
    withApp(driver, async ({ url, ended }) => {
      assert.is(await (await fetch(`${url}/files/a/b.txt`)).text(), 'hello, wörld');
      const [end] = await ended(1);
      assert.equal([end!.metadata.route, end!.metadata.path], [driver.filesRoute ?? '/files/*', '/files/a/b.txt']);
    }),

  'a request id is taken up': (driver) =>
    withApp(driver, async ({ url, ended, events, access, seen }) => {
      const response = await fetch(`${url}/users/7`, { headers: { 'x-request-id': 'caller:1/a' } });
      assert.is(((await response.json()) as { request_id: string }).request_id, 'caller:1/a');
      assert.is(response.headers.get('x-request-id'), 'caller:1/a');
      await ended(1);
      assert.equal(
        events().map(({ action, context }) => [action, context.request_id]),
        [
          ['start', 'caller:1/a'],
          ['stop', 'caller:1/a'],
        ],
      );
      assert.equal([access()[0]!.request_id, seen[0]!.id], ['caller:1/a', 'caller:1/a']);
    }),

  'a request id is made': (driver) =>
    withApp(driver, async ({ url, ended, access }) => {
      const ids: unknown[] = [];
      for (const path of ['/users/1', '/users/2']) {
        const response = await fetch(`${url}${path}`);
        await response.text();
        ids.push(response.headers.get('x-request-id'));
      }
      await ended(2);
      for (const id of ids) assert.match(String(id), MADE_ID);
      assert.is(new Set(ids).size, 2);
      assert.equal(
        access().map((record) => record.request_id),
        ids,
      );
    }),

  'a malformed request id is refused': (driver) =>
    withApp(driver, async ({ url, ended, access }) => {
      for (const given of ['two words', '<script>', 'x'.repeat(129)]) {
        const response = await fetch(`${url}/users/1`, { headers: { 'x-request-id': given } });
        await response.text();
        assert.match(response.headers.get('x-request-id')!, MADE_ID);
      }
      await ended(3);
      for (const record of access()) assert.match(String(record.request_id), MADE_ID);
    }),

  'a traceparent is taken up': (driver) =>
    withApp(driver, async ({ url, ended, access, records }) => {
      await (await fetch(`${url}/users/7`, { headers: { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01` } })).text();
      const [end] = await ended(1);
      assert.is(end!.context.trace_id, TRACE_ID);
      assert.match(String(end!.context.span_id), /^[0-9a-f]{16}$/);
      assert.is.not(end!.context.span_id, '00f067aa0ba902b7');
      assert.is(access()[0]!.trace_id, TRACE_ID);
      assert.is(records().find(({ message }) => message === 'user 7')!.trace_id, TRACE_ID);
    }),

  'the answer tells its duration': (driver) =>
    withApp(driver, async ({ url }) => {
      for (const path of ['/users/7', '/head', '/stream', '/nowhere', '/fail']) {
        const response = await fetch(`${url}${path}`);
        await response.text();
        // Where nobody but the driver answers, its answer is not tracked.
        if (path === '/fail' && driver.ownAnswer.isOutside) continue;
        assert.match(response.headers.get('x-request-duration') ?? `none for ${path}`, /^\d+\.\d{3}s$/);
      }
    }),

  'the scope holds after an await, a timer and the reading of the body': (driver) =>
    withApp(driver, async ({ url, ended, seen, records }) => {
      const body = 'x'.repeat(200_000);
      const response = await fetch(`${url}/log`, {
        method: 'POST',
        body,
        headers: { 'x-request-id': 'r-5', 'content-type': 'text/plain' },
      });
      assert.is(await response.text(), 'logged');
      const steps = ['begin', 'await', 'timer', 'body'];
      assert.equal(
        seen,
        steps.map((where) => ({ where, id: 'r-5' })),
      );
      await ended(1);
      const logged = records().filter(({ message }) => steps.includes(message));
      assert.equal(
        logged.map((record) => record.request_id),
        steps.map(() => 'r-5'),
      );
    }),

  'the access record has all its fields': (driver) =>
    withApp(driver, async ({ url, ended, access }) => {
      const headers = { 'user-agent': 'probe/1', 'x-request-id': 'r-3' };
      await (await fetch(`${url}/files/a?token=secret`, { headers })).text();
      await ended(1);
      assert.is(access().length, 1);
      const record = access()[0]!;
      assert.equal(
        [record.request_id, record.method, record.path, record.status, record.content_length, record.ip, record.user_agent],
        ['r-3', 'GET', '/files/a', 200, TEXT_BYTES, '127.0.0.1', 'probe/1'],
      );
      assert.is(record.route, driver.filesRoute ?? '/files/*');
      assert.type(record.duration_ms, 'number');
      assert.not.match(JSON.stringify(record), /secret/);
    }),

  'what no route matches is (unmatched)': (driver) =>
    withApp(driver, async ({ url, ended, served }) => {
      const response = await fetch(`${url}/nowhere/7`);
      await response.text();
      assert.is(response.status, 404);
      const [end] = await ended(1);
      assert.equal([end!.action, end!.metadata.route, end!.metadata.status], ['stop', '(unmatched)', 404]);
      assert.is(served.tracking.endpoints()[0]!.endpoint, 'GET (unmatched)');
    }),

  'HEAD has no body and no bytes': (driver) =>
    withClient(driver, async ({ ended, access }, client) => {
      client.write(`HEAD /head HTTP/1.1\r\n${HOST}\r\n`);
      const head = await client.answer({ isHead: true });
      assert.is(head.status, 200);
      assert.ok(head.headers['x-request-id']);
      // A body would stand before the next answer.
      client.write(`GET /users/7 HTTP/1.1\r\n${HOST}\r\n`);
      assert.is((JSON.parse((await client.answer()).body.toString()) as { id: string }).id, '7');
      const [end] = await ended(2);
      assert.equal([end!.metadata.method, end!.metadata.status, end!.measurements.responseBytes], ['HEAD', 200, 0]);
      assert.equal([access()[0]!.method, access()[0]!.content_length], ['HEAD', 0]);
    }),
};
