import diagnostics from 'node:diagnostics_channel';
import http, { Agent, createServer, get, type IncomingHttpHeaders, type RequestListener, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runWithContext } from '../../../lib/core/context';
import { type HttpTracking, trackHttp } from '../../../lib/entries/http';
import type { TraceContext } from '../../../lib/http/trace-context';
import { createTelemetry } from '../../../lib/index';
import { outgoingStats, startPropagation } from '../../../lib/node/http/outgoing';
import { tellsOfNewRequests } from '../../../lib/node/http/outgoing/install';
import { trackHttp as trackNode } from '../../../lib/node/http/track-http';
import { errorOf } from '../../support/started';

interface Far {
  readonly url: string;
  /** Of the requests that came, in order. */
  readonly headers: IncomingHttpHeaders[];
}

/** A server on loopback that keeps what it is told. */
async function farServer(
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
async function inRequest<Result>(tracking: HttpTracking, work: (trace: TraceContext) => Promise<Result>, state?: string): Promise<Result> {
  const headers = new Map([['traceparent', PARENT], ...(state === undefined ? [] : [['tracestate', state] as const])]);
  const exchange = tracking.tracker.begin({ method: 'GET', target: '/', headers, peer: '127.0.0.1' })!;
  try {
    return await exchange.run(() => work(exchange.trace));
  } finally {
    exchange.end({ status: 200 });
  }
}

async function withTracking(body: (tracking: HttpTracking) => Promise<unknown>): Promise<void> {
  using tracking = trackHttp(createTelemetry());
  await body(tracking);
}

const ended = (asked: http.ClientRequest): Promise<void> =>
  new Promise((resolve, reject) => {
    asked.on('response', (response) => response.resume());
    asked.on('close', resolve);
    asked.on('error', reject);
  });

/** The ways to ask a server; each ends when the answer is over. */
const WAYS: Readonly<Record<string, (url: string) => Promise<unknown>>> = {
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

for (const [name, ask] of Object.entries(WAYS)) {
  test(`${name}: a request within a tracked request is a child span of it`, async () => {
    const stop = startPropagation();
    try {
      await withTracking((tracking) =>
        farServer(async ({ url, headers }) => {
          await inRequest(
            tracking,
            async (trace) => {
              await ask(`${url}/a?b=c`);
              const [, traceId, spanId, flags] = headers[0]!.traceparent!.toString().split('-');
              assert.is(traceId, '4bf92f3577b34da6a3ce929d0e0e4736');
              assert.match(String(spanId), /^[0-9a-f]{16}$/);
              assert.is.not(spanId, trace.spanId);
              assert.is.not(spanId, trace.parentId);
              assert.is(flags, '01');
              assert.is(headers[0]!.tracestate, 'vendor=1');
            },
            'vendor=1',
          );
        }),
      );
    } finally {
      stop();
    }
  });

  test(`${name}: nothing is added outside of any trace, nor when propagation has stopped`, async () => {
    await withTracking((tracking) =>
      farServer(async ({ url, headers }) => {
        const stop = startPropagation();
        await ask(url);
        stop();
        await inRequest(tracking, async () => void (await ask(url)));
        assert.is(headers.length, 2);
        for (const got of headers) assert.not.ok('traceparent' in got || 'tracestate' in got);
      }),
    );
  });
}

test('each request of one request is a span of its own', async () => {
  const stop = startPropagation();
  try {
    await withTracking((tracking) =>
      farServer(async ({ url, headers }) => {
        await inRequest(tracking, () =>
          Promise.all(Array.from({ length: 10 }, (_, index) => WAYS[index % 2 ? 'fetch' : 'http.get']!(url))),
        );
        assert.is(new Set(headers.map(({ traceparent }) => traceparent)).size, 10);
      }),
    );
  } finally {
    stop();
  }
});

test('a request after an await and one in a timer belong to the request they were made in', async () => {
  const stop = startPropagation();
  try {
    await withTracking((tracking) =>
      farServer(async ({ url, headers }) => {
        await inRequest(tracking, async () => {
          await new Promise((resolve) => setImmediate(resolve));
          await WAYS.fetch!(url);
          await new Promise<unknown>((resolve) => setTimeout(() => resolve(WAYS['http.get']!(url)), 1));
        });
        for (const { traceparent } of headers) assert.match(String(traceparent), '4bf92f3577b34da6a3ce929d0e0e4736');
        assert.is(headers.length, 2);
      }),
    );
  } finally {
    stop();
  }
});

test('requests that wait for a connection of an agent keep the trace they were made in', async () => {
  const stop = startPropagation();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    await withTracking((tracking) =>
      farServer(async ({ url, headers }) => {
        const traces = await Promise.all(
          ['a', 'b', 'c'].map((letter) =>
            runWithContext({ trace_id: letter.repeat(32), span_id: letter.repeat(16) }, () => ended(get(`${url}/${letter}`, { agent }))),
          ),
        );
        assert.is(traces.length, 3);
        assert.equal(
          headers.map(({ traceparent }) => String(traceparent).slice(3, 35)).sort(),
          ['a', 'b', 'c'].map((letter) => letter.repeat(32)),
        );
        assert.is(tracking.stats().total, 0);
      }),
    );
  } finally {
    agent.destroy();
    stop();
  }
});

test('every hop of a redirect is a span of its own', async () => {
  const stop = startPropagation();
  try {
    await withTracking((tracking) =>
      farServer(
        async ({ url, headers }) => {
          await inRequest(tracking, async () => void (await (await fetch(`${url}/from`)).text()));
          assert.is(headers.length, 2);
          assert.is(new Set(headers.map(({ traceparent }) => String(traceparent))).size, 2);
          for (const { traceparent } of headers) assert.match(String(traceparent), /^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$/);
        },
        (incoming, response) => {
          if (incoming.url === '/from') response.writeHead(302, { location: '/to' });
          response.end();
        },
      ),
    );
  } finally {
    stop();
  }
});

test('headers that the program set stay', async () => {
  const own = '00-11111111111111111111111111111111-2222222222222222-00';
  const stop = startPropagation();
  try {
    await withTracking((tracking) =>
      farServer(async ({ url, headers }) => {
        await inRequest(
          tracking,
          async () => {
            await (await fetch(url, { headers: { TraceParent: own } })).text();
            await ended(get(url, { headers: { TraceParent: own } }));
            await ended(get(url, { headers: ['Host', 'localhost', 'TraceParent', own] as never }));
            const later = request(url);
            later.setHeader('traceparent', own);
            await ended(later.end());
          },
          'vendor=1',
        );
        assert.equal(
          headers.map(({ traceparent }) => traceparent),
          [own, own, own, own],
        );
        for (const { tracestate } of headers.slice(0, 3)) assert.is(tracestate, undefined);
      }),
    );
  } finally {
    stop();
  }
});

test('headers given as a list go out as they are', async () => {
  const stop = startPropagation();
  try {
    await withTracking((tracking) =>
      farServer(async ({ url, headers }) => {
        const before = outgoingStats().unreachable;
        await inRequest(tracking, () => ended(get(url, { headers: ['Host', 'localhost', 'x-a', 'b'] as never })));
        assert.is(headers[0]!['x-a'], 'b');
        assert.is(headers[0]!.traceparent, undefined);
        assert.is(outgoingStats().unreachable, before + 1);
      }),
    );
  } finally {
    stop();
  }
});

test('a scope with the ids of a trace is enough, one with something else there is none', async () => {
  const stop = startPropagation();
  const ask = (url: string, trace_id: unknown, span_id: unknown) => runWithContext({ trace_id, span_id }, () => WAYS.fetch!(url));
  try {
    await farServer(async ({ url, headers }) => {
      await ask(url, 'a'.repeat(32), 'b'.repeat(16));
      await ask(url, '0'.repeat(32), 'b'.repeat(16));
      await ask(url, 'A'.repeat(32), 'b'.repeat(16));
      await ask(url, 'a'.repeat(32), undefined);
      assert.match(String(headers[0]!.traceparent), `00-${'a'.repeat(32)}-`);
      assert.equal(
        headers.slice(1).map(({ traceparent }) => traceparent),
        [undefined, undefined, undefined],
      );
    });
  } finally {
    stop();
  }
});

test('propagateTo is asked with the address; one that says no, throws or tells no boolean keeps the trace here', async () => {
  const asked: string[] = [];
  const answers: (() => unknown)[] = [
    () => true,
    () => false,
    () => {
      throw new Error('broken');
    },
    () => 'yes',
  ];
  const telemetry = createTelemetry();
  const warnings: string[] = [];
  const bus = createTelemetry({ onWarning: ({ message }) => warnings.push(message) });
  let answer = answers[0]!;
  const stop = startPropagation({
    telemetry: bus,
    propagateTo: (url) => {
      asked.push(url.href);
      return answer() as boolean;
    },
  });
  using tracking = trackHttp(telemetry);
  const { faults, withheld } = outgoingStats();
  try {
    await farServer(async ({ url, headers }) => {
      for (const way of ['fetch', 'http.get']) {
        for (const next of answers) {
          answer = next;
          await inRequest(tracking, async () => void (await WAYS[way]!(`${url}/p?q=1`)));
        }
      }
      assert.equal(asked, Array(8).fill(`${url}/p?q=1`));
      assert.equal(
        headers.map(({ traceparent }) => traceparent !== undefined),
        [true, false, false, false, true, false, false, false],
      );
    });
    assert.is(outgoingStats().faults, faults + 2);
    assert.is(outgoingStats().withheld, withheld + 6);
    assert.is(warnings.filter((text) => text.includes('propagateTo') && text.includes('broken')).length, 1);
  } finally {
    stop();
  }
});

test('with several uses, one that objects is enough, and it objects no longer when it has stopped', async () => {
  const stopAll = startPropagation();
  const stopNone = startPropagation({ propagateTo: () => false });
  const stopOff = startPropagation({ propagate: false });
  using tracking = trackHttp(createTelemetry());
  try {
    await farServer(async ({ url, headers }) => {
      await inRequest(tracking, async () => void (await WAYS.fetch!(url)));
      stopNone();
      await inRequest(tracking, async () => void (await WAYS.fetch!(url)));
      stopAll();
      await inRequest(tracking, async () => void (await WAYS.fetch!(url)));
      assert.equal(
        headers.map(({ traceparent }) => traceparent !== undefined),
        [false, true, false],
      );
    });
  } finally {
    stopAll();
    stopNone();
    stopOff();
  }
});

const CHANNELS = [
  'undici:request:create',
  'undici:request:headers',
  'undici:request:trailers',
  'undici:request:error',
  'http.client.request.created',
  'http.client.request.start',
  'http.client.request.error',
];
const listened = (): string[] => CHANNELS.filter((name) => diagnostics.hasSubscribers(name));

test('stopping in any order leaves the agents and the channels as they were', () => {
  const before = Object.getOwnPropertyDescriptor(Agent.prototype, 'addRequest');
  const channels = listened();
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 2, 0],
  ]) {
    const telemetry = createTelemetry();
    const stops = [
      startPropagation(),
      startPropagation({ client: true, telemetry }),
      startPropagation({ client: true, telemetry, propagate: false }),
    ];
    assert.ok(listened().includes('undici:request:trailers'));
    for (const index of order) {
      stops[index]!();
      stops[index]!();
    }
    assert.equal(Object.getOwnPropertyDescriptor(Agent.prototype, 'addRequest'), before);
    assert.equal(listened(), channels);
  }
});

test('an agent method that others patched after us stays theirs, and ours has no effect any more', async () => {
  if (tellsOfNewRequests()) return;
  const prototype = Agent.prototype as unknown as { addRequest: (...args: unknown[]) => unknown };
  const own = Object.getOwnPropertyDescriptor(prototype, 'addRequest')!;
  const stop = startPropagation();
  const ours = prototype.addRequest;
  const theirs = function (this: unknown, ...args: unknown[]): unknown {
    return ours.apply(this, args);
  };
  prototype.addRequest = theirs;
  using tracking = trackHttp(createTelemetry());
  try {
    stop();
    assert.is(prototype.addRequest, theirs);
    await farServer(async ({ url, headers }) => {
      await inRequest(tracking, async () => void (await WAYS['http.get']!(url)));
      assert.is(headers[0]!.traceparent, undefined);
    });
  } finally {
    Object.defineProperty(prototype, 'addRequest', own);
  }
});

test('Nodes that tell of new requests are known by their version', () => {
  const told = ['20.20.2', '22.11.0', '22.12.0', '23.1.0', '23.2.0', '24.0.0'].map(tellsOfNewRequests);
  assert.equal(told, [false, false, true, false, true, true]);
});

test('wrong options are refused, and leave nothing behind', async () => {
  const channels = listened();
  for (const [options, code] of [
    [{ propagate: 'yes' }, 'OPTION_INVALID'],
    [{ propagateTo: /x/ }, 'OPTION_INVALID'],
    [{ propagatTo: () => true }, 'OPTION_UNKNOWN'],
    [{ client: true }, 'OPTION_INVALID'],
    [{ client: true, telemetry: {} }, 'OPTION_INVALID'],
  ] as const) {
    assert.is((await errorOf(() => startPropagation(options as never))).code, code);
  }
  assert.equal(listened(), channels);
});

test("a tracking's own setting decides for its requests, whatever the trackings of other buses want", async () => {
  const asked: string[] = [];
  const silent = createTelemetry();
  using off = trackNode(silent, { propagate: false });
  using picky = trackNode(createTelemetry(), { propagateTo: ({ pathname }) => asked.push(pathname) > 0 && pathname === '/yes' });
  using open = trackNode(createTelemetry());
  await farServer(async ({ url, headers }) => {
    const carried = async (tracking: HttpTracking, path: string): Promise<boolean[]> => {
      for (const way of ['fetch', 'http.get']) await inRequest(tracking, async () => void (await WAYS[way]!(url + path)));
      return headers.splice(0).map(({ traceparent }) => traceparent !== undefined);
    };
    assert.equal(await carried(off, '/yes'), [false, false]);
    assert.equal(await carried(picky, '/yes'), [true, true]);
    assert.equal(await carried(picky, '/no'), [false, false]);
    assert.equal(asked, ['/yes', '/yes', '/no', '/no']);
    assert.equal(await carried(open, '/no'), [true, true]);
    // A call for the bus itself says it anew, and one for the whole process may object.
    const stopOwn = startPropagation({ telemetry: silent });
    assert.equal(await carried(off, '/'), [true, true]);
    const stopAll = startPropagation({ propagateTo: () => false });
    assert.equal(await carried(off, '/'), [false, false]);
    assert.equal(await carried(open, '/'), [false, false]);
    stopOwn();
    stopAll();
    assert.equal(await carried(off, '/'), [false, false]);
  });
});

test('a tracking that does not propagate stays so for the requests it began, also when it was closed', async () => {
  const off = trackNode(createTelemetry(), { propagate: false });
  using _other = trackNode(createTelemetry());
  await farServer(async ({ url, headers }) => {
    await inRequest(off, async () => {
      off.close();
      await WAYS.fetch!(url);
    });
    assert.is(headers[0]!.traceparent, undefined);
  });
});

test.run();
