import { quietly } from '../core/quietly';
import { read } from '../core/read';

/** What a client needs to go on, and what tells nothing of the server. */
const NAMES: ReadonlySet<string> = new Set(['www-authenticate', 'allow', 'retry-after', 'content-range']);
/** Those of an error are a handful; more are not looked through. */
const MAX_LOOKED_AT = 50;
/** Printable ASCII: with a line break, one header would become two. */
const VALUE = /^[\x20-\x7e]{1,256}$/;

/**
 * The headers that an error says for its answer, as errors of frameworks do: own fields of its `headers`, of the list above, texts and
 * numbers. What is too long to be sent is left out, as half of it would say something else. Never throws.
 *
 * An object of class `Headers` has no own fields: clients of other services put there what was answered to this program.
 */
export function safeHeaders(error: unknown): Record<string, string> {
  const given = read(error, 'headers');
  const safe: Record<string, string> = {};
  if (typeof given !== 'object' || given === null) return safe;
  for (const key of (quietly(() => Object.keys(given)) ?? []).slice(0, MAX_LOOKED_AT)) {
    const name = key.toLowerCase();
    const value = NAMES.has(name) ? textOf(read(given, key)) : undefined;
    if (value !== undefined && VALUE.test(value)) safe[name] = value;
  }
  return safe;
}

const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
};
