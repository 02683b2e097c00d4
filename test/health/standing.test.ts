import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CheckStatus, nextStanding, type Outcome, overallOf, type Standing, UNKNOWN } from '../../lib/health/standing';

const LIMITS = { unhealthyAfter: 3, healthyAfter: 2 };
const isFailure = (outcome: Outcome): boolean => outcome === 'fail' || outcome === 'timeout';

/** How long the row of such outcomes at the end is. */
function rowOf(outcomes: readonly Outcome[], isSo: (outcome: Outcome) => boolean): number {
  const back = [...outcomes].reverse().findIndex((outcome) => !isSo(outcome));
  return back === -1 ? outcomes.length : back;
}

/** The state after all of these, told from the list as a whole. */
function reference(outcomes: readonly Outcome[], { unhealthyAfter, healthyAfter } = LIMITS): CheckStatus {
  if (outcomes.length === 0) return 'unknown';
  if (outcomes.every((outcome) => outcome === 'pass')) return 'healthy';
  if (rowOf(outcomes, isFailure) >= unhealthyAfter) return 'unhealthy';
  // Between well and not well nothing changes until the row of passes is long enough.
  const wasWell = outcomes.findIndex((outcome) => outcome !== 'pass');
  return wasWell >= 0 && rowOf(outcomes, (outcome) => outcome === 'pass') >= healthyAfter ? 'healthy' : 'degraded';
}

const after = (outcomes: readonly Outcome[], limits = LIMITS): Standing =>
  outcomes.reduce((standing, outcome) => nextStanding(standing, outcome, limits), UNKNOWN);

test('the table: one failure is degraded, three in a row are unhealthy, one pass is degraded again, two are healthy', () => {
  const outcomes: Outcome[] = ['pass', 'fail', 'timeout', 'fail', 'fail', 'pass', 'pass', 'warn', 'pass', 'pass'];
  const seen = outcomes.map((_, index) => after(outcomes.slice(0, index + 1)).status);
  assert.equal(seen, [
    'healthy',
    'degraded',
    'degraded',
    'unhealthy',
    'unhealthy',
    'degraded',
    'healthy',
    'degraded',
    'degraded',
    'healthy',
  ]);
});

test('a first run tells: pass healthy, warn degraded, failure degraded', () => {
  assert.equal(
    (['pass', 'warn', 'fail', 'timeout'] as const).map((outcome) => after([outcome]).status),
    ['healthy', 'degraded', 'degraded', 'degraded'],
  );
});

test('any row of outcomes leads to what the whole list says, whatever the limits', () => {
  const outcome = fc.constantFrom<Outcome>('pass', 'pass', 'warn', 'fail', 'fail', 'timeout');
  const limit = fc.integer({ min: 1, max: 4 });
  fc.assert(
    fc.property(fc.array(outcome, { maxLength: 30 }), limit, limit, (outcomes, unhealthyAfter, healthyAfter) => {
      const limits = { unhealthyAfter, healthyAfter };
      const found = after(outcomes, limits);
      assert.is(found.status, reference(outcomes, limits));
      assert.is(found.failures, rowOf(outcomes, isFailure));
      assert.is(
        found.passes,
        rowOf(outcomes, (one) => one === 'pass'),
      );
    }),
    { numRuns: 2000 },
  );
});

test('a limit that is raised makes no unhealthy check better by a failure', () => {
  const down = after(['fail', 'fail', 'fail']);
  assert.is(nextStanding(down, 'fail', { unhealthyAfter: 10, healthyAfter: 2 }).status, 'unhealthy');
});

test('all together: unhealthy for a critical one only, else degraded, else unknown, else healthy', () => {
  const overall = (...states: [CheckStatus, boolean][]): CheckStatus =>
    overallOf(states.map(([status, critical]) => ({ status, critical })));
  assert.is(overall(), 'healthy');
  assert.is(overall(['healthy', true], ['healthy', false]), 'healthy');
  assert.is(overall(['healthy', true], ['unknown', true]), 'unknown');
  assert.is(overall(['unknown', true], ['degraded', false]), 'degraded');
  assert.is(overall(['degraded', false], ['unknown', true]), 'degraded');
  assert.is(overall(['unhealthy', false], ['healthy', true]), 'degraded');
  assert.is(overall(['degraded', true], ['unhealthy', true]), 'unhealthy');
});

test.run();
