import { exceptionOf, extraFields, stackText } from '../formats/exception-lines';
import { lookup } from '../formats/lookup';
import { epochMs } from '../formats/time';
import type { LevelLabel, LogRecord } from '../record';
import { addOwn, createDraft, type Draft, put } from './fields';
import { HTTP_NAMES, splitHttp } from './http';

type Names = Readonly<Record<string, string>>;

/** OpenTelemetry's names of core fields, by where they stand in its log data model. */
const TOP: Names = { message: 'Body', event_name: 'EventName', trace_id: 'TraceId', span_id: 'SpanId' };
const RESOURCE: Names = {
  app: 'service.name',
  instance: 'service.instance.id',
  environment: 'deployment.environment.name',
  hostname: 'host.name',
  pid: 'process.pid',
};
const ATTRIBUTES: Names = {
  module: 'code.file.path',
  function: 'code.function.name',
  line: 'code.line.number',
  thread: 'thread.name',
  port: 'server.port',
  request_id: 'request_id',
  error_id: 'error_id',
  error_type: 'error.type',
  fingerprint: 'fingerprint',
};

const BODY_SIZE = 'http.response.body.size';
const EXCEPTION: readonly string[] = ['exception.type', 'exception.message', 'exception.stacktrace'];
const RESERVED: ReadonlySet<string> = new Set([...Object.values(ATTRIBUTES), ...Object.values(HTTP_NAMES), ...EXCEPTION, BODY_SIZE]);

/** The smallest of each range of the data model. */
const SEVERITIES: Readonly<Record<LevelLabel, number>> = { TRACE: 1, DEBUG: 5, INFO: 9, WARNING: 13, ERROR: 17, CRITICAL: 21 };

/** OpenTelemetry's log data model as JSON. Own fields are attributes and keep their types. */
export function otelSchema(record: LogRecord): Draft {
  const draft = createDraft();
  put(draft, 'Timestamp', timeNs(record.timestamp));
  put(draft, 'SeverityNumber', lookup(SEVERITIES, record.level));
  put(draft, 'SeverityText', record.level);
  putAll(draft, TOP, record);
  const resource = createDraft();
  putAll(resource, RESOURCE, record);
  put(draft, 'Resource', resource);
  const scope = createDraft();
  put(scope, 'Name', record.logger);
  put(draft, 'InstrumentationScope', scope);
  put(draft, 'Attributes', attributesOf(record));
  return draft;
}

/** Nanoseconds since the epoch, as text because they are more than a number holds; 0 is the data model's "unknown". */
function timeNs(timestamp: string): string {
  const ms = epochMs(timestamp);
  return ms > 0 ? `${ms}000000` : '0';
}

function attributesOf(record: LogRecord): Draft {
  const draft = createDraft();
  putAll(draft, ATTRIBUTES, record);
  const exception = exceptionOf(record);
  if (exception !== undefined) {
    put(draft, 'exception.type', exception.type);
    put(draft, 'exception.message', exception.message);
    put(draft, 'exception.stacktrace', stackText(exception));
    for (const [key, value] of extraFields(exception)) addOwn(draft, `exception.${key}`, value, RESERVED);
  }
  const { http, own } = splitHttp(record, BODY_SIZE);
  for (const [name, value] of http) put(draft, name, value);
  for (const [key, value] of own) addOwn(draft, key, value, RESERVED);
  return draft;
}

function putAll(draft: Draft, names: Names, record: LogRecord): void {
  for (const name of Object.keys(names)) put(draft, names[name]!, record[name]);
}
