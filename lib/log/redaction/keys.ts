import {
  ABOUT_AFTER,
  ABOUT_BEFORE,
  PASS_OWNERS,
  SECRET_BEGINNINGS,
  SECRET_ENDINGS,
  SECRET_LAST,
  SECRET_PHRASES,
  SESSION_PHRASES,
  TEXT_TOKEN_BEFORE,
} from './names';
import { normaliseKey } from './normalise';

/** What a key says about its value. */
export type KeyVerdict = 'plain' | 'secret' | 'session';

const WORD = /[\p{Lu}]+(?![\p{Ll}])|[\p{Lu}]?[\p{Ll}\p{Lo}\p{Lm}]+|[\p{Lu}]/gu;
const LETTERS = /\p{L}+/gu;
const NOT_LETTERS = /\P{L}+/gu;
/** Longest phrase, in words. */
const MAX_PHRASE = 4;
/** Keys of more words are judged by this many from each end. */
const MAX_WORDS = 24;

const squash = (phrase: string): string => normaliseKey(phrase).replace(NOT_LETTERS, '').toLowerCase();
const PHRASES: ReadonlySet<string> = new Set(SECRET_PHRASES.map(squash));
const LAST: ReadonlySet<string> = new Set(SECRET_LAST);
const SESSIONS: ReadonlySet<string> = new Set(SESSION_PHRASES.map(squash));
const SQUASHED_IDS: readonly string[] = ['sessionid', 'sessionids'];

/**
 * Judges a key by its built-in names alone, at any spelling: camelCase, snake_case, kebab-case, dots, spaces, any case,
 * full-width letters, invisible characters, percent- or `\u`-encoded once. Keys *about* a secret (`password_length`,
 * `has_token`, `max_tokens`) are plain. About 0.5 µs; callers cache. Never throws.
 *
 * @example
 * judgeKey('X-Api-Key'); // => 'secret'
 * judgeKey('max_tokens'); // => 'plain'
 * judgeKey('sessionId'); // => 'session'
 */
export function judgeKey(key: string): KeyVerdict {
  const name = normaliseKey(key);
  const words = wordsOf(name, WORD);
  const verdict = judgeWords(words);
  if (verdict !== 'plain') return verdict === 'about' ? 'plain' : verdict;
  // `pAsSwOrD` is one word in odd case rather than four: read it again without the case.
  const runs = wordsOf(name, LETTERS);
  const second = runs.length === words.length ? 'plain' : judgeWords(runs);
  return second === 'about' ? 'plain' : second;
}

const wordsOf = (name: string, pattern: RegExp): readonly string[] => {
  const words = (name.match(pattern) ?? []).map((word) => word.toLowerCase());
  return words.length > MAX_WORDS ? [...words.slice(0, MAX_WORDS / 2), ...words.slice(-MAX_WORDS / 2)] : words;
};

/** The verdict on words; `about` when they name a secret, but only to say something about it. */
function judgeWords(words: readonly string[]): KeyVerdict | 'about' {
  let isAbout = false;
  for (let i = 0; i < words.length; i++) {
    let phrase = '';
    let end = -1;
    for (let j = i; j < words.length && j < i + MAX_PHRASE; j++) {
      phrase += words[j];
      if (SESSIONS.has(phrase)) return 'session';
      if (PHRASES.has(phrase)) end = j;
    }
    if (end < 0 && isSecretWord(words, i)) end = i;
    if (end < 0) continue;
    if (!isAboutSecret(words, i, end)) return 'secret';
    isAbout = true;
  }
  const only = words.length === 1 ? words[0]! : '';
  if (only === 'sid' || SQUASHED_IDS.some((id) => only.endsWith(id))) return 'session';
  return isAbout ? 'about' : 'plain';
}

/** Whether a word that is no phrase is a secret's name where it stands. */
function isSecretWord(words: readonly string[], i: number): boolean {
  const word = words[i]!;
  if (word === 'pass') return i === words.length - 1 && (i === 0 || PASS_OWNERS.has(words[i - 1]!));
  if (LAST.has(word)) return i === words.length - 1;
  if (word.length < 6) return false;
  if (SECRET_ENDINGS.some((ending) => word.endsWith(ending))) return !TEXT_TOKEN_BEFORE.has(word.slice(0, -'token'.length));
  return SECRET_BEGINNINGS.some((start) => word.startsWith(start) && !saysAbout(word.slice(start.length)));
}

function isAboutSecret(words: readonly string[], start: number, end: number): boolean {
  const before = words[start - 1];
  const after = words[end + 1];
  if (words[0] !== undefined && start > 0 && ABOUT_BEFORE.has(words[0])) return true;
  if (before !== undefined && words[start] === 'token' && TEXT_TOKEN_BEFORE.has(before)) return true;
  if (after === undefined) return false;
  const phrase = words[end]!;
  // The id of a token or a key names it; the id of a secret or an access key is half of it.
  if (after === 'id') return end === words.length - 2 && phrase !== 'secret' && phrase !== 'cookie' && words[start] !== 'access';
  // What follows the phrase may be a secret again: `token_secret` is judged there.
  return saysAbout(after) && !(words.length > end + 2 && PHRASES.has(words[words.length - 1]!));
}

const saysAbout = (word: string): boolean =>
  ABOUT_AFTER.has(word) || (word.length > 4 && word.endsWith('ed') && word !== 'encrypted' && word !== 'hashed' && word !== 'encoded');

/**
 * Makes the judge of a redactor: the built-in names, names of its own, and names that are exempt. Names are compared as
 * whole keys at any spelling; patterns are tested against the key as it was written, cut after 256 characters.
 *
 * @param keys - Names and patterns that are secret too.
 * @param allowKeys - Names that never are; they win.
 * @example
 * keyJudge(['badge'], ['authToken'])('auth_token'); // => 'plain'
 */
export function keyJudge(keys: readonly (string | RegExp)[], allowKeys: readonly string[]): (key: string) => KeyVerdict {
  const names = new Set(keys.filter((key) => typeof key === 'string').map(wholeName));
  const patterns = keys.filter((key) => typeof key !== 'string').map((key) => new RegExp(key.source, key.flags.replace(/[gy]/g, '')));
  const allowed = new Set(allowKeys.map(wholeName));
  if (names.size === 0 && patterns.length === 0 && allowed.size === 0) return judgeKey;
  return (key) => {
    const name = wholeName(key);
    if (allowed.has(name)) return 'plain';
    return names.has(name) || patterns.some((pattern) => pattern.test(key.slice(0, 256))) ? 'secret' : judgeKey(key);
  };
}

/** A key without its spelling; digits count, since `key1` and `key2` are two names. */
const wholeName = (key: string): string => {
  const name = normaliseKey(key).toLowerCase();
  return name.replace(/[^\p{L}\p{N}]+/gu, '') || name;
};
