import { isRecord } from '../../core/options';
import { quietly } from '../../core/quietly';
import { read } from '../../core/read';
import { show } from '../../core/show';
import { enginesOf } from '../../engines';
import type { Telemetry } from '../../index';
import { createRedactor } from '../../log/redaction/redactor';

/** Hides secrets in what the API tells, by the rules of the bus's log. What can't be judged is not told. Never throws. */
export interface Redacted {
  /** A text without its secrets, of at most 2,000 characters. */
  text(value: string): string;
  /** A copy of plain data of the library, all of whose texts are redacted, keys among them. Keys say nothing of what stands under them. */
  texts<Data>(data: Data): Data;
  /** Fields of an application: what stands under the name of a secret is masked, and other texts are redacted. At most 64. */
  fields(fields: unknown): Record<string, string | number | boolean | null>;
}

const MAX_CHARS = 2000;
/** What is beyond is neither told nor looked at: a text of some megabytes would keep the application waiting. Far longer than any secret. */
const MAX_SEARCHED = 65_536;
const MAX_KEY = 256;
const MAX_FIELDS = 64;
/** Nothing that the library tells is deeper. */
const MAX_DEPTH = 12;
const TOO_DEEP = '[…]';

/** Makes what hides secrets. Costs about a microsecond a text, at most some milliseconds. */
export function redactedBy(telemetry: Telemetry): Redacted {
  const { health } = enginesOf('createAdmin', telemetry);
  /** For a bus whose log can't be made, since its configuration is wrong: its own rules are not known then. */
  const builtIn = createRedactor();
  const hasLog = (): boolean => quietly(() => telemetry.logStats()) !== undefined;

  function text(given: string): string {
    const value = given.slice(0, MAX_SEARCHED);
    let redacted = health.redact(value);
    if (redacted === '' && value !== '' && !hasLog()) redacted = builtIn.text(value);
    // Searched first and cut afterwards, so that no half of a secret is left.
    return redacted.slice(0, MAX_CHARS);
  }

  function copy(data: unknown, depth: number): unknown {
    if (typeof data === 'string') return text(data);
    if (typeof data === 'number') return Number.isFinite(data) ? data : null;
    if (typeof data !== 'object' || data === null) return data;
    if (depth === 0) return TOO_DEEP;
    if (Array.isArray(data)) return data.map((item) => copy(item, depth - 1));
    return keyed(Object.entries(data).map(([key, value]) => [text(key), copy(value, depth - 1)]));
  }

  function field(key: string, value: unknown): string | number | boolean | null {
    // That there is nothing to hide helps to find mistakes.
    if (value === null || value === undefined) return null;
    if (typeof value === 'boolean') return value;
    const shown = typeof value === 'string' ? value.slice(0, MAX_SEARCHED) : typeof value === 'number' ? `${value}` : show(value);
    const mask = health.maskOf(key.slice(0, MAX_KEY), shown);
    if (mask !== undefined) return text(mask);
    return typeof value === 'number' && Number.isFinite(value) ? value : text(shown);
  }

  return Object.freeze<Redacted>({
    text,
    texts: <Data>(data: Data): Data => copy(data, MAX_DEPTH) as Data,
    fields(fields) {
      if (!isRecord(fields)) return {};
      const keys = Object.keys(fields).slice(0, MAX_FIELDS);
      return keyed(keys.map((key) => [text(key).slice(0, MAX_KEY), field(key, read(fields, key))]));
    },
  });
}

/** What two keys were made one of is told twice all the same. */
export function keyed<Value>(entries: readonly (readonly [key: string, value: Value])[]): Record<string, Value> {
  const all = new Map<string, Value>();
  for (const [key, value] of entries) {
    let unique = key;
    for (let number = 2; all.has(unique); number++) unique = `${key} (${number})`;
    all.set(unique, value);
  }
  return Object.fromEntries(all);
}
