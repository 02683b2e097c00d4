import type { LevelLabel } from '../record';
import { lookup } from './lookup';

export type Style = 'dim' | LevelLabel;

/** Select Graphic Rendition parameters: the only controls this library ever sends to a terminal. */
const CODES: Readonly<Record<Style, string>> = {
  dim: '2',
  TRACE: '90',
  DEBUG: '36',
  INFO: '32',
  WARNING: '33',
  ERROR: '31',
  CRITICAL: '1;97;41',
};

export type Paint = (style: Style, text: string) => string;

/** Puts colours around texts, or nothing. The text must be escaped already. */
export const painter = (colors: boolean): Paint =>
  colors ? (style, text) => (text === '' ? '' : `\x1b[${lookup(CODES, style) ?? '0'}m${text}\x1b[0m`) : (_style, text) => text;

/**
 * Whether output should be coloured. The first that applies decides: `NO_COLOR` (any non-empty value) says no,
 * `FORCE_COLOR` (non-empty) says yes, or no when it is `0`, `TERM=dumb` says no, then what the stream is.
 *
 * @param env - Environment variables, such as `process.env`.
 * @param stream - Where the output goes, such as `process.stdout`.
 *
 * @example
 * usesColors({ NO_COLOR: '1', FORCE_COLOR: '1' }, { isTTY: true }); // => false
 */
export function usesColors(env: Readonly<Record<string, string | undefined>>, stream: { readonly isTTY?: boolean }): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0';
  return env.TERM !== 'dumb' && stream.isTTY === true;
}
