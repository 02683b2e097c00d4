import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defineEvent, defineEvents } from '../../../lib/index';
import { createBench } from './measured';

const DONE = ['coder', 'llm', 'response'] as const;

test('durations of the window come to a quantile, a mean or an extreme; none come to nothing', () => {
  const { telemetry, clock, measure } = createBench();
  const rules = ['min', 'max', 'mean', 'p50', 'p99'].map((of) => measure(`${of}("llm.response") > 10s in 1m`));
  assert.equal(rules[0]!.read(), [{ group: undefined, value: undefined }]);
  for (let ms = 1; ms <= 100; ms++) telemetry.execute(DONE, { duration: ms });
  clock.advance('10s');
  const [min, max, mean, p50, p99] = rules.map((rule) => rule.value()!);
  assert.equal([min, max, mean], [1, 100, 50.5]);
  assert.ok(Math.abs(p50! - 50) <= 1 && Math.abs(p99! - 99) <= 1, `${p50} ${p99}`);
  assert.equal(rules[0]!.read()[0]!.details, { count: '100' });
  clock.advance('2m');
  assert.is(rules[0]!.value(), undefined);
});

test('durations are in ms whatever unit their event has; what is none is left out', () => {
  const events = defineEvents('coder', {
    llm: {
      response: defineEvent({ measurements: { duration: { unit: 's' } } as never }),
      nano: defineEvent({ measurements: { duration: { unit: 'ns' } } as never }),
    },
  });
  const { telemetry, clock, measure } = createBench({}, { events } as never);
  const [seconds, nanos] = [measure('max("llm.response") > 1s'), measure('max("llm.nano") > 1s')];
  for (const duration of [0.3, 1e308, Number.NaN, Number.POSITIVE_INFINITY, -5, '9', undefined, {}])
    telemetry.execute(events.llm.response as never, { duration } as never);
  telemetry.execute(events.llm.nano as never, { duration: 5_000_000n } as never);
  clock.advance('10s');
  assert.equal([seconds.value(), nanos.value()], [300, 5]);
  assert.equal(seconds.read()[0]!.details, { count: '1' });
});

test('groups of durations are at most 100, then one for the others', () => {
  const { telemetry, clock, measure } = createBench();
  const rule = measure('max("llm.response") > 10s by model');
  for (let model = 0; model < 150; model++) telemetry.execute(DONE, { duration: model }, { model: `m${model}` });
  clock.advance('10s');
  const groups = rule.groups();
  assert.equal([Object.keys(groups).length, groups.m7, groups['(others)'], rule.measure.overflow], [101, 7, 149, 50]);
  clock.advance('2m');
  assert.equal(rule.read(), []);
  rule.measure.stop();
});

test('a rule that asks for short durations waits for a whole window', () => {
  const { telemetry, clock, measure } = createBench();
  const rule = measure('max("llm.response"{ok="true"}) < 10s in 1m');
  telemetry.execute(DONE, { duration: 1 }, { ok: true });
  telemetry.execute(DONE, { duration: 99 }, { ok: false });
  clock.advance('50s');
  assert.is(rule.value(), undefined);
  clock.advance('10s');
  assert.is(rule.value(), 1);
});

test.run();
