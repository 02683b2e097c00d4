import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError } from '../../lib/index';
import { baseUnitOf, converter, toBase } from '../../lib/metrics/units';

test('base units are seconds, bytes and ratio; other units have none', () => {
  const units = [
    'ns',
    'us',
    'µs',
    'ms',
    's',
    'min',
    'h',
    'd',
    'seconds',
    'byte',
    'bytes',
    'kB',
    'MiB',
    'percent',
    '%',
    'ratio',
    'token',
    'S',
    'constructor',
    undefined,
  ];
  assert.equal(units.map(baseUnitOf), [
    ...Array(9).fill('seconds'),
    ...Array(4).fill('bytes'),
    ...Array(3).fill('ratio'),
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('what people write in one unit is what they would write in another', () => {
  for (const [value, from, to, expected] of [
    [2.5, 'ms', 's', 0.0025],
    [5, 'ms', 's', 0.005],
    [0.1, 's', 'ms', 100],
    [7, 'us', 'ms', 0.007],
    [90, 's', 'min', 1.5],
    [1.5, 'h', 's', 5400],
    [12.5, 'percent', 'ratio', 0.125],
    [0.3, 'ratio', 'percent', 30],
    [3, 'KiB', 'byte', 3072],
    [1.5, 'kB', 'bytes', 1500],
    [1, 'MiB', 'kB', 1048.576],
    [5, 'token', 'token', 5],
  ] as const) {
    assert.is(converter('test', from, to)(value), expected, `${value} ${from} in ${to}`);
  }
  assert.equal([2.5, 7, 0].map(toBase('ms')), [0.0025, 0.007, 0]);
  assert.is(toBase('token')(5), 5);
});

test('there and back again is the same number but for its last digits', () => {
  const time = fc.constantFrom('ns', 'us', 'ms', 's', 'min', 'h', 'd');
  fc.assert(
    fc.property(time, time, fc.double({ min: 1e-200, max: 1e15, noNaN: true }), (from, to, value) => {
      const back = converter('test', to, from)(converter('test', from, to)(value));
      assert.ok(Math.abs(back - value) <= value * 4 * Number.EPSILON);
    }),
  );
});

test('there is no way between families, or from a name that is no unit of one', () => {
  for (const [from, to] of [
    ['ms', 'byte'],
    ['token', 'ms'],
    [undefined, 's'],
    ['ms', undefined],
  ] as const) {
    try {
      converter('test', from, to);
      assert.unreachable();
    } catch (error) {
      assert.ok(isTelemetryError(error) && error.code === 'METRIC_INVALID', String(error));
    }
  }
});

test.run();
