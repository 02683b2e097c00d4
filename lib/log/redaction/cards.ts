import { ALNUM, codeAt, isOf } from './chars';
import type { Codes } from './codes';
import type { Spans } from './spans';

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const MIN = 13;
const MAX = 19;

/**
 * Masks a card number that begins at a digit: 13 to 19 digits in one run, or in groups of 4 to 6 (the last of 1 or more)
 * with single spaces or single dashes between, of a length its issuer uses, with a valid check digit. Looks at no more
 * than 24 characters of a grouped number, so a row of numbers costs the same per number; a longer run of digits is
 * passed over as a whole.
 *
 * @returns Where to go on.
 */
export function scanCard(text: Codes, at: number, spans: Spans): number {
  const { length } = text;
  let end = at;
  while (end < length && isDigit(text.charCodeAt(end))) end++;
  const isFraction = at > 1 && text.charCodeAt(at - 1) === 46 && isDigit(text.charCodeAt(at - 2));
  if (isFraction || end - at > MAX) return end;
  const found = cardEnd(text, at);
  return found > 0 ? spans.add(at, found) : end;
}

/** The digits of what a digit counts twice. */
const TWICE: Uint8Array = Uint8Array.of(0, 2, 4, 6, 8, 1, 3, 5, 7, 9);

/** Where the longest card number that begins here ends; 0 when there is none. */
function cardEnd(text: Codes, at: number): number {
  const { units } = text;
  const doubled = TWICE;
  // Which digits count twice depends on where the number ends: sums that end with one that counts once, and twice.
  let once = 0;
  let twice = 0;
  let digits = 0;
  let separator = 0;
  let found = 0;
  for (let i = at; digits <= MAX; ) {
    const begin = i;
    // The 0 after the last character ends every run.
    let code = units[i]!;
    for (; code >= 48 && code <= 57; code = units[++i]!) {
      const sum = twice + code - 48;
      twice = once + doubled[code - 48]!;
      once = sum;
      if (++digits > MAX) return found;
    }
    const group = i - begin;
    if (digits >= MIN && once % 10 === 0 && !isOf(code, ALNUM) && isIssued(text, at, digits)) found = i;
    if ((code !== 32 && code !== 45) || group < 4 || group > 6 || (separator !== 0 && separator !== code)) break;
    if (!isDigit(units[i + 1]!)) break;
    separator = code;
    i++;
  }
  return found;
}

/** First six digits of a number that may have separators. */
function beginning(text: Codes, at: number): number {
  let value = 0;
  for (let i = at, digits = 0; digits < 6; i++) {
    const code = codeAt(text, i);
    if (!isDigit(code)) continue;
    value = value * 10 + code - 48;
    digits++;
  }
  return value;
}

const isWithin = (value: number, low: number, high: number): boolean => value >= low && value <= high;

/** Whether an issuer gives out numbers that begin like this one and have its length. */
function isIssued(text: Codes, at: number, length: number): boolean {
  const six = beginning(text, at);
  const two = Math.floor(six / 1e4);
  const three = Math.floor(six / 1e3);
  const four = Math.floor(six / 100);
  if (isWithin(two, 40, 49)) return length === 13 || length === 16 || length === 19; // Visa
  if (isWithin(two, 51, 55) || isWithin(four, 2221, 2720)) return length === 16; // Mastercard
  if (two === 34 || two === 37) return length === 15; // American Express
  if (isWithin(three, 300, 305) || two === 36 || two === 38 || two === 39) return length === 14 || length === 16; // Diners Club
  return length >= 16 && (four === 6011 || two === 65 || two === 62 || isWithin(three, 644, 649) || isWithin(four, 3528, 3589)); // Discover, UnionPay, JCB
}

/** First two digits of every card number. */
export const CARD_STARTS: readonly string[] = Array.from({ length: 100 }, (_, two) => String(two)).filter((two) =>
  /^(?:2[2-7]|3[04-9]|4\d|5[1-5]|6[0245])$/.test(two),
);
