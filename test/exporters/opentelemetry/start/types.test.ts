import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as api from '@opentelemetry/api';
import * as logsApi from '@opentelemetry/api-logs';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  createMetricProducer,
  type OpenTelemetryApi,
  type OpenTelemetryLogsApi,
  type OpenTelemetryOptions,
  observeMetrics,
  startOpenTelemetry,
} from '../../../../lib/entries/opentelemetry';
import { createTelemetry, defineEvent, defineEvents } from '../../../../lib/index';

const shop = defineEvents('shop', { order: { paid: defineEvent<{ duration: number }, { id: string }>() } });

test('the modules, providers, meters and readers of OpenTelemetry fit where they are asked for', async () => {
  // The compiler is the judge.
  const modules: { readonly api: OpenTelemetryApi; readonly logsApi: OpenTelemetryLogsApi } = { api, logsApi };
  const tracerProvider = new BasicTracerProvider();
  const telemetry = createTelemetry({ events: shop, environment: 'test', log: { sinks: [] } });
  const reader = new PeriodicExportingMetricReader({
    exporter: new InMemoryMetricExporter(1),
    metricProducers: [createMetricProducer(telemetry)],
  });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const loggerProvider = new LoggerProvider();
  const options: OpenTelemetryOptions = { ...modules, tracerProvider, meterProvider, loggerProvider, metrics: false };
  const globals: OpenTelemetryOptions = {
    tracerProvider: api.trace.getTracerProvider(),
    meterProvider: api.metrics.getMeterProvider(),
    loggerProvider: logsApi.logs.getLoggerProvider(),
  };
  assert.ok(globals);
  observeMetrics(api.metrics.getMeter('shop'), telemetry)();
  const bridge = await startOpenTelemetry(telemetry, options);
  assert.equal(bridge.signals, ['spans', 'logs']);
  await bridge.stop();
  await meterProvider.shutdown();
});

test('no source needs the types of OpenTelemetry', () => {
  const folder = 'lib/exporters/opentelemetry';
  const files = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.ts'));
  assert.ok(files.length > 20);
  for (const path of [...files.map((file) => join(folder, file)), 'lib/entries/opentelemetry.ts'])
    assert.not.match(readFileSync(path, 'utf8'), /^(?:import|export)[^;]* from '@opentelemetry/m, path);
});

test.run();
