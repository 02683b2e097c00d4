import { isRecord } from '../../../core/options';
import type { JsonValue, LogRecord } from '../../../log/record';
import { type OtelOptions, otelSchema } from '../../../log/schemas/otel';
import { nanoseconds, type ShippedLine } from '../shipped-line';
import { wellFormedJson } from '../well-formed-json';
import { anyValue, type KeyValue, keyValues } from './any-value';

type Fields = Readonly<Record<string, JsonValue | undefined>>;

/** A record as OTLP/JSON has it, and what it belongs to. */
export interface OtlpRecord {
  readonly resource: Fields;
  /** Tells resources apart. */
  readonly resourceKey: string;
  readonly scope: string;
  /** As JSON. */
  readonly text: string;
}

const ZEROS = /^0+$/;

/** Writes a line. Never throws. @param now - ms since the epoch; when a line was made that does not say it. */
export function otlpRecord(line: ShippedLine, options: OtelOptions): OtlpRecord {
  const { record, time, text } = line;
  const timeUnixNano = nanoseconds(time);
  const times = { timeUnixNano, observedTimeUnixNano: timeUnixNano };
  try {
    if (record !== undefined) return known(record, times, options);
  } catch {
    // It is text all the same.
  }
  const { resource = {} } = options;
  const body = { stringValue: text };
  return { resource, resourceKey: JSON.stringify(keyValues(resource)), scope: '', text: wellFormedJson({ ...times, body }) };
}

function known(record: LogRecord, times: object, options: OtelOptions): OtlpRecord {
  const draft: Fields = otelSchema(record, options);
  const attributes = keyValues(fieldsOf(draft.Attributes));
  // Ids that are none are added to the attributes.
  const traceId = idOf(draft.TraceId, 32, 'trace_id', attributes);
  const spanId = idOf(draft.SpanId, 16, 'span_id', attributes);
  const fields = {
    ...times,
    severityNumber: draft.SeverityNumber,
    severityText: textOf(draft.SeverityText),
    eventName: textOf(draft.EventName),
    body: anyValue(draft.Body),
    attributes: attributes.length === 0 ? undefined : attributes,
    traceId,
    spanId,
  };
  const { Name: scope } = fieldsOf(draft.InstrumentationScope);
  const resource = fieldsOf(draft.Resource);
  // As values, which are bounded in depth: not every engine can write what is deeper.
  const resourceKey = JSON.stringify(keyValues(resource));
  return { resource, resourceKey, scope: textOf(scope) ?? '', text: wellFormedJson(fields) };
}

const fieldsOf = (value: JsonValue | undefined): Fields => (isRecord(value) ? (value as Fields) : {});
const textOf = (value: JsonValue | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

/** An id that is none would have the whole request refused: it is an attribute. */
function idOf(value: JsonValue | undefined, digits: number, name: string, attributes: KeyValue[]): string | undefined {
  if (typeof value === 'string' && value.length === digits && /^[\da-f]+$/i.test(value) && !ZEROS.test(value)) return value.toLowerCase();
  if (value !== undefined && value !== null) attributes.push({ key: name, value: anyValue(value) });
  return undefined;
}
