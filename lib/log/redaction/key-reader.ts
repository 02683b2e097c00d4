import type { Codes } from './codes';
import type { KeyVerdict } from './keys';
import { SECRET_BEGINNINGS, SECRET_ENDINGS, SECRET_LAST, SECRET_PHRASES, SESSION_PHRASES } from './names';

/** Places for verdicts on keys found in texts; each holds the key that came last. */
const SLOTS = 512;

/** A letter as 1 to 26, everything else as 0. */
const LETTER: Uint8Array = new Uint8Array(128);
for (let i = 1; i <= 26; i++) LETTER[64 + i] = LETTER[96 + i] = i;

/** What is known about a key that stands in a text. */
export interface Reading {
  readonly verdict: KeyVerdict;
  /** The last word of a name of several: the words before it count. */
  readonly isLastWord: boolean;
  /** A secret when it is a parameter of a URL: signatures of signed URLs, and an OAuth code. */
  readonly isParameter: boolean;
  /** The name of a source file, as stack traces have it: a number after its colon is a line. */
  readonly isFile: boolean;
  /** Names whose values have several parts. */
  readonly name: 'cookie' | 'authorization' | '';
}

/** A key that was judged. Its characters are copied, since a slice would keep the whole text it was found in. */
interface Judged {
  readonly codes: Uint16Array;
  readonly reading: Reading;
}

const PLAIN: Reading = { verdict: 'plain', isLastWord: false, isParameter: false, isFile: false, name: '' };
const SOURCE_FILE = /\.(?:[cm]?[jt]sx?|py|rb|go|rs|java|kt|php|cs|vue|svelte)$/;
const PARAMETERS: ReadonlySet<string> = new Set(['sig', 'signature', 'code']);

/** Last words of names that have several: after these a verdict may need the words before. */
const LAST_WORDS = [
  'key',
  'keys',
  'id',
  'code',
  'codes',
  'number',
  'string',
  'phrase',
  'url',
  'uri',
  'answer',
  'account',
  'signature',
  'token',
  'card',
];

/**
 * Judges keys that stand in a text, by their place. A key goes to the real judge only when it has three letters in a row
 * with which a secret's name begins, and judgements are remembered, so that a text full of pairs costs some nanoseconds
 * per character.
 */
export class KeyReader {
  private readonly stems: Uint8Array = new Uint8Array(1 << 15);
  private readonly slots: (Judged | undefined)[] = new Array<Judged | undefined>(SLOTS).fill(undefined);

  /**
   * @param judge - Gives the verdict.
   * @param ownNames - More names the judge knows; `undefined` when it knows patterns, so that every key must be asked.
   */
  constructor(
    private readonly judge: (key: string) => KeyVerdict,
    ownNames: readonly string[] | undefined,
  ) {
    if (ownNames?.every((name) => /^[a-z]{3}/i.test(name))) {
      // The last word of a phrase always shows: it is what the key, or a word of it, begins with.
      const phrases = [
        ...SECRET_PHRASES,
        ...SECRET_LAST,
        ...SECRET_BEGINNINGS,
        ...SECRET_ENDINGS,
        ...SESSION_PHRASES,
        ...LAST_WORDS,
        'pass',
        'sid',
      ];
      for (const phrase of [...phrases, ...PARAMETERS]) this.stems[stemOf(phrase.slice(phrase.lastIndexOf(' ') + 1))] = 1;
      for (const name of ownNames) this.stems[stemOf(name)] = 1;
    } else this.stems.fill(1);
  }

  /** What is known about the key between two places of a text. */
  read(text: Codes, start: number, end: number): Reading {
    const { stems } = this;
    const { units } = text;
    const letters = LETTER;
    let stem = 0;
    let isSuspect = 0;
    let hash = 0;
    for (let i = end - 1; i >= start; i--) {
      const code = units[i]!;
      // Letters beyond ASCII, and escapes, may stand for any other.
      if (code > 127 || code === 37 || code === 92) isSuspect = 1;
      else {
        stem = (stem >> 5) | (letters[code]! << 10);
        isSuspect |= stems[stem]!;
      }
      hash = Math.imul(hash ^ code, 0x01000193);
    }
    if (isSuspect === 0) return PLAIN;
    const slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
    const known = this.slots[slot];
    if (known !== undefined && isSame(text, start, end, known.codes)) return known.reading;
    const key = text.slice(start, end);
    const reading = this.judged(key);
    const codes = new Uint16Array(key.length);
    for (let i = 0; i < codes.length; i++) codes[i] = key.charCodeAt(i);
    this.slots[slot] = { codes, reading };
    return reading;
  }

  private judged(key: string): Reading {
    const name = key.toLowerCase();
    return {
      verdict: this.judge(key),
      isLastWord: LAST_WORDS.includes(name),
      isParameter: PARAMETERS.has(name),
      isFile: SOURCE_FILE.test(name),
      name: /cookies?$/.test(name) ? 'cookie' : name.endsWith('authorization') ? 'authorization' : '',
    };
  }
}

function isSame(text: Codes, start: number, end: number, codes: Uint16Array): boolean {
  if (codes.length !== end - start) return false;
  const { units } = text;
  for (let i = 0; i < codes.length; i++) if (units[start + i] !== codes[i]) return false;
  return true;
}

/** The first three letters of a word as a number; a word of two letters ends with a gap. */
function stemOf(word: string): number {
  const letter = (i: number): number => LETTER[word.charCodeAt(i)] ?? 0;
  return (letter(0) << 10) | (letter(1) << 5) | letter(2);
}
