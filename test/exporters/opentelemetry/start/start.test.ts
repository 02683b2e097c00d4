import * as api from '@opentelemetry/api';
import * as logsApi from '@opentelemetry/api-logs';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry as createCore } from '../../../../lib/core/index';
import { trackHttp } from '../../../../lib/entries/http';
import {
  createMetricProducer,
  type OpenTelemetryOptions,
  openTelemetryResource,
  startOpenTelemetry,
} from '../../../../lib/entries/opentelemetry';
import {
  contextFields,
  createTelemetry,
  memorySink,
  runWithContext,
  type Telemetry,
  type TelemetryError,
  type Warning,
} from '../../../../lib/index';
import { incoming } from '../../../http/tracked';
import { ManualReader } from '../../../support/otel/metrics';

const JOB = ['app', 'job'] as const;

function bus(): { readonly telemetry: Telemetry; readonly warnings: Warning[] } {
  const warnings: Warning[] = [];
  const onWarning = (warning: Warning): void => void warnings.push(warning);
  const telemetry = createTelemetry({ environment: 'test', onWarning, log: { app: 'shop', level: 'info', sinks: [memorySink()] } });
  return { telemetry: telemetry as unknown as Telemetry, warnings };
}

/** Global providers of the real SDK for some signals, which are gone afterwards. */
async function registered(signals: string, body: (sdk: ReturnType<typeof sdkOf>) => unknown): Promise<void> {
  const sdk = sdkOf();
  if (signals.includes('spans')) api.trace.setGlobalTracerProvider(sdk.tracerProvider);
  if (signals.includes('metrics')) api.metrics.setGlobalMeterProvider(sdk.meterProvider);
  if (signals.includes('logs')) logsApi.logs.setGlobalLoggerProvider(sdk.loggerProvider);
  try {
    await body(sdk);
  } finally {
    api.trace.disable();
    api.metrics.disable();
    logsApi.logs.disable();
  }
}

function sdkOf() {
  const [spans, logs, reader] = [new InMemorySpanExporter(), new InMemoryLogRecordExporter(), new ManualReader()];
  return {
    spans,
    logs,
    reader,
    tracerProvider: new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }),
    meterProvider: new MeterProvider({ readers: [reader] }),
    loggerProvider: new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: logs })] }),
  };
}

async function refused(start: Promise<unknown>): Promise<TelemetryError> {
  try {
    await start;
  } catch (error) {
    return error as TelemetryError;
  }
  throw new Error('It was started');
}

test('with an SDK registered for all signals, all of them are told without an option', async () => {
  await registered('spans metrics logs', async ({ spans, logs, reader }) => {
    const { telemetry, warnings } = bus();
    await using bridge = await startOpenTelemetry(telemetry, { env: {} });
    telemetry.attachAll();
    telemetry.measure(JOB, {}, () => telemetry.logger('bot').info('hello'));
    assert.equal(bridge.signals, ['spans', 'metrics', 'logs']);
    assert.equal(
      spans.getFinishedSpans().map(({ name }) => name),
      ['app.job'],
    );
    assert.ok(logs.getFinishedLogRecords().some(({ body }) => body === 'hello'));
    assert.ok((await reader.metrics()).some(({ descriptor }) => descriptor.name.startsWith('app.job.stop')));
    assert.is(bridge.stats().spans!.ended, 1);
    assert.is(bridge.stats().logs!.written, logs.getFinishedLogRecords().length);
    assert.equal(warnings, []);
  });
});

test('an API without any SDK is refused: the error says what to install', async () => {
  const { telemetry } = bus();
  const error = await refused(startOpenTelemetry(telemetry, { env: {} }));
  assert.is(error.code, 'PEER_MISSING');
  assert.match(error.message, /no OpenTelemetry SDK is registered/);
  assert.match(error.message, /npm install @opentelemetry\/sdk-node/);
  assert.match(error.message, /requireSdk: false/);
  // Nothing was left behind: the next start is the first.
  assert.equal(telemetry.listHandlers(), []);
  await registered('spans', async () => void (await (await startOpenTelemetry(telemetry, { env: {} })).stop()));
});

test('with an SDK for some signals these are told, and one warning names the others', async () => {
  for (const [registeredFor, missing] of [
    ['spans', 'metrics and logs'],
    ['metrics', 'spans and logs'],
    ['logs', 'spans and metrics'],
  ] as const) {
    await registered(registeredFor, async () => {
      const { telemetry, warnings } = bus();
      await using bridge = await startOpenTelemetry(telemetry, { env: {} });
      assert.equal(bridge.signals, [registeredFor]);
      assert.equal(
        warnings.map(({ code }) => code),
        ['PEER_MISSING'],
      );
      assert.match(warnings[0]!.message, `${missing} are not told`);
    });
  }
});

test('finding out whether there is an SDK begins no span', async () => {
  await registered('spans', async ({ spans }) => {
    const { telemetry } = bus();
    await (await startOpenTelemetry(telemetry, { env: {} })).stop();
    assert.is(spans.getFinishedSpans().length, 0);
  });
});

test('with { requireSdk: false }, spans and log records go to an SDK that is registered later', async () => {
  const { telemetry, warnings } = bus();
  await using bridge = await startOpenTelemetry(telemetry, { env: {}, requireSdk: false, metrics: false });
  telemetry.measure(JOB, {}, () => 1);
  await registered('spans logs', ({ spans, logs }) => {
    telemetry.measure(JOB, {}, () => telemetry.logger('bot').info('later'));
    assert.is(spans.getFinishedSpans().length, 1);
    assert.ok(logs.getFinishedLogRecords().some(({ body }) => body === 'later'));
  });
  assert.is(bridge.stats().spans!.failed, 0);
  assert.equal(warnings, []);
});

test('metrics reach no SDK that is registered later, so without one they are no signal, and a warning says so', async () => {
  const { telemetry, warnings } = bus();
  await using bridge = await startOpenTelemetry(telemetry, { env: {}, requireSdk: false });
  assert.equal(bridge.signals, ['spans', 'logs']);
  assert.equal(
    warnings.map(({ message }) => message),
    ['startOpenTelemetry: metrics are not told: no OpenTelemetry SDK is registered for them'],
  );
});

test('as long as there is no SDK, no record belongs to a span, and the ids of a scope stay', async () => {
  for (const hasContexts of [false, true]) {
    if (hasContexts) api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const { telemetry } = bus();
    await using _bridge = await startOpenTelemetry(telemetry, { env: {}, requireSdk: false, metrics: false });
    assert.is(telemetry.measure(JOB, {}, contextFields), undefined);
    const ids = { trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) };
    assert.equal(
      runWithContext(ids, () => telemetry.measure(JOB, {}, contextFields)),
      ids,
    );
    using tracking = trackHttp(telemetry);
    const exchange = tracking.tracker.begin(incoming({ headers: { traceparent: `00-${ids.trace_id}-${ids.span_id}-01` } }))!;
    assert.equal([exchange.trace.traceId, exchange.trace.parentId], [ids.trace_id, ids.span_id]);
    assert.is(exchange.run(contextFields)!.span_id, exchange.trace.spanId);
    assert.is.not(exchange.trace.spanId, ids.span_id);
    exchange.end({ status: 200 });
    api.context.disable();
  }
});

test('OTEL_SDK_DISABLED attaches nothing and needs nothing; another value than true or false is said and counts as false', async () => {
  const { telemetry, warnings } = bus();
  const api = { trace: new Proxy({}, { get: () => assert.unreachable() }) } as never;
  const bridge = await startOpenTelemetry(telemetry, { env: { OTEL_SDK_DISABLED: 'TRUE' }, api });
  assert.is(bridge.isDisabled, true);
  assert.equal([telemetry.listHandlers(), bridge.signals, bridge.stats()], [[], [], {}]);
  await bridge.stop();
  assert.equal(warnings, []);
  await registered('spans', async () => {
    await using other = await startOpenTelemetry(telemetry, { env: { OTEL_SDK_DISABLED: 'yes' }, logs: false, metrics: false });
    assert.is(other.isDisabled, false);
    assert.equal(
      warnings.map(({ code }) => code),
      ['CONFIG_DOUBTFUL'],
    );
  });
});

test('a bus has one bridge at a time, also while the first is starting', async () => {
  await registered('spans', async () => {
    const { telemetry } = bus();
    const options = { env: {}, logs: false, metrics: false };
    const first = startOpenTelemetry(telemetry, options);
    assert.is((await refused(startOpenTelemetry(telemetry, options))).code, 'ALREADY_STARTED');
    const bridge = await first;
    assert.is((await refused(startOpenTelemetry(telemetry, options))).code, 'ALREADY_STARTED');
    await bridge.stop();
    await bridge.stop();
    await (await startOpenTelemetry(telemetry, options)).stop();
  });
});

test('wrong options, and what is no bus, are refused before anything is done', async () => {
  const { telemetry } = bus();
  const wrong: readonly [object, string][] = [
    [{ span: true }, 'OPTION_UNKNOWN'],
    [{ spans: 'yes' }, 'OPTION_INVALID'],
    [{ spans: { maxOpen: 0 } }, 'OPTION_INVALID'],
    [{ spans: { attributes: 'some' } }, 'OPTION_INVALID'],
    [{ spans: { names: () => '' } }, 'OPTION_UNKNOWN'],
    [{ logs: { level: 'loud' } }, 'OPTION_INVALID'],
    [{ metrics: { scope: 'x' } }, 'OPTION_UNKNOWN'],
    [{ tracerProvider: {} }, 'OPTION_INVALID'],
    [{ api: {} }, 'OPTION_INVALID'],
    [{ logsApi: 5 }, 'OPTION_INVALID'],
  ];
  for (const [options, code] of wrong)
    assert.is((await refused(startOpenTelemetry(telemetry, options as never))).code, code, JSON.stringify(options));
  for (const other of [undefined, {}, createCore()]) assert.is((await refused(startOpenTelemetry(other as never))).code, 'OPTION_INVALID');
  assert.equal(telemetry.listHandlers(), []);
});

test('an id that is taken is refused, and what was done by then is taken back', async () => {
  await registered('spans metrics logs', async () => {
    const { telemetry } = bus();
    telemetry.attachPrefix('telemetry-opentelemetry', [], () => undefined);
    const sinks = telemetry.logStats().sinks.length;
    assert.is((await refused(startOpenTelemetry(telemetry, { env: {} }))).code, 'HANDLER_EXISTS');
    assert.is(telemetry.logStats().sinks.length, sinks);
    telemetry.detach('telemetry-opentelemetry');
    await (await startOpenTelemetry(telemetry, { env: {} })).stop();
    assert.is(telemetry.logStats().sinks.length, sinks);
  });
});

test('metrics are told once: by the producer, where one was made, unless both were asked for, which is said', async () => {
  await registered('spans metrics', async () => {
    const [{ telemetry, warnings }, options] = [bus(), { env: {}, logs: false } satisfies OpenTelemetryOptions];
    createMetricProducer(telemetry);
    await using bridge = await startOpenTelemetry(telemetry, options);
    assert.equal([bridge.signals, warnings], [['spans'], []]);
    await bridge.stop();
    await using both = await startOpenTelemetry(telemetry, { ...options, metrics: true });
    assert.equal([both.signals, warnings.map(({ code }) => code)], [['spans', 'metrics'], ['CONFIG_DOUBTFUL']]);
    const late = bus();
    await using _first = await startOpenTelemetry(late.telemetry, options);
    createMetricProducer(late.telemetry);
    assert.equal(
      late.warnings.map(({ code }) => code),
      ['CONFIG_DOUBTFUL'],
    );
  });
});

test('an exception is a log record where these are told, and an event of the span where they are not, or both are asked for', async () => {
  const failing = (): never => {
    throw new Error('broken');
  };
  const run = async (options: OpenTelemetryOptions, isLogging: boolean): Promise<readonly [number, number]> => {
    let counts: readonly [number, number] = [-1, -1];
    await registered('spans logs', async ({ spans, logs }) => {
      const { telemetry } = bus();
      if (isLogging) telemetry.attachLogHandler();
      await using _bridge = await startOpenTelemetry(telemetry, { metrics: false, env: {}, ...options });
      assert.throws(() => telemetry.measure(JOB, {}, failing));
      const records = logs.getFinishedLogRecords().filter(({ attributes }) => attributes['exception.type'] !== undefined);
      const [span] = spans.getFinishedSpans();
      for (const record of records) assert.is(record.spanContext?.spanId, span!.spanContext().spanId);
      counts = [records.length, span!.events.length];
    });
    return counts;
  };
  assert.equal(await run({}, true), [1, 0]);
  assert.equal(await run({}, false), [0, 1]);
  assert.equal(await run({ logs: false }, true), [0, 1]);
  assert.equal(await run({ env: { OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN: 'logs/dup' } }, true), [1, 1]);
});

test('the resource has what the bus and the variables say of the program', () => {
  const { telemetry } = bus();
  const env = { OTEL_SERVICE_NAME: 'other', OTEL_RESOURCE_ATTRIBUTES: 'service.version=1.2.0,deployment.environment.name=qa' };
  assert.equal(openTelemetryResource(undefined, { env }), {
    'service.name': 'other',
    'service.version': '1.2.0',
    'deployment.environment.name': 'qa',
  });
  const resource = openTelemetryResource(telemetry, { env });
  assert.equal([resource['service.name'], resource['service.version']], ['shop', '1.2.0']);
  assert.equal(openTelemetryResource(telemetry, { env: {} })['deployment.environment.name'], 'test');
});

test.run();
