import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { trackHttp } from '../../lib/entries/http';
import { createTelemetry, type DistributionSnapshot, distribution, type Warning } from '../../lib/index';
import { incoming, tracked } from './tracked';

const NAME = 'http.server.request.duration';

test('durations are a distribution in seconds, with the tags and bounds of OpenTelemetry', () => {
  const { telemetry, request, clock } = tracked();
  const failed = new Error('x');
  for (const [ms, status] of [
    [40, 200],
    [60, 200],
    [7000, 500],
  ] as const) {
    request({ method: 'POST', target: '/users/1' }, { status }, (exchange) => {
      clock.advance(ms);
      exchange.matched('/users/:id');
      if (status === 500) exchange.fail(failed);
    });
  }
  const metric = telemetry.getMetrics().find(({ name }) => name === NAME)!;
  const series = metric.series as readonly DistributionSnapshot[];
  assert.equal([metric.type, metric.unit], ['distribution', 's']);
  const tags = { http_request_method: 'POST', http_route: '/users/:id' };
  const found = series.map((each) => [each.tags, each.count, Math.round(each.sum * 1000) / 1000]);
  assert.equal(found, [
    [{ ...tags, http_response_status_code: '200' }, 2, 0.1],
    [{ ...tags, http_response_status_code: '500' }, 1, 7],
  ]);
  const bounds = series[0]!.buckets.map(({ le }) => le).slice(0, -1);
  assert.equal(bounds, [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]);
});

test('closing takes the metric out, and opening again brings it back', () => {
  const { telemetry, tracking, request } = tracked();
  request();
  const isThere = (): boolean => telemetry.getMetrics().some(({ name }) => name === NAME);
  assert.ok(isThere());
  tracking.close();
  assert.not.ok(isThere());
  using again = trackHttp(telemetry);
  assert.is(again.stats().total, 0);
  again.tracker.begin(incoming())!.end({ status: 200 });
  assert.ok(isThere());
});

test('an option leaves it out', () => {
  const { telemetry, request } = tracked({ metrics: false });
  request();
  assert.ok(telemetry.getMetrics().length > 0);
  assert.not.ok(telemetry.getMetrics().some(({ name }) => name === NAME));
});

test('a metric of the application of that name stays, before and after, and is told of once', () => {
  for (const name of [NAME, 'http_server_request_duration']) {
    const warnings: Warning[] = [];
    const bus = createTelemetry({
      environment: 'test',
      log: { level: 'silent', sinks: [] },
      onWarning: (warning) => void warnings.push(warning),
    });
    const own = distribution(name, ['shop', 'cart', 'add'], { unit: 's', bounds: [1] });
    bus.registerMetrics([own]);
    const tracking = trackHttp(bus);
    bus.attachMetricsHandler();
    tracking.tracker.begin(incoming())!.end({ status: 200 });
    assert.equal(
      warnings.map(({ code }) => code),
      ['METRIC_CONFLICT'],
      name,
    );
    assert.equal(bus.getMetric(own)!.series.length, 0);
    tracking.close();
    assert.ok(bus.getMetric(own), name);
  }
});

test.run();
