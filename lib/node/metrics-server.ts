import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv6, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { TelemetryError } from '../core/errors';
import { checkOptions, isFunction, type OptionRule, optionInvalid } from '../core/options';
import { acceptsGzip } from './server/accepts-gzip';

/** What renders a page of metrics: an exporter of `telemetry-bus/prometheus`. */
export interface MetricsPages {
  /** @param accept - The `Accept` header of who asks. */
  chunks(accept?: string | null): Promise<{ readonly contentType: string; readonly chunks: readonly (string | Uint8Array)[] }>;
}

/** Options of `serveMetrics`. All are optional. */
export interface MetricsServerOptions {
  /** `127.0.0.1`, `::1` or `localhost`; nothing else. Default `127.0.0.1`. */
  readonly host?: string;
  /** Default 9464; 0: a free one. */
  readonly port?: number;
  /** Where the page is. Default `/metrics`. */
  readonly path?: string;
}

/** A running server of metrics. */
export interface MetricsServer extends AsyncDisposable {
  /** The page. */
  readonly url: string;
  readonly port: number;
  /** Lets answers that are under way end, for at most a second, and closes all connections. Never rejects. */
  close(): Promise<void>;
}

const LOOPBACK: readonly string[] = ['127.0.0.1', '::1', 'localhost'];
const RULES: Readonly<Record<keyof MetricsServerOptions, OptionRule>> = {
  host: [
    (value) => LOOPBACK.includes(value as string),
    `${LOOPBACK.join(', ')}: this server has no protection. To be reached from elsewhere, mount exporter.fetch in a server of your own, behind your protection`,
  ],
  port: [(value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 65_535, 'a port, 0 to 65535'],
  path: [(value) => typeof value === 'string' && /^\/[\w./~-]*$/.test(value), 'a path such as /metrics'],
};

/** How long and how much, in ms; for tests. */
export interface ServerLimits {
  readonly headersMs: number;
  readonly requestMs: number;
  readonly answerMs: number;
  readonly closeMs: number;
  readonly connections: number;
  /** Answers under way, of all connections together: requests can be sent in a heap. */
  readonly answers: number;
}

const LIMITS: ServerLimits = { headersMs: 5000, requestMs: 10_000, answerMs: 10_000, closeMs: 1000, connections: 64, answers: 64 };

/** An answer is data for one machine, never a page that a browser may use. */
const HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

/**
 * Serves a page of metrics over HTTP to this machine only, for a Prometheus beside the application.
 *
 * Answers `GET` and `HEAD` of one path, compressed for those who accept gzip; 64 connections at most, and none for longer
 * than 10 s without its answer having been read. Requests for another `Host` than this machine's names are refused, so
 * that no web page gets at the metrics through a name of its own. Does not keep the process alive.
 *
 * @param exporter - An exporter of `telemetry-bus/prometheus`.
 * @param options - See {@link MetricsServerOptions}.
 * @throws {TelemetryError} rejecting: `OPTION_UNKNOWN`, `OPTION_INVALID`, also for a port that can't be used, with the
 * error of the system as its `cause`.
 * @example
 * const server = await serveMetrics(createPrometheusExporter(telemetry), { port: 0 });
 * (await fetch(server.url)).status; // => 200
 * await server.close();
 */
export const serveMetrics = (exporter: MetricsPages, options: MetricsServerOptions = {}): Promise<MetricsServer> =>
  serveWithin(LIMITS, exporter, options);

/** {@link serveMetrics} with other limits. */
export async function serveWithin(limits: ServerLimits, exporter: MetricsPages, options: MetricsServerOptions): Promise<MetricsServer> {
  checkOptions('serveMetrics', options, RULES);
  if (!isFunction(exporter?.chunks)) throw optionInvalid('serveMetrics: exporter', exporter, 'an exporter of telemetry-bus/prometheus');
  const { host = '127.0.0.1', port = 9464, path = '/metrics' } = options;
  const server = createServer({
    maxHeaderSize: 16 * 1024,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.headersMs,
    connectionsCheckingInterval: Math.min(1000, limits.headersMs),
  });
  server.maxConnections = limits.connections;
  let answers = 0;
  server.on('request', (request, response) => {
    answers++;
    const isBusy = answers > limits.answers;
    const timer = setTimeout(() => response.destroy(), limits.answerMs);
    timer.unref();
    response.on('close', () => {
      answers--;
      clearTimeout(timer);
    });
    // What fails after the head was sent can only be cut off.
    answer({ request, response, exporter, path, isBusy }).catch(() => response.destroy());
  });
  server.on('connection', (socket: Socket) => socket.unref());
  await listen(server, host, port);
  server.unref();
  return running(server, host, path, limits.closeMs);
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
  } catch (error) {
    const { code = 'UNKNOWN' } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? `Port ${port} is taken by another server` : `The system refused with ${code}`;
    const fix = 'Choose another port, or 0 for a free one';
    throw new TelemetryError('OPTION_INVALID', `serveMetrics can't listen on ${host}, port ${port}`, why, fix, { cause: error });
  }
  // Such as too many open files while a connection is taken: the next one may succeed.
  server.on('error', () => {});
}

function running(server: Server, host: string, path: string, closeMs: number): MetricsServer {
  const { port } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  const end = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => server.closeAllConnections(), closeMs);
      server.close(() => {
        clearTimeout(timer);
        resolve();
      });
      server.closeIdleConnections();
    });
  const close = (): Promise<void> => {
    closed ??= end();
    return closed;
  };
  return { url: `http://${isIPv6(host) ? `[${host}]` : host}:${port}${path}`, port, close, [Symbol.asyncDispose]: close };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly exporter: MetricsPages;
  readonly path: string;
  readonly isBusy: boolean;
}

async function answer({ request, response, exporter, path, isBusy }: Exchange): Promise<void> {
  const { method, url = '', headers } = request;
  if (!isLoopbackName(headers.host)) return refuse(response, 421, 'This server answers for localhost only');
  if (url.split('?', 1)[0] !== path) return refuse(response, 404, 'Not found');
  if (method !== 'GET' && method !== 'HEAD') return refuse(response, 405, 'Use GET', { allow: 'GET, HEAD' });
  if (isBusy) return refuse(response, 503, 'Too many requests at once', { 'retry-after': '1' });
  let page: Awaited<ReturnType<MetricsPages['chunks']>>;
  try {
    page = await exporter.chunks(headers.accept ?? null);
  } catch {
    return refuse(response, 500, 'The metrics could not be rendered');
  }
  const isGzip = acceptsGzip(String(headers['accept-encoding'] ?? ''));
  // A body that nobody asked for is not read.
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  response.writeHead(200, {
    ...HEADERS,
    'content-type': page.contentType,
    vary: 'Accept, Accept-Encoding',
    ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
    ...(hasBody ? { connection: 'close' } : {}),
  });
  if (method === 'HEAD') {
    response.end();
    return;
  }
  const chunks = Readable.from(page.chunks);
  if (isGzip) await pipeline(chunks, createGzip({ level: constants.Z_BEST_SPEED }), response);
  else await pipeline(chunks, response);
}

function refuse(response: ServerResponse, status: number, text: string, more: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8', connection: 'close', ...more });
  response.end(`${text}\n`);
}

/** Whether a `Host` header names this machine, at whatever port: it may have been forwarded. */
const isLoopbackName = (host: string | undefined): boolean => /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i.test(host ?? '');
