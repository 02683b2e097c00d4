import { TelemetryError } from '../../core/errors';
import { keyOf } from '../../core/event';
import { checkOptions, isRecord, type OptionRule, optionInvalid } from '../../core/options';
import { checkPattern } from '../../core/pattern';
import { nearest, show } from '../../core/show';
import { parseDuration } from '../../core/unit';
import type { AlertCondition } from '../rule';
import { withoutState } from './calls';
import { patternProblem } from './event-pattern';
import { DEFAULT_WINDOW_MS, DEFAULT_WINDOWS_MS, MAX_LIST, MAX_NAME, MAX_PATTERN, MAX_WINDOW_MS, OF_HISTORY, STATISTICS } from './limits';

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= MAX_NAME;
const TEXT: OptionRule = [isText, `a text of 1 to ${MAX_NAME} characters`];
const isScalar = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
const isFilter = (value: unknown, isValue: (value: unknown) => boolean): boolean =>
  isRecord(value) && Object.keys(value).length <= MAX_LIST && Object.entries(value).every(([key, found]) => isText(key) && isValue(found));
const FILTER: OptionRule = [(value) => isFilter(value, isScalar), `an object of at most ${MAX_LIST} texts, numbers or booleans`];
const TAGS: OptionRule = [(value) => isFilter(value, (found) => typeof found === 'string'), `an object of at most ${MAX_LIST} texts`];
const isTexts = (value: unknown): boolean =>
  isText(value) || (Array.isArray(value) && value.length > 0 && value.length <= MAX_LIST && value.every(isText));

const EVENTS: Readonly<Record<string, OptionRule>> = { kind: 'string', event: 'any', filter: FILTER, window: 'any' };

/** The options of each kind; `any` is looked at by itself. */
const RULES: { readonly [Kind in AlertCondition['kind']]: Readonly<Record<string, OptionRule>> } = {
  value: { kind: 'string', metric: TEXT, tags: TAGS },
  history: { kind: 'string', metric: TEXT, of: OF_HISTORY.join('|'), window: 'any', tags: TAGS },
  count: EVENTS,
  rate: EVENTS,
  absent: EVENTS,
  sum: { ...EVENTS, measurement: TEXT },
  duration: { ...EVENTS, of: STATISTICS.join('|') },
  errorRate: { ...EVENTS, failures: 'any' },
  burnRate: {
    kind: 'string',
    event: 'any',
    filter: FILTER,
    failures: 'any',
    slo: [(value) => typeof value === 'number' && value > 0 && value < 1, 'a share between 0 and 1, such as 0.999'],
    windows: [(value) => Array.isArray(value) && value.length === 2, 'a long and a short window, such as ["1h", "5m"]'],
  },
  errors: {
    kind: 'string',
    pattern: [(value) => value instanceof RegExp || isText(value), 'a regular expression or a text'],
    level: 'error|critical',
    logger: TEXT,
    fingerprint: TEXT,
    window: 'any',
  },
  security: { kind: 'string', name: [isTexts, 'a name, or a list of them'], window: 'any' },
  health: { kind: 'string', check: TEXT },
  custom: { kind: 'string', read: 'function' },
};

/** What a condition of a kind can't do without. */
const NEEDED: Partial<Record<AlertCondition['kind'], readonly string[]>> = {
  value: ['metric'],
  history: ['metric', 'of', 'window'],
  sum: ['measurement'],
  duration: ['of'],
  burnRate: ['slo'],
  custom: ['read'],
};

/**
 * Checks a condition and copies it in its one form: patterns as dotted keys, times in ms, filters as texts, defaults filled in.
 *
 * @throws {TelemetryError} `RULE_INVALID` for a kind that there is not; `OPTION_UNKNOWN`, `OPTION_INVALID`; `EVENT_NAME_INVALID`.
 */
export function checkCondition(where: string, given: unknown): AlertCondition {
  if (!isRecord(given)) throw optionInvalid(`${where}: when`, given, 'a text, or a condition such as { kind: "errors" }');
  const { kind } = given;
  const at = `${where}: when`;
  if (typeof kind !== 'string' || !Object.hasOwn(RULES, kind)) {
    const near = typeof kind === 'string' ? nearest(kind, Object.keys(RULES)) : undefined;
    const fix = near ? `Did you mean "${near}"?` : `Kinds are ${Object.keys(RULES).join(', ')}`;
    throw new TelemetryError('RULE_INVALID', `${at} is of no kind that there is`, `Got ${show(kind)}`, fix);
  }
  const known = kind as AlertCondition['kind'];
  checkOptions(at, given, RULES[known]);
  for (const name of NEEDED[known] ?? []) if (given[name] === undefined) throw optionInvalid(`${at}: ${name}`, undefined, 'a value');
  return Object.freeze(complete(at, given as never));
}

function complete(at: string, given: AlertCondition): AlertCondition {
  switch (given.kind) {
    case 'value':
      return { kind: 'value', metric: given.metric, ...tagsOf(given) };
    case 'history':
      return { kind: 'history', metric: given.metric, ...tagsOf(given), of: given.of, window: windowOf(at, given.window) };
    case 'count':
    case 'rate':
    case 'absent':
      return { kind: given.kind, ...eventsOf(at, given), window: windowOf(at, given.window) };
    case 'sum':
      return { kind: 'sum', ...eventsOf(at, given), measurement: given.measurement, window: windowOf(at, given.window) };
    case 'duration':
      return { kind: 'duration', ...eventsOf(at, given), of: given.of, window: windowOf(at, given.window) };
    case 'errorRate':
      return { kind: 'errorRate', ...eventsOf(at, given), ...failuresOf(at, given), window: windowOf(at, given.window) };
    case 'burnRate':
      return { kind: 'burnRate', ...eventsOf(at, given), slo: given.slo, ...failuresOf(at, given), windows: windowsOf(at, given.windows) };
    case 'errors': {
      const { pattern, level, logger, fingerprint } = given;
      const kept = Object.entries({ pattern: patternOf(at, pattern), level, logger, fingerprint }).filter(
        ([, value]) => value !== undefined,
      );
      return { kind: 'errors', ...Object.fromEntries(kept), window: windowOf(at, given.window) };
    }
    case 'security': {
      const name = one([given.name ?? []].flat());
      return { kind: 'security', ...(name !== undefined && { name }), window: windowOf(at, given.window) };
    }
    case 'health':
      return { kind: 'health', ...(given.check !== undefined && { check: given.check }) };
    case 'custom':
      return { kind: 'custom', read: given.read };
  }
}

const windowOf = (at: string, window: unknown): number =>
  window === undefined ? DEFAULT_WINDOW_MS : parseDuration(`${at}: window`, window, MAX_WINDOW_MS);

function windowsOf(at: string, windows: readonly unknown[] | undefined): readonly [number, number] {
  if (windows === undefined) return DEFAULT_WINDOWS_MS as readonly [number, number];
  const [long, short] = windows.map((window) => parseDuration(`${at}: windows`, window, MAX_WINDOW_MS)) as [number, number];
  if (short >= long) throw optionInvalid(`${at}: windows`, windows, 'the longer one first');
  return Object.freeze([long, short] as const);
}

const tagsOf = ({ tags }: { readonly tags?: Readonly<Record<string, string>> }): { readonly tags?: Readonly<Record<string, string>> } =>
  tags === undefined || Object.keys(tags).length === 0 ? {} : { tags: { ...tags } };

const one = (texts: readonly string[]): string | readonly string[] | undefined => (texts.length > 1 ? Object.freeze([...texts]) : texts[0]);

interface OfEvents {
  readonly event: unknown;
  readonly filter?: Readonly<Record<string, unknown>>;
}

function eventsOf(
  at: string,
  { event, filter }: OfEvents,
): { readonly event: string | readonly string[]; readonly filter?: Readonly<Record<string, string>> } {
  const entries = Object.entries(filter ?? {}).map(([key, value]) => [key, String(value)] as const);
  return { event: patternsOf(`${at}: event`, event), ...(entries.length > 0 && { filter: Object.fromEntries(entries) }) };
}

const failuresOf = (at: string, { failures }: { readonly failures?: unknown }): { readonly failures?: string | readonly string[] } =>
  failures === undefined ? {} : { failures: patternsOf(`${at}: failures`, failures) };

/** A text, a tuple, or a list of these. A tuple is a list of texts without dots. */
function patternsOf(what: string, given: unknown): string | readonly string[] {
  const isTuple = Array.isArray(given) && given.length > 0 && given.every((part) => typeof part === 'string' && !part.includes('.'));
  const patterns = (isTuple ? [given] : [given].flat(1)).map((pattern: unknown) => {
    const key = Array.isArray(pattern) && pattern.every((part) => typeof part === 'string') ? keyOf(pattern) : pattern;
    const problem = typeof key === 'string' ? patternProblem(key) : 'an event, or a text such as "llm.request"';
    if (problem !== undefined) throw optionInvalid(what, pattern, problem);
    return key as string;
  });
  const found = one(patterns);
  if (found === undefined || patterns.length > MAX_LIST) throw optionInvalid(what, given, `1 to ${MAX_LIST} events`);
  return found;
}

function patternOf(at: string, pattern: RegExp | string | undefined): RegExp | string | undefined {
  if (!(pattern instanceof RegExp)) return pattern;
  if (pattern.source.length > MAX_PATTERN) throw optionInvalid(`${at}: pattern`, pattern.source, `at most ${MAX_PATTERN} characters`);
  return withoutState(checkPattern(pattern, `${at}: pattern`));
}
