import { hashOf } from './hash';

/** Stands for what is not tracked one by one; nothing else has this fingerprint. */
export const OVERFLOW_FINGERPRINT: string = '000000000000';

const FINGERPRINT = /^[0-9a-f]{12}$/;
const DEFAULT = /^\{\{ ?default ?\}\}$/;
const MAX_ITEMS = 16;
const MAX_ITEM = 1024;

/**
 * Makes a fingerprint of what a program gave as one: a text, or a list of texts in which `'{{ default }}'` stands for the
 * fingerprint it would have had otherwise. Exactly 12 hexadecimal digits in lower case are taken as they are.
 * Never throws, whatever it is given.
 *
 * @returns `undefined` if that is no fingerprint: empty, not a text, or unreadable.
 */
export function overrideOf(given: unknown, otherwise: string): string | undefined {
  if (given === undefined) return undefined;
  try {
    const items: readonly unknown[] = Array.isArray(given) ? Array.from(given.slice(0, MAX_ITEMS)) : [given];
    if (items.length === 0 || !items.every((item) => typeof item === 'string') || items.join('') === '') return undefined;
    const texts = (items as readonly string[]).map((item) => (DEFAULT.test(item) ? otherwise : item.slice(0, MAX_ITEM)));
    const [only] = texts;
    const isOne = texts.length === 1 && FINGERPRINT.test(only!) && only !== OVERFLOW_FINGERPRINT;
    return isOne ? only : hashOf(texts);
  } catch {
    return undefined;
  }
}
