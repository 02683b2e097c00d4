import type { IncomingMessage, ServerResponse } from 'node:http';
import { onServerClosing } from './closing-server';
import { IncomingBody } from './incoming-body';
import { requestOf } from './web-request';

/** Of the connection that a request came over, which a `Request` does not tell. */
export interface NodeRequestInfo {
  /** Address of the other end. */
  readonly peer: string | undefined;
  readonly encrypted: boolean;
  /** The request as Node has it. */
  readonly incoming: IncomingMessage;
}

/** What no `Request` can be made of: 400 for its target or its `Host`, 405 for its method. */
export type Unreadable = (status: 400 | 405, incoming: IncomingMessage) => Response;

/** Answers a request of the Web standard. */
export type WebHandler = (request: Request, info: NodeRequestInfo) => Response | Promise<Response>;

/**
 * Makes a listener for Node's servers of a Web-standard handler, for `http.createServer` and whatever takes `(req, res)`.
 *
 * Bodies are streams in both directions and wait for the slower side. A client that leaves aborts `request.signal` and cancels the body of
 * the answer. A body that a parser has read before is taken from `req.body`, and the path from `req.originalUrl` where a framework has
 * cut its own part off. A target or a `Host` that makes no URL is a 400, a method that no `Request` can have (`CONNECT`, `TRACE`) a 405. What
 * the handler throws is a 500 without words; what fails after the head was sent cuts the connection. A stream of events
 * (`text/event-stream`) ends when its server takes no more connections. Never throws.
 *
 * Cost: some microseconds for the `Request`, its headers and the `Response`.
 *
 * @param handler - Called with each request, and with what is known of its connection.
 * @param unreadable - Makes the answer for what no `Request` can be made of. Default: the status alone.
 * @example
 * const listener = toNodeListener((request) => new Response(new URL(request.url).pathname));
 * typeof listener; // => 'function'
 */
export function toNodeListener(
  handler: WebHandler,
  unreadable: Unreadable = (status) => new Response(null, { status }),
): (request: IncomingMessage, response: ServerResponse) => void {
  const listener = tellingListener(handler, unreadable);
  // A framework hands over more than these two.
  return (incoming, outgoing) => listener(incoming, outgoing, () => undefined);
}

/**
 * A listener that tells when an answer's own body is written: what may follow is the rest of a request that nobody reads. Of a stream of
 * events, which lasts as long as its client stays, it tells at its beginning: whoever makes one has a limit of his own.
 */
export type TellingListener = (incoming: IncomingMessage, outgoing: ServerResponse, written: () => void) => void;

/** {@link toNodeListener} for servers that count the answers under way. */
export const tellingListener =
  (handler: WebHandler, unreadable: Unreadable): TellingListener =>
  (incoming, outgoing, written) => {
    serve({ handler, unreadable, incoming, outgoing, written }).catch(() => outgoing.destroy());
  };

interface Served {
  readonly handler: WebHandler;
  readonly unreadable: Unreadable;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly written: () => void;
}

async function serve({ handler, unreadable, incoming, outgoing, written }: Served): Promise<void> {
  const left = new AbortController();
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  const leave = (): void => {
    if (outgoing.writableFinished) return;
    left.abort();
    reader?.cancel().catch(() => undefined);
  };
  outgoing.once('close', leave);
  // Without listeners these would end the process.
  outgoing.on('error', leave);
  incoming.on('error', leave);

  const body = new IncomingBody(incoming);
  const request = requestOf(incoming, body, left.signal);
  let response: Response;
  try {
    const { socket } = incoming;
    const encrypted = (socket as { readonly encrypted?: boolean } | null)?.encrypted === true;
    response =
      typeof request === 'number'
        ? unreadable(request, incoming)
        : await handler(request, { peer: socket?.remoteAddress, encrypted, incoming });
    prepareHead(response, incoming, outgoing);
  } catch {
    for (const name of outgoing.headersSent ? [] : outgoing.getHeaderNames()) outgoing.removeHeader(name);
    response = new Response(null, { status: 500 });
    prepareHead(response, incoming, outgoing);
  }
  const sealHead = (): void => {
    if (outgoing.headersSent || outgoing.destroyed) return;
    // What nobody reads of a body would be read as the next request. Whether somebody does is known once the answer's own body is read.
    if (body.isLeftOver() && incoming.httpVersionMajor < 2) outgoing.setHeader('connection', 'close');
  };
  const sendHead = (): void => {
    sealHead();
    if (!outgoing.headersSent && !outgoing.destroyed) outgoing.flushHeaders();
  };
  // The first bytes of the body take the head along, if they come at once.
  setImmediate(sendHead);
  if (response.body !== null && (incoming.method === 'HEAD' || outgoing.destroyed)) await response.body.cancel().catch(() => undefined);
  else if (response.body !== null) {
    const isOfEvents = /^text\/event-stream(?:;|$)/i.test(response.headers.get('content-type') ?? '');
    if (isOfEvents) {
      written();
      // It has nothing else to do afterwards, and who closes the server would wait for it.
      outgoing.shouldKeepAlive = false;
    }
    reader = response.body.getReader();
    // What fails while the client takes nothing is not waited for.
    reader.closed.catch(() => outgoing.destroy());
    if (isOfEvents) endWithServer(incoming, outgoing, reader);
    await send(reader, outgoing, sealHead, isOfEvents ? passedOn : accepted);
  }
  sealHead();
  written();
  await body.drained();
  outgoing.end();
}

/** A stream of events has no end of its own. */
function endWithServer(incoming: IncomingMessage, outgoing: ServerResponse, reader: ReadableStreamDefaultReader<Uint8Array>): void {
  const cancel = onServerClosing(incoming, () => {
    reader.cancel().catch(() => undefined);
    // Who does not take what is on its way would keep the server open as well.
    if (outgoing.writableLength > 0) outgoing.destroy();
  });
  outgoing.once('close', cancel);
}

const PART_BYTES = 64 * 1024;

/** Waits for the client whenever it is slower. What the body fails with destroys the connection: the client must not take it for the end. */
async function send(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  outgoing: ServerResponse,
  sealHead: () => void,
  write: (outgoing: ServerResponse, part: Uint8Array) => Promise<void> | undefined,
): Promise<void> {
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || outgoing.destroyed) return;
      sealHead();
      // In parts: that the client takes one of them shows that it still reads.
      for (let at = 0; at < value.length && !outgoing.destroyed; at += PART_BYTES)
        await write(outgoing, value.subarray(at, at + PART_BYTES));
    }
  } catch {
    outgoing.destroy();
  } finally {
    if (outgoing.destroyed) await reader.cancel().catch(() => undefined);
  }
}

/** Writes ahead, as far as Node keeps it. */
const accepted = (outgoing: ServerResponse, part: Uint8Array): Promise<void> | undefined =>
  outgoing.write(part) ? undefined : unless(outgoing, (go) => outgoing.once('drain', go));

/** Until the system has it: who makes events decides what is worth keeping for a slow client. */
const passedOn = (outgoing: ServerResponse, part: Uint8Array): Promise<void> => unless(outgoing, (go) => outgoing.write(part, go));

/** Waits for something, unless the client leaves before. */
function unless(outgoing: ServerResponse, wait: (go: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      outgoing.off('drain', go).off('close', go);
      resolve();
    };
    outgoing.once('close', go);
    wait(go);
  });
}

const EMPTY = new Set([101, 204, 205, 304]);

function prepareHead({ status, statusText, headers, body }: Response, incoming: IncomingMessage, outgoing: ServerResponse): void {
  // A mark of the Fetch standard for what failed, `Response.error()`, has no status.
  if (status < 100) throw new TypeError('The answer has no status');
  outgoing.statusCode = status;
  if (statusText !== '' && incoming.httpVersionMajor < 2) outgoing.statusMessage = statusText;
  for (const [name, value] of headers) if (name !== 'set-cookie') outgoing.setHeader(name, value);
  const cookies = headers.getSetCookie();
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies);
  if (body === null && !EMPTY.has(status) && incoming.method !== 'HEAD' && !headers.has('content-length'))
    outgoing.setHeader('content-length', 0);
}
