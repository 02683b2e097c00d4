/** Accounts of lines and notifications: whether everything that was taken in is accounted for. */
import { count } from '../format';

/** What something was given, and what became of it. */
export interface Reckoned {
  readonly isRight: boolean;
  /** `1,204 = 1,200 written + 4 queued + 0 dropped`; where it does not add up, `≠`. */
  readonly text: string;
  /** How many are unaccounted for; negative: counted twice. */
  readonly missing: number;
}

/** @param parts - What became of it, by name. */
export function reckon(accepted: number, parts: readonly (readonly [name: string, value: number])[]): Reckoned {
  const sum = parts.reduce((all, [, value]) => all + value, 0);
  const isRight = sum === accepted;
  const text = parts.map(([name, value]) => `${count(value)} ${name}`).join(' + ');
  return { isRight, text: `${count(accepted)} ${isRight ? '=' : '≠'} ${text}`, missing: accepted - sum };
}

/** All of a table of counts together. */
export const total = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((all, value) => all + value, 0);

/** A table of counts in words, the largest first: `overflow 12, refused 3`. Empty for none. */
export const reasons = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .filter(([, value]) => value !== 0)
    .sort(([, one], [, other]) => other - one)
    .map(([name, value]) => `${name} ${count(value)}`)
    .join(', ');
