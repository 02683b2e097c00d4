import { read } from '../core/read';
import type { SafeAnswer } from './api';
import type { HttpHost } from './host';
import { safeHeaders } from './safe-headers';
import { isExpected } from './status';

interface Told {
  readonly host: Pick<HttpHost, 'messageFor' | 'redact'>;
  readonly locale: string | undefined;
  /** That of the answer. */
  readonly status: number;
  readonly errorId: string;
  readonly requestId: string;
}

const MAX_OWN_MESSAGE = 200;
/** Redacted before it is cut: half a secret looks like none. */
const MAX_REDACTED = 1000;

/**
 * What to send for an error: problem details, https://www.rfc-editor.org/rfc/rfc9457, with the title and the sentences that were
 * written beforehand for its kind, and the id of its record. Nothing of the error itself shows, but the message of a client error that
 * says it may: `expose: true`, as http-errors makes them; and a few of its headers.
 */
export function safeAnswer(error: unknown, { host, locale, status, errorId, requestId }: Told): SafeAnswer {
  const { title, message, action } = host.messageFor(error, locale);
  const own = isExpected(status) && read(error, 'expose') === true ? read(error, 'message') : undefined;
  const detail =
    typeof own === 'string' && own !== '' ? host.redact(own.slice(0, MAX_REDACTED)).slice(0, MAX_OWN_MESSAGE) : `${message} ${action}`;
  const body = { type: 'about:blank', title, status, detail, error_id: errorId, request_id: requestId };
  return { status, contentType: 'application/problem+json', headers: safeHeaders(error), body: JSON.stringify(body) };
}
