import { BroadcastChannel } from 'node:worker_threads';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeSnapshot, takeSnapshot, type Warning } from '../../../lib/index';
import { collectWorkers, type WorkerMetrics } from '../../../lib/node/workers';
import { REPORTS } from '../../../lib/node/workers/links/channels';
import { MARK } from '../../../lib/node/workers/message';
import { fakeClock } from '../../../lib/testing';
import { assertAccounted } from '../../support/workers/accounted';
import { createShop, record, shop } from '../../support/workers/known-data';
import { startChild, testWorkers } from '../../support/workers/start';
import { until } from '../../support/workers/until';

const idOf = (number: number): string => number.toString(16).padStart(16, '0');
const bytes = (events = 1): Uint8Array => {
  const bus = createShop();
  for (let event = 0; event < events; event++) bus.execute(shop.order.refused, { amount: 1 }, { region: 'eu' });
  return encodeSnapshot(takeSnapshot(bus));
};

/** Posts as threads do, and waits until all of it has come. */
async function withCollector(
  options: Parameters<typeof collectWorkers>[1],
  body: (context: { all: WorkerMetrics; post: (...messages: unknown[]) => Promise<void>; warnings: Warning[] }) => Promise<void>,
): Promise<void> {
  const warnings: Warning[] = [];
  const clock = fakeClock();
  const all = collectWorkers(createShop({ clock, onWarning: (warning) => warnings.push(warning) }), { timeoutMs: 50, ...options });
  const channel = new BroadcastChannel(REPORTS);
  let posted = 0;
  const post = async (...messages: unknown[]): Promise<void> => {
    for (const message of messages) channel.postMessage(message);
    // One more, so that those that are nobody's are through as well.
    channel.postMessage({ [MARK]: 1, id: idOf(2 ** 40), number: posted, threadId: 999 });
    posted++;
    await until('the messages', () => all.workers().some(({ number, lastSeen }) => number === 999 && lastSeen === clock.systemTime()));
    clock.advance(1);
  };
  try {
    await body({ all, post, warnings });
    assertAccounted(all);
  } finally {
    all.stop();
    channel.close();
  }
}

test('what is no report is nobody, or refused, and told of', async () => {
  await withCollector({}, async ({ all, post, warnings }) => {
    await post(1, 'text', null, undefined, [], {}, { a: 1 }, new Map(), new Uint8Array(8));
    assert.equal(all.stats().refused, {});
    const good = { [MARK]: 1, id: idOf(1), number: 0, threadId: 7 };
    const wrong = [
      { ...good, id: 1 },
      { ...good, id: 'x'.repeat(16) },
      { ...good, id: 'ab' },
      { ...good, number: -1 },
      { ...good, number: 0.5 },
      { ...good, number: Number.NaN },
      { ...good, threadId: 'x' },
      { ...good, snapshot: 5 },
      { ...good, snapshot: [1, 2] },
      { ...good, last: 'yes' },
      { ...good, answers: {} },
      { ...good, answers: [{ by: 'x', ask: 1 }] },
      { ...good, answers: Array.from({ length: 65 }, () => ({ by: idOf(1), ask: 1 })) },
      { [MARK]: 1 },
    ];
    await post(...wrong);
    assert.equal(all.stats().refused, { malformed: wrong.length });
    await post({ ...good, [MARK]: 2 }, { ...good, [MARK]: '1' });
    assert.equal(all.stats().refused, { malformed: wrong.length, version: 2 });
    assert.equal(
      warnings.map(({ code }) => code),
      ['SNAPSHOT_INVALID', 'SNAPSHOT_INVALID'],
    );
    assert.match(warnings[1]!.message, /another version of telemetry-bus.*thread 7/);
    assert.equal(
      all.workers().map(({ number }) => number),
      [999],
    );
  });
});

test('a snapshot that is too large, unreadable or old leaves the one before', async () => {
  await withCollector({ maxSnapshotBytes: 10_000, timeoutMs: 50 }, async ({ all, post, warnings }) => {
    const from = { [MARK]: 1, id: idOf(1), threadId: 7 };
    await post({ ...from, number: 5, snapshot: bytes(3) });
    const counted = (): unknown => all.snapshot().getCounters()['shop.order.refused'];
    assert.is(counted(), 3);
    await post({ ...from, number: 6, snapshot: new Uint8Array(10_001) });
    await post({ ...from, number: 7, snapshot: 'A'.repeat(20_000) });
    await post({ ...from, number: 8, snapshot: new Uint8Array(500) });
    await post({ ...from, number: 9, snapshot: 'no base64, and no snapshot' });
    await post({ ...from, number: 9, snapshot: bytes(50) });
    await post({ ...from, number: 4, snapshot: bytes(50) });
    assert.is(counted(), 3);
    assert.equal(all.stats().refused, { too_large: 2, invalid: 2, stale: 2 });
    assert.is(all.workers().find(({ number }) => number === 7)!.refused, 6);
    assert.match(warnings.map(({ message }) => message).join('\n'), /maxSnapshotBytes[\s\S]*can not be read[\s\S]*newer one/);
    await post({ ...from, number: 10, snapshot: Buffer.from(bytes(4)).toString('base64') });
    assert.is(counted(), 4);
    await post({ ...from, number: 11, last: true });
    await post({ ...from, number: 12, snapshot: bytes(50) });
    assert.is(counted(), 4);
    assert.is(all.stats().refused.late, 1);
  });
});

test('all snapshots together have a limit, and workers have one', async () => {
  const one = bytes();
  await withCollector({ maxTotalBytes: one.length * 2 }, async ({ all, post }) => {
    const report = (number: number) => ({ [MARK]: 1, id: idOf(number), number: 0, threadId: number, snapshot: one });
    await post(report(1), report(2), report(3));
    assert.equal(all.stats().refused, { no_room: 1 });
    await post({ ...report(1), number: 1 });
    assert.equal(all.stats().refused, { no_room: 1 });
    assert.is(all.stats().bytes, one.length * 2);
    await post(...Array.from({ length: 2000 }, (_, number) => ({ ...report(number + 10), snapshot: undefined })));
    assert.is(all.stats().workers, 1024);
    assert.is(all.stats().refused.too_many, 2000 + 3 + 1 - 1024);
  });
});

test('one worker that shares again and again does not take the room of others', async () => {
  await withCollector({}, async ({ all, post }) => {
    await post(...Array.from({ length: 100 }, (_, number) => ({ [MARK]: 1, id: idOf(number), number: 0, threadId: 7 })));
    assert.equal(all.stats().refused, { too_many: 100 - 64 });
    assert.is(all.workers().filter(({ number }) => number === 7).length, 64);
    await post({ [MARK]: 1, id: idOf(1), number: 1, threadId: 7, last: true }, { [MARK]: 1, id: idOf(200), number: 0, threadId: 7 });
    assert.is(all.stats().refused.too_many, 100 - 64);
  });
});

test('warnings come once a minute for each reason, and say how many there were', async () => {
  const warnings: Warning[] = [];
  const clock = fakeClock();
  using all = collectWorkers(createShop({ clock, onWarning: (warning) => warnings.push(warning) }));
  const channel = new BroadcastChannel(REPORTS);
  const refuse = async (): Promise<void> => {
    const before = all.stats().messages;
    channel.postMessage({ [MARK]: 1 });
    await until('it to be refused', () => all.stats().messages > before);
  };
  await refuse();
  await refuse();
  await refuse();
  assert.is(warnings.length, 1);
  clock.advance(60_000);
  await refuse();
  assert.match(warnings[1]!.message, /\(and 2 times more since the last warning\)/);
  channel.close();
});

test('2,000 mutated snapshots change nothing they should not, and are all accounted for', async () => {
  const whole = createShop();
  record(whole, 0, 20);
  const good = encodeSnapshot(takeSnapshot(whole));
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  await withCollector({}, async ({ all, post }) => {
    const from = { [MARK]: 1, id: idOf(1), threadId: 7 };
    await post({ ...from, number: 0, snapshot: good });
    const before = all.snapshot().getCounters();
    const mutated = Array.from({ length: 2000 }, (_, index) => {
      const copy = good.slice(0, index % 3 === 0 ? random(good.length) : good.length);
      for (let flips = 0; flips <= random(3); flips++) copy[random(copy.length)]! ^= 1 + random(255);
      return { ...from, number: index + 1, snapshot: copy };
    });
    for (let at = 0; at < mutated.length; at += 100) await post(...mutated.slice(at, at + 100));
    // A flip may undo another one.
    assert.ok(all.stats().refused.invalid! >= 1990, JSON.stringify(all.stats()));
    assert.equal(all.snapshot().getCounters(), before);
  });
});

testWorkers('a child that sends rubbish in our name, and messages of its own, stops nothing', async () => {
  const warnings: Warning[] = [];
  using all = collectWorkers(createShop({ onWarning: (warning) => warnings.push(warning) }));
  const rubbish = [{ [MARK]: 1, id: 'x' }, { [MARK]: null }, { [MARK]: 1, id: idOf(1), number: 0, snapshot: 'x'.repeat(1e5) }, 5, 'text'];
  const child = await startChild({ count: 1, sends: rubbish, say: 'sent' });
  all.add(child.of);
  await child.said('sent');
  assert.is((await all.collect()).getCounters()['shop.order.refused'], 1);
  assert.equal(all.stats().refused, { malformed: 1, version: 1, invalid: 1 });
  assertAccounted(all);
});

test.run();
