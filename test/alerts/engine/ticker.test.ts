import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Ticker } from '../../../lib/alerts/ticker';
import { fakeClock } from '../../../lib/testing/index';

test('a timer that comes early is no tick, and the tick is not lost', () => {
  const clock = fakeClock();
  const early = { ...clock, setTimer: (callback: () => void, ms: number) => clock.setTimer(callback, Math.max(0.5, ms - 1.5)) };
  const ticks: number[] = [];
  new Ticker(early, (at) => ticks.push(at)).start(1000);
  clock.advance(3500);
  assert.equal(ticks, [1000, 2000, 3000]);
});

test('a tick is of the moment that was due, however late it comes', () => {
  const clock = fakeClock();
  const late = { ...clock, setTimer: (callback: () => void, ms: number) => clock.setTimer(callback, ms + 300) };
  const ticks: number[] = [];
  new Ticker(late, (at) => ticks.push(at)).start(1000);
  clock.advance(3500);
  assert.equal(ticks, [1000, 2000, 3000], 'nothing adds up');
});

test('a tick may stop its ticker, or begin anew', () => {
  const clock = fakeClock();
  let ticks = 0;
  const stopped = new Ticker(clock, () => {
    ticks++;
    stopped.stop();
  });
  stopped.start(1000);
  clock.advance(5000);
  assert.equal([ticks, stopped.isRunning, clock.pendingTimers()], [1, false, 0]);
  const faster = new Ticker(clock, () => {
    if (++ticks === 2) faster.start(100);
  });
  faster.start(1000);
  clock.advance(1500);
  assert.equal([ticks, clock.pendingTimers()], [7, 1]);
});

test.run();
