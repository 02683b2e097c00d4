import { type IncomingMessage, type Server, ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** An answer without a handler. */
export interface Refusal {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

const LINGER_MS = 500;
/** Node's own choice of statuses; what has another code is no request, but a connection that failed. */
const STATUSES: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};
const statusOf = (code: string): number | undefined => STATUSES[code] ?? (code.startsWith('HPE_') ? 400 : undefined);

/**
 * Lets a listener answer each request of a server, also those that Node keeps from it: `CONNECT`, which it would cut off, and an `Expect` of
 * another kind, which it would answer before anybody has looked at the `Host` (a server may ignore one: RFC 9110, 10.1.1). What can't be
 * read, or comes too slowly, gets a refusal instead of Node's bare line.
 */
export function takeRefusals(server: Server, refusal: (status: number) => Refusal, listener: Listener): void {
  /** Answers that are not over, by their connection: behind one of them nothing can be written. */
  const open = new WeakMap<Duplex, Set<ServerResponse>>();

  const take: Listener = (request, response) => {
    const { socket } = request;
    const all = open.get(socket) ?? new Set();
    open.set(socket, all.add(response));
    response.once('close', () => all.delete(response));
    listener(request, response);
  };
  server.on('request', take);
  server.on('checkExpectation', take);
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    // Node no longer looks after this connection.
    socket.on('error', () => undefined);
    if ((open.get(socket)?.size ?? 0) > 0) return void socket.destroy();
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(request.socket);
    response.once('finish', () => finish(socket));
    take(request, response);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const status = statusOf(String(error.code));
    const [answer, ...more] = open.get(socket) ?? [];
    if (status === undefined || !socket.writable || more.length > 0 || answer?.headersSent) return void socket.destroy();
    finish(socket, wholeOf(status, refusal(status)));
  });
}

/** Ends a connection that there is no room for, and on which no answer was begun, with a word. */
export function refuseConnection(socket: Duplex, { headers, body }: Refusal): void {
  if (!socket.writable) return void socket.destroy();
  finish(socket, wholeOf(503, { headers: { ...headers, 'retry-after': '1' }, body }));
}

function wholeOf(status: number, { headers, body }: Refusal): string {
  const head = Object.entries({ ...headers, connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${body}`;
}

/** Ends a connection, whether or not the other side does. */
function finish(socket: Duplex, text = ''): void {
  const end = (): void => {
    clearTimeout(timer);
    socket.destroy();
  };
  const timer = setTimeout(end, LINGER_MS);
  timer.unref();
  socket.end(text, 'latin1', end);
}
