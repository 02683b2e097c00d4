import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Clock } from '../../lib/core/clock';
import { type Bench, fact, pass } from '../support/faults/fact';
import { fateOf, INTACT, intact, readFamily } from '../support/faults/lines';
import { type Watched, watchedSink } from '../support/faults/watched';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A clock whose wall time a test moves, in both directions; its timers are counted. */
function movableClock(startMs: number): Clock & { readonly jump: (ms: number) => void; readonly timers: () => number } {
  let wall = startMs;
  let count = 0;
  return {
    monotonicTime: () => performance.now(),
    systemTime: () => wall,
    setTimer(callback, delayMs) {
      count++;
      // Like Node: what is too long comes at once.
      const timer = setTimeout(callback, delayMs);
      timer.unref();
      return () => clearTimeout(timer);
    },
    jump: (ms) => (wall += ms),
    timers: () => count,
  };
}

/** Writes a line, and lets timers and writes happen. */
async function step({ sink, write }: Watched): Promise<void> {
  write(10);
  await sink.flush();
  await pass(2);
}

async function jumps(bench: Bench, every: 'hour' | 'day', sync: boolean, startMs: number, by: readonly number[], timeZone = 'utc') {
  const path = join(bench.dir, 'app.log');
  const clock = movableClock(startMs);
  // Of another time: must outlive all of this.
  writeFileSync(`${path}.1`, '{"w":7,"n":1}\n');
  const watched = watchedSink({ path, sync, clock, rotate: { every, timeZone }, keep: { files: 1000 } });
  const rotated: number[] = [];
  await step(watched);
  for (const ms of by) {
    clock.jump(ms);
    for (let time = 0; time < 3; time++) await step(watched);
    rotated.push(watched.sink.stats().rotations);
  }
  await watched.sink.close();
  const family = readFamily(path);
  assert.equal(family.numbers.get(7), [1]);
  assert.equal(intact(family, watched.handed()), INTACT);
  assert.equal(watched.sink.stats().dropped, {});
  return { rotated, timers: clock.timers(), files: family.files.length };
}

for (const sync of [true, false]) {
  const kind = sync ? 'synchronous' : 'buffered';

  fact(
    '12 · L1',
    `a clock that goes back an hour loses and overwrites nothing, and does not rotate again and again (${kind})`,
    async (bench) => {
      const { rotated, timers } = await jumps(bench, 'hour', sync, Date.UTC(2026, 4, 5, 12, 59, 59), [
        1000,
        -HOUR,
        HOUR,
        -HOUR,
        HOUR,
        HOUR,
      ]);
      // At one o'clock once; going back begins no new hour more than once for each jump.
      assert.is(rotated[0], 1);
      assert.ok(rotated.at(-1)! <= 6, `${rotated}`);
      assert.ok(timers < 100, `${timers} timers`);
      bench.note(`rotations after each jump: ${rotated}`);
    },
  );

  fact('12 · L1', `a clock that goes forward a year rotates once (${kind})`, async (bench) => {
    const { rotated, timers, files } = await jumps(bench, 'hour', sync, Date.UTC(2026, 4, 5, 12), [
      365 * DAY,
      0,
      0,
      HOUR,
      365 * DAY,
      -700 * DAY,
      HOUR,
    ]);
    assert.equal(rotated.slice(0, 5), [1, 1, 1, 2, 3]);
    // Years back: no hour of the future is waited for.
    assert.equal(rotated.slice(5), [3, 4]);
    assert.ok(files <= rotated.at(-1)! + 2);
    assert.ok(timers < 100, `${timers} timers`);
    bench.note(`rotations after each jump: ${rotated}`);
  });

  fact('12 · L1', `each hour of the night in which clocks are put back is a file, and lines stay in order (${kind})`, async (bench) => {
    // 2026-10-25, 3:00 becomes 2:00 in Berlin: hours begin at 0, 1, 2 and 2 o'clock again, and 3.
    const { rotated } = await jumps(
      bench,
      'hour',
      sync,
      Date.UTC(2026, 9, 24, 21, 59, 59),
      [1000, HOUR, HOUR, HOUR, HOUR],
      'Europe/Berlin',
    );
    assert.equal(rotated, [1, 2, 3, 4, 5]);
  });

  fact('12 · L1', `a day of 23 hours, and one of 25, is one file (${kind})`, async (bench) => {
    const spring = Date.UTC(2026, 2, 28, 23, 0, 0);
    const { rotated } = await jumps(bench, 'day', sync, spring, [22 * HOUR, HOUR - 1, 1], 'Europe/Berlin');
    assert.equal(rotated, [0, 0, 1]);
    const path = join(bench.dir, 'autumn.log');
    const clock = movableClock(Date.UTC(2026, 9, 24, 22, 0, 0));
    const watched = watchedSink({ path, sync, clock, rotate: { every: 'day', timeZone: 'Europe/Berlin' } });
    await step(watched);
    clock.jump(25 * HOUR - 1);
    await step(watched);
    assert.is(watched.sink.stats().rotations, 0);
    clock.jump(1);
    await step(watched);
    assert.is(watched.sink.stats().rotations, 1);
    await watched.sink.close();
    assert.equal(intact(readFamily(path), 30), INTACT);
  });
}

fact('12 · L2', 'a day that is far away does not keep a timer busy', async (bench) => {
  const path = join(bench.dir, 'app.log');
  const clock = movableClock(Date.UTC(2026, 0, 1));
  const watched = watchedSink({ path, clock, rotate: { every: 'day', timeZone: 'utc' } });
  watched.write(1);
  await pass(300);
  // A few looks a second at most.
  assert.ok(clock.timers() < 20, `${clock.timers()} timers`);
  await watched.sink.close();
});

fact('12 · L1', 'a clock that jumps at random, with rotation by size too: nothing is lost, doubled or overwritten', async (bench) => {
  const { random, size } = bench;
  const path = join(bench.dir, 'app.log');
  const clock = movableClock(Date.UTC(2026, 0, 1));
  const watched = watchedSink({ path, clock, compress: true, rotate: { maxBytes: 5000, every: 'hour' }, keep: { files: 10_000 } });
  for (let round = 0; round < size(150, 2000); round++) {
    watched.write(Math.floor(random() * 20));
    clock.jump(Math.floor((random() - 0.5) * 4 * HOUR));
    if (random() < 0.3) await watched.sink.flush();
    if (random() < 0.3) await pass(1);
  }
  await watched.sink.close();
  const family = readFamily(path);
  assert.equal(intact(family, watched.handed()), INTACT);
  assert.is(fateOf(family, 1, 0).found, watched.handed());
  for (const file of family.files.slice(0, -1)) assert.ok(readFileSync(join(bench.dir, file)).length > 0, `${file} is empty`);
  bench.note(`${size(150, 2000)} jumps, ${family.files.length} files: lost 0`);
});

test.run();
