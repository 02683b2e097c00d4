/** Servers for tests of tracking on Node: one that listens, what was recorded, and raw connections to it. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Server as NetServer, type Socket } from 'node:net';
import type { Telemetry } from '../../../lib/index';
import { type NodeHttpOptions, type NodeHttpTracking, trackHttp } from '../../../lib/node/http/index';
import { type Recording, recording, until } from '../../support/http/recording';

export interface Serving extends Recording {
  readonly tracking: NodeHttpTracking;
  readonly port: number;
  readonly url: string;
  /** A raw connection; `received` is all that came so far. */
  open(): Promise<Connection>;
  close(): Promise<void>;
}

interface Connection {
  readonly socket: Socket;
  received(): string;
  /** Resolves when a text is in what came. */
  has(text: string, times?: number): Promise<void>;
  closed(): Promise<void>;
}

/** Serves what is made of a tracking, on a free port of this machine. */
export async function serving(
  make: (tracking: NodeHttpTracking, telemetry: Telemetry) => NetServer | Promise<NetServer>,
  options: NodeHttpOptions = {},
): Promise<Serving> {
  const recorded = recording();
  const tracking = trackHttp(recorded.telemetry, { propagate: false, ...options });
  const server = await make(tracking, recorded.telemetry);
  const sockets = new Set<Socket>();
  // A test that fails before it closes must not keep the process.
  server.unref();
  server.on('connection', (socket: Socket) => sockets.add(socket.unref()));
  if (!server.listening) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...recorded,
    tracking,
    port,
    url: `http://127.0.0.1:${port}`,
    open: () => openTo(port),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      tracking.close();
      recorded.stop();
    },
  };
}

/** The same for a listener of `tracking.listener`. */
export const servingListener = (listener: (tracking: NodeHttpTracking) => RequestListener, options?: NodeHttpOptions): Promise<Serving> =>
  serving((tracking): Server => createServer(tracking.listener(listener(tracking)) as RequestListener), options);

async function openTo(port: number): Promise<Connection> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  let isClosed = false;
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isClosed = true;
  });
  await new Promise((resolve) => socket.once('connect', resolve));
  const received = (): string => Buffer.concat(chunks).toString('latin1');
  return {
    socket,
    received,
    has: (text, times = 1) => until(() => received().split(text).length > times, `${times} × ${text}`, received),
    closed: () => until(() => isClosed, 'the end of the connection', received),
  };
}
