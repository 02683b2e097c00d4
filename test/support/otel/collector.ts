import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { decodeJson, decodeProtobuf, type Signal } from './definitions';
import { type Found, logRecordsIn, metricsIn, type OtlpLogRecord, type OtlpMetric, type OtlpSpan, type Plain, spansIn } from './flat';

/** A request that was accepted and read with the official definitions. */
interface Received {
  readonly signal: Signal;
  readonly encoding: 'protobuf' | 'json';
  readonly headers: IncomingHttpHeaders;
  /** Bytes as they came, compressed ones as well. */
  readonly bytes: number;
  readonly body: Plain;
}

/** How a request is answered instead of with 200. `hang` never answers, `reset` closes the connection. */
type Answer = { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string } | 'hang' | 'reset';

/** A collector on a free port of loopback that decodes what it is sent. */
export interface Collector {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  /** What was accepted, in the order it came. */
  readonly received: readonly Received[];
  /** What could not be read, and was answered with 400. A test that sends rightly finds none. */
  readonly refused: readonly string[];
  /** Requests that have come, whatever became of them. */
  readonly attempts: number;
  /** Tells for each request how it is answered; `undefined` accepts it. The request counts as received only when it is accepted. */
  answerWith(answer: ((attempt: number, signal: Signal) => Answer | undefined) | undefined): void;
  metrics(): Found<OtlpMetric>[];
  spans(): Found<OtlpSpan>[];
  logRecords(): Found<OtlpLogRecord>[];
  /** Waits until something is true, asked after each request; rejects after 30 s. */
  waitUntil(what: string, isTrue: (collector: Collector) => boolean): Promise<void>;
  clear(): void;
  close(): Promise<void>;
}

const DEADLINE_MS = 30_000;
const PATH = /^\/v1\/(metrics|traces|logs)$/;

/** Starts a collector; close it at the end. */
async function startCollector(): Promise<Collector> {
  const [received, refused, sockets]: [Received[], string[], Set<Socket>] = [[], [], new Set()];
  const waiting = new Set<() => void>();
  let choose: ((attempt: number, signal: Signal) => Answer | undefined) | undefined;
  let attempts = 0;

  const server = createServer((request, response) => {
    void bodyOf(request).then((bytes) => {
      answer(request, response, bytes);
      for (const look of waiting) look();
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  function answer(request: IncomingMessage, response: ServerResponse, bytes: Buffer): void {
    const signal = PATH.exec(request.url ?? '')?.[1] as Signal | undefined;
    if (request.method !== 'POST' || signal === undefined) {
      refuse(response, 404, `${request.method} ${request.url}`);
      return;
    }
    attempts++;
    const other = choose?.(attempts, signal);
    if (other === 'hang') return;
    if (other === 'reset') {
      request.socket.destroy();
      return;
    }
    if (other !== undefined) {
      response.writeHead(other.status, other.headers).end(other.body ?? '');
      return;
    }
    try {
      received.push(read(signal, request.headers, bytes));
    } catch (error) {
      refuse(response, 400, (error as Error).message);
      return;
    }
    const isJson = received.at(-1)!.encoding === 'json';
    response.writeHead(200, { 'content-type': isJson ? 'application/json' : 'application/x-protobuf' }).end(isJson ? '{}' : undefined);
  }

  function refuse(response: ServerResponse, status: number, why: string): void {
    refused.push(why);
    response.writeHead(status).end(why);
  }

  const bodies = (signal: Signal): Plain[] => received.filter((each) => each.signal === signal).map(({ body }) => body);
  const collector: Collector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    refused,
    get attempts() {
      return attempts;
    },
    answerWith: (chosen) => void (choose = chosen),
    metrics: () => bodies('metrics').flatMap(metricsIn),
    spans: () => bodies('traces').flatMap(spansIn),
    logRecords: () => bodies('logs').flatMap(logRecordsIn),
    waitUntil: (what, isTrue) =>
      new Promise((resolve, reject) => {
        const end = (problem?: Error): void => {
          clearTimeout(timer);
          waiting.delete(look);
          if (problem === undefined) resolve();
          else reject(problem);
        };
        const look = (): void => void (isTrue(collector) && end());
        const timer = setTimeout(
          () => end(new Error(`Waited in vain: ${what}. Received ${received.length}, refused: ${refused.join('; ') || 'none'}`)),
          DEADLINE_MS,
        );
        waiting.add(look);
        look();
      }),
    clear: () => void (received.length = refused.length = 0),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return collector;
}

/** Starts a collector, calls back, and closes it. */
export async function withCollector(body: (collector: Collector) => Promise<unknown>): Promise<void> {
  const collector = await startCollector();
  try {
    await body(collector);
  } finally {
    await collector.close();
  }
}

function read(signal: Signal, headers: IncomingHttpHeaders, sent: Buffer): Received {
  const compressed = headers['content-encoding'] ?? 'identity';
  if (compressed !== 'gzip' && compressed !== 'identity') throw new Error(`content-encoding ${compressed}`);
  const bytes = compressed === 'gzip' ? gunzipSync(sent) : sent;
  const common = { signal, headers, bytes: sent.length };
  const type = headers['content-type']?.split(';')[0];
  if (type === 'application/x-protobuf') return { ...common, encoding: 'protobuf', body: decodeProtobuf(signal, bytes) };
  if (type === 'application/json') return { ...common, encoding: 'json', body: decodeJson(signal, bytes.toString('utf8')) };
  throw new Error(`content-type ${type}`);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  try {
    for await (const part of request) parts.push(part as Buffer);
  } catch {
    // Cut off: what came is refused as unreadable, and the answer goes nowhere.
  }
  return Buffer.concat(parts);
}
