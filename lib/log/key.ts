import { LOOKAHEAD_CHARS } from './limits';
import { quote } from './quote';
import type { KeyVerdict, Redactor } from './redaction/redactor';

/** What is known of a key, wherever it stands. */
export interface KeyInfo {
  /** How it is written, without quotes; differs from the key where that is too long or dangerous. */
  readonly name: string;
  /** `,"name":`, ready to be written. */
  readonly text: string;
  /** Bytes of `text`, at most. */
  readonly size: number;
  readonly verdict: KeyVerdict;
  /** A name that a careless merge would take for a prototype when its value is an object. */
  readonly isDangerous: boolean;
}

const MAX_KEYS_KNOWN = 5000;
const MAX_KEY_CHARS = 256;

/** Looks keys up once and remembers what was found. */
export class Keys {
  private readonly known = new Map<string, KeyInfo>();
  private readonly redactor: Redactor;

  constructor(redactor: Redactor) {
    this.redactor = redactor;
  }

  of(key: string): KeyInfo {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const name = this.nameOf(key);
    const text = keyText(name);
    const info: KeyInfo = {
      name,
      text,
      size: sizeOf(text),
      verdict: this.redactor.verdict(key.slice(0, MAX_KEY_CHARS)),
      isDangerous: key === 'constructor' || key === 'prototype',
    };
    // Keys made of data would otherwise fill it; long ones are not worth their place.
    if (this.known.size >= MAX_KEYS_KNOWN) this.known.clear();
    if (key.length <= MAX_KEY_CHARS) this.known.set(key, info);
    return info;
  }

  /** Keys may be data, too: they are cut and searched for secrets like text. */
  private nameOf(key: string): string {
    const text = this.redactor.text(key.length > MAX_KEY_CHARS ? key.slice(0, MAX_KEY_CHARS + LOOKAHEAD_CHARS) : key);
    const name = text.length > MAX_KEY_CHARS ? `${text.slice(0, MAX_KEY_CHARS)}… [${key.length} chars]` : text;
    return name === '__proto__' ? '__proto___' : name;
  }
}

export const keyText = (name: string): string => `,${quote(name)}:`;

/** How many bytes a text takes at most. */
export const sizeOf = (text: string): number => (ASCII.test(text) ? text.length : text.length * 3);
const ASCII = /^[\x20-\x7e]*$/;

/** The key that says how much was left out. */
export const MORE = '…';

export const moreText = (count: number): string => `${keyText(MORE)}"[+${count} more]"`;

/** The name itself, or with as many underscores as it takes to be new; it is taken from then on. */
export function claim(taken: Set<string>, name: string): string {
  let free = name;
  while (taken.has(free)) free += '_';
  taken.add(free);
  return free;
}
