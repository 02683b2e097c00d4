/** What stands for a part that varies, as in the templates of log miners (He et al., Drain, 2017). */
export const VARIABLE: string = '<*>';

const EMAIL = /^[^@]+@[^@]+\.[A-Za-z][A-Za-z-]*$/;
/** Absolute, relative by dots, of the home directory, of a drive. */
const ROOTED = /^(?:\.{0,2}|~)[\\/].|^[A-Za-z]:[\\/]|^file:/;
const FILE_NAME = /\.[A-Za-z][A-Za-z0-9]{0,4}(?::\d+)*$/;
/** Addresses of IPv6, with their zone, and of network cards. */
const COLONS = /^[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(?:%[A-Za-z0-9]+)?$/;
const UUID = /^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;
const HEX_WORD = /^[A-Fa-f]{8,}$/;
/** So many letters and signs, of both cases and with a digit, are a token, not a name with a number. */
const TOKEN_LETTERS = 16;

/** Whether `<*>` stands here. */
export const isVariable = (text: string, at: number): boolean => text.startsWith(VARIABLE, at);

/** Most words, which need no further look: nothing but letters, and too few to be hexadecimal. */
const PLAIN = /^[A-Za-z]{1,7}$/;

/** A word with `<*>` for what varies in it, which may be all of it. */
export function variesIn(word: string): string {
  if (PLAIN.test(word)) return word;
  return isAllVariable(word) ? VARIABLE : withoutNumbers(word);
}

function isAllVariable(word: string): boolean {
  if (word.includes('://') || isPath(word) || isToken(word)) return true;
  return EMAIL.test(word) || COLONS.test(word) || UUID.test(word) || HEX_WORD.test(word);
}

/** Rooted, or of three folders, or of one with a file that has an ending. `and/or` and `HTTP/1.1` are none. */
function isPath(word: string): boolean {
  if (ROOTED.test(word)) return true;
  const first = word.search(/[\\/]/);
  if (first === -1) return false;
  return /[\\/]/.test(word.slice(first + 1)) || FILE_NAME.test(word);
}

function isToken(word: string): boolean {
  if (word.length <= TOKEN_LETTERS) return false;
  const letters = word.length - (word.match(/\d/g)?.length ?? 0);
  return letters >= TOKEN_LETTERS && /\d/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word);
}

/** What may stand between numbers that are one thing. */
const JOINTS = '.:,_%+-';

/**
 * Letters and digits in a row with at least one digit, and further such rows behind one sign, are one thing:
 * `10.0.0.7:5432`, `2026-01-31T12:00:00.5Z`, `-1.5e-7`. Each character is looked at once.
 */
function withoutNumbers(word: string): string {
  let out = '';
  /** The end of the last row if that was replaced. */
  let replacedUntil = -2;
  const first = (word[0] === '-' || word[0] === '+') && isDigit(word.charCodeAt(1)) ? 1 : 0;
  for (let at = first; at < word.length; ) {
    const start = at;
    let hasDigit = false;
    for (; at < word.length && isAlphanumeric(word.charCodeAt(at)); at++) hasDigit ||= isDigit(word.charCodeAt(at));
    if (!hasDigit) out += at === start ? word[at++] : word.slice(start, at);
    else {
      const isJoined = replacedUntil === start - 1 && JOINTS.includes(word[start - 1]!);
      out = isJoined ? out.slice(0, -1) : out + VARIABLE;
      replacedUntil = at;
    }
  }
  return out;
}

export const isDigit = (code: number): boolean => code >= 48 && code <= 57;
export const isAlphanumeric = (code: number): boolean => isDigit(code) || ((code | 32) >= 97 && (code | 32) <= 122);
