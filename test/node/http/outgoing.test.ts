import { Agent, get, request } from 'node:http';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runWithContext } from '../../../lib/core/context';
import type { HttpTracking } from '../../../lib/entries/http';
import { trackHttp } from '../../../lib/entries/http';
import { createTelemetry } from '../../../lib/index';
import { outgoingStats, startPropagation } from '../../../lib/node/http/outgoing';
import { ended, type Far, farServer, inRequest, WAYS, withTracking } from './far-server';

/** Runs something with a tracking and another server while traces are passed on. */
async function propagating(body: (tracking: HttpTracking, far: Far) => Promise<unknown>): Promise<void> {
  const stop = startPropagation();
  try {
    await withTracking((tracking) => farServer((far) => body(tracking, far)));
  } finally {
    stop();
  }
}

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

test('each request of one request is a span of its own', () =>
  propagating(async (tracking, { url, headers }) => {
    await inRequest(tracking, () => Promise.all(Array.from({ length: 10 }, (_, index) => WAYS[index % 2 ? 'fetch' : 'http.get']!(url))));
    assert.is(new Set(headers.map(({ traceparent }) => traceparent)).size, 10);
  }));

test('a request after an await and one in a timer belong to the request they were made in', () =>
  propagating(async (tracking, { url, headers }) => {
    await inRequest(tracking, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      await WAYS.fetch!(url);
      await new Promise<unknown>((resolve) => setTimeout(() => resolve(WAYS['http.get']!(url)), 1));
    });
    for (const { traceparent } of headers) assert.match(String(traceparent), '4bf92f3577b34da6a3ce929d0e0e4736');
    assert.is(headers.length, 2);
  }));

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

test('headers given as a list go out as they are', () =>
  propagating(async (tracking, { url, headers }) => {
    const before = outgoingStats().unreachable;
    await inRequest(tracking, () => ended(get(url, { headers: ['Host', 'localhost', 'x-a', 'b'] as never })));
    assert.is(headers[0]!['x-a'], 'b');
    assert.is(headers[0]!.traceparent, undefined);
    assert.is(outgoingStats().unreachable, before + 1);
  }));

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

test.run();
