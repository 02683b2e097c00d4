import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { countedOf, limitsText, proposalText, proposedOf } from '../../lib/dashboard/page/views/slow-thresholds';
import type { Slow, SlowWatch, ThresholdProposal } from '../../lib/dashboard/wire/slow';

const TALLY = { count: 10, slow: 2, verySlow: 1 };
const watch = (more: Partial<SlowWatch> = {}): SlowWatch => ({
  counts: { total: TALLY, classes: { tools: TALLY }, events: { 'a.b.c': TALLY }, overflow: TALLY },
  thresholds: { classes: { tools: { warn: 30_000 } }, events: {} },
  proposals: [],
  left_out: { events: 0, proposals: 0 },
  ...more,
});
const PROPOSAL: ThresholdProposal = {
  class: 'tools',
  count: 5000,
  max: 9100,
  p50: 610,
  p95: 1900,
  p99: 2100,
  current: { warn: 30_000, error: 60_000 },
  proposed: { warn: 2500, error: 5000 },
  reason: 'warn: p99 of 5000 durations',
  wouldBeSlow: 50,
};

test('classes and events of all watches are counted, with their thresholds', () => {
  const slow: Slow = { slowest: [], operations: watch(), requests: null };
  assert.equal(
    countedOf(slow).map(({ kind, name, limits }) => [kind, name, limits]),
    [
      ['class', 'tools', { warn: 30_000 }],
      ['event', 'a.b.c', undefined],
    ],
  );
  assert.equal(countedOf({ slowest: [], operations: null, requests: null }), []);
});

test('a class that is called like a method has no thresholds by that', () => {
  const counts = { ...watch().counts, classes: { constructor: TALLY }, events: {} };
  const [only] = countedOf({ slowest: [], operations: null, requests: watch({ counts }) });
  assert.is(only?.limits, undefined);
  assert.is(only?.watch, 'requests');
});

test('thresholds are told in words', () => {
  assert.is(limitsText(undefined), 'none');
  assert.is(limitsText({}), 'none');
  assert.is(limitsText({ warn: 2000, error: 5000 }), 'slow over 2 s, very slow over 5 s');
  assert.is(limitsText({ error: 5000 }), 'very slow over 5 s');
});

test('a proposal says what it comes from, or why there is none', () => {
  assert.is(
    proposalText(PROPOSAL),
    'p99 is 2.1 s; a threshold of 2.5 s would fit (it is 30 s now); at most 50 of 5,000 would have been over it',
  );
  const { proposed: _, current: __, ...none } = PROPOSAL;
  assert.is(
    proposalText({ ...none, reason: '5 durations, and at least 100 are needed' }),
    'No proposal: 5 durations, and at least 100 are needed',
  );
  assert.match(proposalText({ ...none, proposed: { warn: 1, error: 2 } }), /nothing tells slow from fast now/);
});

test('each proposal says whose it is', () => {
  const slow: Slow = { slowest: [], operations: null, requests: watch({ proposals: [PROPOSAL] }) };
  assert.equal(proposedOf(slow), [{ ...PROPOSAL, watch: 'requests' }]);
});

test.run();
