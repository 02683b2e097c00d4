import { Distribution } from './distribution';
import { type DurationStats, durationStats } from './durations';
import type { EventMetrics } from './event-metrics';
import { durationShape, type EventSeries } from './event-series';
import type { TagMatch, Window } from './tag-filter';

/** What the last minute or hour of a series was, if somebody keeps it. */
export interface Windows {
  /** Adds the durations of a window; `undefined` when the series is not followed. */
  addDurations(series: object, window: Window, into: Distribution): Span | undefined;
  /** Events counted in a window. */
  count(series: object, window: Window): (Span & { readonly count: number }) | undefined;
}

/** ms since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What is asked for. */
export interface StatsQuery {
  readonly match: TagMatch | undefined;
  /** Names of the tags that the filter asks for. */
  readonly names: readonly string[];
  readonly window: Window | undefined;
}

/** The series of an event that a query speaks of; `undefined` when the event is not split by all tags it asks for. */
function seriesFor(metrics: EventMetrics, { match, names }: StatsQuery): readonly EventSeries[] | undefined {
  if (match === undefined) return [metrics.total];
  const { tagged } = metrics;
  if (tagged === undefined || !names.every((name) => metrics.tags.includes(name))) return undefined;
  return [...tagged.all()].filter(({ tags }) => match(tags));
}

/** How often an event was seen; `undefined` for never. */
export function countOf(metrics: EventMetrics, query: StatsQuery, windows: Windows | undefined): number | undefined {
  const all = seriesFor(metrics, query);
  if (all === undefined) return undefined;
  const { window } = query;
  let count = 0;
  for (const series of all) {
    const counted = window === undefined ? series : windows?.count(series, window);
    if (counted === undefined) return undefined;
    count += counted.count;
  }
  return count || undefined;
}

/** Gives the durations of an event as one distribution to a function; `undefined` when there are none. */
export function withDurations<Result>(
  metrics: EventMetrics,
  query: StatsQuery,
  given: { readonly windows: Windows | undefined; readonly read: (all: Distribution, span: Span | undefined) => Result },
): Result | undefined {
  const followed = seriesFor(metrics, query)?.flatMap(({ durations }) => durations ?? []);
  if (followed === undefined || followed.length === 0) return undefined;
  const { window } = query;
  if (window === undefined && followed.length === 1) return followed[0]!.sinceReset((all) => given.read(all, undefined));
  const all = new Distribution(durationShape(metrics.unit));
  try {
    let span: Span | undefined;
    for (const series of followed) {
      if (window === undefined) series.sinceReset((durations) => all.merge(durations));
      else {
        const added = given.windows?.addDurations(series, window, all);
        // One that is not followed would make the statistics those of a part, which is worse than none.
        if (added === undefined) return undefined;
        span = { from: Math.min(added.from, span?.from ?? added.from), to: added.to };
      }
    }
    return all.count === 0 ? undefined : given.read(all, span);
  } finally {
    all.release();
  }
}

/** The statistics of an event's durations; `undefined` when there are none. */
export const statsOf = (metrics: EventMetrics, query: StatsQuery, windows: Windows | undefined): DurationStats | undefined =>
  withDurations(metrics, query, {
    windows,
    read: (all, span) => {
      const stats = durationStats(all, metrics.unit);
      return stats && (span === undefined ? stats : { ...stats, ...span });
    },
  });

/** Durations over the thresholds of an event's `slow`. */
export interface SlowCounts {
  /** Over the first threshold, and not over the second. */
  readonly slow: number;
  readonly verySlow: number;
}

/** How many durations of an event were slow; `undefined` for an event without thresholds, or that was not seen. */
export function slowCountsOf(metrics: EventMetrics, query: StatsQuery): SlowCounts | undefined {
  const all = metrics.thresholds ? seriesFor(metrics, query)?.filter(({ count }) => count > 0) : undefined;
  if (all === undefined || all.length === 0) return undefined;
  const total = (name: keyof SlowCounts) => all.reduce((sum, series) => sum + series[name], 0);
  return { slow: total('slow'), verySlow: total('verySlow') };
}
