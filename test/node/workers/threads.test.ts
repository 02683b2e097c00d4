import { Worker } from 'node:worker_threads';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { collectWorkers, type WorkerMetrics } from '../../../lib/node/workers';
import { assertAccounted } from '../../support/workers/accounted';
import { createShop, shop } from '../../support/workers/known-data';
import { assertSame, pageOf } from '../../support/workers/same';
import { startThread, testWorkers } from '../../support/workers/start';
import { until } from '../../support/workers/until';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const refused = (all: WorkerMetrics): number => all.snapshot().getCounters()['shop.order.refused'] ?? 0;

testWorkers('eight threads come to what one process has that recorded all of it, while they live and when they are gone', async () => {
  using all = collectWorkers(createShop(), { timeoutMs: 3000 });
  const threads = await Promise.all(upTo(8).map((part) => startThread({ record: [part, 8], say: 'recorded' })));
  await Promise.all(threads.map((thread) => thread.said('recorded')));
  await assertSame(await all.collect(), all);
  assert.equal([all.stats().workers, all.stats().gone, all.stats().timeouts], [8, 0, 0]);
  for (const thread of threads) thread.tell({ then: 'end' });
  await Promise.all(threads.map((thread) => thread.ended));
  assert.equal([all.stats().workers, all.stats().gone, all.stats().bytes], [0, 8, 0]);
  await assertSame(await all.collect(), all);
  assertAccounted(all);
});

testWorkers('a page asks: what a thread counted just before is on it', async () => {
  using all = collectWorkers(createShop());
  const thread = await startThread({ say: 'there' });
  await thread.said('there');
  for (let round = 1; round <= 5; round++) {
    thread.tell({ count: 1, say: `counted ${round}` });
    await thread.said(`counted ${round}`);
    assert.ok((await pageOf(all)).includes(`shop_order_refused_total ${round}`));
  }
});

testWorkers('threads that are older than the collector are found', async () => {
  const threads = await Promise.all(upTo(3).map(() => startThread({ count: 10, say: 'counted' })));
  await Promise.all(threads.map((thread) => thread.said('counted')));
  using all = collectWorkers(createShop());
  assert.is((await all.collect()).getCounters()['shop.order.refused'], 30);
});

testWorkers(
  'one that hangs, one that is terminated, one that exits, one that throws and one that shares nothing stop nothing',
  async () => {
    using all = collectWorkers(createShop(), { timeoutMs: 2000 });
    const share = { count: 10, say: 'counted' } as const;
    const threads = await Promise.all([...upTo(5).map(() => startThread(share)), startThread({ shares: 0, say: 'counted' })]);
    await Promise.all(threads.map((thread) => thread.said('counted')));
    assert.is((await all.collect()).getCounters()['shop.order.refused'], 50);
    const [good, hanging, terminated, exiting, throwing, silent] = threads as [(typeof threads)[number], ...typeof threads];

    hanging!.tell({ count: 100, say: 'hangs', then: 'hang' });
    exiting!.tell({ count: 1, then: 'exit' });
    throwing!.tell({ count: 1, then: 'throw' });
    good.tell({ count: 1, say: 'counted more' });
    await terminated!.of.terminate();
    await Promise.all([hanging!.said('hangs'), exiting!.ended, throwing!.ended, terminated!.ended, good.said('counted more')]);
    // What the one that hangs has not told of is missing; what others told of last is there.
    assert.is((await all.collect()).getCounters()['shop.order.refused'], 53);
    const states = all.workers().map(({ state }) => state);
    assert.equal(states.sort(), ['gone', 'gone', 'gone', 'live', 'silent']);
    assert.is(all.stats().timeouts, 1);

    // It is not waited for again, and asked no more.
    const { questions } = all.stats();
    for (let round = 0; round < 20; round++) await all.collect();
    assert.is(all.stats().timeouts, 1);
    assert.is(all.stats().questions, questions + 20);
    await Promise.all([hanging!.of.terminate(), good.of.terminate(), silent!.of.terminate()]);
    assert.is(refused(all), 53);
    assert.equal(
      all.workers().map(({ state }) => state),
      upTo(5).map(() => 'gone'),
    );
    assertAccounted(all);
  },
);

testWorkers('one that was silent is live again once it says something', async () => {
  using all = collectWorkers(createShop(), { timeoutMs: 300 });
  const thread = await startThread({ say: 'there' });
  await thread.said('there');
  await all.collect();
  const gate = new Int32Array(new SharedArrayBuffer(4));
  thread.of.postMessage({ order: { count: 3, gate, say: 'awake' } });
  await until('it to be silent', async () => {
    await all.collect();
    return all.workers()[0]?.state === 'silent';
  });
  Atomics.store(gate, 0, 1);
  Atomics.notify(gate, 0);
  await thread.said('awake');
  await until('it to be live', () => all.workers()[0]?.state === 'live');
  assert.is((await all.collect()).getCounters()['shop.order.refused'], 3);
});

testWorkers('several in one thread are added up, and each one that stops counts on', async () => {
  using all = collectWorkers(createShop());
  const thread = await startThread({ shares: 2, count: 5, say: 'counted' });
  await thread.said('counted');
  assert.is((await all.collect()).getCounters()['shop.order.refused'], 10);
  thread.tell({ stop: true, say: 'stopped' });
  await thread.said('stopped');
  await until('both to be gone', () => all.stats().gone === 2);
  assert.is(refused(all), 10);
  await thread.of.terminate();
  assert.is(refused(all), 10);
});

testWorkers('a thread sends by itself at intervals, once it was asked', async () => {
  using all = collectWorkers(createShop());
  const thread = await startThread({ interval: 100, say: 'there' });
  await thread.said('there');
  await all.collect();
  thread.tell({ count: 3 });
  await until('the count', () => refused(all) === 3);
});

testWorkers('the gauges of a thread count while it lives', async () => {
  const gauge = (all: WorkerMetrics): unknown =>
    all
      .snapshot()
      .getMetrics()
      .find(({ name }) => name === 'shop.level')
      ?.series.map((series) => (series as { readonly value: number }).value);
  using all = collectWorkers(createShop(), { gauges: { 'shop.level': 'sum' } });
  const threads = await Promise.all([3, 4].map((level) => startThread({ level, count: 1, say: 'set' })));
  await Promise.all(threads.map((thread) => thread.said('set')));
  await all.collect();
  assert.equal(gauge(all), [7]);
  threads[0]!.tell({ then: 'end' });
  await threads[0]!.ended;
  assert.equal(gauge(all), [4]);
  threads[1]!.tell({ then: 'end' });
  await threads[1]!.ended;
  assert.is(gauge(all), undefined);
  assert.is(refused(all), 2);
});

testWorkers('the parent counts, too, and its bus is no other than before', async () => {
  const bus = createShop();
  using all = collectWorkers(bus);
  bus.execute(shop.order.refused, { amount: 2 }, { region: 'us' });
  const thread = await startThread({ count: 2, say: 'counted' });
  await thread.said('counted');
  assert.is((await all.collect()).getCounters()['shop.order.refused'], 3);
  assert.is(bus.getCounters()['shop.order.refused'], 1);
});

testWorkers('a thread that is older than the collector is gone when it ends, if it was added', async () => {
  const thread = await startThread({ count: 2, say: 'counted' });
  await thread.said('counted');
  using all = collectWorkers(createShop());
  all.add(thread.of);
  all.add(thread.of);
  await all.collect();
  await thread.of.terminate();
  assert.equal(
    all.workers().map(({ state }) => state),
    ['gone'],
  );
  assert.is(refused(all), 2);
});

testWorkers('the listeners of a thread and of its parent see nothing of it', async () => {
  using all = collectWorkers(createShop());
  const thread = await startThread({ count: 2, say: 'counted' });
  const seen: unknown[] = [];
  thread.of.on('message', (message) => seen.push(message));
  await thread.said('counted');
  await all.collect();
  assert.equal(seen, [{ said: 'counted' }]);
});

test('a thread that can not be started is nobody', async () => {
  using all = collectWorkers(createShop());
  const thread = new Worker('throw 1', { eval: true });
  await new Promise((resolve) => thread.on('error', resolve));
  await all.collect();
  assert.equal(all.workers(), []);
});

test.run();
