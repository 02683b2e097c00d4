import type { MonitoredBus } from './assemble-monitoring';
import { type AnyCatalogue, definitionsOf } from './core/catalogue';
import type { Clock } from './core/clock';
import type { EventPrefix } from './core/event';
import type { AttachOptions, HandlerFactory, HandlerHandle } from './core/handler';
import { checkOptions } from './core/options';
import type { Warning } from './core/warning';
import { createMetricsHandler, METRICS_HANDLER_ID } from './handlers/metrics';
import type { DurationStats } from './metrics/durations';
import type { HistoryQuery } from './metrics/history/query';
import type { MetricDefinition } from './metrics/metric';
import { Metrics } from './metrics/metrics';
import { checkDefinitions, type MetricsOptions } from './metrics/options';
import type { Conflict } from './metrics/registry';
import { METRICS_SEAM, type MetricSource } from './metrics/seam';

/** What metrics use of their bus. */
interface Host {
  readonly clock: Clock;
  readonly onWarning: (warning: Warning) => void;
  attachEach(id: string, prefix: EventPrefix, factory: HandlerFactory, options?: AttachOptions): HandlerHandle;
  detach(id: string): boolean;
  isAttached(id: string): boolean;
}

/** The part of a bus that counts. */
interface Assembled {
  /** What `Telemetry` shows of it, which has the types; these are the ones that others call. */
  readonly api: {
    attachMetricsHandler(options?: MetricsOptions): HandlerHandle;
    detachMetricsHandler(): boolean;
    configureMetrics(options: MetricsOptions): void;
    detach(id: string): boolean;
    readonly [more: string | symbol]: unknown;
  };
  /** Tells of catalogues that the bus knows. */
  declare(events: AnyCatalogue | readonly AnyCatalogue[]): void;
  durationsOf(event: readonly string[]): DurationStats | undefined;
  /** What the engines that watch the application use of it. */
  readonly monitored: Omit<MonitoredBus, 'execute' | 'listHandlers'>;
}

/** Makes the part of a bus that counts. */
export function assembleMetrics({ clock, onWarning, attachEach, detach, isAttached }: Host): Assembled {
  const catalogues: AnyCatalogue[] = [];
  const warn = (warning: Warning): void => {
    try {
      onWarning(warning);
    } catch {
      // It has nowhere else to go, and a sample, or a timer of an exporter, must not pay for it.
    }
  };
  const metrics = new Metrics({
    clock,
    warn,
    declared: () => definitionsOf(catalogues),
    isAttached: () => isAttached(METRICS_HANDLER_ID),
  });
  const handler = createMetricsHandler(metrics.registry);
  let handle: HandlerHandle | undefined;

  function detached(was: boolean): boolean {
    if (was) metrics.detached();
    return was;
  }

  const source: MetricSource = { metrics: () => metrics.views(), clock, warn };
  return {
    api: {
      attachMetricsHandler(options?: MetricsOptions) {
        if (options !== undefined) metrics.configure(options);
        if (handle === undefined || !isAttached(METRICS_HANDLER_ID)) {
          const { id, detach } = attachEach(METRICS_HANDLER_ID, [], handler, { onError: 'keep' });
          const end = () => detached(detach());
          handle = { id, detach: end, [Symbol.dispose]: end };
          metrics.attached();
        }
        return handle;
      },
      detachMetricsHandler: () => detached(detach(METRICS_HANDLER_ID)),
      detach: (id: string) => (id === METRICS_HANDLER_ID ? detached(detach(id)) : detach(id)),
      configureMetrics: (options: MetricsOptions) => metrics.configure(options),
      registerMetrics(definitions: readonly MetricDefinition[], options?: { readonly onConflict?: Conflict }) {
        checkDefinitions('registerMetrics', definitions);
        checkOptions('registerMetrics', options, { onConflict: 'throw|replace|ignore' });
        metrics.register(definitions, options?.onConflict ?? 'throw');
      },
      unregisterMetrics: (...names: string[]) => metrics.registry.unregister(names),
      getCounters: (options?: unknown) => metrics.counters(options),
      // An event comes first, unless there is none.
      getDurationStats: (...[event, options]: [event?: unknown, options?: unknown]) =>
        Array.isArray(event) ? metrics.durationsOf(event, options) : metrics.durations(event),
      getSlowCounts: (...[event, options]: [event?: unknown, options?: unknown]) =>
        Array.isArray(event) ? metrics.slowCountsOf(event, options) : metrics.slowCounts(event),
      getDurationHistogram: (event: readonly string[], options?: unknown) => metrics.histogramOf(event, options),
      getRejections: () => metrics.rejections(),
      getMetrics: () => metrics.snapshots(),
      getMetric: (definition: MetricDefinition) => metrics.snapshotOf(definition),
      getCardinality: () => metrics.cardinality(),
      metricsStats: () => metrics.stats(),
      getHistory: (query?: HistoryQuery) => metrics.historyOf(query),
      resetCounters(options?: { readonly exports?: boolean }) {
        checkOptions('resetCounters', options, { exports: 'boolean' });
        metrics.reset(options?.exports === true);
      },
      [METRICS_SEAM]: source,
    },
    durationsOf: (event) => metrics.durationsOf(event, undefined),
    monitored: {
      metric: (name) => metrics.registry.view(name),
      registerMetrics: (definitions) => metrics.register(definitions, 'throw'),
      unregisterMetrics: (...names) => metrics.registry.unregister(names),
      history: (query) => (metrics.hasHistory ? metrics.historyOf(query) : undefined),
      histories: {
        current: () => metrics.currentHistory(),
        watch: (watcher) => metrics.watchHistory(watcher),
        distribution: (name) => metrics.distribution(name),
      },
    },
    declare(events: AnyCatalogue | readonly AnyCatalogue[]) {
      catalogues.push(...(Array.isArray(events) ? events : [events]));
    },
  };
}
