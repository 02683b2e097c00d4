import { namesOf } from '../../core/semantics/names';
import { accessOf } from '../formats/access';
import { type Field, ownFields } from '../formats/fields';
import type { JsonValue, LogRecord } from '../record';

/** The fields of an access record whose names ECS and OpenTelemetry agree on. */
const SHARED = ['method', 'status', 'path', 'ip', 'user_agent'] as const;

/** ECS's names of the fields of an access record. */
export const HTTP_NAMES: ReadonlyMap<string, string> = new Map([
  ...SHARED.map((name) => [name, namesOf('http').get(name)!] as const),
  ['content_length', 'http.response.body.bytes'] as const,
]);

/** A record's own fields, those of an access record apart, under their names in ECS. */
export function splitHttp(record: LogRecord, fieldsUnder?: string): { readonly http: Field[]; readonly own: Field[] } {
  const fields = ownFields(record, fieldsUnder);
  if (accessOf(record, fieldsUnder) === undefined) return { http: [], own: fields };
  const http: Field[] = [];
  const own: Field[] = [];
  for (const [key, value] of fields) {
    const name = HTTP_NAMES.get(key);
    if (name !== undefined && fits(key, value)) http.push([name, value]);
    else own.push([key, value]);
  }
  return { http, own };
}

const fits = (key: string, value: JsonValue): boolean =>
  key === 'status' || key === 'content_length' ? Number.isSafeInteger(value) : typeof value === 'string';
