import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A receiver on loopback that answers as it is told, byte by byte. */
export interface Receiver {
  readonly port: number;
  /** Requests that have come, whole ones, head and body. */
  readonly requests: readonly string[];
  /** Connections that have been made, and that are open now. */
  readonly connections: number;
  readonly open: number;
}

/** What a receiver does with a whole request. */
export type Reply = (socket: Socket, request: string) => unknown;

/** An answer with a status, some headers and a body. */
export const answer =
  (status: number, headers: Readonly<Record<string, string>> = {}, body = 'ok'): Reply =>
  (socket) =>
    socket.end(headOf(status, { 'content-length': String(Buffer.byteLength(body)), ...headers }) + body);

export const headOf = (status: number, headers: Readonly<Record<string, string>> = {}): string =>
  `HTTP/1.1 ${status} Said\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;

/** Listens on a free port of 127.0.0.1, calls back, and is gone. */
export async function withReceiver(reply: Reply, body: (receiver: Receiver) => Promise<unknown>): Promise<void> {
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  let connections = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    connections++;
    let text = '';
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (part: Buffer) => {
      text += part.toString('latin1');
      if (!isWhole(text)) return;
      requests.push(Buffer.from(text, 'latin1').toString('utf8'));
      text = '';
      reply(socket, requests.at(-1)!);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await body({
      port,
      requests,
      get connections() {
        return connections;
      },
      get open() {
        return sockets.size;
      },
    });
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  const length = /^content-length: (\d+)/im.exec(text)?.[1];
  return end >= 0 && text.length - end - 4 >= Number(length ?? 0);
}

/** Head and body of a request. */
export function parts(request: string): {
  readonly line: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
} {
  const end = request.indexOf('\r\n\r\n');
  const [line = '', ...rows] = request.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    rows.map((row) => [row.slice(0, row.indexOf(':')).toLowerCase(), row.slice(row.indexOf(':') + 1).trim()]),
  );
  return { line, headers, body: request.slice(end + 4) };
}
