import { refusalOf } from '../../core/pattern';
import type { AlertCondition, DurationStatistic } from '../rule';
import { patternProblem } from './event-pattern';
import { DEFAULT_WINDOW_MS, DEFAULT_WINDOWS_MS, MAX_LIST, MAX_NAME, STATISTICS } from './limits';
import type { Reader } from './reader';

/** Reads what stands in the parentheses of a call, up to the last one. */
type Call = (reader: Reader) => AlertCondition;

const WINDOW = { window: DEFAULT_WINDOW_MS } as const;

/** The calls of rules. `min` and `max` are of a metric's history until a threshold with a time says that they are of durations. */
export const CALLS: Readonly<Record<string, Call>> = {
  value: (reader) => ({ kind: 'value', ...metric(reader) }),
  avg: (reader) => ({ kind: 'history', ...metric(reader), of: 'avg', ...WINDOW }),
  ...fromNames(
    ['min', 'max'],
    (of): Call =>
      (reader) =>
        extreme(reader, of),
  ),
  ...fromNames(
    STATISTICS.filter((of) => of !== 'min' && of !== 'max'),
    (of): Call =>
      (reader) => ({ kind: 'duration', ...events(reader), of, ...WINDOW }),
  ),
  ...fromNames(
    ['count', 'rate', 'absent'],
    (kind): Call =>
      (reader) => ({ kind, ...events(reader), ...WINDOW }),
  ),
  sum(reader) {
    const of = events(reader);
    reader.sign(',');
    return { kind: 'sum', ...of, measurement: named(reader, 'the name of a measurement, such as cost'), ...WINDOW };
  },
  errorRate: (reader) => ({ kind: 'errorRate', ...events(reader), ...failures(reader), ...WINDOW }),
  burnRate(reader) {
    const of = events(reader);
    reader.sign(',');
    const { value: slo, at, quantity } = reader.number('the share of calls that must be well, such as 99.9%');
    if ((quantity !== undefined && quantity !== 'share') || !(slo > 0 && slo < 1))
      reader.fail('a share between 0% and 100%, such as 99.9%', undefined, at);
    return { kind: 'burnRate', ...of, slo, ...failures(reader), windows: DEFAULT_WINDOWS_MS };
  },
  errors(reader) {
    const found: { pattern?: RegExp | string; level?: 'error' | 'critical'; logger?: string; fingerprint?: string } = {};
    const first = reader.peek();
    if (first.kind === 'regex' || first.kind === 'string') found.pattern = pattern(reader);
    while (!isClosed(reader, Object.keys(found).length > 0)) {
      const { at } = reader.peek();
      const key = reader.wordOf(['level', 'logger', 'fingerprint'], 'level=, logger= or fingerprint=');
      if (Object.hasOwn(found, key)) reader.fail('each of these once', undefined, at);
      reader.sign('=');
      if (key === 'level') found.level = reader.wordOf(['error', 'critical'], 'error or critical') as 'error' | 'critical';
      else found[key as 'logger' | 'fingerprint'] = named(reader, 'a text in double quotes');
    }
    return { kind: 'errors', ...found, ...WINDOW };
  },
  security(reader) {
    if (isEnd(reader)) return { kind: 'security', ...WINDOW };
    return { kind: 'security', name: list(reader, 'the name of a security event, such as "authn_login_fail"'), ...WINDOW };
  },
  health: (reader) =>
    isEnd(reader) ? { kind: 'health' } : { kind: 'health', check: text(reader, 'the name of a check, such as "database"') },
};

function fromNames<const Name extends string>(names: readonly Name[], make: (name: Name) => Call): Record<Name, Call> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Call>;
}

/** Of one name it is a metric's history, for now; several are events. */
function extreme(reader: Reader, of: 'min' | 'max'): AlertCondition {
  const { at } = reader.peek();
  const names = list(reader, METRIC);
  if (typeof names === 'string') return { kind: 'history', metric: names, ...tags(reader), of, ...WINDOW };
  const wrong = names.map(patternProblem).find((problem) => problem !== undefined);
  if (wrong !== undefined) reader.fail(`one metric, or events: ${wrong}`, undefined, at);
  const filter = braces(reader);
  return { kind: 'duration', event: names, ...(filter && { filter }), of, ...WINDOW };
}

/** The same call, read as one of durations. */
export function asDuration(condition: Extract<AlertCondition, { readonly kind: 'history' }>): AlertCondition | string {
  const { metric: event, of, window, tags } = condition;
  const problem = patternProblem(event);
  return problem ?? { kind: 'duration', event, ...(tags && { filter: tags }), of: of as DurationStatistic, window };
}

const isEnd = (reader: Reader): boolean => {
  const token = reader.peek();
  return token.kind === 'sign' && token.text === ')';
};

/** Whether the arguments are over; takes the comma before another one. */
function isClosed(reader: Reader, needsComma: boolean): boolean {
  if (isEnd(reader)) return true;
  if (needsComma) reader.sign(',');
  return false;
}

function checked(reader: Reader, read: () => string, expected: string): string {
  const { at } = reader.peek();
  const found = read();
  if (found === '' || found.length > MAX_NAME) reader.fail(expected, `At most ${MAX_NAME} characters, and not empty`, at);
  return found;
}

const text = (reader: Reader, expected: string): string => checked(reader, () => reader.string(expected), expected);
const named = (reader: Reader, expected: string): string => checked(reader, () => reader.name(expected), expected);

/** One text, or several with `|` between them. */
function list(
  reader: Reader,
  expected: string,
  problem: (text: string) => string | undefined = () => undefined,
): string | readonly string[] {
  const found: string[] = [];
  do {
    const { at } = reader.peek();
    const one = text(reader, expected);
    const wrong = problem(one);
    if (wrong !== undefined) reader.fail(wrong, undefined, at);
    if (found.length === MAX_LIST) reader.fail(`at most ${MAX_LIST} of them`, undefined, at);
    found.push(one);
  } while (reader.takes('|'));
  return found.length === 1 ? found[0]! : Object.freeze(found);
}

const METRIC = 'the name of a metric in double quotes, such as "system.cpu.utilization"';
const EVENT = 'the name of an event in double quotes, such as "llm.request"';

function events(reader: Reader): { readonly event: string | readonly string[]; readonly filter?: Readonly<Record<string, string>> } {
  const event = list(reader, EVENT, patternProblem);
  const filter = braces(reader);
  return { event, ...(filter && { filter }) };
}

function failures(reader: Reader): { readonly failures?: string | readonly string[] } {
  if (!reader.takes(',')) return {};
  reader.wordOf(['failures'], 'failures=');
  reader.sign('=');
  return { failures: list(reader, EVENT, patternProblem) };
}

function metric(reader: Reader): { readonly metric: string; readonly tags?: Readonly<Record<string, string>> } {
  return { metric: text(reader, METRIC), ...tags(reader) };
}

function tags(reader: Reader): { readonly tags?: Readonly<Record<string, string>> } {
  const found = braces(reader);
  return found === undefined ? {} : { tags: found };
}

/** `{key="value", …}` */
function braces(reader: Reader): Readonly<Record<string, string>> | undefined {
  if (!reader.takes('{')) return undefined;
  const entries = new Map<string, string>();
  do {
    const { at } = reader.peek();
    const key = named(reader, 'a key, such as model');
    if (entries.has(key)) reader.fail('each key once', undefined, at);
    if (entries.size === MAX_LIST) reader.fail(`at most ${MAX_LIST} of them`, undefined, at);
    reader.sign('=');
    entries.set(key, reader.string('a text in double quotes'));
  } while (reader.takes(','));
  reader.sign('}');
  return Object.fromEntries(entries);
}

/** What errors are searched for. Flags that keep a place in the text between two searches are left out. */
function pattern(reader: Reader): RegExp | string {
  const token = reader.peek();
  if (token.kind !== 'regex') return text(reader, 'a text or a regular expression');
  reader.next();
  const stateless = withoutState(token.value);
  const refused = refusalOf(stateless);
  if (refused === undefined) return stateless;
  const [why, fix] = refused.split('; ');
  return reader.fail(`another pattern: ${why}`, `On a hostile text it could take too long or match everything; ${fix}`, token.at);
}

export const withoutState = ({ source, flags }: RegExp): RegExp => new RegExp(source, flags.replace(/[gyd]/g, ''));
