import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry, lastValue, type Warning } from '../../../lib/index';
import { METRICS_SEAM } from '../../../lib/metrics/seam';
import type { SeriesView } from '../../../lib/metrics/view';
import { startStatsd } from '../../../lib/node/statsd';
import { collectWorkers, type WorkerMetrics } from '../../../lib/node/workers';
import { createShop, shop } from '../../support/workers/known-data';
import { startThread, testWorkers } from '../../support/workers/start';
import { until } from '../../support/workers/until';
import { listen } from '../statsd/listener';

const seriesOf = (all: WorkerMetrics, name: string): SeriesView[] =>
  [...all[METRICS_SEAM]!.metrics()].filter((metric) => metric.name === name).flatMap((metric) => [...metric.series()]);

testWorkers('a series is one object from page to page, as old as it was, with a version that changes with what it says', async () => {
  using all = collectWorkers(createShop());
  const thread = await startThread({ count: 1, say: 'counted' });
  await thread.said('counted');
  await all.collect();
  const [first] = seriesOf(all, 'shop.order.refused');
  const [version, createdAt] = [first!.version(), first!.createdAt];
  await all.collect();
  assert.is(seriesOf(all, 'shop.order.refused')[0], first);
  assert.is(first!.version(), version);
  const other = await startThread({ count: 2, say: 'counted' });
  await other.said('counted');
  await all.collect();
  assert.is(seriesOf(all, 'shop.order.refused')[0], first);
  assert.is.not(first!.version(), version);
  assert.equal([first!.value(), first!.createdAt], [3, createdAt]);
  await Promise.all([thread.of.terminate(), other.of.terminate()]);
  assert.is(seriesOf(all, 'shop.order.refused')[0], first);
  assert.is(first!.value(), 3);
});

testWorkers('a counter that began anew in a worker is a younger series', async () => {
  using all = collectWorkers(createShop());
  const thread = await startThread({ count: 5, say: 'counted' });
  await thread.said('counted');
  await all.collect();
  const [series] = seriesOf(all, 'shop.order.refused');
  const { createdAt } = series!;
  await until('time to pass', () => Date.now() > createdAt + 2);
  thread.tell({ reset: true, count: 1, say: 'reset' });
  await thread.said('reset');
  await all.collect();
  assert.is(seriesOf(all, 'shop.order.refused')[0], series);
  assert.is(series!.value(), 1);
  assert.ok(series!.createdAt > createdAt);
});

testWorkers('StatsD gets each event of a worker once', async () => {
  const receiver = await listen();
  using all = collectWorkers(createShop());
  const statsd = startStatsd(all, { port: receiver.port, interval: '1h' });
  try {
    const threads = await Promise.all([startThread({ count: 4, say: 'counted' }), startThread({ count: 6, say: 'counted' })]);
    await Promise.all(threads.map((thread) => thread.said('counted')));
    await statsd.flush();
    await statsd.flush();
    threads[0]!.tell({ count: 1, then: 'end' });
    await threads[0]!.ended;
    await statsd.flush();
    await threads[1]!.of.terminate();
    await statsd.flush();
    const counted = (): number[] =>
      receiver
        .lines()
        .map((line) => /^shop\.order\.refused:(\d+)\|c/.exec(line)?.[1])
        .filter((count) => count !== undefined)
        .map(Number);
    await until('both', () => counted().length >= 2);
    assert.equal(counted(), [10, 1]);
  } finally {
    await statsd.stop();
    await receiver.close();
  }
});

testWorkers('what can not be added up is told of', async () => {
  const warnings: Warning[] = [];
  const bus = createTelemetry({ environment: 'test', onWarning: (warning) => warnings.push(warning) });
  bus.attachMetricsHandler({ definitions: [lastValue('shop.amount', shop.stock.counted, { measurement: 'level' })] });
  bus.execute(shop.stock.counted, { level: 1 }, {});
  using all = collectWorkers(bus);
  const thread = await startThread({ record: [0, 1000], say: 'recorded' });
  await thread.said('recorded');
  assert.equal(
    (await all.collect()).conflicts.map(({ name }) => name),
    ['shop.amount'],
  );
  await thread.of.terminate();
  assert.match(JSON.stringify(warnings), /"METRIC_CONFLICT".*shop\.amount/);
});

test('the bus of the parent is as it is when the collector has stopped', async () => {
  const bus = createShop();
  const all = collectWorkers(bus);
  all.stop();
  bus.execute(shop.order.refused, { amount: 1 }, { region: 'eu' });
  assert.is(seriesOf(all, 'shop.order.refused')[0]!.value(), 1);
});

test.run();
