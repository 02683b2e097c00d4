import {
  type Catalogue,
  counter,
  createTelemetry,
  defineEvent,
  defineEvents,
  distribution,
  type EventSpec,
  lastValue,
  type MetricSnapshot,
  sum,
  summary,
  type TelemetryOf,
} from '../../../lib/index';

export const events: Catalogue<'app', { job: Record<'stop' | 'start' | 'idle', EventSpec> }> = defineEvents('app', {
  job: { stop: defineEvent({ doc: 'A job ended', tags: ['kind'] }), start: defineEvent(), idle: defineEvent() },
});

/** Each type of metric, with units that exporters convert, cells with and without buckets, and tags in two orders. */
const definitions = [
  counter('jobs', events.job.stop, { description: 'Jobs', tags: ['kind', 'host'] }),
  sum('bytes', events.job.stop, { measurement: 'bytes', unit: 'kB' }),
  sum('balance', events.job.stop, { measurement: 'balance', monotonic: false, tags: ['host', 'kind'] }),
  lastValue('depth', events.job.stop, { measurement: 'depth', tags: ['kind'] }),
  summary('spread', events.job.stop, { measurement: 'bytes', tags: ['kind'] }),
  distribution('times', events.job.stop, { bounds: [1, 10, 100], tags: ['kind'] }),
  distribution('times.fine', events.job.stop, { bounds: [1, 10, 100], hdr: true, resolution: 0.1 }),
];

/** One event. */
export interface Job {
  readonly kind: string;
  readonly host: string;
  readonly duration: number;
  readonly bytes: number;
  readonly balance: number;
  readonly depth: number;
}

export type SampleBus = TelemetryOf<typeof events>;

/** A bus with these definitions that counts. */
export function createBus(options: Parameters<typeof createTelemetry>[0] = {}): SampleBus {
  const bus = createTelemetry({ events, metrics: { definitions }, ...options });
  bus.attachMetricsHandler();
  return bus as SampleBus;
}

export function record(bus: SampleBus, { kind, host, ...measurements }: Job): void {
  bus.execute(events.job.start, {}, {});
  bus.execute(events.job.stop, measurements, { kind, host });
}

/** The same number for the same index, spread over some seven powers of ten. */
export const jobOf = (index: number): Job => ({
  kind: `kind ${index % 3}`,
  host: `host${index % 2}`,
  duration: ((index * 7919) % 1009) ** 2 / 64,
  bytes: (index * 31) % 4096,
  balance: ((index * 17) % 101) - 50,
  depth: index,
});

/** Metrics without what depends on when they were recorded, in an order of their own. */
export function comparable(metrics: readonly MetricSnapshot[]): object[] {
  return metrics
    .map(({ series, ...metric }) => ({
      ...metric,
      series: series
        .map(({ createdAt: _, ...one }) => ({ ...one, tags: Object.fromEntries(Object.entries(one.tags).sort()) }))
        .sort((one, other) => (JSON.stringify(one.tags) < JSON.stringify(other.tags) ? -1 : 1)),
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}
