import { CARD_STARTS, scanCard } from './cards';
import { ALNUM, CLASSES, codeAt, DIGIT, isOf, KEY_END, NAME, WORD } from './chars';
import type { Codes } from './codes';
import type { KeyReader } from './key-reader';
import { escapeSize, isDisguise } from './normalise';
import { isName, scanElement, scanFlag, scanPair } from './pairs';
import { scanPem, scanScheme } from './schemes';
import type { Spans } from './spans';
import { scanTelegram, scanToken, TOKEN_STARTS } from './tokens';
import { scanUserInfo } from './urls';

/** Kinds of characters for the search: these two, and the rest stops it. */
const BREAK = 0;
const LETTER = 1;
const STOP = 2;
const KINDS: Uint8Array = new Uint8Array(128);
for (let code = 0; code < 128; code++) KINDS[code] = CLASSES[code]! & ALNUM ? LETTER : BREAK;
for (const character of ':=<-%\\') KINDS[character.charCodeAt(0)] = STOP;

/** Whether a word that begins with these two characters may be more than a word. */
const BEGINNINGS: Uint8Array = new Uint8Array(1 << 14);
for (const start of [...TOKEN_STARTS, ...CARD_STARTS, 'be', 'Be', 'BE', 'ba', 'Ba', 'BA', 'bE', 'bA']) {
  BEGINNINGS[(start.charCodeAt(0) << 7) | start.charCodeAt(1)] = 1;
}

const COLON = 58;
const EQUALS = 61;
const LESS = 60;
const DASH = 45;
const SLASH = 47;

/**
 * Finds the secrets of a text in one pass from left to right: one look at each character, one more at the beginning of a
 * word. Each scanner looks back at most some dozen characters and goes on after what it has read, so the time is linear.
 *
 * @returns Whether the text has escapes or look-alike letters that hide something from this pass.
 */
export function scanText(text: Codes, spans: Spans, keys: KeyReader): boolean {
  // Tables are read through constants of the function: bundlers make those of a module variables.
  const { units } = text;
  const kinds = KINDS;
  const beginnings = BEGINNINGS;
  const last = text.length - 1;
  let isDisguised = false;
  let isInWord = false;
  for (let i = 0; i <= last; ) {
    const code = units[i]!;
    const kind = code < 128 ? kinds[code]! : BREAK;
    let next = i + 1;
    if (kind === LETTER) {
      if (!isInWord && i < last && beginnings[(code << 7) | (units[next]! & 127)] === 1) {
        next = scanWord(text, i, code, spans);
        isInWord = isLetter(units[next - 1]!);
      } else {
        // The 0 after the last character ends the run.
        for (let letter = units[next]!; letter < 128 && kinds[letter] === LETTER; letter = units[++next]!);
      }
    } else {
      isInWord = false;
      if (kind === STOP) {
        // What decides most cases is asked here: a call for each of a million marks is what takes long.
        if (code === COLON) {
          if (i < last && units[next] === SLASH && codeAt(text, i + 2) === SLASH) next = scanUserInfo(text, i, spans);
          else if (mayEndKey(units, i)) next = scanColon(text, i, spans, keys);
        } else if (code === EQUALS) {
          if (mayEndKey(units, i)) next = scanPair(text, i, spans, keys);
        } else if (code === DASH) {
          // A single dash joins words; two begin a flag or a PEM block.
          if (i < last && units[next]! === DASH) next = scanDashes(text, i, spans, keys);
        } else if (code === LESS) {
          if (i < last && isOf(units[next]!, NAME)) next = scanElement(text, i, spans, keys);
        } else if (!isDisguised && i < last) isDisguised = escapeSize(text, i) > 0;
        if (next > i + 1) isInWord = isLetter(units[next - 1]!);
      } else if (code > 127 && !isDisguised) isDisguised = isDisguise(code);
    }
    i = next;
  }
  return isDisguised;
}

const isLetter = (code: number): boolean => code < 128 && KINDS[code] === LETTER;
/** Whether there may be a key right before a position: more than the one letter that is no name. */
function mayEndKey(units: Uint16Array, at: number): boolean {
  if (at < 2) return false;
  const code = units[at - 1]!;
  if (code > 127) return true;
  const bits = CLASSES[code]!;
  return (bits & KEY_END) !== 0 && ((bits & WORD) === 0 || isName(units[at - 2]!));
}

function scanWord(text: Codes, at: number, code: number, spans: Spans): number {
  let next = at;
  // No card number has a slash: what begins like that is one of Google's tokens.
  if (code <= 57) next = text.units[at + 1] === SLASH ? at : scanCard(text, at, spans);
  else if ((code | 32) === 98) next = scanScheme(text, at, spans);
  if (next === at) next = scanToken(text, at, spans);
  return next > at ? next : at + 1;
}

function scanColon(text: Codes, at: number, spans: Spans, keys: KeyReader): number {
  const before = text.charCodeAt(at - 1);
  if (before >= 48 && before <= 57) {
    // A time of day, which is what most colons in logs are.
    if (isTwoDigits(text, at + 1) && isTwoDigits(text, at - 2)) return at + 3;
    const end = scanTelegram(text, at, spans);
    if (end > at) return end;
  }
  return scanPair(text, at, spans, keys);
}

function scanDashes(text: Codes, at: number, spans: Spans, keys: KeyReader): number {
  const end = scanPem(text, at, spans);
  return end === at + 2 ? scanFlag(text, end, spans, keys) : end;
}

/** Whether two digits, and no more of a word, follow. */
function isTwoDigits(text: Codes, at: number): boolean {
  if (at < 0 || at + 1 >= text.length) return false;
  return (
    isOf(text.charCodeAt(at), DIGIT) &&
    isOf(text.charCodeAt(at + 1), DIGIT) &&
    !(at + 2 < text.length && isOf(text.charCodeAt(at + 2), ALNUM))
  );
}
