import type { Level } from '../../../core/level';
import { isRecord } from '../../../core/options';
import { LABELS, type LogRecord, type RecordLevel } from '../../../log/record';
import { attributesOf, eventNameOf, severityNumberOf } from '../../../log/schemas/otel';
import type { HrTime } from '../metrics/data';
import type { OtelLogRecord } from './api';

type Attributes = NonNullable<OtelLogRecord['attributes']>;

/** Whether JSON has keys at which the SDK takes an object for one of a class, or which it can't set; most lines have none. */
const isDelicate = (json: string): boolean => json.includes('"constructor"') || json.includes('"__proto__"');

/** A line of the log as a record of it; `undefined` for one that is none, because its sink was given another format. */
export function parseLine(line: string): LogRecord | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    if (!isRecord(parsed)) return undefined;
    const { timestamp, level, logger, message } = parsed;
    return [timestamp, level, logger, message].every((value) => typeof value === 'string') ? (parsed as LogRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** A record for the API of logs, without its context. Assigned field by field, since spreading takes several times as long. */
export function otelRecordOf(record: LogRecord, line: string, now: number, content: boolean): OtelLogRecord {
  const made = recordAt(now, record.level, record.message);
  const ms = Date.parse(record.timestamp);
  if (!Number.isNaN(ms)) made.timestamp = hrTimeOf(ms);
  const eventName = eventNameOf(record);
  if (typeof eventName === 'string') made.eventName = eventName;
  // JSON values are what the API takes.
  const attributes = attributesOf(record, content) as Attributes;
  made.attributes = isDelicate(line) ? harmless(attributes) : attributes;
  return made;
}

/** A line of text, at the time it came. */
export const textRecordOf = (line: string, level: Level, now: number): OtelLogRecord =>
  recordAt(now, LABELS[level as RecordLevel], line.endsWith('\n') ? line.slice(0, -1) : line);

function recordAt(now: number, label: string | undefined, body: string): OtelLogRecord {
  const at = hrTimeOf(now);
  const made: OtelLogRecord = { timestamp: at, observedTimestamp: at, body };
  const severity = severityNumberOf(label);
  if (severity !== undefined) made.severityNumber = severity;
  if (label !== undefined) made.severityText = label;
  return made;
}

/** Seconds and nanoseconds: a number could be taken for one of the clock that begins with the process. */
function hrTimeOf(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}

/** The SDK drops an attribute with a key `constructor` anywhere in it, and loses one called `__proto__`. */
function harmless(attributes: Attributes): Attributes {
  const copy: Attributes = {};
  for (const [key, value] of Object.entries(attributes)) {
    const text = typeof value === 'object' ? JSON.stringify(value) : '';
    copy[key === '__proto__' ? '__proto___' : key] = isDelicate(text) ? text : value;
  }
  return copy;
}
