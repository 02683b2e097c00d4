import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EventTally } from '../../../../lib/node/admin/monitoring/event-tally';
import { PulseRing, type PulseSources } from '../../../../lib/node/admin/monitoring/pulse-ring';
import { fakeClock } from '../../../../lib/testing';

const NOTHING: PulseSources = { counters: () => undefined, requests: () => undefined, errors: () => undefined, lines: () => undefined };

test('a thousand events are told apart, and all of them are counted', () => {
  const tally = new EventTally();
  const counters = (each: number): Record<string, number> =>
    Object.fromEntries(Array.from({ length: 1_200 }, (_, number) => [`app.job.n${number}`, each]));
  assert.is(tally.take(counters(1), 0), undefined);
  assert.is(tally.take(counters(3), 1_000), 2_400);
  assert.is(tally.top(5_000).length, 1_000);
  assert.equal(tally.top(1), [{ key: 'app.job.n0', recent: 2, perSecond: 2 }]);
  tally.clear();
  assert.equal(tally.top(10), []);
  tally.take({ 'app.other.n': 7 }, 5_000);
  assert.equal(tally.top(10), [{ key: 'app.other.n', recent: 0, perSecond: undefined }]);
});

test('what is more than ten seconds ago is no more of an event, and a reset in between is none less', () => {
  const tally = new EventTally();
  let count = 100;
  for (let second = 0; second <= 30; second++) {
    tally.take({ 'app.job.stop': count }, second * 1_000);
    count = second === 25 ? 2 : count + (second < 19 ? 1_000 : 1);
  }
  // Seconds 21 to 30: one each, but for the reset, after which there were two.
  assert.equal(tally.top(1), [{ key: 'app.job.stop', recent: 11, perSecond: 1.1 }]);
  tally.take({ 'app.job.stop': count + 59 }, 90_000);
  // Nobody could look for a minute: the rate is that of the minute.
  assert.equal(tally.top(1), [{ key: 'app.job.stop', recent: 60, perSecond: 1 }]);
});

test('what can not be read is not known, and is tried again a minute later', () => {
  const clock = fakeClock();
  let asked = 0;
  let isBroken = true;
  const ring = new PulseRing(
    {
      ...NOTHING,
      errors: () => clock.monotonicTime() / 1_000,
      lines() {
        asked++;
        if (isBroken) throw new Error('no log');
        return asked;
      },
    },
    clock,
  );
  ring.start();
  clock.advance('50s');
  assert.equal([asked, ring.mean('lines', 10), ring.mean('errors', 10), ring.total('errors', 60)], [1, null, 1, 50]);
  isBroken = false;
  clock.advance('15s');
  assert.is(ring.mean('lines', 10), 1);
  assert.equal(
    ring.series().lines.filter((rate) => rate !== null),
    [1, 1, 1, 1],
  );
  ring.close();
  assert.equal([clock.pendingTimers(), ring.mean('errors', 10), ring.series().times], [0, null, []]);
});

test.run();
