import { accessOf } from '../formats/access';
import { type Field, ownFields } from '../formats/fields';
import { lookup } from '../formats/lookup';
import type { JsonValue, LogRecord } from '../record';

/** Where ECS and OpenTelemetry agree on what the fields of an access record are called. */
export const HTTP_NAMES: Readonly<Record<string, string>> = {
  method: 'http.request.method',
  status: 'http.response.status_code',
  path: 'url.path',
  // Not client.ip, which an index refuses when it is no address.
  ip: 'client.address',
  user_agent: 'user_agent.original',
};

/** A record's own fields, those of an access record apart, under their standard names. */
export function splitHttp(
  record: LogRecord,
  bodySizeName: string,
  fieldsUnder?: string,
): { readonly http: Field[]; readonly own: Field[] } {
  const fields = ownFields(record, fieldsUnder);
  if (accessOf(record, fieldsUnder) === undefined) return { http: [], own: fields };
  const names: Readonly<Record<string, string>> = { ...HTTP_NAMES, content_length: bodySizeName };
  const http: Field[] = [];
  const own: Field[] = [];
  for (const [key, value] of fields) {
    const name = lookup(names, key);
    if (name !== undefined && fits(key, value)) http.push([name, value]);
    else own.push([key, value]);
  }
  return { http, own };
}

const fits = (key: string, value: JsonValue): boolean =>
  key === 'status' || key === 'content_length' ? Number.isSafeInteger(value) : typeof value === 'string';
