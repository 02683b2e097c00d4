import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { trackHttp } from '../../../../lib/entries/http';
import type { Telemetry } from '../../../../lib/index';
import { createAdmin } from '../../../../lib/node/admin/admin';
import { READ_TOKEN, TOKENS } from '../../../support/admin/tokens';
import { ask } from '../../../support/admin/validate';
import { createLog } from '../../../support/records';

const DEFAULTS = {
  non_tool: { slow_request: '5.0s', very_slow_request: '10.0s' },
  tool_enabled: { slow_request: '30.0s', very_slow_request: '60.0s' },
};

const trackedOf = () => {
  const log = createLog();
  const tracking = trackHttp(log.telemetry);
  const request = (method: string, route: string, ms: number, status = 200): void => {
    const exchange = tracking.tracker.begin({ method, target: '/x', headers: new Headers(), peer: '127.0.0.1' })!;
    exchange.matched(route);
    log.clock.advance(ms);
    exchange.end({ status });
  };
  return { ...log, tracking, request, admin: createAdmin(log.telemetry as Telemetry, { tokens: TOKENS }) };
};

test('without tracking the page of requirement D6 is empty, with the thresholds of the defaults', async () => {
  const { telemetry } = createLog();
  const admin = createAdmin(telemetry, { tokens: TOKENS });
  const { json } = await ask(admin, 'GET', '/v1/metrics', { token: READ_TOKEN });
  assert.equal(json, {
    metrics: { total_requests: 0, average_duration: 0, slow_requests: 0, very_slow_requests: 0, endpoints: {} },
    thresholds: DEFAULTS,
  });
  assert.equal((await ask(admin, 'GET', '/admin/endpoints')).json, { endpoints: [], stats: null });
});

test('requests are told in the shape of requirement D6, and in no other', async () => {
  const { admin, request } = trackedOf();
  request('GET', '/users/:id', 1000);
  request('POST', '/users/:id', 6000);
  request('GET', '/files', 11_000);
  const { json } = await ask(admin, 'GET', '/v1/metrics', { token: READ_TOKEN });
  assert.equal(json, {
    metrics: {
      total_requests: 3,
      average_duration: 6,
      slow_requests: 1,
      very_slow_requests: 1,
      endpoints: {
        '/users/:id': { count: 2, avg_duration: 3.5, min_duration: 1, max_duration: 6, slow_count: 1, very_slow_count: 0 },
        '/files': { count: 1, avg_duration: 11, min_duration: 11, max_duration: 11, slow_count: 0, very_slow_count: 1 },
      },
    },
    thresholds: DEFAULTS,
  });
});

test('endpoints are told by method and route, the most requested first, as many as are asked for', async () => {
  const { admin, request } = trackedOf();
  request('GET', '/files', 100);
  request('GET', '/users/:id', 1000);
  request('GET', '/users/:id', 3000, 500);
  const { json } = await ask(admin, 'GET', '/admin/endpoints', { token: READ_TOKEN });
  assert.equal(json.endpoints[0], {
    endpoint: 'GET /users/:id',
    method: 'GET',
    route: '/users/:id',
    count: 2,
    errors: 1,
    error_rate: 0.5,
    avg_ms: 2000,
    min_ms: 1000,
    max_ms: 3000,
    slow_count: 0,
    very_slow_count: 0,
  });
  assert.is(json.stats.total, 3);
  const one = await ask(admin, 'GET', '/admin/endpoints?limit=1');
  assert.equal(
    one.json.endpoints.map(({ endpoint }: { endpoint: string }) => endpoint),
    ['GET /users/:id'],
  );
});

test('the page of performance has endpoints beside their event, and slow requests', async () => {
  const { admin, request, telemetry } = trackedOf();
  telemetry.attachMetricsHandler();
  request('GET', '/users/:id', 1000);
  request('GET', '/users/:id', 6000);
  const { json } = await ask(admin, 'GET', '/admin/logs/performance');
  assert.equal(json.performance_metrics['http.request.stop GET /users/:id'], { avg_ms: 3500, max_ms: 6000, min_ms: 1000, count: 2 });
  assert.equal(json.performance_metrics['http.request.stop'], { avg_ms: 3500, max_ms: 6000, min_ms: 1000, count: 2 });
  assert.equal(json.slow_requests, [{ metric: 'http.request.stop', duration_ms: 6000, timestamp: '2026-01-01T00:00:07.000Z' }]);
});

test('tracking that begins after the API was made is seen, and tracking that ended is not', async () => {
  const { telemetry } = createLog();
  const admin = createAdmin(telemetry, { tokens: TOKENS });
  assert.is((await ask(admin, 'GET', '/admin/endpoints')).json.stats, null);
  const tracking = trackHttp(telemetry);
  assert.is((await ask(admin, 'GET', '/admin/endpoints')).json.stats.total, 0);
  tracking.close();
  assert.is((await ask(admin, 'GET', '/admin/endpoints')).json.stats, null);
});

test('routes that hold a secret are told without it', async () => {
  const { admin, request } = trackedOf();
  request('GET', '/hooks/ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 5);
  for (const path of ['/v1/metrics', '/admin/endpoints', '/admin/logs/performance']) {
    assert.not.match((await ask(admin, 'GET', path)).text, /ghp_/, path);
  }
});

test.run();
