import { secretInvalid } from '../../../alerts/secret';
import { isRecord } from '../../../core/options';

const MAX_HEADERS = 32;
const NAME = /^[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/;
const VALUE = /^[\x20-\x7e]{0,4096}$/;
/** Those that say how a request is read, and our own. */
const RESERVED = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'idempotency-key',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-telemetry-signature',
]);

/**
 * Reads headers that an application wants to be sent, with names in lower case.
 *
 * @throws {TelemetryError} `OPTION_INVALID`, without repeating a value.
 */
export function readHeaders(what: string, given: unknown): Readonly<Record<string, string>> {
  if (given === undefined) return {};
  if (!isRecord(given)) throw secretInvalid(what, 'an object of names and values');
  const entries = Object.entries(given);
  if (entries.length > MAX_HEADERS) throw secretInvalid(what, `at most ${MAX_HEADERS} headers`);
  const headers: Record<string, string> = {};
  for (const [index, [given, value]] of entries.entries()) {
    const name = given.toLowerCase();
    if (!NAME.test(name)) throw secretInvalid(`${what}: name ${index + 1}`, 'a name of a header, of at most 64 letters, digits and marks');
    if (RESERVED.has(name)) throw secretInvalid(`${what}: ${name}`, 'another header: this one is set by the target');
    if (typeof value !== 'string' || !VALUE.test(value))
      throw secretInvalid(`${what}: ${name}`, 'printable ASCII, at most 4,096 characters');
    headers[name] = value;
  }
  return headers;
}
