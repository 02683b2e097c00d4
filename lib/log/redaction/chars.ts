import type { Codes } from './codes';

/** Classes of ASCII characters, as bits, so that one table serves every scanner. */
export const ALNUM = 1;
/** Letters, digits, `_` and `-`: what most keys of services are made of. */
export const WORD = 2;
/** The characters of base64, both alphabets, with padding. */
export const BASE64 = 4;
/** What a bearer token is made of (RFC 6750), with `:` and `|`, which some issuers use. */
export const BEARER = 8;
export const DIGIT = 16;
export const HEX = 32;
/** What may stand in the name of a pair outside quotes. */
export const NAME = 64;
export const SPACE = 128;
/** What may end a value without quotes; whether it does is seen from what follows. */
export const VALUE_END = 256;
/** What ends the authority of a URL, or divides it. */
export const URL_PART = 512;
/** What may stand right before the `:` or `=` of a pair. */
export const KEY_END = 1024;

export const CLASSES: Uint16Array = new Uint16Array(128);
const mark = (characters: string, bits: number): void => {
  for (const character of characters) CLASSES[character.charCodeAt(0)]! |= bits;
};
mark('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', ALNUM | WORD | BASE64 | BEARER | NAME);
mark('_-', WORD | BASE64 | BEARER | NAME);
mark('+/=', BASE64 | BEARER);
mark('.~:|', BEARER);
mark('.$%\\', NAME);
mark('0123456789', DIGIT);
mark('0123456789abcdefABCDEF', HEX);
mark(' \t\r\n\v\f', SPACE);
mark(' \t\r\n\v\f"\'`,;&|)]}><\\', VALUE_END);
mark('"\'<>`/?#@:', URL_PART);
for (let code = 0; code <= 32; code++) CLASSES[code]! |= URL_PART;
mark(' \t"\'`]', KEY_END);
for (let code = 0; code < 128; code++) if (CLASSES[code]! & NAME) CLASSES[code]! |= KEY_END;

/** The character at a position; 0 where there is none. Reading past an end makes every later reading slow. */
export const codeAt = (text: Codes, at: number): number => (at >= 0 && at < text.length ? text.charCodeAt(at) : 0);

/** Whether a character is of a class; characters beyond ASCII are of no class. */
export const isOf = (code: number, bits: number): boolean => code < 128 && (CLASSES[code]! & bits) !== 0;

/** Where a run of characters of a class ends, or a limit of its length. */
export function skip(text: Codes, from: number, bits: number, most = 0x3fffffff): number {
  const { units, length } = text;
  const classes = CLASSES;
  const limit = most < length - from ? from + most : length;
  let i = from;
  for (; i < limit; i++) {
    const code = units[i]!;
    if (code > 127 || (classes[code]! & bits) === 0) break;
  }
  return i;
}

/** Whether a word stands at a position, in any case; the word is given in lower case and has letters only. */
export function isWordAt(text: Codes, at: number, word: string): boolean {
  if (at + word.length > text.length) return false;
  for (let i = 0; i < word.length; i++) if ((text.charCodeAt(at + i) | 32) !== word.charCodeAt(i)) return false;
  return true;
}
