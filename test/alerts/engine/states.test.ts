import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AlertThreshold } from '../../../lib/alerts/rule';
import { bench, settle } from './fake-alerts';

const MINUTE = 60_000;

test('a rule without a duration fires at the tick that finds its condition, once', async () => {
  const { rule, values, changes, pass, alerts } = bench();
  rule('cpu');
  values.cpu = 6;
  await pass(MINUTE);
  values.cpu = 5;
  await pass(MINUTE);
  assert.equal(changes(), ['10s firing cpu', '70s resolved cpu']);
  assert.equal(alerts.alerts(), []);
});

test('with a duration it is pending first, and fires at the first tick at which the condition has held for so long', async () => {
  const { rule, values, changes, pass } = bench();
  rule('cpu', { for: '5m' });
  values.cpu = 6;
  await pass(10 * MINUTE);
  assert.equal(changes(), ['10s pending cpu', '310s firing cpu']);
});

test('a duration between two ticks is over at the next one', async () => {
  const { rule, values, changes, pass } = bench();
  rule('cpu', { for: '15s' });
  values.cpu = 6;
  await pass(MINUTE);
  assert.equal(changes(), ['10s pending cpu', '30s firing cpu']);
});

test('a pending alert that is well for one tick begins anew', async () => {
  const { rule, values, changes, pass } = bench();
  rule('cpu', { for: '30s' });
  values.cpu = 6;
  await pass(30_000);
  values.cpu = undefined;
  await pass(10_000);
  values.cpu = 6;
  await pass(40_000);
  assert.equal(changes(), ['10s pending cpu', '40s ended cpu', '50s pending cpu', '80s firing cpu']);
});

test('a firing alert is resolved once it was well for keepFor without a break', async () => {
  const { rule, values, changes, pass } = bench();
  rule('cpu', { keepFor: '30s' });
  values.cpu = 6;
  await pass(10_000);
  values.cpu = 1;
  await pass(30_000);
  values.cpu = 6;
  await pass(10_000);
  values.cpu = undefined;
  await pass(60_000);
  assert.equal(changes(), ['10s firing cpu', '90s resolved cpu']);
});

test('a firing alert goes on until the number is beyond clear', async () => {
  const { rule, values, changes, pass, alerts } = bench();
  rule('cpu', { threshold: { op: '>', warning: 5, clear: 3 } });
  values.cpu = 4;
  await pass(20_000);
  assert.equal(changes(), [], 'it does not begin there');
  values.cpu = 6;
  await pass(10_000);
  values.cpu = 4;
  await pass(50_000);
  assert.is(alerts.firing().length, 1);
  values.cpu = 3;
  await pass(10_000);
  assert.equal(changes(), ['30s firing cpu', '90s resolved cpu']);
});

test('each threshold has the duration for itself: a short peak makes no critical alert', async () => {
  const { rule, values, changes, pass, alerts } = bench();
  rule('cpu', { threshold: { op: '>=', warning: 80, critical: 95 }, for: '1m' });
  values.cpu = 85;
  await pass(70_000);
  assert.is(alerts.firing()[0]!.severity, 'warning');
  values.cpu = 99;
  await pass(50_000);
  values.cpu = 85;
  await pass(10_000);
  assert.is(alerts.firing()[0]!.severity, 'warning');
  values.cpu = 95;
  await pass(80_000);
  const [critical] = alerts.firing();
  assert.equal([critical!.severity, critical!.threshold, critical!.value], ['critical', 95, 95]);
  values.cpu = 85;
  await pass(10_000);
  assert.equal(changes(), ['10s pending cpu', '70s firing cpu', '200s raised cpu', '220s lowered cpu']);
  assert.equal([alerts.firing()[0]!.severity, alerts.firing()[0]!.threshold], ['warning', 80]);
});

test('what has been critical all the time fires as critical', async () => {
  const { rule, values, pass, alerts, changes } = bench();
  rule('cpu', { threshold: { op: '>', warning: 80, critical: 95 }, for: '1m' });
  values.cpu = 99;
  await pass(70_000);
  assert.equal(changes(), ['10s pending cpu', '70s firing cpu']);
  assert.is(alerts.firing()[0]!.severity, 'critical');
});

test('without a critical threshold the severity is that of the rule; with nothing but one it is critical', async () => {
  const { rule, values, pass, alerts } = bench();
  rule('one', { severity: 'critical' });
  rule('two', { threshold: { op: '<', critical: 1 } });
  rule('three');
  Object.assign(values, { one: 9, two: 0, three: 9 });
  await pass(10_000);
  assert.equal(
    alerts.firing().map(({ rule, severity, threshold }) => [rule, severity, threshold]),
    [
      ['one', 'critical', 5],
      ['two', 'critical', 1],
      ['three', 'warning', 5],
    ],
  );
});

test('groups are alerts of their own; one that is not told of is well', async () => {
  const { rule, values, pass, alerts, changes } = bench();
  rule('disk');
  values.disk = { '/': 9, '/var': 1 };
  await pass(10_000);
  values.disk = { '/var': 9 };
  await pass(10_000);
  assert.equal(changes(), ['10s firing disk//', '20s firing disk//var', '20s resolved disk//']);
  const [alert] = alerts.firing();
  assert.match(alert!.id, /^[0-9a-f]{16}$/);
  assert.equal(
    alerts
      .history()
      .filter(({ alert }) => alert.group === '/')
      .map(({ alert }) => alert.id).length,
    2,
  );
  assert.is(new Set(alerts.history().map(({ alert }) => alert.id)).size, 2);
});

test('the id of an alert is the same in every process', async () => {
  const one = bench();
  one.rule('cpu');
  one.values.cpu = { a: 9, b: 9 };
  const other = bench();
  other.rule('cpu');
  other.values.cpu = { b: 9 };
  await one.pass(10_000);
  await other.pass(10_000);
  assert.is(one.alerts.alerts({ group: 'b' })[0]!.id, other.alerts.firing()[0]!.id);
  assert.is.not(one.alerts.alerts({ group: 'a' })[0]!.id, other.alerts.firing()[0]!.id);
});

test('what is pending again did not fire yet', async () => {
  const { rule, values, pass, alerts } = bench();
  rule('cpu', { for: '20s' });
  values.cpu = 9;
  await pass(30_000);
  assert.is(typeof alerts.firing()[0]!.firedAt, 'number');
  values.cpu = 1;
  await pass(10_000);
  values.cpu = 9;
  await pass(10_000);
  assert.equal([alerts.pending()[0]!.firedAt, alerts.pending()[0]!.resolvedAt], [undefined, undefined]);
});

test('after a night in which the process stood still the rules are looked at once, and then at their times', async () => {
  const { rule, values, pass, alerts, clock, host, changes, target } = bench();
  rule('cpu');
  rule('disk', { for: '1h' });
  values.cpu = values.disk = 6;
  await pass(25_000);
  values.cpu = 1;
  assert.is(alerts.stats().ticks, 2);
  // A clock that jumps: the timer that was due comes late.
  const { monotonicTime } = clock;
  let lag = 0;
  Object.assign(host.clock, { monotonicTime: () => monotonicTime() + lag });
  lag = 8 * 3_600_000 + 1234;
  clock.advance('5s');
  await settle();
  assert.is(alerts.stats().ticks, 3);
  assert.equal(changes(), ['10s firing cpu', '10s pending disk', '28830s resolved cpu', '28830s firing disk']);
  assert.equal(target.titles().slice(1), ['[RESOLVED] cpu: after 8 h', '[FIRING] disk: 6 is above 5']);
  for (let step = 0; step < 100; step++) clock.advance(1000);
  assert.is(alerts.stats().ticks, 13, 'one every 10 s, none made up for');
});

/** Stands for every episode of a rule from the definition, looking at all numbers at once. */
function reference(numbers: readonly (number | undefined)[], threshold: AlertThreshold, forTicks: number, keepTicks: number): string[] {
  const { warning, critical, clear } = threshold;
  const first = (warning ?? critical)!;
  const isBad = (at: number, limit: number | undefined) => numbers[at] !== undefined && limit !== undefined && numbers[at] > limit;
  const stays = (at: number) => isBad(at, clear ?? first) || isBad(at, first);
  const out: string[] = [];
  /** Whether the critical threshold was passed at so many ticks before a tick as well. */
  const isCritical = (at: number) => {
    if (critical === undefined) return false;
    for (let back = 0; back <= forTicks; back++) if (at - back < 0 || !isBad(at - back, critical)) return false;
    return true;
  };
  let at = 0;
  while (at < numbers.length) {
    if (!isBad(at, first)) {
      at++;
      continue;
    }
    const begin = at;
    while (at < numbers.length && isBad(at, first) && at - begin < forTicks) at++;
    if (forTicks > 0) out.push(`${begin} pending`);
    if (at >= numbers.length) break;
    if (!isBad(at, first)) {
      out.push(`${at} ended`);
      at++;
      continue;
    }
    const lowest = warning === undefined ? 'critical' : 'warning';
    const severityAt = (tick: number) => (isCritical(tick) ? 'critical' : lowest);
    let severity = severityAt(at);
    out.push(`${at} firing ${severity}`);
    let wellFrom: number | undefined;
    for (at++; at < numbers.length; at++) {
      if (stays(at)) {
        wellFrom = undefined;
        const next = severityAt(at);
        if (next !== severity) out.push(`${at} ${next === 'critical' ? 'raised' : 'lowered'} ${next}`);
        severity = next;
        continue;
      }
      wellFrom ??= at;
      if (at - wellFrom >= keepTicks) {
        out.push(`${at} resolved ${severity}`);
        at++;
        break;
      }
    }
  }
  return out;
}

test('states are those of the definition, whatever the numbers and the rule are', () => {
  const number = fc.oneof({ weight: 1, arbitrary: fc.constant(undefined) }, { weight: 9, arbitrary: fc.integer({ min: 0, max: 10 }) });
  const thresholds = fc.constantFrom<AlertThreshold>(
    { op: '>', warning: 5 },
    { op: '>', warning: 5, clear: 3 },
    { op: '>', critical: 6 },
    { op: '>', warning: 4, critical: 7 },
    { op: '>', warning: 4, critical: 7, clear: 2 },
  );
  const ticks = fc.integer({ min: 0, max: 4 });
  fc.assert(
    fc.property(fc.array(number, { maxLength: 60 }), thresholds, ticks, ticks, (numbers, threshold, forTicks, keepTicks) => {
      const { rule, values, alerts, clock } = bench({ targets: [] });
      const durations = { ...(forTicks > 0 && { for: `${forTicks * 10}s` }), ...(keepTicks > 0 && { keepFor: `${keepTicks * 10}s` }) };
      rule('x', { threshold, ...durations });
      const begin = clock.systemTime();
      for (const value of numbers) {
        values.x = value;
        clock.advance('10s');
      }
      const got = alerts
        .history()
        .map(({ time, change, alert }) => {
          const at = (time - begin) / 10_000 - 1;
          return change === 'pending' || change === 'ended' ? `${at} ${change}` : `${at} ${change} ${alert.severity}`;
        })
        .reverse();
      assert.equal(got, reference(numbers, threshold, forTicks, keepTicks));
    }),
    { numRuns: 500 },
  );
});

test('time in which nobody looked counts for no duration', async () => {
  const { rule, values, pass, alerts, changes } = bench();
  rule('new', { for: '1m' });
  rule('worse', { for: '1m', threshold: { op: '>', warning: 5, critical: 8 } });
  rule('well', { keepFor: '1m' });
  rule('bad', { for: '1m', threshold: { op: '>', warning: 5, critical: 8 } });
  Object.assign(values, { worse: 6, well: 6, bad: 9 });
  await pass(70_000);
  Object.assign(values, { new: 6, worse: 9, well: 1 });
  await pass(10_000);
  await alerts.stop();
  await pass(60 * MINUTE, MINUTE);
  const before = changes().length;
  alerts.start();
  assert.equal(alerts.pending(), []);
  await pass(10_000);
  assert.equal(changes().slice(before), ['3680s ended new', '3690s pending new']);
  await pass(MINUTE);
  assert.equal(changes().slice(before + 2), ['3750s firing new', '3750s raised worse', '3750s resolved well']);
  assert.is(alerts.alerts({ rule: 'bad' })[0]!.severity, 'critical');
});

test.run();
