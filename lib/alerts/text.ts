import { quietly } from '../core/quietly';
import type { AlertsHost } from './host';

/** Control characters, line ends of all kinds, and what changes the direction of writing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;

/** Cuts a text at so many characters, without leaving half of one behind. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 2);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return `${text.slice(0, isHalf ? most - 2 : most - 1)}…`;
}

/** One line for people: redacted, without control characters, at most so long. Never throws. */
export function lineOf(host: AlertsHost, text: string, most: number): string {
  // Redaction looks at no more than can be shown, with room for what it takes out.
  const redacted = quietly(() => host.redact(text.slice(0, 4 * most + 256)));
  return typeof redacted === 'string' ? cut(redacted.replace(UNPRINTABLE, ' ').trim(), most) : '';
}

const UNITS = [
  ['d', 864e5],
  ['h', 36e5],
  ['min', 6e4],
  ['s', 1e3],
] as const;

/** How long something took, in its two largest units: `12 min`, `1 h 5 min`, `300 ms`. From a second on in whole seconds, rounded. */
export function spanOf(exactMs: number): string {
  const whole = Math.max(0, Math.round(exactMs));
  if (whole < 1000) return `${whole} ms`;
  const ms = Math.round(exactMs / 1000) * 1000;
  const at = UNITS.findIndex(([, size]) => ms >= size);
  const [unit, size] = UNITS[at]!;
  const most = `${Math.floor(ms / size)} ${unit}`;
  const next = UNITS[at + 1];
  const rest = next === undefined ? 0 : Math.floor((ms % size) / next[1]);
  return rest === 0 ? most : `${most} ${rest} ${next![0]}`;
}

/** `2026-01-01 10:00:10 UTC` */
export const timeText = (time: number): string => `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
