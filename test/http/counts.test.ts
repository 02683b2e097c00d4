import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Outcome } from '../../lib/http/api';
import { type Tracked, tracked } from './tracked';

/** A request of a route that took so long. */
function took(
  { request, clock }: Tracked,
  route: string,
  ms: number,
  outcome: Outcome = { status: 200 },
  tools = false,
  method = 'GET',
): void {
  request({ method, target: '/some/path' }, outcome, (exchange) => {
    clock.advance(ms);
    exchange.matched(route);
    if (tools) exchange.classify('tools');
  });
}

test('endpoints are counted by method and route, the most requested first', () => {
  const all = tracked();
  took(all, '/a', 10);
  took(all, '/b', 10, { status: 503 });
  took(all, '/b', 30, { status: 404 });
  took(all, '/b', 20.5);
  took(all, '/b', 6000);
  took(all, '/b', 10_500, { status: 200 }, false, 'POST');
  assert.equal(all.tracking.endpoints(), [
    {
      endpoint: 'GET /b',
      method: 'GET',
      route: '/b',
      count: 4,
      errors: 1,
      error_rate: 0.25,
      avg_ms: 1515.125,
      min_ms: 10,
      max_ms: 6000,
      slow_count: 1,
      very_slow_count: 0,
    },
    ...['GET /a', 'POST /b'].map((endpoint) => {
      const [method, route] = endpoint.split(' ');
      const ms = endpoint === 'GET /a' ? 10 : 10_500;
      const counts = { count: 1, errors: 0, error_rate: 0, slow_count: 0, very_slow_count: ms > 10 ? 1 : 0 };
      return { endpoint, method, route, ...counts, avg_ms: ms, min_ms: ms, max_ms: ms };
    }),
  ]);
});

test('endpoints beyond the limit are counted together, whatever an attacker makes up', () => {
  const all = tracked({ maxEndpoints: 3, metrics: false });
  for (let index = 0; index < 100; index++) took(all, `/${index}`, 1);
  const endpoints = all.tracking.endpoints();
  assert.equal(
    endpoints.map(({ endpoint, count }) => [endpoint, count]),
    [
      ['GET /0', 1],
      ['GET /1', 1],
      ['GET /2', 1],
      ['(others)', 97],
    ],
  );
  assert.is(all.tracking.stats().endpoints, 3);
  assert.is(all.tracking.report().metrics.total_requests, 100);
  took(all, '/0', 1);
  assert.is(all.tracking.endpoints()[0]!.count, 2);
});

test('the page of D6 has its shape, in seconds, methods added up', () => {
  const all = tracked();
  assert.equal(all.tracking.report(), {
    metrics: { total_requests: 0, average_duration: 0, slow_requests: 0, very_slow_requests: 0, endpoints: {} },
    thresholds: {
      non_tool: { slow_request: '5.0s', very_slow_request: '10.0s' },
      tool_enabled: { slow_request: '30.0s', very_slow_request: '60.0s' },
    },
  });
  took(all, '/v1/chat', 1234);
  took(all, '/v1/chat', 35_000, { status: 200 }, true, 'POST');
  took(all, '/v1/models', 11_000);
  const { metrics } = all.tracking.report();
  assert.equal(metrics, {
    total_requests: 3,
    average_duration: 15.745,
    slow_requests: 1,
    very_slow_requests: 1,
    endpoints: {
      '/v1/chat': { count: 2, avg_duration: 18.117, min_duration: 1.234, max_duration: 35, slow_count: 1, very_slow_count: 0 },
      '/v1/models': { count: 1, avg_duration: 11, min_duration: 11, max_duration: 11, slow_count: 0, very_slow_count: 1 },
    },
  });
});

test('slow requests have the lines of D5, with the path', () => {
  const all = tracked();
  all.records();
  took(all, '/v1/:what', 35_200, { status: 200 }, true, 'POST');
  took(all, '/v1/:what', 12_000);
  took(all, '/v1/:what', 5000);
  const lines = all.records().filter(({ metric }) => metric === 'http.request.stop');
  assert.equal(
    lines.map(({ level, message }) => [level, message]),
    [
      ['WARNING', 'Slow request [tools]: POST /some/path - 35.2s'],
      ['ERROR', 'VERY SLOW REQUEST [non-tools]: GET /some/path - 12.0s'],
    ],
  );
  assert.equal(all.tracking.slow.counts().classes, {
    'non-tools': { count: 2, slow: 0, verySlow: 1 },
    tools: { count: 1, slow: 1, verySlow: 0 },
  });
  assert.is(all.tracking.slow.id, 'telemetry-slow-http');
});

test('thresholds that are changed hold for the counts and the page as well', () => {
  const all = tracked();
  all.tracking.slow.setThresholds({ classes: { 'non-tools': { warn: 50, error: 100 } } });
  took(all, '/a', 60);
  took(all, '/a', 101);
  assert.equal(
    all.tracking.endpoints().map(({ slow_count, very_slow_count }) => [slow_count, very_slow_count]),
    [[1, 1]],
  );
  assert.equal(all.tracking.report().thresholds.non_tool, { slow_request: '0.1s', very_slow_request: '0.1s' });
});

test('classes of an application: the first is usual, classOf comes before classify, unknown names are said once', () => {
  const all = tracked({
    classes: { 'a-quick_one': { warn: 10 }, batch: {}, other: { error: 20 } },
    classOf: ({ path }) => (path === '/batch' ? 'batch' : path === '/nonsense' ? 'nonsense' : undefined),
  });
  const classOf = (target: string, said?: string): unknown => {
    all.request({ target }, { status: 200 }, (exchange) => said && exchange.classify(said));
    return all.heard.at(-1)!.metadata.class;
  };
  assert.equal(
    [
      classOf('/'),
      classOf('/', 'other'),
      classOf('/batch', 'other'),
      classOf('/nonsense'),
      classOf('/nonsense', 'other'),
      classOf('/', 'unknown'),
    ],
    ['a-quick_one', 'other', 'batch', 'a-quick_one', 'other', 'a-quick_one'],
  );
  assert.equal(all.tracking.stats().faults, { classOf: 2, classify: 1 });
  assert.is(all.warnings.length, 2);
  assert.equal(all.tracking.report().thresholds, {
    a_quick_one: { slow_request: '0.0s' },
    batch: {},
    other: { very_slow_request: '0.0s' },
  });
});

test('without classes nothing is slow, and nothing has a class', () => {
  const all = tracked({ classes: {} });
  took(all, '/a', 1e6);
  assert.is(all.heard.at(-1)!.metadata.class, undefined);
  assert.is(all.tracking.endpoints()[0]!.very_slow_count, 0);
  assert.equal(all.tracking.report().thresholds, {});
});

test('requests under way are counted, and each end once', () => {
  const { begin, tracking } = tracked();
  const exchanges = [begin(), begin(), begin()];
  assert.is(tracking.stats().inFlight, 3);
  for (const exchange of [...exchanges, ...exchanges]) exchange.end({ status: 200 });
  const { inFlight, total } = tracking.stats();
  assert.equal([inFlight, total], [0, 3]);
});

test.run();
