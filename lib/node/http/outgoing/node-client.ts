import { Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import { tellsTraces } from '../../../core/active-trace';
import { clientTarget } from './client-span';
import { type HeaderWriter, passTraceOn } from './decide';
import { closeRequest, openRequest, openRequestOf, withinRequest } from './requests';
import { outgoing } from './state';

/** What is used of a request beyond its types; all of it may be missing. */
type Request = ClientRequest & {
  /** The head as text once it was put together: with headers given as a list, at once. */
  readonly _header?: string | null;
  readonly res?: (IncomingMessage & { readonly upgrade?: boolean }) | undefined;
};

interface Where {
  readonly host?: string | null | undefined;
  readonly port?: number | string | null | undefined;
}

/** Requests that passed here: an agent that hands a request to another one brings it twice. */
const seen = new WeakMap<object, string | undefined>();

/** A request was made, and its head is not written yet, in the scope of who made it. Never throws. */
export function clientCreated(request: ClientRequest, where?: Where): void {
  try {
    if (seen.has(request)) return;
    // What the request carries is then the span of the request itself.
    if (tellsTraces()) tell(request, where);
    const spanId = withinRequest(request, () => passTraceOn(writerOf(request), () => urlOf(request, where)));
    if (spanId !== undefined || outgoing.clients.size > 0) seen.set(request, spanId);
    tell(request, where);
  } catch {
    // A request of a shape nobody knows goes out as it is.
  }
}

function tell(request: Request, where?: Where): void {
  const entry = openRequest(request, () => clientTarget(request.method, hostOf(request, where), request.path), seen.get(request));
  // The last of its events, whatever becomes of it.
  if (entry !== undefined && entry.spans.length > 0) request.once('close', closed);
}

function closed(this: Request): void {
  const { res } = this;
  const error = openRequestOf(this)?.error ?? this.errored ?? undefined;
  if (res?.statusCode !== undefined && (res.complete || res.upgrade || res.statusCode === 101) && error === undefined) {
    closeRequest(this, { status: res.statusCode });
  } else {
    closeRequest(this, { error: error ?? res?.errored ?? new Error('The connection was closed before the answer was complete') });
  }
}

const writerOf = (request: Request): HeaderWriter => ({
  isWritable: !request.headersSent && !request._header,
  has: (name) => request.hasHeader(name) || hasInHead(request._header, name),
  add: (name, value) => void request.setHeader(name, value),
});

const hasInHead = (head: string | null | undefined, name: string): boolean =>
  typeof head === 'string' && head.toLowerCase().includes(`\r\n${name}:`);

const urlOf = (request: Request, where: Where | undefined): URL =>
  new URL(request.path.replace(/^https?:\/\/[^/?#]*/i, ''), `${request.protocol}//${hostOf(request, where)}`);

const HOST = /\r\nhost: *([^\r\n]*)/i;

/** As the server is told it; the port of the connection is in there when it is not the usual one. */
function hostOf(request: Request, where: Where | undefined): string {
  const told = request.getHeader('host') ?? HOST.exec(request._header ?? '')?.[1];
  if (typeof told === 'string' && told !== '') return told;
  const host = where?.host ?? request.host ?? 'localhost';
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const usual = request.protocol === 'https:' ? 443 : 80;
  return where?.port == null || Number(where.port) === usual ? name : `${name}:${where.port}`;
}

/** What tells of the requests of `node:http` where creation did not: those that go through no agent. */
export const CLIENT_EVENTS: Readonly<Record<string, (message: never) => void>> = {
  'http.client.request.start': ({ request }: { readonly request: ClientRequest }) => tell(request),
  'http.client.request.error': ({ request, error }: { readonly request: ClientRequest; readonly error: unknown }) => {
    const entry = openRequestOf(request);
    if (entry !== undefined) entry.error ??= error;
  },
};

interface Patchable {
  addRequest(request: ClientRequest, options: unknown, ...more: unknown[]): unknown;
}

/**
 * For Nodes that don't tell of new requests: an agent is given each request within its constructor, before the head is written.
 *
 * @returns What takes it out; where others have patched the method since, it stays without effect.
 */
export function patchAgents(): () => void {
  const prototype = Agent.prototype as unknown as Patchable;
  const own = Object.getOwnPropertyDescriptor(prototype, 'addRequest');
  const original = prototype.addRequest;
  if (own === undefined || typeof original !== 'function') return () => {};
  let isOn = true;
  function addRequest(this: unknown, request: ClientRequest, options: unknown, ...more: unknown[]): unknown {
    if (isOn) clientCreated(request, typeof options === 'object' && options !== null ? (options as Where) : undefined);
    return original.call(this as Patchable, request, options, ...more);
  }
  prototype.addRequest = addRequest;
  return () => {
    isOn = false;
    if (prototype.addRequest === addRequest) Object.defineProperty(prototype, 'addRequest', own);
  };
}
