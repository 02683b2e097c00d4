import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { alertNumber } from '../../lib/dashboard/page/views/alerts-numbers';

const CASES: readonly (readonly [condition: string, value: number, text: string])[] = [
  ['errorRate("llm.request") > 5% critical 20% for 1m by model', 0.0712, '7.12 %'],
  ['p95("coder.llm.response") > 10s in 5m', 12_000, '12 s'],
  ['mean("shop.order.stop") > 250 ms in 1m', 300, '300 ms'],
  ['value("process.memory.usage") > 1GB', 2 ** 31, '2 GB'],
  ['rate("shop.paid") < 5/min in 10m', 0.05, '3/min'],
  ['rate("shop.paid") > 3/s', 4.5, '4.5/s'],
  ['count("shop.*.error") > 5 in 1m', 17, '17'],
  ['errors(/a > 3s/i) >= 3 in 5m', 4, '4'],
  ['value("a > 5%") > 7', 9, '9'],
  ['count("x") > critical 20% in 1m', 0.5, '50 %'],
  ['absent("coder.session.start") in 1h', 0, '0'],
  ['custom: a function', 2, '2'],
];

test('a value has the unit that its rule has', () => {
  for (const [condition, value, text] of CASES) assert.is(alertNumber(condition, value), text, condition);
});

test('the duration of a condition is not its unit', () => {
  assert.is(alertNumber('count("shop.paid") > 5 for 10m in 1h', 6), '6');
});

test('what is not known is a dash', () => {
  assert.equal([alertNumber('count("x") > 5', null), alertNumber('count("x") > 5', undefined)], ['–', '–']);
});

test.run();
