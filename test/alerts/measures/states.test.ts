import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { SeenHealth } from '../../../lib/alerts/host';
import type { AlertCondition } from '../../../lib/alerts/rule';
import { createBench } from './measured';

const seen: SeenHealth = { overall: 1, checks: { database: 2, cache: 0, disk: 1 } };
const custom = (read: () => unknown): Parameters<ReturnType<typeof createBench>['measure']>[0] => ({
  name: 'mine',
  when: { kind: 'custom', read } as AlertCondition,
  threshold: { op: '>', warning: 5 },
});

test('health is that of all, of one check, or of each', () => {
  const bench = createBench({ health: () => seen });
  assert.is(bench.measure('health() is degraded').value(), 1);
  assert.is(bench.measure('health("database") is unhealthy').value(), 2);
  assert.is(bench.measure('health("toString") is unhealthy').value(), undefined);
  assert.equal(bench.measure('health() by check').states(), { database: 'critical', disk: 'warning' });
});

test('without health checks there is nothing to tell from', () => {
  for (const health of [
    () => undefined,
    () => {
      throw new Error('no');
    },
  ]) {
    const bench = createBench({ health });
    assert.is(bench.measure('health() is degraded').value(), undefined);
    assert.equal(bench.measure('health() by check').read(), []);
  }
});

test('a function tells a number, numbers by group, or none', () => {
  const bench = createBench();
  const read = (result: unknown): unknown => bench.measure(custom(() => result)).read();
  assert.equal(read(7), [{ group: undefined, value: 7 }]);
  assert.equal(read({ a: 1, b: 9, c: 'x', d: Number.NaN }), [
    { group: 'a', value: 1 },
    { group: 'b', value: 9 },
  ]);
  for (const none of [undefined, null, 'x', Number.NaN, Number.POSITIVE_INFINITY, 5n])
    assert.equal(read(none), [{ group: undefined, value: undefined }]);
});

test('a function that throws or rejects is warned of once, and tells nothing', async () => {
  for (const read of [
    () => {
      throw new Error('secret');
    },
    () => Promise.reject(new Error('secret')),
  ]) {
    const bench = createBench();
    const rule = bench.measure(custom(read));
    for (let tick = 0; tick < 3; tick++) {
      const value = rule.read()[0]?.value;
      assert.is(value, undefined);
    }
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    assert.equal(
      bench.warnings.map(({ code }) => code),
      ['HANDLER_FAILED'],
    );
    assert.not.match(bench.warnings[0]!.message, /secret/);
  }
});

test('a function that returns what is no number is warned of once; one that tells nothing is not', () => {
  class Reading {
    a = 1;
  }
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const wrong = [
    Promise.resolve(50),
    '50',
    50n,
    new Map([['a', 1]]),
    [1],
    new Reading(),
    null,
    true,
    () => 1,
    revoked.proxy,
    { a: '1' },
    { a: Promise.resolve(1) },
  ];
  for (const [index, result] of wrong.entries()) {
    const bench = createBench();
    const rule = bench.measure(custom(() => result));
    for (let tick = 0; tick < 3; tick++)
      assert.equal(
        rule.read().filter(({ value }) => value !== undefined),
        [],
        String(index),
      );
    assert.equal(
      bench.warnings.map(({ code }) => code),
      ['HANDLER_FAILED'],
      String(index),
    );
  }
  const bench = createBench();
  for (const right of [undefined, Number.NaN, Number.POSITIVE_INFINITY, {}, Object.create(null), { a: undefined, b: Number.NaN }, { a: 1 }])
    bench.measure(custom(() => right)).read();
  assert.equal(bench.warnings, []);
});

test('groups of a function are bounded, on one line, and as many as there may be', () => {
  const bench = createBench();
  const many = Object.fromEntries(Array.from({ length: 1200 }, (_, index) => [`${'x'.repeat(200)}`.slice(0, 60) + index, index]));
  const rule = bench.measure(custom(() => many));
  const groups = rule.groups();
  assert.equal([Object.keys(groups).length, groups['(others)'], rule.measure.overflow], [1001, 1199, 200]);
  assert.equal(bench.measure(custom(() => ({ 'a\nb': 1, 'a b': 3 }))).groups(), { 'a b': 3 });
  const hostile = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('no');
      },
    },
  );
  assert.equal(bench.measure(custom(() => hostile)).read(), []);
});

test.run();
