import { nearest } from '../core/show';

/** One mistake in a value. */
export interface Flaw {
  /** The wrong part, or all of it; printed by `show`. */
  readonly got: unknown;
  /** What was probably meant. */
  readonly near?: string | undefined;
  /** What is allowed, where it differs from what the row says. */
  readonly allowed?: string | undefined;
}

/** What a parser makes of a value: the value of the row, or everything that is wrong. */
export type Parsed = { readonly value: unknown } | { readonly flaws: readonly Flaw[] };

/** What breaks a line, hides in it or reorders it. Joiners are parts of words and of emoji. */
export const UNPRINTABLE: RegExp = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]|[^\P{Cf}\u200c\u200d]/u;

export const accept = (value: unknown): Parsed => ({ value });

export const refuse = (got: unknown, near?: string, allowed?: string): Parsed => ({ flaws: [{ got, near, allowed }] });

/** The text of a value, without the space around it; empty for what is no text. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

/** The one of several words that a value is, in any case. */
export const findWord = (value: unknown, words: readonly string[]): string | undefined =>
  words.find((word) => word === textOf(value).toLowerCase());

/** Takes what was found for a word; `words` are what may have been meant. */
export const acceptWord = (value: unknown, word: string | undefined, words: readonly string[]): Parsed =>
  word === undefined ? refuse(value, suggest(value, words)) : accept(word);

/**
 * The word that was probably meant: one within two edits, else one that is abbreviated or lengthened, as `prod` and
 * `testing` are.
 */
export function suggest(value: unknown, words: readonly string[]): string | undefined {
  const word = textOf(value).toLowerCase();
  return (
    nearest(
      word,
      words.filter(({ length }) => length > 2),
    ) ?? words.find((candidate) => isStemOf(word, candidate))
  );
}

function isStemOf(word: string, candidate: string): boolean {
  let same = 0;
  while (same < word.length && word[same] === candidate[same]) same++;
  return same >= 3 && (same === candidate.length || same >= word.length - 2);
}
