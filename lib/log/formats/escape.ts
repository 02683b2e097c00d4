import type { JsonValue } from '../record';

/**
 * What ends a line, drives a terminal, or reorders or hides what is read: controls (C0, DEL, C1), line and paragraph
 * separators, bidirectional controls, invisible spaces, the byte order mark, annotation marks, lone surrogates. The
 * joiners U+200C and U+200D stay: they are part of words and of emoji, and do none of that.
 */
const UNSAFE = /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

/** Printable ASCII, which is most text, needs no closer look. */
const PLAIN = /^[\x20-\x7e]*$/;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const escapeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Text for a line that people read: what is unsafe is shown as `\n`, `\r`, `\t` or `\uXXXX`. Backslashes stay as they
 * are, so that paths remain readable; a reader cannot tell an escape from text that looks like one.
 */
export const escapeText = (text: string): string =>
  PLAIN.test(text) ? text : text.replace(UNSAFE, (unit) => SHORT[unit] ?? escapeUnit(unit));

/** Compact JSON on one line with everything unsafe escaped; parsing gives an equal value back. */
export function safeJson(value: JsonValue): string {
  const text = JSON.stringify(value);
  return PLAIN.test(text) ? text : text.replace(UNSAFE, escapeUnit);
}

/** A value as text, not yet escaped: strings as they are, everything else as JSON. */
export const textOf = (value: JsonValue | undefined): string =>
  typeof value === 'string' ? value : value === undefined ? '' : safeJson(value);
