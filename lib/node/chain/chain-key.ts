import { createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { TelemetryError } from '../../core/errors';
import { optionInvalid } from '../../core/options';
import type { ChainHash } from '../../security/chain';

/** A secret of at least 16 bytes. */
export type ChainKey = string | Uint8Array;

const MIN_BYTES = 16;
const MAX_BYTES = 4096;

/**
 * The hash that lines are chained with: HMAC-SHA-256 with a key, SHA-256 without.
 *
 * @param what - Names the key in the error.
 * @throws {TelemetryError} `OPTION_INVALID` for a key of less than 16 bytes, which is never shown.
 */
export function chainHash(key: ChainKey | undefined, what: string): ChainHash {
  if (key === undefined) return (text) => createHash('sha256').update(text).digest('hex');
  const secret = secretOf(key, what);
  return (text) => createHmac('sha256', secret).update(text).digest('hex');
}

function secretOf(key: ChainKey, what: string): KeyObject {
  const bytes = typeof key === 'string' ? Buffer.from(key) : key instanceof Uint8Array ? Buffer.from(key) : undefined;
  // The value must not come into a message.
  if (bytes === undefined) throw optionInvalid(what, typeof key, 'text or bytes');
  if (bytes.length < MIN_BYTES || bytes.length > MAX_BYTES) {
    throw new TelemetryError(
      'OPTION_INVALID',
      `${what} is not valid`,
      `It has ${bytes.length} bytes`,
      `Expected ${MIN_BYTES} to ${MAX_BYTES} random bytes, as of "openssl rand -hex 32"`,
    );
  }
  return createSecretKey(bytes);
}

/**
 * Reads a key from a file; a line end behind it is no part of it.
 *
 * @throws {TelemetryError} `OPTION_INVALID` when the file can't be read or holds no key.
 */
export function readChainKey(path: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const fix = 'Name a file with the key that this process may read';
    throw new TelemetryError('OPTION_INVALID', `The key file ${path} can't be read`, (error as Error).message, fix, { cause: error });
  }
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 10 || bytes[end - 1] === 13)) end--;
  const key = bytes.subarray(0, end);
  secretOf(key, `The key file ${path}`);
  return key;
}
