import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { trackHttp } from '../../../../lib/entries/http';
import { defineEvent, defineEvents, distribution, type Telemetry } from '../../../../lib/index';
import { withAdmin } from '../../../support/admin/served';
import { ask } from '../../../support/admin/validate';

const job = ['app', 'job', 'stop'] as const;
const shop = defineEvents('shop', { cart: { paid: defineEvent<{ duration: number; size: number }, object>({ measurements: { duration: { unit: 's' }, size: { unit: 'B' } } }) } }); // biome-ignore format: short
const emit = (bus: Telemetry, ...durations: readonly number[]): void => {
  for (const duration of durations) bus.execute(job as never, { duration } as never);
};
const overview = async (admin: Parameters<typeof ask>[0]): Promise<Record<string, unknown>> =>
  (await ask(admin, 'GET', '/admin/overview')).json;

test('up to the threshold they are satisfied, up to four times of it tolerating, both included', async () => {
  await withAdmin({ monitoring: { apdex: { metric: 'app.job.stop.duration', threshold: '200ms' } } }, async ({ admin, bus, clock }) => {
    bus.attachMetricsHandler({ history: true });
    emit(bus, 0, 50, 200, 300, 800, 900, 5_000, 100);
    clock.advance('1s');
    // (4 + 2 / 2) / 8, the running second included.
    assert.equal((await overview(admin)).apdex, { score: 0.625, threshold_ms: 200, metric: 'app.job.stop.duration', count: 8 });
    emit(bus, 100, 100);
    assert.equal((await overview(admin)).apdex, { score: 0.7, threshold_ms: 200, metric: 'app.job.stop.duration', count: 10 });
    clock.advance('71s');
    assert.equal((await overview(admin)).apdex, { score: null, threshold_ms: 200, metric: 'app.job.stop.duration', count: 0 });
  });
});

test('a metric may be named by its event, and is told by its own name; one that recorded nothing has no score', async () => {
  await withAdmin({ monitoring: { apdex: { metric: 'app.job.stop' } } }, async ({ admin, bus }) => {
    bus.attachMetricsHandler({ history: true });
    assert.equal((await overview(admin)).apdex, { score: null, threshold_ms: 500, metric: 'app.job.stop', count: 0 });
    emit(bus, 10);
    assert.equal((await overview(admin)).apdex, { score: 1, threshold_ms: 500, metric: 'app.job.stop.duration', count: 1 });
  });
});

test('without requests and without a metric of its own there is none, nor without a history', async () => {
  await withAdmin({}, async ({ admin, bus }) => {
    bus.attachMetricsHandler({ history: true });
    emit(bus, 10);
    assert.is((await overview(admin)).apdex, null);
  });
  await withAdmin({ monitoring: { apdex: { metric: 'app.job.stop.duration' } } }, async ({ admin, bus }) => {
    bus.attachMetricsHandler();
    emit(bus, 10);
    assert.is((await overview(admin)).apdex, null);
  });
});

test('durations of requests are the default once requests are tracked, and the heat of the overview is of them', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    bus.attachMetricsHandler({ history: true });
    using http = trackHttp(bus);
    const begin = () => http.tracker.begin({ method: 'GET', target: '/', headers: new Map(), peer: '192.0.2.1' });
    for (const time of [100, 600, 3_000]) {
      emit(bus, 1, 1, 1, 1, 1);
      const request = begin();
      clock.advance(time);
      request?.end({ status: 200 });
    }
    clock.advance('1s');
    const { apdex, heat } = await overview(admin);
    assert.equal(apdex, { score: 0.5, threshold_ms: 500, metric: 'http.request.stop.duration', count: 3 });
    assert.is(heat, 'http.request.stop.duration');
  });
});

test('seconds are judged by the same threshold, all tags together; what is no time is not judged', async () => {
  const sized = distribution('shop.size', shop.cart.paid, { measurement: 'size', unit: 'B', bounds: [1, 10], hdr: true } as never);
  const split = distribution('shop.time', shop.cart.paid, {
    measurement: 'duration',
    unit: 's',
    bounds: [1],
    tags: ['kind'],
    hdr: true,
  } as never);
  const bare = distribution('shop.bare', shop.cart.paid, { measurement: 'duration', unit: 's', bounds: [1] } as never);
  for (const [metric, expected] of [
    ['shop.bare', null],
    ['shop.size', null],
    ['shop.time', { score: 0.75, threshold_ms: 500, metric: 'shop.time', count: 2 }],
  ] as const) {
    // biome-ignore format: short
    await withAdmin({ monitoring: { apdex: { metric } } }, async ({ admin, bus, clock }) => {
      bus.declareEvents(shop as never);
      bus.attachMetricsHandler({ history: true, definitions: [sized, split, bare] });
      bus.execute(shop.cart.paid as never, { duration: 0.4, size: 5 } as never, { kind: 'a' } as never);
      bus.execute(shop.cart.paid as never, { duration: 1.5, size: 5 } as never, { kind: 'b' } as never);
      clock.advance('1s');
      assert.equal((await overview(admin)).apdex, expected);
    });
  }
});

test.run();
