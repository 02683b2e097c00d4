/** What the history of an event says of it as a whole, and of it by its tags. */
import type { History } from '../../wire/history';

type Series = History['series'][number];

/** One set of tags. */
export interface Share {
  readonly tags: string;
  /** Mean per second in what is shown. */
  readonly rate: number;
  /** Of the whole, 0 to 1. */
  readonly part: number;
  /** The worst 95th percentile of a step in what is shown. */
  readonly p95: number | null;
}

/** The series of all emissions: the one without tags. */
export const wholeOf = (history: History | undefined): Series | undefined =>
  history?.series.find(({ tags }) => Object.keys(tags).length === 0);

/** `region=eu, plan=free`. */
export const tagsText = (tags: Readonly<Record<string, string>>): string =>
  Object.entries(tags)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');

/** The series with tags, the one with most in what is shown first. */
export function taggedOf(history: History | undefined): readonly Series[] {
  const tagged = history?.series.filter(({ tags }) => Object.keys(tags).length > 0) ?? [];
  return [...tagged].sort((one, other) => mean(other.columns.rate) - mean(one.columns.rate));
}

/** How much of an event each set of tags is, the largest first. Parts are of all that is told, which can be less than there is. */
export function sharesOf(rates: History | undefined, durations: History | undefined): readonly Share[] {
  const tagged = taggedOf(rates);
  const all = tagged.reduce((sum, { columns }) => sum + mean(columns.rate), 0);
  const p95 = new Map(durations?.series.map(({ tags, columns }) => [tagsText(tags), highest(columns.p95)]));
  return tagged.map(({ tags, columns }) => {
    const text = tagsText(tags);
    const rate = mean(columns.rate);
    return { tags: text, rate, part: all === 0 ? 0 : rate / all, p95: p95.get(text) ?? null };
  });
}

function mean(values: readonly (number | null)[] = []): number {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length;
}

const highest = (values: readonly (number | null)[] = []): number | null =>
  values.reduce<number | null>((most, value) => (value === null ? most : Math.max(most ?? value, value)), null);
