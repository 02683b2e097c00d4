import { ENVIRONMENTS, toEnvironment } from './environment';
import { LOG_FORMATS, parseFormat } from './format';
import { LEVEL_WORDS, parseLevel, parseLevels } from './levels';
import { accept, acceptWord, findWord, type Parsed, refuse, suggest, textOf, UNPRINTABLE } from './parsed';
import type { ConfigRow, KindName } from './row';

interface Kind {
  /** Takes the text of a variable as well as a value of the row's own type. */
  readonly parse: (value: unknown, row: ConfigRow) => Parsed;
  /** What is allowed, in the words of errors and of the README. */
  readonly allowed: (row: ConfigRow) => string;
}

/** How each kind of value is read. */
export const KINDS: Readonly<Record<KindName, Kind>> = {
  text: { parse: (value) => parseText(value, /^.{1,128}$/u), allowed: () => 'one line of at most 128 characters' },
  path: { parse: (value) => parseText(value, /^.{1,1024}$/u), allowed: () => 'a path of at most 1,024 characters' },
  url: { parse: parseUrl, allowed: () => 'an address that begins with https:// (on this machine also http://), without a user name' },
  token: { parse: (value) => parseText(value, /^[\x21-\x7e]{8,512}$/), allowed: () => '8 to 512 printable characters without spaces' },
  field: {
    parse: (value) => parseText(value, /^(?!__proto__$)[A-Za-z_@][\w.-]{0,63}$/),
    allowed: () => 'a key of at most 64 letters, digits, `_`, `-`, `.`, beginning with a letter, `_` or `@`',
  },
  flag: { parse: parseFlag, allowed: () => 'true, false (or 1, 0, yes, no, on, off)' },
  integer: { parse: parseInteger, allowed: ({ min, max }) => `a whole number from ${grouped(min)} to ${grouped(max)}` },
  bytes: {
    parse: parseBytes,
    allowed: ({ min, max }) => `whole bytes from ${grouped(min)} to ${grouped(max)}, or with a unit such as 512KB, 50MB, 1.5GB`,
  },
  mode: { parse: parseMode, allowed: ({ min = 0 }) => `three octal digits such as 0640, at least ${octal(min)}` },
  level: { parse: parseLevel, allowed: () => LEVEL_WORDS },
  levels: { parse: parseLevels, allowed: () => `name=level, with the levels ${LEVEL_WORDS}` },
  choice: {
    parse: (value, { of = [] }) => acceptWord(value, findWord(value, of), of),
    allowed: ({ of = [] }) => of.join(', '),
  },
  format: {
    parse: parseFormat,
    allowed: () => `${LOG_FORMATS.join(', ')}, or a pattern such as %(asctime)s - %(levelname)s - %(message)s`,
  },
  environment: { parse: (value) => acceptWord(value, toEnvironment(value), ENVIRONMENTS), allowed: () => ENVIRONMENTS.join(', ') },
};

const TRUE: readonly string[] = ['true', '1', 'yes', 'on'];
const FALSE: readonly string[] = ['false', '0', 'no', 'off'];

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

const grouped = (value = 0): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

function parseText(value: unknown, shape: RegExp): Parsed {
  const text = textOf(value);
  return shape.test(text) && !UNPRINTABLE.test(text) ? accept(text) : refuse(value);
}

/** What is on the machine itself: plain http goes nowhere else. */
const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** Takes the address as it was written; what a URL says is judged by what it is read as, since its text can look like another host. */
function parseUrl(value: unknown): Parsed {
  const text = textOf(value);
  if (!/^https?:\/\/[\x21-\x7e]{1,1024}$/i.test(text) || !URL.canParse(text)) return refuse(value);
  const { protocol, hostname, username, password } = new URL(text);
  const isSafe = username === '' && password === '' && (protocol === 'https:' || LOOPBACK.includes(hostname));
  return isSafe ? accept(text) : refuse(value);
}

function parseFlag(value: unknown): Parsed {
  const word = typeof value === 'boolean' ? String(value) : textOf(value).toLowerCase();
  if (TRUE.includes(word)) return accept(true);
  return FALSE.includes(word) ? accept(false) : refuse(value, suggest(value, [...TRUE, ...FALSE]));
}

function parseInteger(value: unknown, row: ConfigRow): Parsed {
  const number = typeof value === 'number' ? value : /^\d{1,16}$/.test(textOf(value)) ? Number(textOf(value)) : Number.NaN;
  return isWithin(number, row) ? accept(number) : refuse(value);
}

/** Reads `50MB` and the like; K, M and G are powers of 1,024 with and without `B` or `iB`. */
function parseBytes(value: unknown, row: ConfigRow): Parsed {
  const [, count, unit = ''] = /^(\d{1,16}(?:\.\d{1,3})?) ?(?:([kmg])(?:i?b)?|b)?$/i.exec(textOf(value)) ?? [];
  const number = typeof value === 'number' ? value : Number(count) * UNITS[unit.toLowerCase()]!;
  return isWithin(number, row) ? accept(number) : refuse(value);
}

/** Reads permissions: octal text, or a number as JavaScript has it. */
function parseMode(value: unknown, { min = 0 }: ConfigRow): Parsed {
  const mode =
    typeof value === 'number' ? value : /^(?:0o?)?[0-7]{3}$/.test(textOf(value)) ? Number.parseInt(textOf(value).slice(-3), 8) : -1;
  const isMode = Number.isInteger(mode) && mode >= 0 && mode <= 0o777;
  return isMode && (mode & min) === min ? accept(mode) : refuse(value);
}

/** Permissions as `chmod` reads them. */
export const octal = (mode: number): string => `0${mode.toString(8).padStart(3, '0')}`;

const isWithin = (number: number, { min = 0, max = Number.MAX_SAFE_INTEGER }: ConfigRow): boolean =>
  Number.isInteger(number) && number >= min && number <= max;
