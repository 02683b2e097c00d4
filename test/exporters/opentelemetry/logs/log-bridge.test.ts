import * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemoryLogRecordExporter, LoggerProvider, type ReadableLogRecord, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defineAgentEvents } from '../../../../lib/catalogues/agent';
import { trackHttp } from '../../../../lib/entries/http';
import { type LogBridgeParts, logBridge, type OtelLogger } from '../../../../lib/exporters/opentelemetry/logs';
import { createTelemetry, type Level, memorySink, runWithContext } from '../../../../lib/index';
import type { LogRecord } from '../../../../lib/log/record';
import { fakeClock } from '../../../../lib/testing/fake-clock';
import { sinkConformance } from '../../../conformance/sink';

const coder = defineAgentEvents('bridged_coder');
const TRACE = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

/** A bus whose lines go to the SDK, and to memory beside it. */
function start(parts: Partial<LogBridgeParts> = {}) {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  const clock = fakeClock();
  const { sink } = logBridge({ api, provider, now: () => clock.systemTime(), ...parts });
  const memory = memorySink();
  const telemetry = createTelemetry({ events: coder, environment: 'test', clock });
  telemetry.configureLog({ level: 'trace', format: 'json', sinks: [memory, sink], app: 'shop' });
  telemetry.attachLogHandler();
  return { telemetry, sink, clock, memory, provider, records: (): ReadableLogRecord[] => exporter.getFinishedLogRecords() };
}

const lineOf = (record: object): string => `${JSON.stringify(record)}\n`;
const PLAIN = { timestamp: '2026-02-13T19:06:35.545Z', level: 'INFO', logger: 'app.bot', message: 'm' } as const;

/** A provider whose loggers do what they are told. */
const providerOf = (logger: OtelLogger) => ({ getLogger: () => logger });

const fail = (): never => {
  throw new Error('of the provider');
};

async function withContexts(body: () => unknown): Promise<void> {
  api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  try {
    await body();
  } finally {
    api.context.disable();
  }
}

test('a record has what its line says: time, severity, body, scope and attributes', () => {
  const { telemetry, clock, records } = start();
  telemetry.logger('bot').warn('half done', { files: 3, nested: { a: [1, 'x', null] }, ok: true, nothing: null });
  const [record] = records();
  const ms = clock.systemTime();
  assert.equal(record!.hrTime, [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)]);
  assert.equal(record!.hrTimeObserved, record!.hrTime);
  assert.equal([record!.severityNumber, record!.severityText, record!.body, record!.eventName], [13, 'WARNING', 'half done', undefined]);
  assert.is(record!.instrumentationScope.name, 'shop.bot');
  const { files, nested, ok, nothing, 'thread.name': thread } = record!.attributes;
  assert.equal([files, nested, ok, nothing, thread], [3, { a: [1, 'x', null] }, true, null, 'main']);
  for (const name of ['app', 'environment', 'timestamp', 'message', 'level', 'logger']) assert.not(name in record!.attributes, name);
});

test('each level has its severity', () => {
  const { telemetry, records } = start();
  const log = telemetry.logger('bot');
  for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'critical'] as const) log[level]('x');
  assert.equal(
    records().map(({ severityNumber, severityText }) => [severityNumber, severityText]),
    [
      [1, 'TRACE'],
      [5, 'DEBUG'],
      [9, 'INFO'],
      [13, 'WARNING'],
      [17, 'ERROR'],
      [21, 'CRITICAL'],
    ],
  );
});

test('an event keeps its name; what models are told stays out, unless it is asked for', () => {
  const { telemetry, records } = start();
  telemetry.execute(
    coder.tool.start,
    { systemTime: 1 } as never,
    { sessionId: 's1', tool: 'grep', arguments: { pattern: 'secret' } } as never,
  );
  const [record] = records();
  assert.is(record!.eventName, 'bridged_coder.tool.start');
  assert.equal([record!.attributes['gen_ai.tool.name'], record!.attributes['gen_ai.conversation.id']], ['grep', 's1']);
  assert.not.match(JSON.stringify(record!.attributes), 'secret');

  const open = start({ content: true });
  open.telemetry.execute(coder.tool.start, { systemTime: 1 } as never, { sessionId: 's1', tool: 'grep', arguments: 'visible' } as never);
  assert.is(open.records()[0]!.attributes.arguments, 'visible');
});

test('an exception is a record with its type, message and stack, named by its operation', () => {
  const { telemetry, records } = start();
  const failing = (): never => {
    throw new TypeError('no grep');
  };
  assert.throws(() => telemetry.measure(['bridged_coder', 'tool'], { sessionId: 's1', tool: 'grep' }, failing), 'no grep');
  const record = records().at(-1)!;
  assert.equal([record.eventName, record.severityNumber], ['gen_ai.execute_tool.exception', 17]);
  const {
    'exception.type': type,
    'exception.message': message,
    'exception.stacktrace': stack,
    'error.type': errorType,
  } = record.attributes;
  assert.equal([type, message, errorType], ['TypeError', 'no grep', 'TypeError']);
  assert.match(String(stack), /^TypeError: no grep\n {4}at .*failing/);
});

test('secrets never arrive', () => {
  const { telemetry, records } = start();
  const log = telemetry.logger('bot');
  const token = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
  log.info(`with ${token}`, { password: 'hunter2', deep: { api_key: 'k-1' }, note: `Bearer ${token}` });
  log.error(new Error(`failed with ${token}`), 'x');
  telemetry.execute(coder.llm.request, { systemTime: 1 }, { sessionId: 's', model: 'm', prompt: 'private words' });
  const all = JSON.stringify(records().map(({ body, attributes }) => [body, attributes]));
  for (const secret of [token, 'hunter2', 'k-1', 'private words']) assert.not.match(all, secret);
  assert.is(records().length, 3);
});

test('a record belongs to the span that is active, else to the one it names itself', async () => {
  await withContexts(() => {
    const { telemetry, records } = start();
    const log = telemetry.logger('bot');
    const tracer = new BasicTracerProvider().getTracer('t');
    const span = tracer.startSpan('s');
    api.context.with(api.trace.setSpan(api.context.active(), span), () => log.info('active'));
    runWithContext({ trace_id: TRACE.traceId, span_id: TRACE.spanId }, () => log.info('named'));
    api.context.with(api.trace.setSpan(api.context.active(), span), () =>
      runWithContext({ trace_id: TRACE.traceId, span_id: TRACE.spanId }, () => log.info('both')),
    );
    log.info('none');
    const found = records().map(({ spanContext }) => spanContext);
    const { traceId, spanId } = span.spanContext();
    assert.equal(
      found.map((context) => context && [context.traceId, context.spanId, context.traceFlags]),
      [[traceId, spanId, 1], [TRACE.traceId, TRACE.spanId, 1], [traceId, spanId, 1], undefined],
    );
    for (const { attributes } of records()) assert.equal([attributes.trace_id, attributes.span_id], [undefined, undefined]);
  });
});

test('the record of a request has the names of the conventions and the flags of its caller', () => {
  const { telemetry, records } = start();
  using http = trackHttp(telemetry, { routes: ['/users/:id'] });
  for (const flags of ['00', '01']) {
    const headers = new Map([['traceparent', `00-${TRACE.traceId}-${TRACE.spanId}-${flags}`]]);
    const request = http.tracker.begin({ method: 'GET', target: '/users/7?token=x', headers, peer: '192.0.2.1' })!;
    request.run(() => request.end({ status: 200 }));
  }
  const access = records().filter(({ body }) => body === 'request_complete');
  assert.equal(
    access.map(({ spanContext }) => [spanContext?.traceId, spanContext?.traceFlags]),
    [
      [TRACE.traceId, 0],
      [TRACE.traceId, 1],
    ],
  );
  const { attributes } = access[0]!;
  assert.equal(
    ['http.request.method', 'http.route', 'url.path', 'http.response.status_code', 'client.address'].map((name) => attributes[name]),
    ['GET', '/users/:id', '/users/7', 200, '192.0.2.1'],
  );
  assert.not('method' in attributes);
});

test('ids that are none of a trace stay attributes', () => {
  const { sink, records } = start();
  const zeros = { trace_id: '0'.repeat(32), span_id: TRACE.spanId };
  for (const ids of [{ trace_id: 't1', span_id: 's1' }, zeros, { trace_id: TRACE.traceId }]) {
    sink.write(lineOf({ ...PLAIN, ...ids }), 'info');
    const record = records().at(-1)!;
    assert.equal([record.attributes, record.spanContext], [ids, undefined]);
  }
});

test('a time from before the process began stays what it is; one that cannot be read is the time it came', () => {
  const { sink, clock, records } = start();
  sink.write(lineOf({ ...PLAIN, timestamp: '1969-12-31T23:59:59.250Z' }), 'info');
  sink.write(lineOf({ ...PLAIN, timestamp: 'yesterday' }), 'info');
  assert.equal(records()[0]!.hrTime, [-1, 250_000_000]);
  assert.is(records()[0]!.hrTimeObserved[0], Math.floor(clock.systemTime() / 1000));
  assert.ok(records()[1]!.hrTime[0] > 1.6e9);
});

test('keys that the SDK trips over cost no attribute', () => {
  const { sink, records } = start();
  sink.write('{"timestamp":"","level":"INFO","logger":"l","message":"m","__proto__":{"x":1},"deep":{"constructor":"c"},"n":1}\n', 'info');
  assert.equal(records()[0]!.attributes, { __proto___: { x: 1 }, deep: '{"constructor":"c"}', n: 1 });
});

test('a line that is no record is a body, at the level it has', () => {
  const { sink, records } = start();
  for (const line of ['INFO app.bot hello\n', '[1]\n', '{"message":"x"}\n', 'null\n', '']) sink.write(line, 'critical');
  assert.equal(
    records().map(({ body }) => body),
    ['INFO app.bot hello', '[1]', '{"message":"x"}', 'null', ''],
  );
  assert.ok(records().every(({ severityNumber, instrumentationScope }) => severityNumber === 21 && instrumentationScope.name !== ''));
});

test('any line reaches the provider without a throw, and the account is exact', () => {
  const levels = ['trace', 'debug', 'info', 'warn', 'error', 'critical'] as const;
  const record = fc.record(
    {
      timestamp: fc.oneof(fc.string(), fc.constant(PLAIN.timestamp)),
      level: fc.constantFrom('INFO', 'ERROR', 'toString', ''),
      logger: fc.string(),
      message: fc.string(),
      event_name: fc.oneof(fc.string(), fc.constantFrom('coder.llm.error', 'http.request.stop'), fc.jsonValue()),
      exception: fc.jsonValue(),
      trace_id: fc.jsonValue(),
      method: fc.jsonValue(),
      path: fc.string(),
      status: fc.jsonValue(),
      data: fc.jsonValue(),
    },
    { requiredKeys: ['timestamp', 'level', 'logger', 'message'] },
  );
  const lines = fc.oneof(
    record.map(lineOf),
    fc.json().map((json) => `${json}\n`),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(lines, fc.constantFrom(...levels)), { maxLength: 8 }), (all) => {
      const { sink, records } = start();
      for (const [line, level] of all) sink.write(line, level as Level);
      assert.equal(sink.stats!(), { accepted: all.length, written: all.length, queued: 0, dropped: {} });
      assert.is(records().length, all.length);
    }),
    { numRuns: 300 },
  );
});

test('a provider that throws costs the lines, counted, and nothing else', () => {
  const { telemetry, memory } = start();
  const failing = logBridge({ api, provider: { getLogger: fail } }).sink;
  const emitting = logBridge({ api, provider: providerOf({ emit: fail, enabled: () => true }) }).sink;
  const asking = logBridge({ api, provider: providerOf({ emit: () => undefined, enabled: fail }) }).sink;
  for (const sink of [failing, emitting, asking]) telemetry.addSink(sink);
  for (let index = 0; index < 5; index++) telemetry.logger('bot').info('x');
  assert.is(memory.lines.length, 5);
  for (const sink of [failing, emitting, asking]) {
    assert.equal(sink.stats!(), { accepted: 5, written: 0, queued: 0, dropped: { threw: 5 } });
  }
});

test('a provider that takes none of a level, or is shut down, has the lines dropped as disabled', async () => {
  const { telemetry, sink, provider } = start();
  const log = telemetry.logger('bot');
  log.info('before');
  await provider.shutdown();
  log.info('after');
  assert.equal(sink.stats!(), { accepted: 2, written: 1, queued: 0, dropped: { disabled: 1 } });
});

test('loggers of an API without enabled are given every line', () => {
  const emitted: unknown[] = [];
  const { sink } = logBridge({ api, provider: providerOf({ emit: (record) => emitted.push(record.body) }) });
  sink.write(lineOf(PLAIN), 'info');
  assert.equal(emitted, ['m']);
});

test('a provider that logs does not go round in circles', () => {
  const { telemetry, memory } = start();
  const log = telemetry.logger('bot');
  const { sink } = logBridge({ api, provider: providerOf({ emit: () => log.info('again') }) });
  telemetry.addSink(sink);
  log.info('once');
  assert.ok(memory.lines.length < 10, `${memory.lines.length} lines`);
  assert.is(telemetry.logStats().dropped.nested, 1);
  assert.equal(sink.stats!().accepted, memory.lines.length);
});

test('lines of the SDK at its own work are not told to it', async () => {
  await withContexts(async () => {
    const { telemetry, memory, sink } = start();
    const log = telemetry.logger('bot');
    const working = api.context.active().setValue(api.createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING'), true);
    await api.context.with(working, async () => {
      log.error('could not send');
      await Promise.resolve();
      log.error('could not send again');
    });
    log.info('from the application');
    assert.equal([memory.lines.length, sink.stats!().written, sink.stats!().dropped], [3, 1, { suppressed: 2 }]);
  });
});

test('names of loggers are bounded: one too many is an attribute', () => {
  const asked: string[] = [];
  const emitted: [string, unknown][] = [];
  const provider = {
    getLogger(name: string) {
      asked.push(name);
      return { emit: ({ attributes }: { attributes?: { logger?: unknown } }) => emitted.push([name, attributes?.logger]) };
    },
  };
  const { sink } = logBridge({ api, provider: provider as never });
  for (let round = 0; round < 2; round++) {
    for (let index = 0; index < 2500; index++) sink.write(lineOf({ ...PLAIN, logger: `app.l${index}` }), 'info');
  }
  assert.is(asked.length, 2001);
  assert.equal(
    [emitted[1999], emitted[2000], emitted[2501]],
    [
      ['app.l1999', undefined],
      ['telemetry-bus', 'app.l2000'],
      ['app.l1', undefined],
    ],
  );
  assert.is(emitted.length, 5000);
});

test('it is given JSON, whatever the format of the log is', () => {
  const { telemetry, sink, records } = start();
  telemetry.configureLog({ level: 'info', format: 'pretty', sinks: [sink], schema: 'ecs' });
  telemetry.logger('bot').info('m', { files: 3 });
  assert.equal([records()[0]!.body, records()[0]!.attributes.files], ['m', 3]);
});

test('a line of the default schema is what it takes', () => {
  const { sink, records } = start();
  const record: LogRecord = { ...PLAIN, event_name: 'shop.cart.paid', error_id: 'e1', request_id: 'r1', fingerprint: 'f' };
  sink.write(lineOf(record), 'info');
  assert.equal(records()[0]!.attributes, { request_id: 'r1', error_id: 'e1', fingerprint: 'f' });
});

sinkConformance('log bridge', () => {
  const lines: string[] = [];
  let isBroken = false;
  const emit = ({ body }: { body?: unknown }): void => {
    if (isBroken) throw new Error('broken');
    lines.push(`${body as string}\n`);
  };
  const { sink } = logBridge({ api, provider: providerOf({ emit, enabled: () => true }) });
  return { sink, arrived: () => lines, breakIt: () => void (isBroken = true) };
});

test.run();
