import { TelemetryError } from '../core/errors';
import { checkOptions } from '../core/options';

/** The error for a value that must not be shown: people put the URL or token of a target in all sorts of wrong places. */
export const secretInvalid = (what: string, expected: string): TelemetryError =>
  new TelemetryError('OPTION_INVALID', `${what} is not valid`, 'The value is not shown, it may be a secret', `Expected ${expected}`);

/** What an option accepts, and how errors say that; `undefined`: anything, looked at elsewhere. */
export type SecretRule = readonly [accepts: (value: unknown) => boolean, expected: string] | undefined;

/**
 * Refuses options as `checkOptions` does, without repeating a value.
 *
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 */
export function checkSecretOptions(where: string, options: object, rules: Readonly<Record<string, SecretRule>>): void {
  checkOptions(where, options, Object.fromEntries(Object.keys(rules).map((name) => [name, 'any'])));
  for (const [name, rule] of Object.entries(rules)) {
    const value = (options as Readonly<Record<string, unknown>>)[name];
    if (value !== undefined && rule?.[0](value) === false) throw secretInvalid(`${where}: ${name}`, rule[1]);
  }
}
