/** What a record of the log says, for people who read many of them. */
import type { Ids } from '../../wire/history';
import type { LogLine } from '../../wire/logs';
import { timeOf } from '../format';
import type { Tone } from '../parts';

export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'critical'] as const;
export type LevelName = (typeof LEVELS)[number];

/** As records spell them. */
const SPELLED: Readonly<Record<string, LevelName>> = { WARNING: 'warn', FATAL: 'critical' };
/** What stands in columns of its own, or is the same in every line of a program. */
const SHOWN = new Set(
  'timestamp level logger message event_name app environment instance port hostname pid thread module function line'.split(' '),
);
/** Told by links; they make a line long and are read by nobody. */
const ID_NAMES = ['request_id', 'session_id', 'sessionId', 'trace_id', 'span_id', 'error_id', 'correlation_id', 'user_id'] as const;
/** Told by the exception. */
const OF_ERRORS = new Set(['error_type', 'fingerprint']);
const IDS: ReadonlySet<string> = new Set(ID_NAMES);
const MAX_FIELDS = 8;
const MAX_VALUE = 60;
/** As long as the API takes it. */
const MAX_FILTER = 200;
const MAX_ID = 128;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export function levelOf(record: LogLine): LevelName | undefined {
  const said = text(record.level);
  const level = SPELLED[said] ?? said.toLowerCase();
  return LEVELS.find((one) => one === level);
}

export const toneOf = (level: LevelName | undefined): Tone =>
  level === 'error' || level === 'critical' ? 'bad' : level === 'warn' ? 'warn' : 'neutral';

export const timeOfRecord = (record: LogLine): number | null => timeOf(record.timestamp);

/** The event where it is one, else the logger. */
export const sourceOf = (record: LogLine): string => text(record.event_name) || text(record.logger);

/** The message; of events, whose message is their name, nothing. */
export function messageOf(record: LogLine): string {
  const message = text(record.message);
  return message === record.event_name ? '' : message;
}

/** What else a line says, in short: `duration_ms=1,503 model=m1`. Without ids. */
export function fieldsOf(record: LogLine): string {
  const pairs: string[] = [];
  for (const [key, value] of Object.entries(record)) {
    if (SHOWN.has(key) || IDS.has(key) || value === null) continue;
    if (key === 'exception') pairs.push(exceptionText(value));
    else if (OF_ERRORS.has(key) && record.exception !== undefined) continue;
    else if (typeof value === 'object') pairs.push(`${key}=${JSON.stringify(value).slice(0, MAX_VALUE)}`);
    else pairs.push(`${key}=${String(value).slice(0, MAX_VALUE)}`);
    if (pairs.length === MAX_FIELDS) break;
  }
  return pairs.join(' ');
}

function exceptionText(value: unknown): string {
  const { type, message } = (value ?? {}) as { readonly type?: unknown; readonly message?: unknown };
  return `${text(type)}: ${text(message)}`.slice(0, 2 * MAX_VALUE);
}

/** A name of an id, and the id. */
export type NamedId = readonly [name: string, id: string];

/** What a record can be followed by: its own ids, and those of objects in it. */
export function idsOf(record: LogLine): readonly NamedId[] {
  const found = new Map<string, string>();
  for (const fields of [record, ...Object.values(record)]) {
    if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) continue;
    for (const name of ID_NAMES) {
      const id = idText((fields as LogLine)[name]);
      const plain = name === 'sessionId' ? 'session_id' : name;
      if (id !== undefined && !found.has(plain)) found.set(plain, id);
    }
  }
  return [...found];
}

const idText = (value: unknown): string | undefined =>
  (typeof value === 'string' && value !== '' && value.length <= MAX_ID) || typeof value === 'number' ? String(value) : undefined;

/** What tells most of the story of a request, session or trace. */
export const bestId = (ids: Ids): string | undefined => ids.request_id ?? ids.trace_id ?? ids.session_id ?? ids.error_id;

/** Parameters of the address that let lines with this value pass, and few others. */
export function filterBy(key: string, value: string | number | boolean | null): Readonly<Record<string, string>> {
  if (typeof value === 'string') {
    if (key === 'logger') return { logger: value.slice(0, MAX_FILTER) };
    if (key === 'event_name') return { event: value.slice(0, MAX_FILTER) };
    if (key === 'level') return { level: SPELLED[value] ?? value.toLowerCase() };
    if (IDS.has(key) && idText(value) !== undefined) return { id: value };
  }
  // As it stands in the line, so that another field with the same value does not pass.
  const pair = `${JSON.stringify(key)}:${JSON.stringify(value)}`;
  return { text: pair.length <= MAX_FILTER ? pair : String(value).slice(0, MAX_FILTER) };
}
