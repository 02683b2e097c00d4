/** Another server, and requests to it from within a tracked one. */
import http, { Agent, createServer, get, type IncomingHttpHeaders, type RequestListener, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HttpTracking, trackHttp } from '../../../lib/entries/http';
import type { TraceContext } from '../../../lib/http/trace-context';
import { createTelemetry } from '../../../lib/index';

export interface Far {
  readonly url: string;
  /** Of the requests that came, in order. */
  readonly headers: IncomingHttpHeaders[];
}

/** A server on loopback that keeps what it is told. */
export async function farServer(
  body: (far: Far) => unknown,
  listener: RequestListener = (_request, response) => void response.end('ok'),
): Promise<void> {
  const headers: IncomingHttpHeaders[] = [];
  const server = createServer((incoming, response) => {
    headers.push(incoming.headers);
    listener(incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await body({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, headers });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

/** Runs something within a tracked request that came with a trace. */
export async function inRequest<Result>(
  tracking: HttpTracking,
  work: (trace: TraceContext) => Promise<Result>,
  state?: string,
): Promise<Result> {
  const headers = new Map([['traceparent', PARENT], ...(state === undefined ? [] : [['tracestate', state] as const])]);
  const exchange = tracking.tracker.begin({ method: 'GET', target: '/', headers, peer: '127.0.0.1' })!;
  try {
    return await exchange.run(() => work(exchange.trace));
  } finally {
    exchange.end({ status: 200 });
  }
}

export async function withTracking(body: (tracking: HttpTracking) => Promise<unknown>): Promise<void> {
  using tracking = trackHttp(createTelemetry());
  await body(tracking);
}

export const ended = (asked: http.ClientRequest): Promise<void> =>
  new Promise((resolve, reject) => {
    asked.on('response', (response) => response.resume());
    asked.on('close', resolve);
    asked.on('error', reject);
  });

/** The ways to ask a server; each ends when the answer is over. */
export const WAYS: Readonly<Record<string, (url: string) => Promise<unknown>>> = {
  fetch: async (url) => (await fetch(url)).text(),
  'http.get': (url) => ended(http.get(url)),
  'get, imported by its name': (url) => ended(get(url)),
  'http.request with a body': (url) => ended(request(url, { method: 'POST' }).end('body')),
  'an agent that keeps connections': async (url) => {
    const agent = new Agent({ keepAlive: true });
    await ended(get(url, { agent }));
    agent.destroy();
  },
  'agent: false': (url) => ended(get(url, { agent: false })),
};
