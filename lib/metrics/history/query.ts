import { checkOptions, isRecord } from '../../core/options';
import { type Duration, parseDuration } from '../../core/unit';
import type { MetricType } from '../view';
import type { Tier } from './tier';
import type { Timeline } from './timeline';
import type { ColumnName, Track } from './track';

const STEPS = ['1s', '10s', '60s'] as const;
const YEAR_MS = 365 * 86_400_000;
/** How many rows tell what a series does now. */
const RECENT_ROWS = 10;

/**
 * What to read from the history. All parts are optional.
 *
 * | part | meaning | default |
 * | --- | --- | --- |
 * | `metric` | name of the metric | all |
 * | `tags` | tags that a series must have, among others | any |
 * | `step` | `'1s'` for the last 5 min, `'10s'` for the last hour, `'60s'` for the last day | the finest that covers `last`; `'1s'` without |
 * | `last` | how far back | as far as the step goes |
 */
export interface HistoryQuery {
  readonly metric?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly step?: (typeof STEPS)[number];
  readonly last?: Duration;
}

/** One value per time; null where there is none: before the series began, or because nobody could look at the clock. */
export type HistoryColumn = (number | null)[];

/**
 * One series over time, ready for a chart: all arrays have the length of `times`. Counters have `count` and `rate`; sums
 * `sum` and `rate`; gauges `value`; summaries and distributions `count`, `rate`, `sum`, `mean`, `max`, and `p50`, `p95`,
 * `p99` if the metric has quantiles. `rate` is per second. When nothing happened, counts, rates and sums are 0 and the
 * others null.
 */
export interface HistorySeries {
  readonly metric: string;
  readonly type: MetricType;
  readonly unit: string | undefined;
  readonly tags: Record<string, string>;
  readonly stepMs: number;
  /** When the rows began, ms since the epoch, ascending. The running row is not among them. */
  readonly times: number[];
  readonly columns: Partial<Record<'count' | 'rate' | 'sum' | 'mean' | 'max' | 'p50' | 'p95' | 'p99' | 'value', HistoryColumn>>;
}

/** What a history takes. */
export interface HistoryStats {
  readonly tracked: number;
  readonly limit: number;
  /** Series there was no room for. */
  readonly untracked: number;
  /** What rows, intervals and timeline hold. */
  readonly bytes: number;
}

/** A query that was checked, against a timeline that is up to date. */
export class HistoryReader {
  private readonly tier: Tier;
  private readonly first: number;

  /** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`. */
  constructor(
    private readonly query: HistoryQuery,
    timeline: Timeline,
  ) {
    checkOptions('getHistory', query, {
      metric: 'string',
      tags: [(tags) => isRecord(tags) && Object.values(tags).every((value) => typeof value === 'string'), 'an object of strings'],
      step: STEPS.join('|'),
      last: 'any',
    });
    const { step, last } = query;
    const lastMs = last === undefined ? undefined : parseDuration('getHistory: last', last, YEAR_MS);
    const covers = (tier: Tier) => lastMs === undefined || lastMs <= tier.stepMs * tier.size;
    this.tier = (step === undefined ? timeline.tiers.find(covers) : timeline.tiers[STEPS.indexOf(step)]) ?? timeline.minutes;
    const { tier } = this;
    const rows = Math.min(tier.size, lastMs === undefined ? tier.size : Math.ceil(lastMs / tier.stepMs));
    this.first = Math.max(tier.open - rows, tier.began);
  }

  /** Whether the query asks for a series. */
  wants({ metric, tags }: Track): boolean {
    if (this.query.metric !== undefined && this.query.metric !== metric.name) return false;
    return Object.entries(this.query.tags ?? {}).every(([name, value]) => tags.some((tag) => tag[0] === name && tag[1] === value));
  }

  read(track: Track): HistorySeries {
    const { metric, tags, columns, since } = track;
    const { count, sum } = columns;
    const amount = count ?? sum;
    const read: HistorySeries['columns'] = {};
    for (const [name, column] of Object.entries(columns)) read[name as ColumnName] = this.column(track, (place) => column[place]!);
    if (amount !== undefined) {
      const { tier } = this;
      read.rate = this.column(track, (place, slot) => (amount[place]! * 1000) / tier.covered(slot, since));
    }
    if (count !== undefined && sum !== undefined) read.mean = this.column(track, (place) => sum[place]! / count[place]!);
    return {
      metric: metric.name,
      type: metric.type,
      unit: metric.unit,
      tags: Object.fromEntries(tags),
      stepMs: this.tier.stepMs,
      times: this.tier.times(this.first),
      columns: read,
    };
  }

  /** What the last rows of a series come to: events, values, or what a sum or a gauge said. */
  recent(track: Track): number {
    const { tier, first } = this;
    const column = track.columns.count ?? track.columns.sum ?? track.columns.value;
    let sum = 0;
    for (let slot = Math.max(first, tier.open - RECENT_ROWS); slot < tier.open; slot++) {
      const value = track.has(tier, slot) ? column?.[tier.placeOf(slot)] : undefined;
      if (value !== undefined && Number.isFinite(value)) sum += value;
    }
    return sum;
  }

  private column(track: Track, valueAt: (place: number, slot: number) => number): HistoryColumn {
    const { tier, first } = this;
    const column: HistoryColumn = [];
    for (let slot = first; slot < tier.open; slot++) {
      const value = track.has(tier, slot) ? valueAt(tier.placeOf(slot), slot) : Number.NaN;
      column.push(Number.isFinite(value) ? value : null);
    }
    return column;
  }
}
