import { isRecord } from '../../../core/options';

/** Where something stands in the content of a panel: `tables[0].rows[3]`. */
export type Place = string;

/** Why the content of a panel can't be shown. Its message is shown instead; never has a value of the content in it. */
export class PanelProblem extends Error {
  override readonly name: string = 'PanelProblem';
}

/** Of whatever was thrown: an application may throw a proxy that throws when it is looked at. */
export function isPanelProblem(error: unknown): error is PanelProblem {
  try {
    return error instanceof PanelProblem;
  } catch {
    return false;
  }
}

export const wrong = (place: Place, expected: string): PanelProblem => new PanelProblem(`${place} must be ${expected}`);

/**
 * What reads the fields of an object, whose others are mistakes.
 *
 * @throws {PanelProblem} for what is no object, or can't be read.
 */
export function readFields(given: unknown, place: Place, names: readonly string[]): (name: string) => unknown {
  const object = readable(place, () => (isRecord(given) ? given : undefined));
  if (object === undefined) throw wrong(place, `an object of ${names.join(', ')}`);
  const known = readable(place, () => Object.keys(object).every((key) => names.includes(key)));
  if (!known) throw wrong(place, `an object of ${names.join(', ')}, and has something else in it`);
  return (name) => readable(`${place}.${name}`, () => object[name]);
}

/** A list that is read place by place. */
interface Listed {
  readonly length: number;
  at(index: number): unknown;
}

/** @throws {PanelProblem} for what is none. */
export function isListed(given: unknown, place: Place): Listed {
  const length = readable(place, () => (Array.isArray(given) ? given.length : undefined));
  // That of a proxy may be anything.
  if (!Number.isSafeInteger(length) || (length as number) < 0) throw wrong(place, 'a list');
  return { length: length as number, at: (index) => readable(`${place}[${index}]`, () => (given as readonly unknown[])[index]) };
}

/** JSON has no others. */
export const shownNumber = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);

function readable<Value>(place: Place, run: () => Value): Value {
  try {
    return run();
  } catch {
    throw new PanelProblem(`${place} can't be read: a getter of it throws`);
  }
}
