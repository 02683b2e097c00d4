import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withStatsd } from './with-statsd';

test('a last value is a gauge, sent again at every flush', () =>
  withStatsd({}, async ({ metric, flush }) => {
    const length = metric('queue.length', { type: 'lastValue', monotonic: false }).add({ queue: 'q' });
    length.current = 3.5;
    assert.equal(await flush(), ['queue.length:3.5|g|#queue:q']);
    assert.equal(await flush(), ['queue.length:3.5|g|#queue:q']);
    length.current = 0;
    assert.equal(await flush(), ['queue.length:0|g|#queue:q']);
  }));

test('a negative gauge means the same to receivers that take signs as relative and to those that do not', () =>
  withStatsd({}, async ({ metric, flush, listener }) => {
    const balance = metric('balance', { type: 'lastValue', monotonic: false }).add();
    for (const value of [7, -5, -2.5, 4, -1]) {
      balance.current = value;
      await flush();
      assert.is(listener.gauges.get('balance'), value);
      assert.is(listener.absolute.get('balance'), value);
    }
  }));

test('the two lines of a negative gauge are never parted', () =>
  withStatsd({ maxDatagramBytes: 512 }, async ({ metric, flush, listener }) => {
    const balances = metric('balance', { type: 'lastValue', monotonic: false });
    for (let index = 0; index < 100; index++) balances.add({ account: 'a'.repeat(1 + (index % 37)) + index }).current = -1 - index;
    await flush();
    assert.ok(listener.datagrams.length > 5);
    for (const datagram of listener.datagrams) assert.match(datagram.split('\n')[0]!, /^balance:0\|g/);
    for (const [key, value] of listener.gauges) assert.is(value, -1 - Number(/\d+$/.exec(key)![0]));
  }));

test('a sum that may fall is a gauge, in milliseconds', () =>
  withStatsd({}, async ({ metric, flush }) => {
    const sum = metric('debt', { type: 'sum', monotonic: false, unit: 's' }).add();
    sum.current = 1.5;
    assert.equal(await flush(), ['debt:1500|g']);
    sum.current = -1;
    assert.equal(await flush(), ['debt:0|g', 'debt:-1000|g']);
  }));

test('of last values that are equal on the wire the last one wins, while sums add up', () =>
  withStatsd({ tagFormat: 'none' }, async ({ metric, flush }) => {
    const lengths = metric('length', { type: 'lastValue', monotonic: false });
    const debts = metric('debt', { type: 'sum', monotonic: false });
    for (const value of [1, 2, 4]) {
      lengths.add({ value: String(value) }).current = value;
      debts.add({ value: String(value) }).current = value;
    }
    assert.equal(await flush(), ['length:4|g', 'debt:7|g']);
  }));

test('a gauge that is gone is not sent any more', () =>
  withStatsd({}, async ({ metric, flush }) => {
    const gauges = metric('x', { type: 'lastValue', monotonic: false });
    gauges.add().current = 1;
    await flush();
    gauges.all.length = 0;
    assert.equal(await flush(), []);
  }));

test.run();
