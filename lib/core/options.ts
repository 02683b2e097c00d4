import { refusal, TelemetryError } from './errors';
import { nearest, show } from './show';

/**
 * What an option accepts, in the words of its error: `string`, `boolean`, `function`, `object`, `strings` (a list),
 * `any`, alternatives such as `throw|replace`, or a predicate with words of its own.
 */
export type OptionRule = string | readonly [accepts: (value: unknown) => boolean, expected: string];

/**
 * Refuses option bags with unknown names or wrong types, so that a typo never passes in silence.
 * `undefined` counts as absent everywhere.
 *
 * @param where - Whose options these are; begins the message.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, with the nearest name; `OPTION_INVALID`, with what is accepted.
 */
export function checkOptions(where: string, options: unknown, rules: Readonly<Record<string, OptionRule>>): void {
  if (options === undefined) return;
  if (!isRecord(options)) throw optionInvalid(where, options, 'an object of options');
  const names = Object.keys(rules);
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) {
      const near = nearest(name, names);
      throw new TelemetryError(
        'OPTION_UNKNOWN',
        `${where} has no option ${show(name)}`,
        near ? `Did you mean "${near}"?` : 'It would have no effect',
        `Options are ${names.join(', ')}`,
      );
    }
    const value = options[name];
    const rule = rules[name]!;
    const [accepted, expected] = typeof rule === 'string' ? [isKind(rule, value), rule] : [rule[0](value), rule[1]];
    if (value !== undefined && !accepted) throw optionInvalid(`${where}: ${name}`, value, expected);
  }
}

export const optionInvalid = (what: string, value: unknown, expected: string): TelemetryError =>
  refusal('OPTION_INVALID', what, value, expected);

/** An object that is neither null nor an array. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isFunction = (value: unknown): value is (...args: never[]) => unknown => typeof value === 'function';

/** Whether a value is of a kind that {@link OptionRule} names. */
const isKind = (kind: string, value: unknown): boolean =>
  kind === 'any' ||
  (kind === 'strings' ? Array.isArray(value) && value.every((item) => typeof item === 'string') : false) ||
  (kind === 'object' ? isRecord(value) : kind === typeof value || kind.split('|').includes(value as string));
