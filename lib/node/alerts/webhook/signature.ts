import { createHmac, timingSafeEqual } from 'node:crypto';

export const SIGNATURE_HEADER = 'x-telemetry-signature';

const MAX_HEADER = 1024;
const DEFAULT_TOLERANCE_MS = 300_000;

/** Options of `verifyWebhook`. */
export interface VerifyWebhookOptions {
  /** How far the time of the signature may be from now, to either side, in ms. Default 5 minutes. */
  readonly toleranceMs?: number;
  /** ms since the epoch. Default: now. */
  readonly now?: number;
}

/** The value of the header `X-Telemetry-Signature`. */
export const sign = (body: string, secret: string, now: number): string => {
  const seconds = Math.floor(now / 1000);
  return `t=${seconds},v1=${digest(`${seconds}.`, body, secret).toString('hex')}`;
};

const digest = (prefix: string, body: string | Uint8Array, secret: string): Buffer =>
  createHmac('sha256', secret).update(prefix).update(body).digest();

/**
 * Tells whether a request really comes from a `webhookTarget` with this secret, and came just now. For receivers.
 *
 * Compares in constant time and never throws: a missing header or secret, one that is garbled, a time out of tolerance, options
 * that can't be read are all `false`. It can't know whether the same request has come before within the tolerance: remember the
 * `Idempotency-Key`s of so long.
 *
 * @param body - The bytes of the request as they came, before anything parsed them.
 * @param header - The value of `X-Telemetry-Signature`.
 * @param secret - The one that the target was given. While it is changed, ask for each of both.
 * @example
 * verifyWebhook('{}', 't=1700000000,v1=00', 'a secret of 16 or more'); // => false
 */
export function verifyWebhook(
  body: string | Uint8Array,
  header: string | null | undefined,
  secret: string | undefined,
  options?: VerifyWebhookOptions,
): boolean {
  try {
    return isSigned(body, header, secret, options?.toleranceMs ?? DEFAULT_TOLERANCE_MS, options?.now ?? Date.now());
  } catch {
    // What refuses to be read, or to be counted with.
    return false;
  }
}

function isSigned(body: unknown, header: unknown, secret: unknown, toleranceMs: number, now: number): boolean {
  if (typeof header !== 'string' || header.length > MAX_HEADER || typeof secret !== 'string' || secret === '') return false;
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return false;
  const parts = header.split(',').map((part) => part.trim());
  const times = parts.filter((part) => part.startsWith('t='));
  const time = /^t=(\d{1,12})$/.exec(times[0] ?? '')?.[1];
  if (time === undefined || times.length > 1 || !(Math.abs(now - Number(time) * 1000) <= toleranceMs)) return false;
  const expected = digest(`${time}.`, body, secret);
  const given = parts.flatMap((part) => /^v1=([0-9a-f]{64})$/.exec(part)?.[1] ?? []);
  return given.some((hex) => timingSafeEqual(Buffer.from(hex, 'hex'), expected));
}
