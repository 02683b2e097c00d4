import { isError, nameOf, read } from '../../../core/read';
import { show } from '../../../core/show';
import { type OtelSpanAttributes, STATUS_ERROR } from '../api/trace';
import type { EventInfo } from './event-info';
import type { RedactedValues } from './redacted-values';

const MAX_STACK = 8192;
const MAX_MESSAGE = 1024;
const MAX_STATUS = 256;
/** As the conventions call an error of no known type. */
const OTHER = '_OTHER';

/** What was thrown in a span. */
export interface Thrown {
  readonly reason: unknown;
  readonly stacktrace: string | undefined;
}

/** How a span ended, as far as that is no success. */
export interface Verdict {
  readonly type: string;
  readonly status: { readonly code: number; readonly message?: string };
}

/** What the end of a span says of how its function failed. */
export function thrownIn(metadata: object): Thrown | undefined {
  const stacktrace = read(metadata, 'stacktrace');
  const reason = read(metadata, 'reason');
  if (typeof read(metadata, 'kind') !== 'string' || (typeof stacktrace !== 'string' && !isError(reason))) return undefined;
  return { reason, stacktrace: typeof stacktrace === 'string' ? stacktrace : undefined };
}

/** Whether and how a span failed. `undefined` for one that did not: then its status stays unset. */
export function verdictOn(info: EventInfo, metadata: object, thrown: Thrown | undefined, values: RedactedValues): Verdict | undefined {
  const { component } = info;
  const isServer = component === 'http.request';
  if (isServer || component === 'http.client') {
    const status = read(metadata, 'status');
    if (typeof status === 'number') {
      // What a client did wrong is no failure of the server: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#status
      if (status < (isServer ? 500 : 400)) return undefined;
      if (thrown === undefined) return { type: `${status}`, status: { code: STATUS_ERROR } };
    }
  }
  if (thrown !== undefined) {
    const message = values.text(messageOf(thrown.reason), MAX_STATUS);
    return { type: typeOf(thrown.reason, values), status: { code: STATUS_ERROR, message } };
  }
  return info.isFailure ? { type: OTHER, status: { code: STATUS_ERROR } } : undefined;
}

/** https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/ */
export function exceptionAttributes({ reason, stacktrace }: Thrown, values: RedactedValues): OtelSpanAttributes {
  return {
    'exception.type': typeOf(reason, values),
    'exception.message': values.text(messageOf(reason), MAX_MESSAGE),
    ...(stacktrace !== undefined && { 'exception.stacktrace': values.text(stacktrace, MAX_STACK) }),
  };
}

const typeOf = (reason: unknown, values: RedactedValues): string =>
  isError(reason) ? values.text(nameOf(reason), MAX_STATUS) || 'Error' : OTHER;

function messageOf(reason: unknown): string {
  const message = isError(reason) ? read(reason, 'message') : reason;
  return typeof message === 'string' ? message : show(message);
}
