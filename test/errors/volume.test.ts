import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { errorIdOf } from '../../lib/core/error-id';
import type { StormSummary } from '../../lib/errors/storm-summary';
import { ErrorTracker } from '../../lib/errors/tracker';
import { fakeClock } from '../../lib/testing/fake-clock';

const MILLION = 1_000_000;
const PLACE = { level: 'error', logger: 'app.bot', event: 'app.llm.error', message: 'it failed' } as const;

function create() {
  const clock = fakeClock();
  const summaries: StormSummary[] = [];
  return { clock, summaries, tracker: new ErrorTracker({ clock, errorIdOf, onSummary: (summary) => summaries.push(summary) }) };
}

/** Stacks are most of what a million errors cost, and not what these tests are about. */
function withoutStacks(run: () => void): void {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    run();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

test('a million equal errors are one group with a total of a million, and as many lines and summaries say so', () => {
  withoutStacks(() => {
    const { clock, tracker, summaries } = create();
    let written = 0;
    for (let at = 0; at < MILLION; at++) {
      if (at % 1000 === 999) clock.advance(50);
      if (!tracker.report(new Error('no answer after 30 s'), PLACE).isCollapsed) written++;
    }
    tracker.close();
    const [group, ...others] = tracker.groups();
    assert.equal([group?.total, group?.message, others.length], [MILLION, 'no answer after <*> s', 0]);
    // 50 s of storm are five periods, and the first moment of a sixth.
    assert.equal([written, summaries.length], [51, 5]);
    assert.is(written + summaries.reduce((sum, { count }) => sum + count, 0), MILLION);
    assert.is(tracker.stats().occurrences, MILLION);
  });
});

/** A number in letters: digits would make the messages equal. */
const spelled = (value: number) => Array.from(String(value), (digit) => 'ghijklmnop'[Number(digit)]).join('');

test('of a million different errors 10,000 are tracked and the others counted as overflow, exactly', () => {
  withoutStacks(() => {
    const { tracker, summaries } = create();
    let written = 0;
    for (let at = 0; at < MILLION; at++) {
      if (!tracker.report(new Error(`no such thing as ${spelled(at)}`), PLACE).isCollapsed) written++;
    }
    const { occurrences, tracked, overflow, forgotten } = tracker.stats();
    assert.equal([occurrences, tracked, overflow.total, overflow.countLastHour, forgotten.total], [MILLION, 10_000, 990_000, 990_000, 0]);
    assert.is(tracker.groups({ limit: MILLION }).length, 10_000);
    tracker.close();
    assert.is(written, 10_010);
    assert.equal(
      summaries.map(({ fingerprint, count }) => [fingerprint, count]),
      [['000000000000', 989_990]],
    );
  });
});

test('a full table that is used by old and new errors by turns takes its time by occurrences, not by groups', () => {
  const { clock, tracker } = create();
  const told = (at: number) => tracker.meet(undefined, false, { ...PLACE, event: undefined, message: `thing ${spelled(at)}` });
  for (let at = 0; at < 10_000; at++) told(at);
  for (let at = 0; at < 100_000; at++) {
    told(at % 9999);
    told(10_000 + at);
    if (at % 100 === 0) clock.advance(1000);
  }
  const { occurrences, tracked, overflow, forgotten } = tracker.stats();
  assert.equal([occurrences, tracked], [210_000, 10_000]);
  assert.is(tracker.groups({ limit: 10_000 }).reduce((sum, { total }) => sum + total, 0) + overflow.total + forgotten.total, occurrences);
});

test.run();
