import type { Followed } from '../../wire/logs';
import { idsOf, type NamedId, timeOfRecord } from './log-record';

type FollowedRecord = Followed['records'][number];

/** A record and its place in what is followed. */
export interface Moment {
  readonly index: number;
  readonly item: FollowedRecord;
  /** ms since the first line; `null` for one without a time. */
  readonly offset: number | null;
  /** Of an operation that ended with this line: how long it took. */
  readonly duration: number | null;
  /** Where its bar begins and how long it is, in per cent of all. */
  readonly from: number;
  readonly length: number;
}

export interface Timeline {
  readonly moments: readonly Moment[];
  /** From the first beginning to the last line, ms. */
  readonly span: number;
  /** Of the first line, ms since the epoch. */
  readonly start: number | null;
  /** Ids that stand beside the one that is followed, at most 12. */
  readonly related: readonly NamedId[];
}

const MAX_RELATED = 12;

/** Puts records on a line: what says how long it took is a bar that ends with its line, others are ticks. */
export function timelineOf({ id, records, request }: Followed): Timeline {
  const times = records.map(({ record }) => timeOfRecord(record));
  const durations = records.map(({ record }) => durationOf(record));
  const known = times.filter((time) => time !== null);
  const start = known.length === 0 ? null : Math.min(...known);
  const end = known.length === 0 ? 0 : Math.max(...known);
  const begins = times.map((time, at) => (time === null ? null : time - (durations[at] ?? 0)));
  if (request !== null && start !== null) begins.push(request.time - request.duration_ms);
  // Something that belongs to the day before must not press all others into a corner.
  const least = (start ?? 0) - Math.max(60_000, 4 * (end - (start ?? 0)));
  const first = begins.reduce<number>((low, begin) => (begin === null ? low : Math.min(low, Math.max(least, begin))), start ?? 0);
  const span = end - first;
  const part = (ms: number): number => (span === 0 ? 0 : (100 * ms) / span);
  return {
    start,
    span,
    moments: records.map((item, index): Moment => {
      const [time, duration] = [times[index] ?? null, durations[index] ?? null];
      if (time === null || start === null) return { index, item, offset: null, duration, from: 0, length: 0 };
      const begin = Math.max(first, time - (duration ?? 0));
      return { index, item, offset: time - start, duration, from: part(begin - first), length: part(time - begin) };
    }),
    related: relatedTo(id, records),
  };
}

function durationOf(record: FollowedRecord['record']): number | null {
  const { duration_ms: own } = record;
  const ms =
    typeof own === 'number'
      ? own
      : (seconds(record.duration_seconds) ?? seconds((record.data as Record<string, unknown> | undefined)?.duration_seconds));
  return ms !== undefined && ms >= 0 && Number.isFinite(ms) ? ms : null;
}

const seconds = (value: unknown): number | undefined => (typeof value === 'number' ? value * 1000 : undefined);

function relatedTo(id: string, records: Followed['records']): readonly NamedId[] {
  const found = new Map<string, string>();
  for (const { record } of records) {
    // Spans are within what is followed.
    for (const [name, other] of idsOf(record)) if (other !== id && name !== 'span_id' && found.size < MAX_RELATED) found.set(other, name);
  }
  return [...found].map(([other, name]) => [name, other]);
}
