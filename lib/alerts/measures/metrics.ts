import { quietly } from '../../core/quietly';
import type { SeenHistory, SeenSeries } from '../host';
import type { Measure, Reading } from '../measure';
import type { AlertCondition, ReadyRule } from '../rule';
import { MOST_GROUPS, NONE, OTHERS, oneLine } from './groups';
import { type MeasureParts, worse } from './parts';

type OfValue = Extract<AlertCondition, { readonly kind: 'value' }>;
type OfHistory = Extract<AlertCondition, { readonly kind: 'history' }>;
type Tags = readonly (readonly [name: string, value: string])[];

const MAX_GROUP = 200;

/**
 * Numbers of series, one for each group. Without `by`, each series is a group, named by its tags (`mount=/`); one that has none is
 * there without a group. With `by`, a group is a value of that tag, and its number the worst of its series.
 */
class SeriesReadings {
  overflow = 0;
  private readonly found = new Map<string | undefined, number>();

  constructor(private readonly rule: ReadyRule) {}

  add(tags: Tags, value: number): void {
    const { by, threshold } = this.rule;
    const own = by === undefined ? textOf(tags) : oneLine(tags.find(([name]) => name === by)?.[1] ?? NONE, MAX_GROUP);
    const isFull = this.found.size >= MOST_GROUPS && !this.found.has(own);
    if (isFull) this.overflow++;
    const group = isFull ? OTHERS : own;
    const known = this.found.get(group);
    this.found.set(group, known === undefined ? value : worse(threshold, known, value));
  }

  list(): Reading[] {
    return [...this.found].map(([group, value]) => ({ group, value }));
  }
}

function textOf(tags: Tags): string | undefined {
  return tags.length === 0 ? undefined : oneLine(tags.map(([name, value]) => `${name}=${value}`).join(', '), MAX_GROUP);
}

function measureOf(rule: ReadyRule, collect: (into: SeriesReadings) => void): Measure {
  let overflow = 0;
  return {
    read() {
      const readings = new SeriesReadings(rule);
      quietly(() => collect(readings));
      overflow += readings.overflow;
      return readings.list();
    },
    get overflow() {
      return overflow;
    },
    stop: () => undefined,
  };
}

/** The numbers that the series of a metric have now. A series that is gone, or has no number, tells nothing. */
export function createValue(rule: ReadyRule, { metric, tags }: OfValue, { host }: MeasureParts): Measure {
  const wanted = Object.entries(tags ?? {});
  const fits = (series: SeenSeries): boolean =>
    wanted.every(([name, value]) => series.tags.some((tag) => tag[0] === name && tag[1] === value));
  return measureOf(rule, (into) => {
    for (const series of host.series(metric)) {
      if (!fits(series)) continue;
      const value = series.value();
      if (Number.isFinite(value)) into.add(series.tags, value);
    }
  });
}

/** What the history of a metric comes to over a window: of the rows that have a number. */
export function createHistory(rule: ReadyRule, condition: OfHistory, { host }: MeasureParts): Measure {
  const { metric, tags, of, window } = condition;
  return measureOf(rule, (into) => {
    for (const series of host.history(metric, tags, window as number) ?? []) {
      const value = OF[of](series.columns);
      if (value !== undefined && Number.isFinite(value)) into.add(Object.entries(series.tags), value);
    }
  });
}

type Columns = SeenHistory['columns'];

const numbersOf = (column: Columns[string]): readonly number[] => (column ?? []).filter((value) => value !== null);

/** The column that a row's number is taken from: a gauge's value, the mean of what is distributed, the rate of what is counted. */
const mainOf = ({ value, mean, rate }: Columns): readonly number[] => numbersOf(value ?? mean ?? rate);

const total = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

const OF: Readonly<Record<OfHistory['of'], (columns: Columns) => number | undefined>> = {
  avg(columns) {
    // Rows with more samples weigh more.
    if (columns.mean !== undefined) return total(numbersOf(columns.sum)) / total(numbersOf(columns.count));
    const numbers = mainOf(columns);
    return numbers.length === 0 ? undefined : total(numbers) / numbers.length;
  },
  min: (columns) => extreme(mainOf(columns), Math.min),
  max: (columns) => extreme(columns.max === undefined ? mainOf(columns) : numbersOf(columns.max), Math.max),
};

const extreme = (numbers: readonly number[], pick: (one: number, other: number) => number): number | undefined =>
  numbers.length === 0 ? undefined : numbers.reduce((one, other) => pick(one, other));
