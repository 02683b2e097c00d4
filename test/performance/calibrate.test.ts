import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { calibrateThresholds, recordedDurations } from '../../lib/performance/calibrate';
import { formatCalibration } from '../../lib/performance/calibration-table';
import type { DurationSummary } from '../../lib/performance/host';
import { roundedUp } from '../../lib/performance/round';
import { slowRequests } from '../../lib/performance/slow-requests';
import { thresholdsInSeconds } from '../../lib/performance/text';
import { CLASSES, coder, watching } from './watching';

const { response, plain } = coder.llm;
const SUMMARY: DurationSummary = { count: 5000, min: 80, max: 9100, mean: 700, p50: 610, p95: 1900, p99: 4512, p999: 8200 };
const propose = (durations: Partial<DurationSummary>, options?: Parameters<typeof calibrateThresholds>[1]) =>
  calibrateThresholds({ measured: () => [{ event: 'a.b.c', durations: { ...SUMMARY, ...durations } }] }, options)[0]!;

test('each class and each event with thresholds is told by its own durations, within 1 %', () => {
  const { took, slow } = watching({ ...CLASSES, events: [plain] });
  // 1 to 10,000 ms in an order that is none.
  for (let index = 0; index < 10_000; index++) {
    const duration = ((index * 7919) % 10_000) + 1;
    took(plain, duration);
    took(plain, duration * 3, { tools_enabled: true });
    took(response, duration / 10);
  }
  const proposals = slow.calibrate();
  assert.equal(
    proposals.map(({ class: name, event }) => name ?? event),
    ['non-tools', 'tools', 'coder.llm.response'],
  );
  for (const [index, scale] of [1, 3, 0.1].entries()) {
    const found = proposals[index]!;
    assert.equal([found.count, found.min, found.max], [10_000, scale, 10_000 * scale]);
    assert.ok(Math.abs(found.mean - 5000.5 * scale) < 1e-6);
    for (const [name, rank] of [['p50', 5000] as const, ['p95', 9500] as const, ['p99', 9900] as const, ['p999', 9990] as const]) {
      assert.ok(Math.abs(found[name] / (rank * scale) - 1) <= 0.01, `${name}: ${found[name]}`);
    }
    const exact = Array.from({ length: 10_000 }, (_, each) => (each + 1) * scale);
    assert.equal(found.proposed?.error, roundedUp(2 * found.proposed!.warn));
    assert.ok(found.proposed!.warn >= found.p99 && found.proposed!.warn <= found.p99 * 1.1);
    const over = (threshold: number) => exact.filter((duration) => duration > threshold).length;
    assert.ok(over(found.proposed!.warn) <= found.wouldBeSlow!);
    assert.is(found.wouldBeVerySlow, 0);
  }
  assert.equal(proposals[0]?.current, { warn: 5000, error: 10_000 });
  assert.equal(proposals[0]?.judged, { count: 10_000, slow: 5000, verySlow: 0 });
  assert.equal(proposals[2]?.current, { warn: 5000, error: 10_000 });
});

test('warn is the 99th percentile and error the 99.9th or twice warn, rounded up to two digits', () => {
  assert.equal(propose({}).proposed, { warn: 4600, error: 9200 });
  assert.equal(propose({ p999: 9250, max: 9900 }).proposed, { warn: 4600, error: 9300 });
  assert.is(propose({}).reason, 'warn: p99 of 5000 durations; error: 2 times warn');
  assert.is(propose({ p999: 9250, max: 9900 }).reason, 'warn: p99 of 5000 durations; error: their p99.9');
  assert.equal(propose({ p99: 0.0451, p999: 0.05, max: 0.06 }).proposed, { warn: 0.046, error: 0.092 });
});

test('other percentiles and another factor can be asked for', () => {
  assert.equal(propose({}, { warn: 'p95', error: 'p99', factor: 1 }).proposed, { warn: 1900, error: 4600 });
  assert.equal(propose({}, { warn: 'p50', factor: 100 }).proposed, { warn: 610, error: 61_000 });
  assert.is(propose({}, { warn: 'p95', factor: 1.5 }).reason, 'warn: p95 of 5000 durations; error: their p99.9');
  assert.throws(() => propose({}, { warn: 'p99', error: 'p95' }), /not below warn, p99/);
  for (const options of [{ warn: 'p90' }, { factor: 0.5 }, { factor: Number.NaN }, { factor: 101 }, { minCount: 0 }, { mincount: 1 }]) {
    assert.throws(() => propose({}, options as never), /OPTION_(INVALID|UNKNOWN)/);
  }
});

test('too few durations make no proposal', () => {
  const few = propose({ count: 99 });
  assert.equal([few.proposed, few.wouldBeSlow, few.wouldBeVerySlow], [undefined, undefined, undefined]);
  assert.is(few.reason, '99 durations, and at least 100 are needed');
  assert.ok(propose({ count: 100 }).proposed);
  assert.ok(propose({ count: 7 }, { minCount: 7 }).proposed);
  const [never] = calibrateThresholds({ measured: () => [{ class: 'tools', durations: undefined, thresholds: {} }] });
  assert.equal([never?.count, never?.p99, never?.proposed, never?.current], [0, 0, undefined, undefined]);
});

test('durations of nothing, or of more than a threshold can be, make no proposal', () => {
  assert.match(propose({ p99: 0 }).reason, 'nothing tells slow from fast');
  assert.is(propose({ p99: 0 }).proposed, undefined);
  const beyond = propose({ p99: 2e9, p999: 2e9, max: 2e9 });
  assert.is(beyond.proposed, undefined);
  assert.match(beyond.reason, 'longer than a threshold can be');
  assert.equal(propose({ p99: 1e9, p999: 1e9, max: 1e9 }).proposed, { warn: 1e9, error: 2e9 });
});

test('a 99.9th percentile that is the longest of few is called that', () => {
  assert.match(propose({ count: 999, p999: 50_000, max: 50_000 }).reason, 'their p99.9, the longest of only 999');
  assert.not.match(propose({ count: 1000, p999: 50_000, max: 60_000 }).reason, 'only');
});

test('how many would be slow is bounded by the percentiles that a threshold reaches', () => {
  assert.equal([propose({}).wouldBeSlow, propose({}).wouldBeVerySlow], [50, 0]);
  assert.equal(propose({ max: 20_000 }).wouldBeVerySlow, 5);
  assert.is(propose({ p999: 4550, max: 20_000 }).wouldBeSlow, 5);
  assert.is(propose({ max: 4550, p999: 4540 }).wouldBeSlow, 0);
  assert.is(propose({}, { warn: 'p50' }).wouldBeSlow, 2500);
  assert.is(propose({ max: 4600, p999: 4580 }).wouldBeSlow, 0);
  // Nearest rank: the 99th percentile of 150 is the 149th.
  assert.is(propose({ count: 150 }).wouldBeSlow, 1);
});

test('rounding goes up to two digits, never down, and leaves what has two', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (value) => {
      const rounded = roundedUp(value);
      assert.ok(rounded >= value);
      assert.ok(rounded <= value * 1.1);
      assert.is(Number(rounded.toPrecision(2)), rounded);
      assert.is(roundedUp(rounded), rounded);
    }),
  );
  const known: [number, number][] = [
    [1.1, 1.1],
    [4512, 4600],
    [995, 1000],
    [9.91, 10],
    [100.1, 110],
    [0.0451, 0.046],
  ];
  for (const [value, rounded] of known) assert.is(roundedUp(value), rounded);
});

test('proposals can be set as they are', () => {
  const { took, slow } = watching(CLASSES);
  for (let index = 1; index <= 200; index++) took(plain, index, { tools_enabled: true });
  const tools = slow.calibrate().find(({ class: name }) => name === 'tools')!;
  slow.setThresholds({ classes: { tools: tools.proposed! } });
  assert.equal(slow.thresholds().classes.tools, { warn: 200, error: 400 });
});

test('durations of the metrics handler are a source, too', () => {
  const { telemetry, took, host } = watching();
  telemetry.attachMetricsHandler();
  for (let index = 1; index <= 200; index++) took(response, index);
  const source = recordedDurations(host, [response, plain]);
  const [recorded, none] = calibrateThresholds(source);
  assert.equal([recorded?.event, recorded?.count, recorded?.max], ['coder.llm.response', 200, 200]);
  assert.equal(recorded?.current, { warn: 5000, error: 10_000 });
  assert.equal(recorded?.proposed, { warn: 200, error: 400 });
  assert.equal(
    Object.keys(recorded!).filter((key) => ['sum', 'unit', 'stddev', 'p75'].includes(key)),
    [],
  );
  assert.equal([none?.event, none?.count, none?.current], ['coder.llm.plain', 0, undefined]);
  for (const events of [undefined, 'coder.llm.response', [['coder', 'llm']]]) {
    assert.throws(() => recordedDurations(host, events as never), /OPTION_INVALID/);
  }
});

test('the table has a column for each number and the reasons below', () => {
  const table = formatCalibration(
    calibrateThresholds({
      measured: () => [
        { class: 'tools', durations: { ...SUMMARY, max: 12_345 }, thresholds: { warn: 30_000, error: 60_000 } },
        { event: 'coder.llm.response', durations: { ...SUMMARY, count: 12, p50: 0.25, p95: 1000 }, thresholds: { error: 12_345 } },
        { class: 'new', durations: undefined },
      ],
    }),
  );
  assert.equal(table.split('\n'), [
    '                    count     p50   p95    p99  p99.9    max        now   proposed  over',
    'tools                5000   610ms  1.9s  4.51s   8.2s  12.3s    30s/60s  4.6s/9.2s  50/5',
    'coder.llm.response     12  0.25ms    1s  4.51s   8.2s   9.1s  -/12.345s          -     -',
    'new                     0       -     -      -      -      -          -          -     -',
    'tools: warn: p99 of 5000 durations; error: 2 times warn',
    'coder.llm.response: 12 durations, and at least 100 are needed',
    'new: 0 durations, and at least 100 are needed',
    '',
  ]);
});

test('thresholds are told in seconds with one decimal', () => {
  assert.equal(thresholdsInSeconds({ warn: 30_000, error: 60_000 }), { slow_request: '30.0s', very_slow_request: '60.0s' });
  assert.equal(thresholdsInSeconds({ warn: 250 }), { slow_request: '0.3s' });
  assert.equal(thresholdsInSeconds({}), {});
});

test('slow operations are told as admin pages list them', () => {
  const { took, slow } = watching();
  took(response, 6000);
  assert.equal(slowRequests(slow.slowest()), [{ metric: 'coder.llm.response', duration_ms: 6000, timestamp: '2026-01-01T00:00:00.000Z' }]);
});

test.run();
