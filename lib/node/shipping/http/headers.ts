import { validateHeaderName, validateHeaderValue } from 'node:http';
import { secretInvalid } from '../../../alerts/secret';
import { isRecord } from '../../../core/options';

const MAX_HEADERS = 64;
const MAX_VALUE = 8192;
/** They say what the request is, which the sink knows. */
const OURS = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'te',
  'trailer',
  'transfer-encoding',
]);
/** By the words that vendors use; rather too many: what is none is let through by `allowInsecure`. */
const CREDENTIAL = /auth|key|token|secret|passw|cookie|credential|session|sig$|signature|dsn|honeycomb-team/i;

/** Whether a header or a parameter of that name lets somebody in. */
export const isCredential = (name: string): boolean => CREDENTIAL.test(name);

/**
 * Refuses what can't be headers, without repeating any of it.
 *
 * @param what - Names the option or the variable.
 * @throws {TelemetryError} `OPTION_INVALID`
 */
export function checkHeaders(what: string, headers: unknown): void {
  const names = isRecord(headers) ? Object.keys(headers) : undefined;
  if (names === undefined || names.length > MAX_HEADERS) throw secretInvalid(what, `an object of at most ${MAX_HEADERS} texts by name`);
  const seen = new Set<string>();
  names.forEach((name, index) => {
    const problem = problemOf(name, (headers as Record<string, unknown>)[name], seen);
    if (problem !== undefined) throw secretInvalid(`${what}: number ${index + 1}`, problem);
    seen.add(name.toLowerCase());
  });
}

function problemOf(name: string, value: unknown, seen: ReadonlySet<string>): string | undefined {
  if (OURS.has(name.toLowerCase())) return `no header that the sink sets itself: ${[...OURS].join(', ')}`;
  if (seen.has(name.toLowerCase())) return 'each name once, in whatever case';
  try {
    validateHeaderName(name);
    if (typeof value !== 'string' || value.length > MAX_VALUE) return `text of at most ${MAX_VALUE} characters`;
    validateHeaderValue(name, value);
    return undefined;
  } catch {
    return 'a name and a text as HTTP has them, without line ends';
  }
}
