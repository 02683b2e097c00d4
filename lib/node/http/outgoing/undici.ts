import { tellsTraces } from '../../../core/active-trace';
import { clientTarget } from './client-span';
import { type HeaderWriter, passTraceOn } from './decide';
import { closeRequest, openRequest, openRequestOf, withinRequest } from './requests';

/** What is used of undici's requests, `fetch` among them, from its version 5 on. */
export interface UndiciRequest {
  readonly origin: string | URL | undefined;
  readonly path: string;
  readonly method: string;
  /** A list of names and values; a text in version 5. */
  readonly headers: readonly unknown[] | string;
  readonly upgrade?: unknown;
  addHeader?(name: string, value: string): unknown;
}

/** The span of each request that was given one. */
const spanIds = new WeakMap<object, string>();

/** A request is about to be sent, in the scope of who asked for it. */
export function undiciCreated({ request }: { readonly request: UndiciRequest }): void {
  // What the request carries is then the span of the request itself.
  if (tellsTraces()) tell(request);
  const spanId = withinRequest(request, () => passTraceOn(writerOf(request), () => new URL(request.path, request.origin)));
  if (spanId !== undefined) spanIds.set(request, spanId);
}

/** A connection that is to speak another protocol is no request that ends. */
function tell(request: UndiciRequest): void {
  if (request.upgrade || request.method === 'CONNECT') return;
  openRequest(request, () => clientTarget(request.method, hostOf(request.origin), request.path), spanIds.get(request));
}

const writerOf = (request: UndiciRequest): HeaderWriter => ({
  isWritable: typeof request.addHeader === 'function',
  has: (name) => hasHeader(request.headers, name),
  add: (name, value) => void request.addHeader!(name, value),
});

function hasHeader(headers: UndiciRequest['headers'], name: string): boolean {
  if (typeof headers === 'string') return `\r\n${headers.toLowerCase()}`.includes(`\r\n${name}:`);
  for (let index = 0; index < headers.length; index += 2) {
    if (String(headers[index]).toLowerCase() === name) return true;
  }
  return false;
}

/** What tells of the requests of undici. */
export const UNDICI_EVENTS: Readonly<Record<string, (message: never) => void>> = {
  'undici:request:create': ({ request }: { readonly request: UndiciRequest }) => tell(request),
  'undici:request:headers': ({ request, response }: { readonly request: object; readonly response: { readonly statusCode: number } }) => {
    const entry = openRequestOf(request);
    if (entry !== undefined) entry.status = response.statusCode;
  },
  'undici:request:trailers': ({ request }: { readonly request: object }) =>
    closeRequest(request, { status: openRequestOf(request)?.status ?? 0 }),
  'undici:request:error': ({ request, error }: { readonly request: object; readonly error: unknown }) => closeRequest(request, { error }),
};

const hostOf = (origin: UndiciRequest['origin']): string => (origin === undefined ? '' : new URL(origin).host);
