import type { IncomingMessage, ServerResponse } from 'node:http';
import { quietly } from '../../../core/quietly';
import type { Tracker } from '../../../http/api';
import { NodeExchange } from '../node-exchange';
import { withOwnHeaders } from '../own-headers';
import { TRACKED } from '../patches';
import { waitForTurn } from '../pipeline';

type Head = (this: unknown, ...args: unknown[]) => unknown;

/**
 * A request whose handlers nobody wraps: it is known by what Node tells of it. Adapters that come later find it, and add the route and
 * errors.
 */
export class BareExchange extends NodeExchange {
  private readonly before: Head;
  private pair: { readonly request: IncomingMessage; readonly response: ServerResponse } | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, tracker: Tracker) {
    super(request, response, tracker);
    this.before = response.writeHead as Head;
    this.pair = { request, response };
  }

  /** The last moment for headers. To set them before would make Node treat all others in another way, and lose some of them. */
  writeHead(response: ServerResponse, args: unknown[]): unknown {
    return Reflect.apply(this.before, response, response.headersSent ? args : withOwnHeaders(response, this.exchange, args));
  }

  override over(isSent = true): void {
    const { pair, exchange, routeOf } = this;
    if (pair === undefined) return;
    this.pair = undefined;
    const { request, response } = pair;
    // A router may have other parts than those that are known; the request has no template then.
    exchange.matched(quietly(() => routeOf?.(request, response)));
    const { headersSent, statusCode, writableFinished } = response;
    const status = isSent && headersSent ? statusCode : undefined;
    exchange.end({
      status,
      requestBytes: lengthOf(request.headers['content-length'] ?? (request.headers['transfer-encoding'] === undefined ? 0 : undefined)),
      responseBytes: hasNoBody(request.method, status) ? 0 : sentBytes(response),
      aborted: !isSent || !writableFinished,
    });
    // Lets go of all; the first end counts.
    super.over(isSent);
  }
}

/** Begins to track a request by what Node tells of it; `undefined` for one that is not to be tracked. */
export function trackBare(tracker: Tracker, request: IncomingMessage, response: ServerResponse): BareExchange | undefined {
  const bare = new BareExchange(request, response, tracker);
  const exchange = tracker.begin(bare);
  if (exchange === undefined) return undefined;
  bare.exchange = exchange;
  (request as { [TRACKED]?: NodeExchange })[TRACKED] = bare;
  (response as { [TRACKED]?: NodeExchange })[TRACKED] = bare;
  response.once('close', () => bare.over());
  waitForTurn(bare, request, response);
  if (exchange.idText() !== undefined) response.writeHead = writeHead as ServerResponse['writeHead'];
  return bare;
}

/** Shared by all responses; heads that Node writes by itself pass here as well. */
function writeHead(this: ServerResponse & { readonly [TRACKED]: BareExchange }, ...args: unknown[]): unknown {
  return this[TRACKED].writeHead(this, args);
}

const hasNoBody = (method: string | undefined, status: number | undefined): boolean =>
  method === 'HEAD' || status === undefined || status < 200 || status === 204 || status === 304;

function lengthOf(value: unknown): number | undefined {
  const length = value === undefined ? Number.NaN : Number(value);
  return Number.isSafeInteger(length) && length >= 0 ? length : undefined;
}

/** What a header told, or what Node counted for one that it wrote itself; nobody counts what is sent in chunks. */
function sentBytes(answer: ServerResponse): number | undefined {
  const { _contentLength: counted } = answer as { readonly _contentLength?: unknown };
  return lengthOf(answer.getHeader('content-length') ?? (typeof counted === 'number' ? counted : undefined));
}
