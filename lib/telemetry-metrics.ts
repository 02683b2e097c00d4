import type { AnyEvents, NameOf } from './core/catalogue';
import type { HandlerHandle } from './core/handler';
import type { MetricCardinality } from './metrics/cardinality';
import type { DurationStats } from './metrics/durations';
import type { SlowCounts } from './metrics/event-stats';
import type { DurationHistogram } from './metrics/hdr';
import type { HistoryQuery, HistorySeries } from './metrics/history/query';
import type { MetricDefinition } from './metrics/metric';
import type { MetricsStats } from './metrics/metrics';
import type { MetricsOptions } from './metrics/options';
import type { Conflict } from './metrics/registry';
import type { RejectionReason } from './metrics/rejections';
import type { Metered } from './metrics/seam';
import type { MetricSnapshot, SnapshotOf } from './metrics/snapshot';
import type { StatsOptions } from './metrics/tag-filter';

/** What a bus measures, and how it is asked. */
export interface BusMetrics<Events = AnyEvents> extends Metered {
  /**
   * Attaches the metrics handler (id `telemetry-metrics`): from now on it counts every event, and records the
   * `duration` of those that have one; by the tags that an event's definition declares, too; and it records what definitions
   * ask for (`registerMetrics`). Attached already, it stays, and the same handle is returned. It never detaches because of a
   * failure. What it counted before a detach is kept.
   *
   * Cost per event: 20 to 30 ns on one core of 2026, with one declared tag some 65; nothing is allocated once an event's
   * distribution has its size (some 2 kB for a latency, 6 KiB where every part of the range is used often).
   *
   * @param options - As for `configureMetrics`.
   * @throws {TelemetryError} as `configureMetrics`.
   * @example
   * telemetry.attachMetricsHandler().id; // => 'telemetry-metrics'
   */
  attachMetricsHandler(options?: MetricsOptions): HandlerHandle;

  /**
   * Detaches the metrics handler; `false` when it was not attached. What it counted can still be read.
   *
   * @example
   * telemetry.attachMetricsHandler();
   * telemetry.detachMetricsHandler(); // => true
   */
  detachMetricsHandler(): boolean;

  /**
   * Changes the options of the metrics; those not given stay. A history begins when it is switched on.
   *
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`, `METRIC_CONFLICT`; then everything stays as it was.
   * @example
   * telemetry.configureMetrics({ history: true, maxSeries: 500 });
   */
  configureMetrics(options: MetricsOptions): void;

  /**
   * Registers definitions, at any time: all of them, or, if one can't be, none. One that says the same as a registered one
   * changes nothing. They count while the metrics handler is attached.
   *
   * @param options - `onConflict`: when the name belongs to another definition, `throw` (default), `replace` it with its
   * series, or `ignore` the new one.
   * @throws {TelemetryError} `METRIC_CONFLICT` when two metrics could not be told apart by name, here or, after the
   * characters that Prometheus does not know were replaced, there; `OPTION_INVALID`.
   * @example
   * const answers = counter('llm.answers', coder.llm.response);
   * telemetry.registerMetrics([answers]);
   * telemetry.registerMetrics([answers]);
   */
  registerMetrics(definitions: readonly MetricDefinition[], options?: { readonly onConflict?: Conflict }): void;

  /**
   * Takes definitions out by name, with what they counted. Returns the names that were there.
   *
   * @example
   * telemetry.unregisterMetrics('no.such.metric'); // => []
   */
  unregisterMetrics(...names: string[]): string[];

  /**
   * How often each event was seen by the metrics handler since the last reset, by dotted key; events not seen are left out.
   *
   * @param options - `tags`: only events with these values of declared tags; `window`: only the last minute or hour.
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; also when a `window` is asked of a bus without a history.
   * @example
   * telemetry.attachMetricsHandler();
   * telemetry.execute(coder.session.stop, { duration: 5 }, { sessionId: 's1', status: 'ok' });
   * telemetry.execute(coder.session.stop, { duration: 5 }, { sessionId: 's2', status: 'error' });
   * telemetry.getCounters(); // => { 'coder.session.stop': 2 }
   * telemetry.getCounters({ tags: { status: 'ok' } }); // => { 'coder.session.stop': 1 }
   */
  getCounters(options?: StatsOptions): Record<string, number>;

  /**
   * Statistics of the durations the metrics handler saw since the last reset: of all events by dotted key, or of one;
   * `undefined` for one without durations. Only finite numbers (or bigints) that are not negative are durations; see
   * `getRejections`.
   *
   * @param event - A definition or its tuple.
   * @param options - As for `getCounters`. What a `window` comes to also says `from` and `to`.
   * @throws {TelemetryError} as `getCounters`.
   * @example
   * telemetry.attachMetricsHandler();
   * telemetry.execute(coder.llm.response, { duration: 1500 }, { model: 'm1' });
   * telemetry.getDurationStats(coder.llm.response)?.p99; // => 1500
   * Object.keys(telemetry.getDurationStats()); // => ['coder.llm.response']
   */
  getDurationStats(options?: StatsOptions): Record<string, DurationStats>;
  getDurationStats<const Name extends NameOf<Events>>(event: Name, options?: StatsOptions): DurationStats | undefined;

  /**
   * How many durations of an event were over the thresholds of its definition's `slow`, since the last reset: over the first
   * (`slow`), and over the second (`verySlow`), which are not counted as slow once more. Of all events that have thresholds, by
   * dotted key, or of one.
   *
   * @param options - `tags`: only events with these values of declared tags.
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
   * @example
   * const shop = defineEvents('shop', { order: { paid: defineEvent({ slow: { warn: '5s', error: '10s' } }) } });
   * const bus = createTelemetry({ events: shop });
   * bus.attachMetricsHandler();
   * for (const duration of [100, 6000, 12_000]) bus.execute(shop.order.paid, { duration });
   * bus.getSlowCounts(shop.order.paid); // => { slow: 1, verySlow: 1 }
   */
  getSlowCounts(options?: Pick<StatsOptions, 'tags'>): Record<string, SlowCounts>;
  getSlowCounts<const Name extends NameOf<Events>>(event: Name, options?: Pick<StatsOptions, 'tags'>): SlowCounts | undefined;

  /**
   * A copy of an event's distribution as hdr-histogram-js's own histogram, in microseconds: to merge, encode or print.
   *
   * @param options - As for `getCounters`.
   * @example
   * telemetry.attachMetricsHandler();
   * telemetry.execute(coder.llm.response, { duration: 1.5 }, { model: 'm1' });
   * telemetry.getDurationHistogram(coder.llm.response)?.maxValue; // => 1500
   */
  getDurationHistogram<const Name extends NameOf<Events>>(event: Name, options?: StatsOptions): DurationHistogram | undefined;

  /**
   * How many durations were not recorded since the last reset, by event and reason: `nan`, `infinite`, `negative`,
   * `not_a_number`, `unreadable` (its getter threw, or that of a tag). What definitions rejected is in `getMetrics`.
   *
   * @example
   * telemetry.attachMetricsHandler();
   * telemetry.execute(coder.llm.response, { duration: Number.NaN }, { model: 'm1' });
   * telemetry.getRejections(); // => { 'coder.llm.response': { nan: 1 } }
   */
  getRejections(): Record<string, Partial<Record<RejectionReason, number>>>;

  /**
   * Every metric that has series, as exporters see it: what is counted of each event (`app.component.action`, and
   * `app.component.action.duration`), and definitions. Plain data, copied; values of the whole lifetime, whatever
   * `resetCounters` did, unless it was told `exports`. Some microseconds for each distribution.
   *
   * @example
   * telemetry.attachMetricsHandler();
   * telemetry.execute(coder.session.start, { count: 1 }, { sessionId: 's1' });
   * telemetry.getMetrics().map(({ name, type }) => [name, type]); // => [['coder.session.start', 'counter']]
   */
  getMetrics(): MetricSnapshot[];

  /**
   * One registered definition; `undefined` for one that is not, or is another of the same name.
   *
   * @example
   * const tokens = sum('llm.tokens', coder.llm.response, { measurement: 'tokens' });
   * telemetry.attachMetricsHandler({ definitions: [tokens] });
   * telemetry.execute(coder.llm.response, { duration: 5, tokens: 150 }, { model: 'm1' });
   * telemetry.getMetric(tokens)?.series[0]?.value; // => 150
   */
  getMetric<Definition extends MetricDefinition>(definition: Definition): SnapshotOf<Definition> | undefined;

  /**
   * Which metrics have the most series, and which tags and values make them: where to look when one is full.
   *
   * @example
   * telemetry.attachMetricsHandler();
   * telemetry.execute(coder.session.stop, { duration: 5 }, { sessionId: 's1', status: 'ok' });
   * telemetry.getCardinality()[0]?.tags; // => [{ tag: 'status', values: 1, top: [{ value: 'ok', series: 1 }] }]
   */
  getCardinality(): MetricCardinality[];

  /**
   * What the metrics know of themselves: how many there are, and how much the history holds, in series and bytes; looks at all
   * series.
   *
   * @example
   * telemetry.metricsStats(); // => { metrics: 0, series: 0, history: undefined }
   */
  metricsStats(): MetricsStats;

  /**
   * The last five minutes by the second, hour by ten seconds, or day by the minute, of at most 200 series: rates, last values,
   * percentiles, in arrays that charts take as they are.
   *
   * @param query - `metric`, `tags`, `step` (`'1s'`, `'10s'`, `'60s'`), `last`; see {@link HistoryQuery}.
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; also when the bus has no history, see `configureMetrics`.
   * @example
   * telemetry.attachMetricsHandler({ history: true });
   * telemetry.execute(coder.session.start, { count: 1 }, { sessionId: 's1' });
   * telemetry.getHistory({ step: '1s' }).map(({ metric }) => metric); // => ['coder.session.start']
   */
  getHistory(query?: HistoryQuery): HistorySeries[];

  /**
   * Starts counters, durations and rejections anew; only what is seen from now on is listed. What exporters and `getMetrics`
   * tell goes on, because Prometheus takes a counter that falls for a restart.
   *
   * @param options - `exports: true`: everything starts anew.
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
   * @example
   * telemetry.resetCounters();
   * telemetry.getCounters(); // => {}
   */
  resetCounters(options?: { readonly exports?: boolean }): void;
}
