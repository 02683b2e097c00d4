import type { JsonValue, LevelLabel, LogRecord } from '../record';
import type { FormatOptions } from './create-format';
import { exceptionLines, exceptionOf } from './exception-lines';
import { pairText, shownFields } from './fields';
import { lookup } from './lookup';
import { epochMs, timeText, withMs } from './time';

type Read = (record: LogRecord, options: FormatOptions) => JsonValue;

/** Python's numbers, and 5 for what it has no level for. */
const NUMBERS: Readonly<Record<LevelLabel, number>> = { TRACE: 5, DEBUG: 10, INFO: 20, WARNING: 30, ERROR: 40, CRITICAL: 50 };

const field =
  (name: string): Read =>
  (record) =>
    record[name] ?? '-';

const READERS: Readonly<Record<string, Read>> = {
  asctime: ({ timestamp }, { timeZone = 'local' }) => timeText(timestamp, timeZone, withMs),
  /** Seconds since the epoch. */
  created: ({ timestamp }) => finite(epochMs(timestamp) / 1000),
  msecs: ({ timestamp }) => finite(new Date(epochMs(timestamp)).getUTCMilliseconds()),
  name: field('logger'),
  levelname: field('level'),
  levelno: ({ level }) => lookup(NUMBERS, level) ?? '-',
  message: field('message'),
  module: field('module'),
  funcName: field('function'),
  function: field('function'),
  lineno: field('line'),
  line: field('line'),
  process: field('pid'),
  processName: field('app'),
  thread: field('thread'),
  threadName: field('thread'),
  hostname: field('hostname'),
  instance: field('instance'),
  port: field('port'),
  app: field('app'),
  environment: field('environment'),
  request_id: field('request_id'),
  trace_id: field('trace_id'),
  span_id: field('span_id'),
  error_id: field('error_id'),
  error_type: field('error_type'),
  event_name: field('event_name'),
  /** As text appends them; nothing without fields. */
  fields: (record, { fieldsUnder }) => shownFields(record, fieldsUnder).map(pairText).join(' '),
  /** On one line; nothing without an error. */
  exception: (record) => {
    const exception = exceptionOf(record);
    if (exception === undefined) return '';
    return exceptionLines(exception)
      .map(({ label, text }) => label + text)
      .join(' | ');
  },
};

const finite = (value: number): JsonValue => (Number.isFinite(value) ? value : '-');

/** The names that patterns may use: Python's, where it has one, and those of this library's records. */
export const PATTERN_FIELDS: readonly string[] = Object.freeze(Object.keys(READERS));

/** How a placeholder is read from a record; `undefined` for an unknown one. */
export function fieldReader(name: string, options: FormatOptions): ((record: LogRecord) => JsonValue) | undefined {
  const read = lookup(READERS, name);
  return read && ((record) => read(record, options));
}
