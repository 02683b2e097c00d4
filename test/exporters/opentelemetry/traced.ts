import * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type TracerConfig,
} from '@opentelemetry/sdk-trace-base';
import type { AnyCatalogue } from '../../../lib/core/catalogue';
import { type OpenTelemetryBridge, type OpenTelemetryOptions, startOpenTelemetry } from '../../../lib/entries/opentelemetry';
import { createTelemetry, memorySink, type Telemetry, type TelemetryOptions, type Warning } from '../../../lib/index';

/** A bus whose spans the real SDK takes, in memory. */
export interface Traced {
  readonly telemetry: Telemetry;
  readonly bridge: OpenTelemetryBridge;
  readonly provider: BasicTracerProvider;
  readonly warnings: Warning[];
  /** Lines of the log, as records. */
  records(): Record<string, unknown>[];
  /** Spans that have ended, in the order they ended. */
  spans(): readonly ReadableSpan[];
  /** The only one of a name. */
  span(name: string): ReadableSpan;
}

export interface TracedOptions {
  readonly events?: AnyCatalogue | readonly AnyCatalogue[];
  readonly bus?: Omit<TelemetryOptions, 'events'>;
  readonly sdk?: TracerConfig;
  readonly bridge?: OpenTelemetryOptions;
  /** Without a context manager, everything happens in the root context. */
  readonly withoutContexts?: boolean;
}

/** Starts, calls back, stops, and leaves nothing registered. */
export async function traced(options: TracedOptions, body: (traced: Traced) => unknown): Promise<void> {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)], ...options.sdk });
  if (options.withoutContexts !== true) api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const [warnings, memory] = [[] as Warning[], memorySink()];
  const telemetry = createTelemetry({
    environment: 'test',
    onWarning: (warning) => void warnings.push(warning),
    log: { sinks: [{ sink: memory, format: 'json' }], level: 'trace' },
    ...options.bus,
    ...(options.events !== undefined && { events: options.events as never }),
  }) as unknown as Telemetry;
  try {
    const bridge = await startOpenTelemetry(telemetry, {
      api,
      tracerProvider: provider,
      env: {},
      logs: false,
      metrics: false,
      ...options.bridge,
    });
    const spans = (): readonly ReadableSpan[] => exporter.getFinishedSpans();
    await body({
      telemetry,
      bridge,
      provider,
      warnings,
      records: () => memory.lines.map((line) => JSON.parse(line) as Record<string, unknown>),
      spans,
      span(name) {
        const found = spans().filter((span) => span.name === name);
        if (found.length !== 1) throw new Error(`${found.length} spans are called ${name}, of ${spans().map((span) => span.name)}`);
        return found[0]!;
      },
    });
    await bridge.stop();
  } finally {
    api.context.disable();
  }
}

/** The id of the parent of a span. */
export const parentOf = (span: ReadableSpan): string | undefined => span.parentSpanContext?.spanId;
export const idOf = (span: ReadableSpan): string => span.spanContext().spanId;
export const traceOf = (span: ReadableSpan): string => span.spanContext().traceId;
/** ms since the epoch. */
export const msOf = ([seconds, ns]: readonly [number, number]): number => seconds * 1000 + ns / 1e6;
