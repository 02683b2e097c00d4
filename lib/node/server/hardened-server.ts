import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TelemetryError } from '../../core/errors';
import type { TellingListener } from '../http/node-listener';
import { Answers } from './answers';
import { Connections } from './connections';
import type { ServerLimits } from './limits';
import { type Refusal, refuseConnection, takeRefusals } from './refusals';

/** A certificate and its key, as PEM. */
export interface ServerTls {
  readonly cert: string | Uint8Array;
  readonly key: string | Uint8Array;
}

export interface HardenedOptions {
  /** Begins the messages of errors. */
  readonly where: string;
  /** Addresses to listen on, with one port. The first must be there; of others, what this machine does not have is left out. */
  readonly addresses: readonly [string, ...string[]];
  /** 0: a free one, the same for all addresses. */
  readonly port: number;
  readonly tls: ServerTls | undefined;
  readonly limits: ServerLimits;
  readonly listener: TellingListener;
  /** What is answered to whom the listener never sees: 400, 408, 413, 431, and 503 beyond the limit of answers or of connections. */
  readonly refusal: (status: number) => Refusal;
  /** Told what fails while it runs. */
  readonly onError: (error: Error) => void;
}

/** A server that is listening. */
export interface HardenedServer {
  readonly port: number;
  /** Those of the addresses that it listens on. */
  readonly addresses: readonly string[];
  /** Lets answers that are under way end, and closes all connections. Never rejects. */
  close(): Promise<void>;
}

const MAX_TRIES = 10;
/** Connections that wait to be taken. Where there is no room, the system lets a second pass before it asks again. */
const BACKLOG = 4096;
const ABSENT = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/**
 * Listens, within limits of time, size and number for whoever connects. Keeps no process alive.
 *
 * @throws {TelemetryError} rejecting: `OPTION_INVALID` for a port or an address that can't be used and for a certificate that is none, with
 * the error of the system as its `cause`.
 */
export async function startHardened(options: HardenedOptions): Promise<HardenedServer> {
  const { addresses, limits } = options;
  const connections = new Connections(limits, (socket) => {
    // Before TLS has shaken hands nothing can be said.
    if (options.tls === undefined) refuseConnection(socket, options.refusal(503));
    else socket.destroy();
  });
  const shared = { connections, answers: new Answers(limits, options.listener, options.refusal) };
  for (let tries = 1; ; tries++) {
    const servers: Server[] = [];
    const there: string[] = [];
    let { port } = options;
    try {
      for (const address of addresses) {
        const server = makeServer(options, shared);
        try {
          await listen(server, address, port);
        } catch (error) {
          if (servers.length > 0 && ABSENT.has(codeOf(error))) continue;
          throw error;
        }
        // Such as too many open files while a connection is taken: the next one may succeed.
        server.on('error', options.onError);
        server.unref();
        servers.push(server);
        there.push(address);
        port = (server.address() as AddressInfo).port;
      }
      return { port, addresses: there, close: closer(servers, connections, limits.closeMs) };
    } catch (error) {
      await closer(servers, connections, 0)();
      // A port that was free on one address need not be free on the next.
      const isChance = options.port === 0 && servers.length > 0 && codeOf(error) === 'EADDRINUSE';
      if (!isChance || tries >= MAX_TRIES) throw refusal(options, error);
    }
  }
}

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException | undefined)?.code ?? 'UNKNOWN');

function refusal({ where, addresses, port }: HardenedOptions, error: unknown): Error {
  if (error instanceof TelemetryError) return error;
  const code = codeOf(error);
  const why = code === 'EADDRINUSE' ? `Port ${port} is taken by another server` : `The system refused with ${code}`;
  const fix = 'Choose another port, or 0 for a free one';
  return new TelemetryError('OPTION_INVALID', `${where} can't listen on ${addresses.join(' and ')}, port ${port}`, why, fix, {
    cause: error,
  });
}

interface Shared {
  readonly connections: Connections;
  readonly answers: Answers;
}

function makeServer({ where, tls, limits, refusal }: HardenedOptions, { connections, answers }: Shared): Server {
  const settings = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: limits.checkMs,
    // Whoever asks without a Host is refused where everybody is.
    requireHostHeader: false,
  };
  let server: Server;
  try {
    server =
      tls === undefined
        ? createServer(settings)
        : createSecureServer({ ...settings, cert: tls.cert as Buffer, key: tls.key as Buffer, handshakeTimeout: limits.headersMs });
  } catch (error) {
    // Its own words may show parts of the key.
    const fix = 'Give cert and key as PEM, that belong together';
    throw new TelemetryError('OPTION_INVALID', `${where}: tls can't be used`, `The system refused with ${codeOf(error)}`, fix);
  }
  server.maxRequestsPerSocket = limits.requestsPerConnection;
  server.on('connection', (socket) => connections.add(socket));
  takeRefusals(server, refusal, (request, response) => {
    connections.began(request, response);
    answers.begin(request, response);
  });
  return server;
}

function listen(server: Server, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: address, backlog: BACKLOG, ipv6Only: address.includes(':') && address !== '::' }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closer(servers: readonly Server[], connections: Connections, closeMs: number): () => Promise<void> {
  const end = (server: Server): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => connections.destroyAll(), closeMs);
      server.close(() => {
        clearTimeout(timer);
        resolve();
      });
      server.closeIdleConnections();
    });
  let closed: Promise<void> | undefined;
  return () => (closed ??= Promise.all(servers.map(end)).then(() => undefined));
}
