import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stubbed } from './stub-link';
import { withStatsd } from './with-statsd';

test('10,000 series arrive exactly, over three flushes', () =>
  withStatsd({ tags: { env: 'prod' } }, async ({ metric, flush, listener, statsd }) => {
    const counters = Array.from({ length: 10 }, (_, index) => metric(`app.component.action${index}`));
    const all = counters.flatMap((counter) => Array.from({ length: 1000 }, (_, index) => counter.add({ user: `user-${index}` })));
    for (let round = 0; round < 3; round++) {
      for (const [index, series] of all.entries()) series.current += (index % 7) + round;
      await flush();
    }
    const total = all.reduce((sum, { current }) => sum + current, 0);
    assert.is(
      [...listener.counters.values()].reduce((sum, value) => sum + value, 0),
      total,
    );
    assert.is(listener.counters.size, 10_000);
    for (const datagram of listener.datagrams) assert.ok(Buffer.byteLength(datagram) <= 1432);
    assert.equal(statsd.stats().errors, {});
  }));

/** How many turns others have during a flush. */
async function turnsDuring(flush: () => Promise<void>): Promise<number> {
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  await flush();
  isDone = true;
  return turns;
}

test('others have turns while many series are sent', async () => {
  const { metric, exporter } = stubbed({}, () => undefined);
  const latency = metric('t', { type: 'distribution', unit: 'ms', hdr: true });
  for (let index = 0; index < 2000; index++) latency.addDistribution({ user: `${index}` }, 1000).record(1, 2, 3, index);
  // 16,000 lines in some 400 datagrams, of which 32 are sent in a turn.
  const turns = await turnsDuring(() => exporter.flush());
  assert.ok(turns > 10, `${turns}`);
  await exporter.stop();
});

test('others have turns while many series are read of which nothing is sent', async () => {
  const { metric, exporter, arrived } = stubbed({}, () => undefined);
  const counters = metric('x');
  for (let index = 0; index < 100_000; index++) counters.add({ user: `${index}` });
  const turns = await turnsDuring(() => exporter.flush());
  assert.is(arrived.length, 0);
  assert.ok(turns > 6, `${turns}`);
  await exporter.stop();
});

test.run();
