import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { HeaderReader, Incoming } from '../../http/api';

/** A request as Node's servers have it, of HTTP/1 or 2. */
export type NodeRequest = IncomingMessage | Http2ServerRequest;

/** The head of a request. It is its own reader of headers, one object less per request, and holds nothing else of Node's. */
export class RequestHead implements Incoming, HeaderReader {
  readonly method: string;
  readonly target: string;
  readonly peer: string | undefined;
  readonly httpVersion: string;
  private readonly fields: Readonly<Record<string, unknown>>;

  constructor(request: NodeRequest) {
    this.method = request.method ?? 'GET';
    // Express and others cut off the part that led to a router; what was asked for is kept beside it.
    const { originalUrl } = request as { readonly originalUrl?: unknown };
    this.target = typeof originalUrl === 'string' ? originalUrl : (request.url ?? '/');
    this.peer = request.socket?.remoteAddress;
    this.httpVersion = request.httpVersion;
    this.fields = request.headers;
  }

  get headers(): HeaderReader {
    return this;
  }

  get(name: string): string | undefined {
    const value = this.fields[name];
    return typeof value === 'string' ? value : Array.isArray(value) ? value.join(', ') : undefined;
  }
}
