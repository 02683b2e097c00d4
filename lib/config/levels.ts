import { LEVELS, toLevel } from '../core/level';
import { isRecord } from '../core/options';
import { accept, acceptWord, type Flaw, type Parsed, refuse, suggest, textOf } from './parsed';

/** What can name a logger: dotted words. `__proto__` could, but not in an object that others copy. */
const LOGGER = /^(?!__proto__$)[\w$-]{1,64}(?:\.[\w$-]{1,64}){0,7}$/;
const MAX_LOGGERS = 1000;

const WORDS: readonly string[] = [...LEVELS, 'warning', 'fatal', 'off'];

export const LEVEL_WORDS: string = LEVELS.join(', ');

export const parseLevel = (value: unknown): Parsed => acceptWord(value, toLevel(textOf(value)), WORDS);

/** Reads `{ 'coder.llm': 'debug' }` or `coder.llm=debug,my_app.bot=warn`. Of a name given twice the last one holds. */
export function parseLevels(value: unknown): Parsed {
  const pairs = typeof value === 'string' ? entries(value).map(splitPair) : isRecord(value) ? Object.entries(value) : undefined;
  if (pairs === undefined || (pairs.length === 0 && typeof value === 'string')) return refuse(value);
  if (pairs.length > MAX_LOGGERS) return refuse(value, undefined, `at most ${MAX_LOGGERS} loggers`);
  const flaws: Flaw[] = [];
  const levels = pairs.map(([name, word]) => {
    if (!LOGGER.test(name)) flaws.push({ got: name, allowed: 'a logger name such as coder.llm' });
    const level = toLevel(word);
    if (level === undefined) flaws.push(pairFlaw(name, word));
    return [name, level] as const;
  });
  return flaws.length > 0 ? { flaws } : accept(Object.freeze(Object.fromEntries(levels)));
}

/**
 * One half of a variable that holds the level for all and those of single loggers: `info,coder.llm=debug`.
 *
 * @returns `undefined` when the text says nothing about that half.
 */
export function halfOf(text: string, half: 'all' | 'named'): string | undefined {
  const all = entries(text);
  const chosen = all.filter((entry) => entry.includes('=') === (half === 'named'));
  // Commas alone must not pass as "not set".
  if (all.length === 0 && half === 'all') return text;
  return chosen.length > 0 ? chosen.join(',') : undefined;
}

function pairFlaw(name: string, word: unknown): Flaw {
  const near = suggest(word, WORDS);
  return { got: typeof word === 'string' ? `${name}=${word}` : word, near: near && `${name}=${near}` };
}

const entries = (text: string): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

function splitPair(entry: string): readonly [name: string, level: string] {
  const at = entry.indexOf('=');
  return at < 0 ? [entry, ''] : [entry.slice(0, at).trim(), entry.slice(at + 1).trim()];
}
