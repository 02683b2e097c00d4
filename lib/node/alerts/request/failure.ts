import type { IncomingHttpHeaders } from 'node:http';
import { DeliveryError } from '../../../alerts/target';
import { read } from '../../../core/read';
import { parseDate, parseRetryAfter } from './retry-after';

/** Codes of Node and OpenSSL; texts of others don't look like that. */
const CODE = /^[A-Z][A-Z0-9_]{2,63}$/;
/** A certificate that is not trusted now is not in a minute. */
const CERTIFICATE = /CERT|CRL|SELF_SIGNED|ISSUER|ERR_TLS|ERR_SSL|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|PATH_LENGTH/;
const BUSY = new Set([408, 425, 429]);
const RATE_LIMITED = 429;
const UNAVAILABLE = 503;

export const TIMEOUT = 'TIMEOUT';

/** What an error of the network comes to, without its text, which names addresses. */
export function networkFailure(error: unknown, signal: AbortSignal): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (signal.aborted) return new DeliveryError({ code: TIMEOUT, mayPass: true });
  const code = read(error, 'code');
  if (typeof code !== 'string' || !CODE.test(code)) return new DeliveryError({ code: 'NETWORK_FAILED', mayPass: true });
  return new DeliveryError({ code, mayPass: !CERTIFICATE.test(code) });
}

/** What a status comes to; `undefined` for one of success. */
export function statusFailure(status: number, headers: IncomingHttpHeaders): DeliveryError | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status >= 300 && status < 400) return new DeliveryError({ code: 'REDIRECT_REFUSED', mayPass: false });
  const retryAfterMs = status === RATE_LIMITED || status === UNAVAILABLE ? retryAfterOf(headers) : undefined;
  const mayPass = status >= 500 || BUSY.has(status);
  return new DeliveryError({ code: `HTTP_${status}`, mayPass, ...(retryAfterMs !== undefined && { retryAfterMs }) });
}

/** How long the receiver asks to wait, by its own clock where it tells it. */
export const retryAfterOf = (headers: IncomingHttpHeaders): number | undefined =>
  parseRetryAfter(headers['retry-after'], parseDate(headers.date) ?? Date.now());
