import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SliceSums, SlidingWindow } from '../../../lib/alerts/measures/slices';

const STEP = 10_000;

test('a window is the whole slices that ended last: what happened before them, and what happens since, does not count', () => {
  const sums = new SliceSums(new SlidingWindow(60_000, STEP, 0));
  sums.add(1, 0);
  sums.add(10, 9_999);
  sums.add(100, 10_000);
  assert.is(sums.at(9_999), 0);
  assert.is(sums.at(10_000), 11);
  assert.is(sums.at(60_000), 111);
  assert.is(sums.at(69_999), 111);
  assert.is(sums.at(70_000), 100);
  assert.is(sums.at(80_000), 0);
  assert.ok(sums.isEmptyAt(80_000));
});

test('a window that is no multiple of the step is rounded up to one', () => {
  assert.is(new SlidingWindow(1, STEP, 0).windowMs, 10_000);
  assert.is(new SlidingWindow(60_001, STEP, 0).windowMs, 70_000);
  assert.is(new SlidingWindow(60_000, STEP, 0).windowMs, 60_000);
});

test('what is summed is what a plain list of all that happened comes to', () => {
  const happening = fc.record({
    after: fc.integer({ min: 0, max: 40_000 }),
    amount: fc.integer({ min: -5, max: 100 }),
    isRead: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 720 }), fc.array(happening, { maxLength: 200 }), (steps, happenings) => {
      const sums = new SliceSums(new SlidingWindow(steps * STEP, STEP, 0));
      const all: { at: number; amount: number }[] = [];
      let now = 0;
      for (const { after, amount, isRead } of happenings) {
        now += after;
        sums.add(amount, now);
        all.push({ at: now, amount });
        const end = Math.floor(now / STEP) * STEP;
        const expected = all.filter(({ at }) => at >= end - steps * STEP && at < end).reduce((sum, one) => sum + one.amount, 0);
        if (isRead) assert.is(sums.at(now), expected);
      }
    }),
    { numRuns: 300 },
  );
});

test('a long window has at most 721 slices, reaches at most one slice further back, and counts what just happened', () => {
  const day = 86_400_000;
  const window = new SlidingWindow(day, STEP, 0);
  assert.is(window.sliceMs, 120_000);
  const sums = new SliceSums(window);
  for (let now = 0; now < 3 * day; now += STEP) sums.add(1, now);
  const slots = (sums as unknown as { readonly slots: unknown[]; readonly head: number }).slots;
  assert.ok(slots.length < 2 * 721, String(slots.length));
  const now = 3 * day;
  const sum = sums.at(now);
  assert.ok(sum >= 8640 && sum <= 8640 + 12, String(sum));
  sums.add(1000, now);
  assert.ok(sums.at(now) >= sum + 1000 - 12);
});

test('sums that nobody reads do not grow', () => {
  const sums = new SliceSums(new SlidingWindow(60_000, STEP, 0));
  for (let slot = 0; slot < 100_000; slot++) sums.add(1, slot * STEP);
  const { slots } = sums as unknown as { readonly slots: unknown[] };
  assert.ok(slots.length <= 2 * 721, String(slots.length));
});

test('a window was watched from its beginning when that much time has passed since it was made', () => {
  const aligned = new SlidingWindow(60_000, STEP, 0);
  assert.not(aligned.isWhole(50_000));
  assert.ok(aligned.isWhole(60_000));
  const later = new SlidingWindow(60_000, STEP, 1);
  assert.not(later.isWhole(60_000));
  assert.ok(later.isWhole(70_000));
  const day = new SlidingWindow(86_400_000, STEP, 5);
  assert.not(day.isWhole(86_400_000));
  assert.ok(day.isWhole(86_400_005));
});

test('with what just happened, a window reaches up to now, and is whole when that much time has passed', () => {
  const window = new SlidingWindow(60_000, STEP, 5000);
  const sums = new SliceSums(window);
  sums.add(1, 5000);
  sums.add(10, 12_000);
  assert.equal([sums.at(12_000), sums.at(12_000, true)], [1, 11]);
  assert.equal([window.isWhole(69_999), window.isWhole(64_999, true), window.isWhole(65_000, true)], [false, false, true]);
  assert.is(sums.at(69_999, true), 11);
  assert.is(sums.at(70_000, true), 10);
});

test.run();
