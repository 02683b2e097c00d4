import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LogTail } from '../../lib/dashboard/page/views/log-tail';
import type { LogLines } from '../../lib/dashboard/wire/logs';

/** Lines `from` to `to`, of which all are kept from `oldest` on. */
const answer = (from: number, to: number, oldest = from): LogLines => ({
  lines: Array.from({ length: to - from + 1 }, (_, at) => ({ seq: from + at, record: {} })),
  last_seq: to,
  oldest_seq: oldest,
  matched: to - oldest + 1,
  kept: to - oldest + 1,
  loggers: [],
  events: [],
  has_log: true,
});
const seqs = (tail: LogTail, now: number): readonly number[] | undefined => tail.shown(now)?.lines.map(({ seq }) => seq);

test('the newest line comes first', () => {
  const tail = new LogTail();
  assert.is(tail.shown(0), undefined);
  tail.meet('/a', answer(1, 3), 0);
  assert.equal(seqs(tail, 0), [3, 2, 1]);
});

test('lines are new for four seconds, and those of the first look are not', () => {
  const tail = new LogTail();
  tail.meet('/a', answer(1, 3), 0);
  assert.is(tail.shown(0)?.newAfter, 3);
  tail.meet('/a', answer(1, 5), 1000);
  tail.meet('/a', answer(1, 6), 3000);
  assert.is(tail.shown(3000)?.newAfter, 3);
  assert.is(tail.shown(5500)?.newAfter, 5);
  assert.is(tail.shown(9000)?.newAfter, 6);
});

test('the same answer again changes nothing', () => {
  const tail = new LogTail();
  const second = answer(9, 12);
  tail.meet('/a', answer(1, 3), 0);
  for (let time = 0; time < 5; time++) tail.meet('/a', second, time);
  assert.is(tail.missed, 5);
});

test('lines that came and went between two looks are counted', () => {
  const tail = new LogTail();
  tail.meet('/a', answer(1, 10), 0);
  tail.meet('/a', answer(11, 20), 1);
  assert.is(tail.missed, 0);
  tail.meet('/a', answer(24, 30), 2);
  assert.is(tail.missed, 3);
});

test('a pause keeps what is shown, and counts what comes', () => {
  const tail = new LogTail();
  tail.meet('/a', answer(1, 10), 0);
  tail.pause();
  tail.meet('/a', answer(5, 14, 1), 1);
  assert.equal(seqs(tail, 1), [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  assert.equal(tail.waiting, { count: 4, isMore: false });
  tail.meet('/a', answer(20, 29, 1), 2);
  assert.equal(tail.waiting, { count: 10, isMore: true });
  tail.resume();
  assert.is(tail.isPaused, false);
  assert.is(tail.pausedAt, 10);
  assert.is(seqs(tail, 2)?.[0], 29);
  assert.is(tail.missed, 0);
});

test('what a pause missed is counted once, at its end', () => {
  const tail = new LogTail();
  tail.meet('/a', answer(1, 10), 0);
  tail.pause();
  tail.meet('/a', answer(21, 30), 1);
  tail.meet('/a', answer(41, 50), 2);
  assert.is(tail.missed, 0);
  tail.resume();
  assert.is(tail.missed, 30);
});

test('another question, and another program, begin anew', () => {
  const tail = new LogTail();
  tail.meet('/a', answer(1, 10), 0);
  tail.pause();
  tail.meet('/b', answer(40, 50), 1);
  assert.is(tail.isPaused, false);
  assert.is(tail.missed, 0);
  tail.meet('/b', answer(1, 2), 2);
  assert.equal(seqs(tail, 2), [2, 1]);
  assert.is(tail.missed, 0);
});

test('however often lines come, what is remembered of when is bounded', () => {
  const tail = new LogTail();
  for (let seq = 1; seq <= 10_000; seq++) tail.meet('/a', answer(seq, seq, 1), seq / 1000);
  assert.is((tail as unknown as { arrivals: unknown[] }).arrivals.length, 32);
});

test.run();
