import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ALERTS_HANDLER_ID } from '../../../lib/alerts/measures/event-hub';
import { securityOf } from '../../../lib/entries/security';
import { createBench } from './measured';

const handlers = ({ telemetry }: ReturnType<typeof createBench>): number =>
  telemetry.listHandlers().filter(({ id }) => id === ALERTS_HANDLER_ID).length;

test('there is one handler for all rules, while there are rules that look at events', () => {
  const bench = createBench();
  assert.is(handlers(bench), 0);
  bench.measure('errors() > 1');
  bench.measure('value("x") > 1');
  assert.is(handlers(bench), 0);
  const first = bench.measure('count("a.b") > 1');
  const second = bench.measure('p95("a.b") > 1s');
  assert.is(handlers(bench), 1);
  assert.equal(
    bench.telemetry.listHandlers().map(({ id, event, onError }) => [id, event, onError]),
    [[ALERTS_HANDLER_ID, [], 'keep']],
  );
  first.measure.stop();
  first.measure.stop();
  assert.is(handlers(bench), 1);
  second.measure.stop();
  assert.is(handlers(bench), 0);
  const third = bench.measure('count("a.b") > 1');
  bench.telemetry.execute(['app', 'a', 'b']);
  bench.clock.advance('10s');
  assert.is(third.value(), 1);
});

test('a rule that is added later counts events that were emitted before, from then on', () => {
  const bench = createBench();
  const early = bench.measure('count("a.b") > 1');
  bench.telemetry.execute(['app', 'a', 'b']);
  const late = bench.measure('count("a.b") > 1');
  bench.telemetry.execute(['app', 'a', 'b']);
  bench.clock.advance('10s');
  assert.equal([early.value(), late.value()], [2, 1]);
});

test('events of alerting itself are never counted, whatever a pattern says', () => {
  const bench = createBench();
  const rules = ['count("*.*.*") > 0', 'count("alert.firing") > 0', 'count("telemetry.*.*") > 0', 'errorRate("alert.delivered") > 5%'].map(
    (rule) => bench.measure(rule),
  );
  for (const action of ['pending', 'firing', 'delivered', 'undelivered', 'error'])
    bench.telemetry.execute(['telemetry', 'alert', action] as never);
  bench.clock.advance('10s');
  assert.equal(
    rules.map((rule) => rule.value()),
    [0, 0, 0, undefined],
  );
  bench.telemetry.execute(['telemetry', 'handler', 'failure'] as never);
  bench.telemetry.execute(['app', 'alert', 'firing']);
  bench.clock.advance('10s');
  assert.equal(
    rules.map((rule) => rule.value()),
    [2, 1, 1, undefined],
  );
});

test('while alerts are told, nothing that happens counts', () => {
  const bench = createBench();
  const rules = ['count("*.*.*") > 0', 'errors() > 0', 'security() > 0'].map((rule) => bench.measure(rule));
  const happen = (): void => {
    bench.telemetry.execute(['app', 'a', 'b']);
    bench.telemetry.logger('bot').error('no');
    securityOf(bench.telemetry).record('authn_login_fail');
  };
  bench.hub.isPublishing = true;
  happen();
  bench.clock.advance('10s');
  assert.equal(
    rules.map((rule) => rule.value()),
    [0, 0, 0],
  );
  bench.hub.isPublishing = false;
  happen();
  bench.clock.advance('10s');
  assert.equal(
    rules.map((rule) => rule.value()),
    [1, 1, 1],
  );
});

test('one listener is shared by all rules about errors, and taken off with the last', () => {
  let listening = 0;
  let calls = 0;
  const listen = (): (() => void) => {
    listening++;
    calls++;
    return () => listening--;
  };
  const bench = createBench({ onError: listen, onSecurity: listen });
  const rules = ['errors() > 0', 'errors() > 1', 'security() > 0', 'security() > 1'].map((rule) => bench.measure(rule));
  assert.equal([listening, calls], [2, 2]);
  for (const { measure } of rules) measure.stop();
  assert.is(listening, 0);
  bench.measure('errors() > 0');
  assert.is(listening, 1);
});

test('the hub lets go of everything when it is stopped', () => {
  let listening = 0;
  const listen = (): (() => void) => {
    listening++;
    return () => listening--;
  };
  const bench = createBench({ onError: listen, onSecurity: listen });
  const rules = ['count("a.b") > 0', 'errors() > 0', 'security() > 0'].map((rule) => bench.measure(rule));
  bench.hub.stop();
  assert.equal([handlers(bench), listening], [0, 0]);
  for (const { measure } of rules) measure.stop();
  assert.equal([handlers(bench), listening], [0, 0]);
});

test('a handler of somebody else under the same id is said when a rule is measured', () => {
  const bench = createBench();
  bench.telemetry.attach(ALERTS_HANDLER_ID, ['app', 'a', 'b'], () => undefined);
  assert.throws(
    () => bench.measure('count("a.b") > 0'),
    (error: { readonly code?: string }) => error.code === 'HANDLER_EXISTS',
  );
});

test.run();
