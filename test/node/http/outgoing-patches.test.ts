import diagnostics from 'node:diagnostics_channel';
import { Agent } from 'node:http';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type HttpTracking, trackHttp } from '../../../lib/entries/http';
import { createTelemetry } from '../../../lib/index';
import { startPropagation } from '../../../lib/node/http/outgoing';
import { tellsOfNewRequests } from '../../../lib/node/http/outgoing/install';
import { trackHttp as trackNode } from '../../../lib/node/http/track-http';
import { errorOf } from '../../support/started';
import { farServer, inRequest, WAYS } from './far-server';

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
