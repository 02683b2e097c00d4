import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { httpTrackingOf } from '../../lib/entries/http';
import { newSpanId, newTraceId } from '../../lib/http/ids';
import { memorySink, type RedactionOptions, runWithContext } from '../../lib/index';
import { createRedactor } from '../../lib/log/redaction/redactor';
import { incoming, tracked } from './tracked';

const MADE = /^[0-9a-f]{32}$/;

test('an id that is well-formed is taken up, and any other is replaced', () => {
  const { request } = tracked();
  const idFor = (given: string): string => request({ headers: { 'x-request-id': given } }).id;
  for (const id of ['a', 'A-Z_09.:@+/=-', 'x'.repeat(128), '7c9e6679-7425-40de-944b-e07fc1f90ae7']) assert.is(idFor(id), id);
  for (const id of [
    '',
    ' ',
    'a b',
    'x'.repeat(129),
    'a\nb',
    'a\r\nSet-Cookie: x',
    '<b>',
    '"',
    'ä',
    '$(x)',
    'a\u0000',
    'a, b',
    "a'b",
    '\u2028',
  ])
    assert.match(idFor(id), MADE, id);
});

test('an id that came with a request is searched for secrets, as is one that somebody puts into its scope', () => {
  const { request, records } = tracked();
  const secret = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a';
  const idOf = (): unknown => records().find(({ message }) => message === 'request_complete')!.request_id;
  request({ headers: { 'x-request-id': secret } });
  assert.is(idOf(), '***');
  const { telemetry } = tracked();
  const memory = memorySink();
  telemetry.configureLog({ sinks: [memory], level: 'info', format: 'json' });
  using tracking = httpTrackingOf(telemetry)!;
  const exchange = tracking.tracker.begin(incoming())!;
  exchange.run(() => runWithContext({ request_id: secret, span_id: 'a"b\n' }, () => telemetry.logger('app').info('said')));
  const [line] = memory.lines.map((text) => JSON.parse(text) as Record<string, unknown>);
  assert.equal([line!.request_id, line!.span_id, line!.trace_id], ['***', 'a"b\n', exchange.trace.traceId]);
});

test('rules of the application see the ids of requests, and keys that it calls secret are', () => {
  const cases: readonly [redact: RedactionOptions, expected: readonly (string | undefined)[]][] = [
    [{ rules: [(text: string) => (/^[0-9a-f]{32}$/.test(text) ? 'id' : undefined)] }, ['id', 'id']],
    [{ keys: ['request_id'] }, ['***', undefined]],
    [{ paths: ['trace_id'] }, [undefined, '***']],
  ];
  for (const [redact, expected] of cases) {
    const { telemetry, tracking } = tracked();
    const memory = memorySink();
    telemetry.configureLog({ sinks: [memory], level: 'info', format: 'json', redact });
    const exchange = tracking.tracker.begin(incoming())!;
    exchange.end({ status: 200 });
    const [line] = memory.lines.map((text) => JSON.parse(text) as Record<string, unknown>);
    assert.equal([line!.request_id, line!.trace_id], [expected[0] ?? exchange.id, expected[1] ?? exchange.trace.traceId]);
  }
});

test('no id is taken up where that is refused, and another header may carry it', () => {
  assert.match(tracked({ requestId: { accept: false } }).request({ headers: { 'x-request-id': 'mine' } }).id, MADE);
  const { request } = tracked({ requestId: { header: 'X-Correlation-Id' } });
  assert.is(request({ headers: { 'x-correlation-id': 'mine' } }).id, 'mine');
});

test('an application makes ids of its own, and what is none is replaced, counted and said once', () => {
  let next = 0;
  const made: readonly unknown[] = ['r-1', '', 'a b', 7, Promise.reject(new Error('later'))];
  const { request, tracking, warnings } = tracked({ requestId: { make: () => made[next++] as string } });
  const ids = made.map(() => request().id);
  assert.is(ids[0], 'r-1');
  for (const id of ids.slice(1)) assert.match(id, MADE);
  assert.is(tracking.stats().faults.requestId, 4);
  assert.is(warnings.length, 1);
  assert.match(warnings[0]!.message, /requestId\.make/);
});

test('ids differ and have their form', () => {
  const ids = new Set(Array.from({ length: 20_000 }, (_, index) => (index % 2 === 0 ? newTraceId() : newSpanId())));
  assert.is(ids.size, 20_000);
  for (const id of ids) if (!/^(?:[0-9a-f]{32}|[0-9a-f]{16})$/.test(id)) assert.unreachable(id);
});

test('ids are made where there is neither cryptography nor a decoder', () => {
  const names = ['crypto', 'TextDecoder'] as const;
  const before = names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)!] as const);
  try {
    for (const name of names) Object.defineProperty(globalThis, name, { value: undefined, configurable: true, writable: true });
    const ids = new Set(Array.from({ length: 5000 }, newTraceId));
    assert.is(ids.size, 5000);
    for (const id of ids) if (!MADE.test(id)) assert.unreachable(id);
  } finally {
    for (const [name, descriptor] of before) Object.defineProperty(globalThis, name, descriptor);
  }
});

test('a log writes ids as they are, and the number of a card that looks like one masked', () => {
  const redactor = createRedactor();
  for (let count = 0; count < 2000; count++) for (const id of [newTraceId(), newSpanId()]) assert.is(redactor.text(id), id);
  assert.is(redactor.text('4111111111111111'), '***');
});

test.run();
