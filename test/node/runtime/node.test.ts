import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CollectionSource, Collections, SharedCollections } from '../../../lib/node/runtime/sources/collections';
import { EventLoop } from '../../../lib/node/runtime/sources/event-loop';
import { Handles } from '../../../lib/node/runtime/sources/handles';

function block(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

function collector(type: 'minor' | 'major'): () => void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as (options?: { type: string }) => void;
  return () => (type === 'minor' ? gc({ type }) : gc());
}

test('collections that are provoked are told with their kinds and how long they took', async () => {
  const collections = new Collections();
  const [collectSmall, collectAll] = [collector('minor'), collector('major')];
  assert.equal(collections.read(), []);
  const seen: { kind: string; duration: number }[] = [];
  const kinds = () => new Set(seen.map(({ kind }) => kind));
  for (let attempt = 0; attempt < 50 && !(kinds().has('major') && kinds().has('minor')); attempt++) {
    collectSmall();
    collectAll();
    await sleep(20);
    for (const { measurements, metadata } of collections.read()) seen.push({ kind: metadata.kind, duration: measurements.duration });
  }
  collections.stop();
  assert.ok(kinds().has('major') && kinds().has('minor'), `${[...kinds()]}`);
  assert.ok(seen.every(({ duration }) => duration >= 0 && duration < 10_000));
});

test('those who share a watch are told of each collection once, and it ends with the last of them', async () => {
  const shared = new SharedCollections();
  const [one, other, idle] = [shared.member(), shared.member(), shared.member()];
  const collectAll = collector('major');
  const durations: number[] = [];
  const read = (members: readonly CollectionSource[]): void => {
    for (const { measurements, metadata } of members.flatMap((member) => member.read())) {
      if (metadata.kind === 'major') durations.push(measurements.duration);
    }
  };
  /** Whether a collection that is provoked is told to somebody; bounded. */
  const isTold = async (...members: readonly CollectionSource[]): Promise<boolean> => {
    const before = durations.length;
    collectAll();
    for (let attempt = 0; attempt < 100 && durations.length === before; attempt++) {
      await sleep(10);
      read(members);
    }
    return durations.length > before;
  };
  assert.equal([one.read(), other.read()], [[], []]);
  assert.ok(await isTold(one, other));
  idle.stop();
  one.stop();
  one.stop();
  assert.ok(await isTold(other));
  assert.is(new Set(durations).size, durations.length);
  other.stop();
  collectAll();
  await sleep(50);
  assert.equal(other.read(), []);
  other.stop();
});

test('more collections than are kept are counted, and after a stop none are', async () => {
  const collections = new Collections();
  const collectSmall = collector('minor');
  collections.read();
  let told: ReturnType<Collections['read']> = [];
  for (let attempt = 0; attempt < 5 && told.length === 0; attempt++) {
    for (let count = 0; count < 1100; count++) {
      collectSmall();
      if (count % 100 === 0) await sleep(1);
    }
    await sleep(50);
    told = collections.read();
  }
  assert.is(told.length, 1000);
  assert.ok(told.at(-1)!.metadata.dropped! >= 1);
  collections.stop();
  collectSmall();
  await sleep(50);
  assert.equal(collections.read(), []);
  collections.stop();
});

test('an event loop that is blocked for 200 ms was late by at least 100 ms and busy', async () => {
  const loop = new EventLoop();
  assert.equal(loop.read(), {});
  await sleep(100);
  block(200);
  await sleep(60);
  const { max, p99, mean, utilization } = loop.read();
  loop.stop();
  assert.ok(max! >= 100, `${max}`);
  assert.ok(p99! >= 100 && mean! > 0, `${p99} ${mean}`);
  assert.ok(utilization! > 0 && utilization! <= 1, `${utilization}`);
});

test('the interval of the timer that looks is no delay', async () => {
  const loop = new EventLoop();
  loop.read();
  const medians: number[] = [];
  for (let attempt = 0; attempt < 30 && !medians.some((median) => median < 15); attempt++) {
    await sleep(150);
    const { p50 } = loop.read();
    if (p50 !== undefined) medians.push(p50);
  }
  loop.stop();
  assert.ok(
    medians.some((median) => median < 15),
    `${medians}`,
  );
});

test('delays are told of the time since the last reading only', async () => {
  const loop = new EventLoop();
  loop.read();
  await sleep(50);
  block(300);
  await sleep(50);
  assert.ok(loop.read().max! >= 200);
  const later: (number | undefined)[] = [];
  for (let attempt = 0; attempt < 20 && !later.some((max) => max !== undefined && max < 200); attempt++) {
    await sleep(100);
    later.push(loop.read().max);
  }
  loop.stop();
  assert.ok(
    later.some((max) => max !== undefined && max < 200),
    `${later}`,
  );
});

test('what keeps the process alive is counted by type, and a type that is gone is 0', async () => {
  const handles = new Handles();
  const timers = Array.from({ length: 7 }, () => setTimeout(() => undefined, 60_000));
  const of = (type: string) => handles.read()!.find(({ metadata }) => metadata.type === type)?.measurements.count;
  try {
    assert.ok(of('Timeout')! >= 7);
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
  const left = process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length;
  assert.is(of('Timeout'), left);
});

test('a runtime that does not tell what keeps it alive has no such reading', () => {
  const { getActiveResourcesInfo } = process;
  try {
    (process as { getActiveResourcesInfo?: unknown }).getActiveResourcesInfo = undefined;
    assert.is(new Handles().read(), undefined);
  } finally {
    process.getActiveResourcesInfo = getActiveResourcesInfo;
  }
});

test('types of handles are at most 50', () => {
  const { getActiveResourcesInfo } = process;
  try {
    process.getActiveResourcesInfo = () => Array.from({ length: 500 }, (_, index) => `Type${index}`);
    assert.is(new Handles().read()!.length, 50);
  } finally {
    process.getActiveResourcesInfo = getActiveResourcesInfo;
  }
});

test.run();
