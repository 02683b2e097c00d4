import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defineEvent, defineEvents, runWithContext } from '../../../lib/index';
import { createBench } from './measured';

const EVENT = ['coder', 'session', 'error'] as const;

test('a count is of the window, a rate is per second, a sum adds a measurement up', () => {
  const { telemetry, clock, measure } = createBench();
  const count = measure('count("coder.session.error") > 5 in 1m');
  const rate = measure('rate("session.error") > 5/min in 2m');
  const sum = measure('sum("coder.*.error", cost) > 1 in 1h');
  assert.equal([count.value(), rate.value(), sum.value()], [0, 0, 0]);
  for (const cost of [0.5, 2n, Number.NaN, Number.POSITIVE_INFINITY, '7', undefined, -0.25]) telemetry.execute(EVENT, { cost } as never);
  clock.advance('10s');
  assert.equal([count.value(), rate.value(), sum.value()], [7, 7 / 120, 2.25]);
  clock.advance('50s');
  assert.is(count.value(), 7);
  clock.advance('10s');
  assert.equal([count.value(), rate.value(), sum.value()], [0, 7 / 120, 2.25]);
  clock.advance('1h');
  assert.equal([rate.value(), sum.value()], [0, 0]);
});

test('over a simulated day a count is above its threshold at exactly the ticks it should be', () => {
  const { telemetry, clock, measure } = createBench();
  const rule = measure('count("coder.session.error") > 5 in 1m');
  const above: number[] = [];
  for (let second = 0; second < 86_400; second += 10) {
    if (Object.keys(rule.states()).length > 0) above.push(second);
    // Six errors at 03:00:05, one a second from 12:00:00 to 12:02:00, five at 20:00.
    if (second === 10_800) {
      clock.advance('5s');
      for (let error = 0; error < 6; error++) telemetry.execute(EVENT);
      clock.advance('5s');
    } else if (second >= 43_200 && second < 43_320) {
      for (let error = 0; error < 10; error++) {
        telemetry.execute(EVENT);
        clock.advance('1s');
      }
    } else {
      for (let error = 0; second === 72_000 && error < 5; error++) telemetry.execute(EVENT);
      clock.advance('10s');
    }
  }
  const every10 = (from: number, to: number): number[] => Array.from({ length: (to - from) / 10 + 1 }, (_, index) => from + index * 10);
  assert.equal(above, [...every10(10_810, 10_860), ...every10(43_210, 43_370)]);
});

test('patterns mean any app, or any segment; a filter compares values as text', () => {
  const { telemetry, clock, measure } = createBench();
  const rules = [
    'count("session.error") > 0',
    'count("coder.*.error") > 0',
    'count("*.*.error" | "a.b") > 0',
    'count("session.error"{status="500", ok="false"}) > 0',
  ];
  const measured = rules.map((rule) => measure(rule));
  telemetry.execute(EVENT, {}, { status: 500, ok: false });
  telemetry.execute(['other', 'session', 'error'], {}, { status: '500', ok: {} });
  telemetry.execute(['coder', 'tool', 'error'], {}, { status: 500, ok: false });
  telemetry.execute(['coder', 'session', 'start']);
  telemetry.execute(['x', 'a', 'b']);
  clock.advance('10s');
  assert.equal(
    measured.map((rule) => rule.value()),
    [2, 2, 4, 1],
  );
});

test('groups are values of the metadata, else of the scope; what has no such field is a group, too', () => {
  const { telemetry, clock, measure } = createBench();
  const byModel = measure('count("session.error") > 0 by model');
  const byEvent = measure('count("*.*.error") > 0 by event');
  assert.equal(byModel.read(), []);
  telemetry.execute(EVENT, {}, { model: 'm1' });
  telemetry.execute(EVENT, {}, { model: 'm1' });
  telemetry.execute(EVENT, {}, { model: 7 });
  runWithContext({ model: 'scope' }, () => telemetry.execute(EVENT));
  telemetry.execute(EVENT, {}, { model: {} });
  telemetry.execute(['coder', 'tool', 'error']);
  clock.advance('10s');
  assert.equal(byModel.groups(), { m1: 2, 7: 1, scope: 1, '(none)': 1 });
  assert.equal(byEvent.groups(), { 'coder.session.error': 5, 'coder.tool.error': 1 });
  clock.advance('1m');
  assert.equal(byModel.read(), []);
});

test('what a definition calls private names no group', () => {
  const events = defineEvents('coder', { session: { error: defineEvent({ private: ['prompt'] }) } });
  const { telemetry, clock, measure } = createBench({}, { events } as never);
  const rule = measure('count("session.error") > 0 by prompt');
  telemetry.execute(events.session.error as never, {}, { prompt: 'my secret' });
  clock.advance('10s');
  assert.equal(rule.groups(), { '(private)': 1 });
});

test('groups are redacted, on one line and bounded; values that look alike then are one group', () => {
  const { telemetry, clock, measure } = createBench();
  const rule = measure('count("session.error") > 0 by what');
  const [token, other] = ['Bearer abcdefghijklmnop1234567890', 'Bearer zyxwvutsrqponmlk0987654321'];
  for (const what of [token, other, 'a\nb\u0000c', 'x'.repeat(100_000), `${'x'.repeat(100_000)}y`]) telemetry.execute(EVENT, {}, { what });
  clock.advance('10s');
  const groups = rule.groups();
  const names = Object.keys(groups);
  assert.is(names.length, 3);
  assert.not.match(names.join(), /abcdefghijklmnop|zyxwvuts|[\n\0]/);
  assert.equal(Object.values(groups).sort(), [1, 2, 2]);
  for (const name of names) assert.ok(name.length <= 100);
  assert.ok(names.includes('a b c'));
});

test('a field whose name says that it is secret names no group by its value', () => {
  const { telemetry, clock, measure } = createBench();
  const rule = measure('count("session.error") > 0 by password');
  telemetry.execute(EVENT, {}, { password: 'hunter2hunter2' });
  clock.advance('10s');
  assert.not.match(JSON.stringify(rule.read()), /hunter2/);
});

test('of more than 1,000 groups the others are one, nothing is lost, and room comes back', () => {
  const { telemetry, clock, measure } = createBench();
  const rule = measure('count("session.error") > 0 by user');
  for (let user = 0; user < 5000; user++) telemetry.execute(EVENT, {}, { user: `u${user}` });
  telemetry.execute(EVENT, {}, { user: 'u0' });
  clock.advance('10s');
  const groups = rule.groups();
  assert.equal([Object.keys(groups).length, groups['(others)'], groups.u0, rule.measure.overflow], [1001, 4000, 2, 4000]);
  assert.is(
    Object.values(groups).reduce((sum, value) => sum! + value!, 0),
    5001,
  );
  clock.advance('1m');
  assert.equal(rule.read(), []);
  telemetry.execute(EVENT, {}, { user: 'u4999' });
  clock.advance('10s');
  assert.equal(rule.groups(), { u4999: 1 });
});

test('absence is known once a whole window was watched, and ends with the first event', () => {
  const { telemetry, clock, measure } = createBench();
  clock.advance('3s');
  const rule = measure('absent("session.start") in 1m');
  clock.advance('57s');
  assert.is(rule.value(), undefined);
  clock.advance('10s');
  assert.is(rule.value(), 1);
  telemetry.execute(['coder', 'session', 'start']);
  clock.advance('10s');
  assert.is(rule.value(), 0);
  clock.advance('50s');
  assert.is(rule.value(), 0);
  clock.advance('10s');
  assert.is(rule.value(), 1);
});

test('an event that was seen is not absent, however short the time', () => {
  const { telemetry, clock, measure } = createBench();
  const rule = measure('absent("session.start") in 1m');
  telemetry.execute(['coder', 'session', 'start']);
  clock.advance('10s');
  assert.is(rule.value(), 0);
});

test('a rule that asks for less than something waits for a whole window', () => {
  const { clock, measure } = createBench();
  const rules = ['count("a.b") < 1 in 1m', 'rate("a.b") <= 0 in 1m', 'errors() < 1 in 1m', 'security() < 1 in 1m'].map((rule) =>
    measure(rule),
  );
  clock.advance('50s');
  assert.equal(
    rules.map((rule) => rule.value()),
    [undefined, undefined, undefined, undefined],
  );
  clock.advance('10s');
  assert.equal(
    rules.map((rule) => rule.value()),
    [0, 0, 0, 0],
  );
});

test('metadata that refuses to be read is an event without that field', () => {
  const { telemetry, clock, measure } = createBench();
  const [plain, filtered, grouped] = ['count("a.b") > 0', 'count("a.b"{x="1"}) > 0', 'count("a.b") > 0 by x'].map((rule) => measure(rule));
  const sum = measure('sum("a.b", cost) > 0');
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const throwing = {
    get x(): never {
      throw new Error('no');
    },
    get cost(): never {
      throw new Error('no');
    },
  };
  for (const given of [revoked.proxy, throwing]) telemetry.execute(['app', 'a', 'b'], given as never, given);
  clock.advance('10s');
  assert.equal([plain!.value(), filtered!.value(), grouped!.groups(), sum.value()], [2, 0, { '(none)': 2 }, 0]);
});

test('a measure that was stopped counts no more', () => {
  const { telemetry, clock, measure } = createBench();
  const [stopped, other] = [measure('count("a.b") > 0'), measure('count("a.b") > 0')];
  stopped.measure.stop();
  telemetry.execute(['app', 'a', 'b']);
  clock.advance('10s');
  assert.equal([stopped.value(), other.value()], [0, 1]);
});

test.run();
