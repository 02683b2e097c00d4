import { isContent, putAttribute } from '../../core/semantics/attributes';
import { type Domain, domainOf } from '../../core/semantics/domains';
import { namesOf, otelEventNameOf, SEMANTIC_NAMES } from '../../core/semantics/names';
import type { ResourceAttributes } from '../../core/variables/otel-resource';
import { accessOf } from '../formats/access';
import { exceptionOf, extraFields, stackText } from '../formats/exception-lines';
import { ownFields } from '../formats/fields';
import { lookup } from '../formats/lookup';
import { epochMs } from '../formats/time';
import type { JsonValue, LevelLabel, LogRecord } from '../record';
import { addOwn, createDraft, type Draft, put } from './fields';

type Names = Iterable<readonly [ours: string, theirs: string]>;

/** OpenTelemetry's names of core fields, by where they stand in its log data model. */
const RESOURCE: Names = namesOf('resource');
/** There are no attributes for some of them. */
const UNNAMED: Names = ['request_id', 'error_id', 'fingerprint'].map((name) => [name, name] as const);
const ATTRIBUTES: Names = [...namesOf('log'), ...UNNAMED];
/** Of a request that the program makes, `server.port` is the port of the other server. */
const OF_CLIENTS: Names = [...ATTRIBUTES].map(([ours, theirs]) => [ours, ours === 'port' ? ours : theirs] as const);
const { type: TYPE, message: MESSAGE, stacktrace: STACKTRACE } = SEMANTIC_NAMES.exception.stable as Record<string, string>;
const NONE: ReadonlySet<string> = new Set();
const ENVIRONMENT = namesOf('resource').get('environment')!;

/** What any record can have: an own field never takes these names. */
const RESERVED: ReadonlySet<string> = new Set([
  ...[...ATTRIBUTES].map(([, name]) => name),
  ...namesOf('exception').values(),
  ...namesOf('http').values(),
]);

/** The smallest of each range of the data model. */
const SEVERITIES: Readonly<Record<LevelLabel, number>> = { TRACE: 1, DEBUG: 5, INFO: 9, WARNING: 13, ERROR: 17, CRITICAL: 21 };

/** What the schema is told besides the record. */
export interface OtelOptions {
  /** What describes the program besides the record; see `resourceFromEnvironment`. */
  readonly resource?: ResourceAttributes;
  /** Whether what people and models write to each other stays in; see `capturesContent`. */
  readonly content?: boolean;
}

/**
 * OpenTelemetry's log data model as JSON. Own fields are attributes and keep their types; those of requests and of generative AI get
 * the names of `SEMANTIC_NAMES`.
 */
export function otelSchema(record: LogRecord, { resource = {}, content = false }: OtelOptions = {}): Draft {
  const draft = createDraft();
  put(draft, 'Timestamp', timeNs(record.timestamp));
  put(draft, 'SeverityNumber', severityNumberOf(record.level));
  put(draft, 'SeverityText', record.level);
  put(draft, 'Body', record.message);
  put(draft, 'EventName', eventNameOf(record));
  put(draft, 'TraceId', record.trace_id);
  put(draft, 'SpanId', record.span_id);
  put(draft, 'Resource', resourceOf(record, resource));
  const scope = createDraft();
  put(scope, 'Name', record.logger);
  put(draft, 'InstrumentationScope', scope);
  put(draft, 'Attributes', attributesOf(record, content));
  return draft;
}

/** Nanoseconds since the epoch, as text because they are more than a number holds; 0 is the data model's "unknown". */
function timeNs(timestamp: string): string {
  const ms = epochMs(timestamp);
  return ms > 0 ? `${ms}000000` : '0';
}

export const severityNumberOf = (level: unknown): number | undefined => lookup(SEVERITIES, level);

/** An exception is told under the name that the conventions have for it. */
export const eventNameOf = ({ event_name: key }: LogRecord): JsonValue | undefined =>
  typeof key === 'string' ? otelEventNameOf(key) : key;

function resourceOf(record: LogRecord, attributes: ResourceAttributes): Draft {
  const draft = createDraft();
  for (const name of Object.keys(attributes)) addOwn(draft, name, attributes[name]!, NONE);
  putAll(draft, RESOURCE, record);
  // The library knows four environments; who deploys can have others, and means them.
  put(draft, ENVIRONMENT, attributes[ENVIRONMENT]);
  return draft;
}

/** The attributes of a record: its core fields, its error, its own fields. */
export function attributesOf(record: LogRecord, content: boolean): Draft {
  const draft = createDraft();
  const domain = domainOfRecord(record);
  putAll(draft, domain === 'client' ? OF_CLIENTS : ATTRIBUTES, record);
  const exception = exceptionOf(record);
  if (exception !== undefined) {
    put(draft, TYPE!, exception.type);
    put(draft, MESSAGE!, exception.message);
    put(draft, STACKTRACE!, stackText(exception));
    for (const [key, value] of extraFields(exception)) addOwn(draft, `exception.${key}`, value, RESERVED);
  }
  for (const [key, value] of ownFields(record)) {
    if (domain === 'gen_ai' && !content && isContent(key, value)) continue;
    putAttribute((name, own) => putOwn(draft, key, name, own as JsonValue), key, value, domain);
  }
  return draft;
}

/** @param key - What the field is called here, which it is again when its attribute is there already. */
function putOwn(draft: Draft, key: string, name: string, value: JsonValue): void {
  if (name === key || Object.hasOwn(draft, name)) addOwn(draft, key, value, RESERVED);
  else put(draft, name, value);
}

/** What a record is about, by its event; else it may be an access record. */
function domainOfRecord(record: LogRecord): Domain | undefined {
  const [app, component, action] = typeof record.event_name === 'string' ? record.event_name.split('.') : [];
  const domain = action === undefined ? undefined : domainOf(app!, component!);
  return domain ?? (accessOf(record) === undefined ? undefined : 'http');
}

function putAll(draft: Draft, names: Names, record: LogRecord): void {
  for (const [ours, theirs] of names) put(draft, theirs, record[ours]);
}
