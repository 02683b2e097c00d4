import { read } from '../../../core/read';
import type { Answer } from '../../alerts/request/answer';
import { retryAfterOf } from '../../alerts/request/failure';
import type { DeliveryFailure } from '../../delivery/receiver';

/** Why a request came to nothing. Its message says no more than its code. */
export class ShippingError extends Error implements DeliveryFailure {
  declare readonly kind: DeliveryFailure['kind'];
  declare readonly code: string;
  declare readonly notBeforeMs: number;
  declare readonly advice: string | undefined;
  declare readonly isUnanswered: boolean;

  constructor({
    kind,
    code,
    notBeforeMs = 0,
    advice,
    isUnanswered = false,
  }: Partial<DeliveryFailure> & Pick<DeliveryFailure, 'kind' | 'code'>) {
    super(code);
    Object.assign(this, { name: 'ShippingError', kind, code, notBeforeMs, advice, isUnanswered });
  }
}

/** Codes of Node and OpenSSL; texts of others don't look like that. */
const CODE = /^[A-Z][A-Z0-9_]{2,63}$/;
/** The lines are the reason: others may be taken. */
const REFUSED = new Set([400, 413, 422]);
const ADVICE: Readonly<Record<number, string>> = {
  400: 'it has taken none so far; if that stays so, look at the URL and the headers, or try compression: "none"',
  401: 'it does not let us in, look at the headers',
  403: 'it does not let us in, look at the headers',
  404: 'there is nothing at this path, look at the URL',
  405: 'there is nothing that takes lines at this path, look at the URL',
  415: 'it does not understand the request; try compression: "none"',
};

/** Requests that were begun, and came to no answer. */
const UNANSWERED = new Set(['ECONNRESET', 'EPIPE', 'TIMEOUT']);

/** What an error of the network comes to, without its text, which names addresses. */
export function networkError(error: unknown): ShippingError {
  const found = read(error, 'code');
  const code = typeof found === 'string' && CODE.test(found) ? found : 'NETWORK_FAILED';
  return new ShippingError({ kind: 'unavailable', code, isUnanswered: UNANSWERED.has(code) });
}

/** What a status comes to; `undefined` for one of success. */
export function statusError({ status, headers }: Answer): ShippingError | undefined {
  if (status >= 200 && status < 300) return undefined;
  const code = `HTTP_${status}`;
  if (REFUSED.has(status)) return new ShippingError({ kind: 'refused', code, advice: ADVICE[status] });
  const isRedirect = status >= 300 && status < 400;
  const advice = isRedirect ? 'it redirects, which is not followed: give the URL it leads to' : ADVICE[status];
  return new ShippingError({ kind: 'unavailable', code, notBeforeMs: retryAfterOf(headers) ?? 0, advice });
}
