import { isRecord } from '../../core/options';
import { CORE_FIELDS, type JsonValue, type LogRecord } from '../record';
import { safeJson } from './escape';

export type Field = readonly [key: string, value: JsonValue];

const CORE = new Set(CORE_FIELDS);

/** A bare word of logfmt: no spaces, quotes, `=`, backslashes, brackets, nothing invisible but the joiners of words and emoji. */
const BARE = /^(?:[^\s"'=\\{}[\](),\p{C}]|\u200c|\u200d)+$/u;

/**
 * The record's own fields in the order they were written: everything that is not a core field, and the fields nested
 * under `fieldsUnder` in its place.
 */
export function ownFields(record: LogRecord, fieldsUnder?: string): Field[] {
  const fields: Field[] = [];
  for (const key of Object.keys(record)) {
    const value = record[key];
    if (value === undefined || CORE.has(key)) continue;
    if (key === fieldsUnder && isRecord(value)) fields.push(...(Object.entries(value) as Field[]));
    else fields.push([key, value]);
  }
  return fields;
}

/** One own field by its name, wherever it stands. */
export function fieldOf(record: LogRecord, name: string, fieldsUnder?: string): JsonValue | undefined {
  if (Object.hasOwn(record, name)) return record[name];
  const nested = fieldsUnder === undefined ? undefined : record[fieldsUnder];
  return isRecord(nested) && Object.hasOwn(nested, name) ? (nested[name] as JsonValue) : undefined;
}

/** A value as logfmt writes it: a bare word where that is unmistakable, else JSON. */
export const valueText = (value: JsonValue): string => (typeof value === 'string' && BARE.test(value) ? value : safeJson(value));

/** `key=value`. */
export const pairText = ([key, value]: Field): string => `${valueText(key)}=${valueText(value)}`;

/**
 * What text shows of a record after its message: its own fields, then what leads to related records. The event's name
 * is shown where the message says something else, the error's type where no exception does.
 */
export function shownFields(record: LogRecord, fieldsUnder?: string): Field[] {
  const fields = ownFields(record, fieldsUnder);
  const add = (key: string, isShown = true) => {
    const value = record[key];
    if (value !== undefined && isShown) fields.push([key, value]);
  };
  add('event_name', record.event_name !== record.message);
  add('request_id');
  add('error_id');
  add('error_type', record.exception === undefined);
  return fields;
}
