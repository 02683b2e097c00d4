import { isRecord } from '../../core/options';
import { safeJson, textOf } from '../formats/escape';
import { exceptionOf, extraFields, stackText } from '../formats/exception-lines';
import { type Field, fieldOf } from '../formats/fields';
import type { JsonValue, LogRecord } from '../record';
import type { Schema } from './create-schema';
import { addOwn, createDraft, type Draft, put } from './fields';
import { HTTP_NAMES, splitHttp } from './http';

const VERSION = '8.11.0';

/** Names of the Elastic Common Schema for core fields, in the order they are written. */
const NAMES: Readonly<Record<string, string>> = {
  event_name: 'event.action',
  app: 'service.name',
  environment: 'service.environment',
  instance: 'service.node.name',
  port: 'server.port',
  hostname: 'host.hostname',
  pid: 'process.pid',
  thread: 'process.thread.name',
  module: 'log.origin.file.name',
  function: 'log.origin.function',
  line: 'log.origin.file.line',
  request_id: 'http.request.id',
  trace_id: 'trace.id',
  span_id: 'span.id',
  error_id: 'error.id',
};

/** The objects these names begin with: a key called like one would clash with it in an index. */
const ROOTS: ReadonlySet<string> = new Set(
  [
    '@timestamp',
    'message',
    'ecs',
    'log',
    'event',
    'error',
    'labels',
    'numeric_labels',
    ...Object.values(NAMES),
    ...HTTP_NAMES.values(),
  ].map((name) => name.split('.')[0]!),
);
const NONE: ReadonlySet<string> = new Set();
/** Of a whole number in an index. */
const MAX_NS = 2 ** 63;

/**
 * Elastic's line, with dotted names. Own fields go where they cannot clash with the mapping of an index: text and
 * booleans to `labels` as keywords, numbers to `numeric_labels`, what is nested to `labels` as JSON text. With
 * `fieldsUnder` they stay under that name with their types, for an index that has a mapping for them.
 */
export function ecsSchema(fieldsUnder?: string): Schema {
  const flattened = fieldsUnder === 'labels' ? fieldsUnder : undefined;
  return (record) => {
    const draft = createDraft();
    put(draft, '@timestamp', record.timestamp);
    put(draft, 'log.level', textOf(record.level).toLowerCase());
    put(draft, 'message', record.message);
    put(draft, 'ecs.version', VERSION);
    put(draft, 'log.logger', record.logger);
    for (const name of Object.keys(NAMES)) put(draft, NAMES[name]!, record[name]);
    const duration = durationNs(fieldOf(record, 'duration_ms', fieldsUnder));
    put(draft, 'event.duration', duration);
    const labels = putError(draft, record);
    const { http, own } = splitHttp(record, flattened);
    for (const [name, value] of http) put(draft, name, value);
    let custom: JsonValue | undefined;
    for (const [key, value] of own) {
      if (key === fieldsUnder && isRecord(value)) custom = value;
      else if (key !== 'duration_ms' || duration === undefined) labels.push([key, value]);
    }
    putLabels(draft, labels);
    if (fieldsUnder !== undefined && custom !== undefined) addOwn(draft, fieldsUnder, custom, ROOTS);
    return draft;
  };
}

function durationNs(durationMs: JsonValue | undefined): number | undefined {
  const ns = typeof durationMs === 'number' ? Math.round(durationMs * 1e6) : -1;
  return ns >= 0 && ns < MAX_NS ? ns : undefined;
}

/** The error, and what of it ECS has no name for. */
function putError(draft: Draft, record: LogRecord): Field[] {
  const exception = exceptionOf(record);
  const labels: Field[] = record.fingerprint === undefined ? [] : [['fingerprint', record.fingerprint]];
  put(draft, 'error.type', exception?.type ?? record.error_type);
  if (exception === undefined) return labels;
  put(draft, 'error.message', exception.message);
  put(draft, 'error.stack_trace', stackText(exception));
  if (record.error_type !== undefined && record.error_type !== exception.type) labels.push(['error_type', record.error_type]);
  for (const [key, value] of extraFields(exception)) {
    if (key === 'code' && (typeof value === 'string' || typeof value === 'number')) put(draft, 'error.code', String(value));
    else labels.push([`exception_${key}`, value]);
  }
  return labels;
}

function putLabels(draft: Draft, fields: readonly Field[]): void {
  const [labels, numbers] = [createDraft(), createDraft()];
  for (const [key, value] of fields) {
    // A dot would make an object of what is a keyword elsewhere.
    const name = key.replace(/[.*"]/g, '_');
    if (typeof value === 'number') addOwn(numbers, name, value, NONE);
    else if (value !== null) addOwn(labels, name, typeof value === 'string' ? value : safeJson(value), NONE);
  }
  if (Object.keys(labels).length > 0) put(draft, 'labels', labels);
  if (Object.keys(numbers).length > 0) put(draft, 'numeric_labels', numbers);
}
