import { TelemetryError } from '../core/errors';
import { nearest, show } from '../core/show';

/** One thing that is wrong with a configuration. */
export interface Problem {
  /** Where the value stands: a variable, `values.port`, `config/production.port`. */
  readonly at: string;
  /** What is wrong, with the actual value unless that is secret. */
  readonly said: string;
  readonly near?: string | undefined;
  readonly allowed: string;
}

export const MASK = '***';

/** A line for the eyes: `PORT: got "80o0". Allowed: a whole number from 0 to 65,535`. */
const line = ({ at, said, near, allowed }: Problem): string =>
  `  ${at}: ${said}.${near === undefined ? '' : ` Did you mean ${show(near)}?`} Allowed: ${allowed}`;

/** So many problems have one cause, such as the wrong object; a message of thousands of lines would hide it. */
const MAX_LINES = 100;

/** The one error for all that is wrong, a line each. */
export function configInvalid(problems: readonly Problem[]): TelemetryError {
  const count = problems.length === 1 ? 'There is one problem' : `There are ${problems.length} problems`;
  const lines = problems.slice(0, MAX_LINES).map(line);
  if (problems.length > MAX_LINES) lines.push(`  and ${problems.length - MAX_LINES} more`);
  return new TelemetryError(
    'CONFIG_INVALID',
    'The configuration is not valid',
    `${count}:\n${lines.join('\n')}\nWhat is not set gets its default`,
    'Correct what is listed, or leave it out',
  );
}

/** What came of reading a property of somebody else's object. */
export type Reading = { readonly value: unknown } | { readonly unreadable: true };

/** Reads a property of an object's own, once. Getters that throw and proxies that refuse are told, not passed on. */
export function readOwn(from: object, name: string): Reading {
  try {
    return { value: Object.hasOwn(from, name) ? (from as Record<string, unknown>)[name] : undefined };
  } catch {
    return { unreadable: true };
  }
}

/** The names of an object's own properties; none, and a problem, when it does not tell. */
export function keysOf(from: object, at: string, problems: Problem[]): readonly string[] {
  try {
    return Object.keys(from);
  } catch {
    problems.push({ at, said: 'throws when it is read', allowed: 'a plain object' });
    return [];
  }
}

/** Complains about the names of an object that are none of the known ones. */
export function checkKeys(from: object, at: string, known: readonly string[], problems: Problem[]): void {
  for (const key of keysOf(from, at, problems)) {
    if (known.includes(key)) continue;
    problems.push({ at, said: `has no ${show(key)}`, near: nearest(key, known), allowed: known.join(', ') });
  }
}
