import { accept, acceptWord, type Flaw, findWord, type Parsed, refuse, suggest, UNPRINTABLE } from './parsed';

/** The named formats of log lines. */
export const LOG_FORMATS: readonly string[] = ['json', 'text', 'pretty', 'minimal', 'combined'];

/** What a pattern may name, as in `%(message)s`: Python's names where there is one, and this library's own. */
export const PATTERN_NAMES: readonly string[] = [
  'asctime',
  'created',
  'msecs',
  'name',
  'levelname',
  'levelno',
  'message',
  'module',
  'funcName',
  'function',
  'lineno',
  'line',
  'process',
  'processName',
  'thread',
  'threadName',
  'hostname',
  'instance',
  'port',
  'app',
  'environment',
  'request_id',
  'trace_id',
  'span_id',
  'error_id',
  'error_type',
  'event_name',
  'fields',
  'exception',
];

const MAX_LENGTH = 1000;
const MAX_WIDTH = 1000;

/** `%%`, Python's `%(levelname)-8s` in its parts, the name of a broken one, or a per cent sign that is neither. */
const PLACEHOLDER = /%(?:%|\((?<name>[^)]*)(?:\)(?<conversion>[-0]*(?<width>\d*)(?:\.(?<precision>\d+))?[sdif])?)?)?/g;

/**
 * Reads a format's name in any case, or a pattern, which is any text with `%(`. What passes here is what the log's
 * pattern format takes; it is checked here so that it is named among the other problems.
 */
export function parseFormat(value: unknown): Parsed {
  const text = typeof value === 'string' ? value.trim() : '';
  if (text.includes('%(')) return parsePattern(text);
  return acceptWord(value, findWord(value, LOG_FORMATS), LOG_FORMATS);
}

function parsePattern(pattern: string): Parsed {
  if (pattern.length > MAX_LENGTH || UNPRINTABLE.test(pattern.replaceAll('\t', ' '))) {
    return refuse(pattern, undefined, `one line of at most ${MAX_LENGTH} characters`);
  }
  const flaws = [...pattern.matchAll(PLACEHOLDER)].flatMap((match) => flawOf(match) ?? []);
  return flaws.length > 0 ? { flaws } : accept(pattern);
}

function flawOf({ 0: got, groups: { name, conversion, width, precision } = {} }: RegExpMatchArray): Flaw | undefined {
  if (got === '%%') return undefined;
  if (name === undefined) return { got, near: '%%', allowed: 'a placeholder such as %(message)s, or %% for a per cent sign' };
  if (!PATTERN_NAMES.includes(name)) {
    const near = suggest(name, PATTERN_NAMES);
    return { got, near: near && `%(${near})s`, allowed: `%(…)s of ${PATTERN_NAMES.join(', ')}` };
  }
  if (conversion === undefined) return { got, near: `%(${name})s`, allowed: 's, d, i or f after the parenthesis' };
  return Math.max(Number(width), Number(precision ?? 0)) > MAX_WIDTH ? { got, allowed: `a width of at most ${MAX_WIDTH}` } : undefined;
}
