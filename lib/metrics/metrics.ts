import type { Clock } from '../core/clock';
import type { Definition } from '../core/definition';
import { keyOf } from '../core/event';
import { type OptionRule, optionInvalid } from '../core/options';
import type { Warning } from '../core/warning';
import { cardinalityOf, type MetricCardinality } from './cardinality';
import { DistributionSeries } from './distribution-series';
import type { DurationStats } from './durations';
import type { EventMetrics } from './event-metrics';
import { countOf, type SlowCounts, type StatsQuery, slowCountsOf, statsOf, withDurations } from './event-stats';
import type { DurationHistogram } from './hdr';
import { History } from './history/history';
import type { HistoryOptions } from './history/options';
import type { HistoryQuery, HistorySeries, HistoryStats } from './history/query';
import type { TrackWatcher } from './history/row-tap';
import type { MetricDefinition } from './metric';
import { checkMetricsOptions, type MetricsOptions } from './options';
import { type Conflict, MetricsRegistry } from './registry';
import type { RejectionReason } from './rejections';
import { SelfCounter } from './self-counter';
import { type Losses, type MetricSnapshot, snapshotOf } from './snapshot';
import type { MetricSurroundings } from './surroundings';
import { readStatsOptions } from './tag-filter';
import type { MetricView } from './view';

/** Series that a metric may have, unless somebody says otherwise. */
const MAX_SERIES = 2_000;

/** What metrics need of their bus. */
export interface MetricsHost {
  readonly clock: Clock;
  warn(warning: Warning): void;
  /** Definitions of the bus's catalogues. */
  declared(): Iterable<Definition>;
  /** Whether events are counted now; a history waits until they are. */
  isAttached(): boolean;
}

/** The series that stand for all that a distribution recorded: one of an event, of a definition one for each set of tags. */
export interface WholeDistribution {
  readonly metric: MetricView;
  readonly series: readonly DistributionSeries[];
}

/** What metrics know of themselves. */
export interface MetricsStats {
  /** Metrics that have series, and how many series they have together. */
  readonly metrics: number;
  readonly series: number;
  /** `undefined` when there is none. */
  readonly history: HistoryStats | undefined;
}

/** The metrics of a bus, as `Telemetry` shows them. */
export class Metrics {
  readonly registry: MetricsRegistry;
  private readonly folded: SelfCounter;
  private readonly rejected: SelfCounter;
  private history: History | undefined = undefined;
  private watcher: TrackWatcher | undefined = undefined;
  private maxSeries = MAX_SERIES;
  private readonly around: MetricSurroundings & { exemplars: boolean };

  constructor(private readonly host: MetricsHost) {
    const { clock } = host;
    const now = () => clock.systemTime();
    this.folded = new SelfCounter('telemetry.metrics.folded', 'Samples added up in the series for all beyond the limit', {
      keys: ['metric'],
      now,
    });
    this.rejected = new SelfCounter('telemetry.metrics.rejected', 'Samples that were not recorded, by reason', {
      keys: ['metric', 'reason'],
      now,
    });
    this.around = {
      clock,
      warn: (warning) => host.warn(warning),
      maxSeries: () => this.maxSeries,
      exemplars: false,
      met: (metric, series) => void this.history?.add(metric, series),
      gone: (series) => this.history?.remove(series),
      folded: (metric) => this.folded.add({ metric }),
      rejected: (metric, reason) => this.rejected.add({ metric, reason }),
      warnFull: (metric, limit) =>
        host.warn({
          code: 'SERIES_LIMIT',
          message: `Metric ${metric} has ${limit} series; samples with other tags are added up in one, tagged telemetry_overflow. Use fewer tags, or raise maxSeries`,
        }),
    };
    this.registry = new MetricsRegistry(this.around, [this.folded, this.rejected]);
  }

  /** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`, `METRIC_CONFLICT`; then everything stays as it was. */
  configure(options: MetricsOptions): void {
    checkMetricsOptions(options);
    const { definitions = [], history, exemplars, maxSeries } = options;
    // One that runs goes on, unless it is asked for with other options.
    const stays = history === undefined || (history === true && this.history !== undefined);
    const next = stays ? this.history : history === false ? undefined : this.newHistory(history === true ? {} : history);
    this.register(definitions, 'throw');
    if (exemplars !== undefined) this.around.exemplars = exemplars;
    if (maxSeries !== undefined) this.maxSeries = maxSeries;
    if (next === this.history) return;
    this.history?.close();
    this.history = next;
    next?.watch(this.watcher);
    for (const metric of this.views()) for (const series of metric.series()) next?.add(metric, series);
    for (const event of this.registry.allEvents()) this.follow(event);
    if (this.host.isAttached()) next?.start();
  }

  register(definitions: readonly MetricDefinition[], onConflict: Conflict): void {
    for (const definition of this.host.declared()) this.registry.meet(definition);
    this.registry.register(definitions, onConflict);
  }

  /** The metrics handler was attached: time counts. */
  attached(): void {
    this.history?.start();
  }

  detached(): void {
    this.history?.stop();
  }

  counters(options?: unknown): Record<string, number> {
    const query = this.query('getCounters', options);
    return this.collect((metrics) => countOf(metrics, query, this.history));
  }

  durations(options?: unknown): Record<string, DurationStats> {
    const query = this.query('getDurationStats', options);
    return this.collect((metrics) => statsOf(metrics, query, this.history));
  }

  durationsOf(event: readonly string[], options?: unknown): DurationStats | undefined {
    const query = this.query('getDurationStats', options);
    const metrics = this.registry.event(keyOf(event));
    return metrics && statsOf(metrics, query, this.history);
  }

  slowCounts(options?: unknown): Record<string, SlowCounts> {
    const query = this.query('getSlowCounts', options, { tags: 'object' });
    return this.collect((metrics) => slowCountsOf(metrics, query));
  }

  slowCountsOf(event: readonly string[], options?: unknown): SlowCounts | undefined {
    const query = this.query('getSlowCounts', options, { tags: 'object' });
    const metrics = this.registry.event(keyOf(event));
    return metrics && slowCountsOf(metrics, query);
  }

  histogramOf(event: readonly string[], options?: unknown): DurationHistogram | undefined {
    const query = this.query('getDurationHistogram', options);
    const metrics = this.registry.event(keyOf(event));
    const read = (all: { readonly count: number; histogram(): DurationHistogram }) => (all.count > 0 ? all.histogram() : undefined);
    return metrics && withDurations(metrics, query, { windows: this.history, read });
  }

  rejections(): Record<string, Partial<Record<RejectionReason, number>>> {
    return this.collect(({ rejections }) => rejections.list());
  }

  *views(): Iterable<MetricView> {
    yield* this.registry.views();
  }

  snapshots(): MetricSnapshot[] {
    return [...this.views()].map((view) => snapshotOf(view, this.lossesOf(view)));
  }

  snapshotOf(definition: MetricDefinition): MetricSnapshot | undefined {
    const metric = this.registry.definition(definition.name);
    return metric?.type === definition.type ? snapshotOf(metric, this.lossesOf(metric)) : undefined;
  }

  cardinality(): MetricCardinality[] {
    const events = [...this.registry.allEvents()].flatMap(({ key, tagged }) => (tagged ? cardinalityOf(key, tagged, this.maxSeries) : []));
    const definitions = [...this.registry.allDefinitions()].map(({ name, table, definition }) =>
      cardinalityOf(name, table, definition.maxSeries ?? this.maxSeries),
    );
    return [...events, ...definitions].sort((one, other) => other.series - one.series);
  }

  get hasHistory(): boolean {
    return this.history !== undefined;
  }

  /** @throws {TelemetryError} `OPTION_INVALID` when there is none. */
  historyOf(query: HistoryQuery | undefined): HistorySeries[] {
    const history = this.needHistory('getHistory');
    for (const metric of this.registry.allDefinitions()) metric.expire();
    return history.query(query ?? {});
  }

  /** The history as it is now; `undefined` for a bus without one. */
  currentHistory(): History | undefined {
    if (this.history !== undefined) for (const metric of this.registry.allDefinitions()) metric.expire();
    return this.history;
  }

  /** Tells of the distributions that are followed, by this history and those that come after it; see `History.watch`. */
  watchHistory(watcher: TrackWatcher | undefined): void {
    this.history?.watch(watcher);
    this.watcher = watcher;
  }

  /** A distribution by the name of its metric, or of an event that has durations. A definition of another kind has no series here. */
  distribution(name: string): WholeDistribution | undefined {
    const defined = this.registry.definition(name);
    if (defined !== undefined) {
      const series = [...defined.table.all()].filter((one) => one instanceof DistributionSeries);
      return { metric: defined, series };
    }
    const event = this.registry.event(name) ?? this.registry.event(name.replace(/\.duration$/, ''));
    const durations = event?.total.durations;
    return durations && { metric: event!.durations, series: [durations] };
  }

  stats(): MetricsStats {
    let [metrics, series] = [0, 0];
    for (const view of this.views()) {
      metrics++;
      for (const _ of view.series()) series++;
    }
    return { metrics, series, history: this.history?.stats() };
  }

  /** @param exports - What exporters see starts anew as well. */
  reset(exports: boolean): void {
    if (exports) {
      this.registry.reset();
      const now = this.host.clock.systemTime();
      for (const { table } of [this.folded, this.rejected]) for (const series of table.all()) series.reset(now);
    } else {
      this.history?.forgetCounts();
      this.registry.startAnew();
    }
  }

  private newHistory(options: HistoryOptions): History {
    return new History(this.host.clock, options, (warning) => this.host.warn(warning));
  }

  /** Series that exporters don't see, because those by tags stand for them, are followed as well. */
  private follow({ total, tagged, counter, durations }: EventMetrics): void {
    if (tagged === undefined || this.history === undefined) return;
    this.history.add(counter, total);
    if (total.durations !== undefined) this.history.add(durations, total.durations);
  }

  private lossesOf({ name, automatic }: MetricView): Losses {
    if (!automatic) {
      const { table, rejections } = this.registry.definition(name)!;
      return { folded: table.folded, rejected: rejections.list() ?? {} };
    }
    const event = this.registry.event(name) ?? this.registry.event(name.replace(/\.duration$/, ''));
    return { folded: event?.tagged?.folded ?? 0, rejected: event?.rejections.list() ?? {} };
  }

  private query(where: string, options: unknown, rules?: Readonly<Record<string, OptionRule>>): StatsQuery {
    const { match, window } = readStatsOptions(where, options, rules);
    if (window !== undefined) this.needHistory(`${where}: window`).tick();
    return { match, window, names: Object.keys((options as { readonly tags?: object } | undefined)?.tags ?? {}) };
  }

  private needHistory(where: string): History {
    if (this.history !== undefined) return this.history;
    throw optionInvalid(
      where,
      'no history',
      'a bus with one: createTelemetry({ metrics: { history: true } }), or configureMetrics({ history: true })',
    );
  }

  /** A plain object by key of what there is something to say about. Keys are dotted, so none can be `__proto__`. */
  private collect<Value>(pick: (metrics: EventMetrics) => Value | undefined): Record<string, Value> {
    const picked: Record<string, Value> = {};
    for (const metrics of this.registry.allEvents()) {
      const value = pick(metrics);
      if (value !== undefined) picked[metrics.key] = value;
    }
    return picked;
  }
}
