import { isRecord } from '../../core/options';
import { epochMs } from '../../log/formats/time';
import type { LogRecord } from '../../log/record';
import type { DeliveryRow } from '../delivery/row';

/** A line on its way out: what is known of it. */
export interface ShippedLine {
  readonly text: string;
  /** `undefined`: it is not a line of the JSON format. */
  readonly record: LogRecord | undefined;
  /** ms since the epoch; that of the record, else `now`. */
  readonly time: number;
}

/** The last moment that fits into 64 bits of nanoseconds, in the year 2262 (with a sign, as Go counts). */
const LAST_MS = 9_223_372_036_854;

/** Reads a line. Never throws. */
export function shippedLine({ line }: DeliveryRow, now: number): ShippedLine {
  const record = recordOf(line);
  const time = record === undefined ? Number.NaN : epochMs(record.timestamp);
  return { text: line, record, time: time > 0 && time < LAST_MS ? time : now };
}

function recordOf(line: string): LogRecord | undefined {
  // Text that looks like a number or a word of JSON is text.
  if (!line.startsWith('{')) return undefined;
  try {
    const parsed: unknown = JSON.parse(line);
    const isOne = isRecord(parsed) && typeof parsed.timestamp === 'string' && typeof parsed.message === 'string';
    return isOne ? (parsed as unknown as LogRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** Nanoseconds since the epoch, as text because they are more than a number holds. @param ns - Within the millisecond. */
export const nanoseconds = (ms: number, ns = 0): string => `${Math.floor(ms)}${String(ns).padStart(6, '0')}`;
