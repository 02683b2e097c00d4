import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { currentRequest, httpTrackingOf, trackHttp } from '../../lib/entries/http';
import { contextFields, createTelemetry, isTelemetryError, runWithContext } from '../../lib/index';
import { incoming, tracked } from './tracked';

test('a request has one start and one stop, paired, with what is known at each', () => {
  const { heard, request, clock } = tracked();
  const exchange = request(
    { method: 'GET', target: '/users/12?token=abc', headers: { 'user-agent': 'curl/8' } },
    { status: 201, requestBytes: 3, responseBytes: 12 },
    (current) => {
      clock.advance(25);
      current.matched('/users/:id');
    },
  );
  exchange.end({ status: 500 });
  assert.equal(
    heard.map(({ event }) => event),
    ['start', 'stop'],
  );
  const [start, stop] = heard;
  const { telemetrySpanContext, ...metadata } = start!.metadata;
  const head = { method: 'GET', path: '/users/12', ip: '192.0.2.1', user_agent: 'curl/8' };
  assert.equal(metadata, { ...head, route: '(unmatched)' });
  assert.equal(Object.keys(start!.measurements), ['systemTime', 'monotonicTime']);
  assert.equal(stop!.metadata, { ...head, route: '/users/:id', status: 201, class: 'non-tools', telemetrySpanContext });
  assert.is(stop!.measurements.duration, 25);
  assert.is(stop!.measurements.requestBytes, 3);
  assert.is(stop!.measurements.responseBytes, 12);
});

test('two requests have two pairs', () => {
  const { heard, request } = tracked();
  request();
  request();
  const [one, , other] = heard.map(({ metadata }) => metadata.telemetrySpanContext);
  assert.is.not(one, other);
});

test('a handler that failed ends as an exception, whatever was sent', () => {
  const { heard, request } = tracked();
  const reason = new TypeError('boom');
  request({}, { status: 500 }, (exchange) => exchange.fail(reason));
  const { event, metadata } = heard[1]!;
  assert.is(event, 'exception');
  assert.is(metadata.reason, reason);
  assert.is(metadata.kind, 'error');
  assert.is(metadata.status, 500);
  assert.match(String(metadata.stacktrace), /TypeError: boom/);
});

test('an error of the client ends as a stop', () => {
  const { heard, request } = tracked();
  request({}, { status: 404 }, (exchange) => exchange.fail(Object.assign(new Error('no such thing'), { status: 404 })));
  assert.is(heard[1]!.event, 'stop');
});

test('a client that leaves before the answer has status 499, and afterwards that of the answer', () => {
  const { heard, request, tracking } = tracked();
  request({}, { status: undefined, aborted: true });
  request({}, { status: 200, aborted: true });
  const stops = heard.filter(({ event }) => event === 'stop').map(({ metadata }) => [metadata.status, metadata.aborted]);
  assert.equal(stops, [
    [499, true],
    [200, true],
  ]);
  assert.is(tracking.stats().aborted, 2);
});

test('an end without any answer is a failure of the server', () => {
  const { heard, request, tracking } = tracked();
  request({}, { status: undefined });
  assert.is(heard[1]!.metadata.status, 500);
  assert.is(tracking.endpoints()[0]!.errors, 1);
});

test('an upgrade is told', () => {
  const { heard, request, tracking } = tracked();
  request({}, { status: 101, upgraded: true });
  assert.is(heard[1]!.metadata.upgraded, true);
  assert.is(tracking.stats().upgraded, 1);
});

test('methods nobody knows are _OTHER, and known ones in capitals', () => {
  const { heard, request } = tracked();
  for (const method of ['get', 'PATCH', 'QUERY', 'BREW', '__proto__', 'constructor', '']) request({ method });
  const methods = heard.filter(({ event }) => event === 'stop').map(({ metadata }) => metadata.method);
  assert.equal(methods, ['GET', 'PATCH', 'QUERY', '_OTHER', '_OTHER', '_OTHER', '_OTHER']);
});

test('a path has no query, no fragment, no authority, and an end', () => {
  const { request } = tracked();
  const pathOf = (target: string): string => request({ target }).path;
  assert.equal(
    ['/a?token=x', '/a#x', 'http://user:secret@host:80/a?x', 'http://host', 'http://host?x=/a', '*', 'user:secret@host:443', '', '?a'].map(
      pathOf,
    ),
    ['/a', '/a', '/a', '/', '/', '*', 'host:443', '/', '/'],
  );
  assert.is(pathOf(`/${'a'.repeat(5000)}?token=x`).length, 1024);
});

test('events and records of a request are in its scope, however deep', async () => {
  const { telemetry, request, records, tracking } = tracked();
  const ids: unknown[] = [];
  telemetry.attachPrefix('ids', ['http', 'request'], () => void ids.push(contextFields()?.request_id, currentRequest()?.id));
  const log = telemetry.logger('bot');
  const exchange = request({}, { status: 200 }, (current) => {
    runWithContext({ user: 'u1' }, () => {
      log.info('inner');
      assert.is(currentRequest(), current);
      assert.is(tracking.current(), current);
    });
    log.info('outer');
  });
  const { id, trace } = exchange;
  assert.equal(ids, [id, id, id, id]);
  const [inner, outer] = records();
  assert.is(inner!.user, 'u1');
  for (const record of [inner, outer]) {
    assert.equal([record!.request_id, record!.trace_id, record!.span_id], [id, trace.traceId, trace.spanId]);
    assert.not.ok(Object.keys(record!).some((key) => /exchange|owner|symbol/i.test(key)));
  }
  assert.is(currentRequest(), undefined);
});

test('a scope around a request keeps its fields, and awaits keep the request', async () => {
  const { begin, telemetry, records } = tracked();
  const exchange = runWithContext({ tenant: 't1', request_id: 'of the outer scope' }, () => begin());
  await exchange.run(async () => {
    await Promise.resolve();
    telemetry.logger('bot').info('later');
    assert.is(currentRequest(), exchange);
  });
  const [record] = records();
  assert.equal([record!.tenant, record!.request_id], ['t1', exchange.id]);
});

test('runWith passes this, arguments and result, and what is thrown', () => {
  const { begin } = tracked();
  const exchange = begin();
  function add(this: { base: number }, ...numbers: number[]): number {
    assert.is(currentRequest(), exchange);
    return numbers.reduce((sum, number) => sum + number, this.base);
  }
  assert.is(exchange.runWith(add, { base: 1 }, [2, 3]), 6);
  const raise = (): never => {
    throw new RangeError('mine');
  };
  assert.throws(() => exchange.runWith(raise, undefined, []), /mine/);
  assert.throws(() => exchange.run(raise), /mine/);
});

test('headers for the answer: the id, and how long it took so far', () => {
  const { begin, clock } = tracked();
  const exchange = begin();
  clock.advance(2345);
  assert.equal([exchange.idText(), exchange.durationText()], [exchange.id, '2.345s']);
  const silent = tracked({ headers: false }).begin();
  assert.equal([silent.idText(), silent.durationText()], [undefined, undefined]);
});

test('what is ignored is not tracked, by prefix of whole segments or by function', () => {
  const { tracking } = tracked({ ignore: ['/health', '/static/'] });
  const isTracked = (target: string): boolean => tracking.tracker.begin(incoming({ target })) !== undefined;
  assert.equal(['/health', '/health?x', '/health/live', '/healthy', '/static/a', '/static', '/'].map(isTracked), [
    false,
    false,
    false,
    true,
    false,
    true,
    true,
  ]);
  const asked = tracked({
    ignore: ({ method, path, ip, header }) => method === 'GET' && path === '/x' && ip === '192.0.2.1' && header('A') === 'b',
  });
  assert.is(asked.tracking.tracker.begin(incoming({ target: '/x', headers: { a: 'b' } })), undefined);
  assert.ok(asked.tracking.tracker.begin(incoming({ target: '/x' })));
});

test('a bus has one tracking at a time', () => {
  const { telemetry, tracking } = tracked();
  assert.is(httpTrackingOf(telemetry), tracking);
  try {
    trackHttp(telemetry);
    assert.unreachable();
  } catch (error) {
    assert.ok(isTelemetryError(error) && error.code === 'ALREADY_STARTED');
    assert.match((error as Error).message, /httpTrackingOf/);
  }
  tracking.close();
  tracking.close();
  assert.is(httpTrackingOf(telemetry), undefined);
  using again = trackHttp(telemetry);
  assert.is(httpTrackingOf(telemetry), again);
  assert.is.not(again, tracking);
});

test('a closed tracking lets requests end that began, and begins none', () => {
  const { heard, begin, tracking, telemetry } = tracked();
  const exchange = begin();
  tracking.close();
  assert.is(tracking.tracker.begin(incoming()), undefined);
  exchange.end({ status: 200 });
  assert.equal([heard.length, tracking.stats().inFlight, tracking.stats().total], [2, 0, 1]);
  assert.not.ok(telemetry.listHandlers().some(({ id }) => id === 'telemetry-slow-http'));
});

test('options that can not be are refused before anything has changed', () => {
  const telemetry = createTelemetry({ environment: 'test', log: { level: 'silent', sinks: [] } });
  const wrong: readonly [object, string][] = [
    [{ routs: [] }, 'OPTION_UNKNOWN'],
    [{ requestId: { heder: 'x' } }, 'OPTION_UNKNOWN'],
    [{ requestId: { header: 'a b' } }, 'OPTION_INVALID'],
    [{ trustProxy: true }, 'OPTION_INVALID'],
    [{ trustProxy: 0 }, 'OPTION_INVALID'],
    [{ trustProxy: ['0.0.0.0/0'] }, 'OPTION_INVALID'],
    [{ trustProxy: ['example.com'] }, 'OPTION_INVALID'],
    [{ routes: ['users/:id'] }, 'OPTION_INVALID'],
    [{ ignore: ['health'] }, 'OPTION_INVALID'],
    [{ classes: { a: { warn: 'soon' } } }, 'OPTION_INVALID'],
    [{ classes: {}, classOf: () => 'a' }, 'OPTION_INVALID'],
    [{ answerErrors: { locale: 'not a tag' } }, 'OPTION_INVALID'],
    [{ maxEndpoints: 5001 }, 'OPTION_INVALID'],
    [{ maxEndpoints: 0 }, 'OPTION_INVALID'],
  ];
  for (const [options, code] of wrong) {
    try {
      trackHttp(telemetry, options as never).close();
      assert.unreachable(JSON.stringify(options));
    } catch (error) {
      assert.is(isTelemetryError(error) ? error.code : String(error), code, JSON.stringify(options));
    }
  }
  assert.equal(telemetry.listHandlers(), []);
  assert.is(httpTrackingOf(telemetry), undefined);
  assert.throws(() => trackHttp({} as never), /OPTION_INVALID/);
});

test.run();
