/** Numbers as the dashboard shows them. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  ago,
  bytes,
  clock,
  clockMs,
  count,
  dateTime,
  duration,
  number,
  percent,
  perSecond,
  short,
  timeOf,
  withUnit,
} from '../../lib/dashboard/page/format';

const table = <Given>(format: (given: Given) => string, rows: readonly (readonly [Given, string])[]): void => {
  for (const [given, text] of rows) assert.is(format(given), text, `${format.name}(${given})`);
};

test('what is not known is a dash, whatever it would be', () => {
  for (const nothing of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
    for (const format of [number, count, short, duration, bytes, percent, perSecond, clock, clockMs, dateTime])
      assert.is(format(nothing), '–');
    assert.is(ago(nothing, 0), '–');
    assert.is(withUnit(nothing, 'jobs'), '–');
  }
});

test('a number has three digits that count, and no exponent', () => {
  table(number, [
    [0, '0'],
    [1204.4, '1,204'],
    [12.44, '12.4'],
    [1.239, '1.24'],
    [0.032, '0.03'],
    [0.0071, '0.0071'],
    [0.0001, '0'],
    [-2.5, '-2.5'],
    [1e21, '1,000,000,000,000,000,000,000'],
  ]);
  table(short, [
    [9999, '9,999'],
    [12_340, '12.3k'],
    [4_560_000, '4.56M'],
    [7e9, '7G'],
    [2e12, '2T'],
  ]);
});

test('a time span is in the unit that people would say', () => {
  table(duration, [
    [0, '0 ms'],
    [0.0124, '12.4 µs'],
    [61.3, '61.3 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [2040, '2.04 s'],
    [60_000, '1 m'],
    [200_000, '3 m 20 s'],
    [7_500_000, '2 h 5 m'],
    [273_600_000, '3 d 4 h'],
    [-5000, '-5 s'],
  ]);
});

test('bytes are in powers of 1,024, as the configuration says them', () => {
  table(bytes, [
    [0, '0 B'],
    [999, '999 B'],
    [1000, '0.98 KB'],
    [10_485_760, '10 MB'],
    [1.5 * 1024 ** 3, '1.5 GB'],
  ]);
});

test('the unit of a metric decides how its values are written', () => {
  assert.is(withUnit(2.5, 's'), '2.5 s');
  assert.is(withUnit(250, 'us'), '250 µs');
  assert.is(withUnit(2048, 'bytes'), '2 KB');
  assert.is(withUnit(0.018, '%'), '1.8 %');
  assert.is(withUnit(12.5, '1/s'), '12.5/s');
  assert.is(withUnit(7, 'jobs'), '7 jobs');
  assert.is(withUnit(7, null), '7');
});

test('times are told by how long ago they were, and those to come as well', () => {
  const now = 1_000_000_000_000;
  assert.is(ago(now - 900, now), 'now');
  assert.is(ago(now - 12_000, now), '12 s ago');
  assert.is(ago(now - 180_000, now), '3 m ago');
  assert.is(ago(now - 7_200_000, now), '2 h ago');
  assert.is(ago(now - 259_200_000, now), '3 d ago');
  assert.is(ago(now + 90_000, now), 'in 90 s');
});

test('a time is read from a number and from ISO text, and nothing else', () => {
  assert.is(timeOf(5), 5);
  assert.is(timeOf('1970-01-01T00:00:01.000Z'), 1000);
  assert.is(timeOf('soon'), null);
  assert.is(timeOf({}), null);
});

test.run();
