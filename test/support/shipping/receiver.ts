/** A receiver of lines on a free port of loopback, which fails in the way a test tells it to. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface Got {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The body, unpacked. */
  readonly text: string;
}

/**
 * - `hang`: no answer. `reset`: the connection is closed before one. `cut`: after half of one. `drip`: the head at once, the body
 *   never to its end. `head`: the head never to its end. `huge`: 10 MiB of body.
 */
export type Behaviour =
  | 'hang'
  | 'reset'
  | 'cut'
  | 'drip'
  | 'head'
  | 'huge'
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

export interface Receiver {
  readonly port: number;
  readonly url: string;
  /** All requests that came whole. */
  readonly got: readonly Got[];
  /** Those that were answered with a status of success, or that began to be. */
  readonly taken: readonly Got[];
  /** Connections that were made so far, and are open now. */
  readonly connections: { made: number; open: number };
  /** Requests that were being answered at once, at most. */
  readonly mostAtOnce: () => number;
  behave: (request: Got, number: number) => Behaviour | undefined;
  /** Nobody listens any more, and connections are cut. */
  goDown(): Promise<void>;
  /** On the same port again. */
  comeUp(): Promise<void>;
}

export interface Tls {
  readonly key: string;
  readonly cert: string;
}

const MIB = 1_048_576;

export async function startReceiver(success: number, tls?: Tls): Promise<Receiver> {
  const got: Got[] = [];
  const taken: Got[] = [];
  const sockets = new Set<Socket>();
  const connections = { made: 0, open: 0 };
  let [port, atOnce, most] = [0, 0, 0];
  let server: Server;

  function answer(request: IncomingMessage, response: ServerResponse, bytes: Buffer): void {
    const packed = request.headers['content-encoding'] === 'gzip';
    const one: Got = {
      method: request.method!,
      path: request.url!,
      headers: request.headers,
      text: (packed ? gunzipSync(bytes) : bytes).toString(),
    };
    got.push(one);
    const how = receiver.behave(one, got.length) ?? { status: success };
    const done = (): void => void atOnce--;
    response.on('close', done);
    const { socket } = request;
    if (how === 'hang') return;
    if (how === 'reset') return void socket.destroy();
    if (how === 'head') return void socket.write('HTTP/1.1 200 O');
    if (typeof how === 'string' || how.status < 300) taken.push(one);
    if (how === 'cut') return void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"a', () => socket.destroy());
    if (how === 'drip') return void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"a');
    if (how === 'huge') return void response.writeHead(200).end(Buffer.alloc(10 * MIB, 'x'));
    response.writeHead(how.status, how.headers).end(how.body);
  }

  function listen(): Promise<void> {
    const handle = (request: IncomingMessage, response: ServerResponse): void => {
      const parts: Buffer[] = [];
      most = Math.max(most, ++atOnce);
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('error', () => undefined);
      request.on('end', () => answer(request, response, Buffer.concat(parts)));
    };
    server = tls === undefined ? createServer(handle) : createSecureServer(tls, handle);
    server.on('connection', (socket: Socket) => {
      connections.made++;
      connections.open++;
      sockets.add(socket);
      socket.unref();
      socket.on('error', () => undefined);
      socket.on('close', () => {
        connections.open--;
        sockets.delete(socket);
      });
    });
    server.on('tlsClientError', () => undefined);
    return new Promise((resolve) => server.unref().listen(port, '127.0.0.1', resolve));
  }

  await listen();
  port = (server!.address() as AddressInfo).port;
  const receiver: Receiver = {
    port,
    url: `http${tls === undefined ? '' : 's'}://127.0.0.1:${port}`,
    got,
    taken,
    connections,
    mostAtOnce: () => most,
    behave: () => undefined,
    async goDown() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
    comeUp: listen,
  };
  return receiver;
}
