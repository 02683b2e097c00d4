import cluster from 'node:cluster';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { collectWorkers, type WorkerMetrics } from '../../../lib/node/workers';
import { assertAccounted } from '../../support/workers/accounted';
import { createShop } from '../../support/workers/known-data';
import { assertSame } from '../../support/workers/same';
import { startChild, startClusterWorker, testWorkers } from '../../support/workers/start';
import { until } from '../../support/workers/until';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const refused = (all: WorkerMetrics): number => all.snapshot().getCounters()['shop.order.refused'] ?? 0;
const states = (all: WorkerMetrics): string[] =>
  all
    .workers()
    .map(({ state }) => state)
    .sort();

testWorkers('eight workers of a cluster come to what one process has that recorded all of it', async () => {
  using all = collectWorkers(createShop());
  const workers = await Promise.all(upTo(8).map((part) => startClusterWorker({ record: [part, 8], say: 'recorded' })));
  await Promise.all(workers.map((worker) => worker.said('recorded')));
  await assertSame(await all.collect(), all);
  assert.equal(
    all.workers().map(({ kind, number }) => [kind, number]).sort(),
    workers.map(({ of }) => ['cluster', of.process.pid]).sort(),
  ); // biome-ignore format: pairs
  for (const worker of workers) worker.tell({ then: 'exit' });
  await Promise.all(workers.map((worker) => worker.ended));
  await until('all to be gone', () => all.stats().gone === 8);
  await assertSame(await all.collect(), all);
  assertAccounted(all);
});

testWorkers(
  'a killed, a hanging, an exiting and a disconnected worker of a cluster, and one that shares nothing, stop nothing',
  async () => {
    using all = collectWorkers(createShop(), { timeoutMs: 3000 });
    const share = { count: 10, say: 'counted' } as const;
    const workers = await Promise.all([...upTo(5).map(() => startClusterWorker(share)), startClusterWorker({ shares: 0, say: 'counted' })]);
    await Promise.all(workers.map((worker) => worker.said('counted')));
    assert.is((await all.collect()).getCounters()['shop.order.refused'], 50);
    const [good, killed, hanging, exiting, leaving, other] = workers as [(typeof workers)[number], ...typeof workers];
    good.tell({ count: 1, say: 'counted more' });
    exiting!.tell({ count: 1, then: 'exit' });
    hanging!.tell({ count: 1, say: 'hangs', then: 'hang' });
    leaving!.tell({ count: 1, stop: true, say: 'stopped' });
    killed!.of.process.kill('SIGKILL');
    await Promise.all([good.said('counted more'), exiting!.ended, hanging!.said('hangs'), leaving!.said('stopped'), killed!.ended]);
    leaving!.of.disconnect();
    await leaving!.ended;
    await until('three to be gone', () => all.stats().gone === 3);
    assert.is((await all.collect()).getCounters()['shop.order.refused'], 53);
    assert.equal(states(all), ['gone', 'gone', 'gone', 'live', 'silent']);
    for (const worker of [good, hanging!, other!]) worker.of.process.kill('SIGKILL');
    await until('all to be gone', () => all.stats().gone === 5);
    assert.is(refused(all), 53);
    assertAccounted(all);
  },
);

testWorkers('workers of a cluster that are older than the collector are found', async () => {
  const worker = await startClusterWorker({ count: 4, say: 'counted' });
  await worker.said('counted');
  using all = collectWorkers(createShop());
  assert.is((await all.collect()).getCounters()['shop.order.refused'], 4);
});

testWorkers('the process of a worker of a cluster that is added, too, is taken once', async () => {
  using all = collectWorkers(createShop());
  const worker = await startClusterWorker({ count: 4, say: 'counted' });
  all.add(worker.of.process);
  await worker.said('counted');
  assert.is((await all.collect()).getCounters()['shop.order.refused'], 4);
  assert.equal(
    all.workers().map(({ kind }) => kind),
    ['cluster'],
  );
  assert.equal(all.stats().refused, {});
});

testWorkers('children of fork are collected from once they are added, and what they count at their end is there', async () => {
  using all = collectWorkers(createShop());
  const child = await startChild({ count: 4, say: 'counted' });
  all.add(child.of);
  all.add(child.of);
  await child.said('counted');
  assert.is((await all.collect()).getCounters()['shop.order.refused'], 4);
  assert.equal(
    all.workers().map(({ kind }) => kind),
    ['process'],
  );
  child.tell({ count: 2, then: 'end' });
  await child.ended;
  await until('it to be gone', () => all.stats().gone === 1);
  assert.is(refused(all), 6);
  // What it counted last may be here before its channel is closed.
  await until('its channel to be closed', () => child.of.listenerCount('disconnect') === 0);
  all.add(child.of);
  assert.equal(child.of.listenerCount('disconnect'), 0);
});

testWorkers('a child that only counts and ends by itself, with more than a pipe takes at once, loses nothing', async () => {
  using all = collectWorkers(createShop());
  const child = await startChild({ count: 1, names: 20_000, listens: false });
  all.add(child.of);
  await child.ended;
  await until('it to be gone', () => all.stats().gone === 1);
  assert.ok(all.workers()[0]!.bytes > 200_000, `${all.workers()[0]!.bytes} bytes`);
  assert.is(refused(all), 1);
});

testWorkers('a worker that has threads of its own shares what it collects', async () => {
  using all = collectWorkers(createShop());
  const child = await startChild({ collects: true, threads: 2, count: 1, say: 'counted' });
  all.add(child.of);
  await child.said('counted');
  assert.is((await all.collect()).getCounters()['shop.order.refused'], 3);
  child.tell({ inThreads: 2, say: 'counted in threads' });
  await child.said('counted in threads');
  assert.is((await all.collect()).getCounters()['shop.order.refused'], 7);
});

testWorkers('a stopped process has one question in front of it, and answers when it goes on', async () => {
  using all = collectWorkers(createShop(), { timeoutMs: 200 });
  const child = await startChild({ say: 'there' });
  all.add(child.of);
  await child.said('there');
  await all.collect();
  child.of.kill('SIGSTOP');
  try {
    await until('it to be silent', async () => {
      await all.collect();
      return states(all)[0] === 'silent';
    });
    const { questions } = all.stats();
    for (let round = 0; round < 20; round++) await all.collect();
    assert.is(all.stats().questions, questions);
  } finally {
    child.of.kill('SIGCONT');
  }
  await until('it to be live', () => states(all)[0] === 'live');
});

testWorkers('stop leaves no listener and takes nothing any more', async () => {
  const counts = (): unknown => [
    cluster.listenerCount('message'),
    cluster.listenerCount('online'),
    process.listenerCount('worker'),
    process.listenerCount('exit'),
    process.listenerCount('message'),
  ];
  const before = counts();
  const child = await startChild({ count: 1, interval: 100, say: 'counted' });
  const ofChild = (): unknown => child.of.eventNames().map((name) => [name, child.of.listenerCount(name)]);
  const beforeChild = ofChild();
  const all = collectWorkers(createShop());
  all.add(child.of);
  await child.said('counted');
  await all.collect();
  all.stop();
  all.stop();
  assert.equal(counts(), before);
  assert.equal(ofChild(), beforeChild);
  const { messages } = all.stats();
  child.tell({ count: 1, send: true, say: 'sent' });
  await child.said('sent');
  assert.is(all.stats().messages, messages);
  assert.is((await all.collect()).getCounters()['shop.order.refused'], 1);
  all.add(child.of);
  assert.equal(ofChild(), beforeChild);
});

test.run();
