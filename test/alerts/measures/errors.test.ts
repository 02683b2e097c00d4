import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AlertsHost } from '../../../lib/alerts/host';
import { securityOf } from '../../../lib/entries/security';
import { errorIdOf, runWithContext } from '../../../lib/index';
import { createBench } from './measured';

class UpstreamError extends Error {
  override name = 'UpstreamError';
}

test('errors of the log are counted: lines of level error and critical, each error once', () => {
  const { telemetry, clock, measure } = createBench();
  const [all, critical, ofBot] = ['errors() > 5', 'errors(level=critical) > 0', 'errors(logger="app.bot") > 0'].map((rule) =>
    measure(rule),
  );
  const bot = telemetry.logger('bot');
  const error = new Error('no');
  bot.error(error, 'Failed');
  telemetry.logger('outer').error(error, 'Failed further out');
  bot.error('A line without an error');
  bot.critical('Worse');
  bot.warn(new Error('expected'), 'A warning');
  telemetry.logger('other').error('Elsewhere');
  clock.advance('10s');
  assert.equal([all!.value(), critical!.value(), ofBot!.value()], [4, 1, 3]);
  clock.advance('1m');
  assert.equal(all!.read(), [{ group: undefined, value: 0 }]);
});

test('a pattern is looked for in type, code and message of the error, its causes, and the line', () => {
  const { telemetry, clock, measure } = createBench();
  const log = telemetry.logger('bot');
  const patterns = [
    'errors(/time-?d? ?out/i) > 0',
    'errors("ETIMEDOUT") > 0',
    'errors(/^UpstreamError/m) > 0',
    'errors("while fetching") > 0',
  ];
  const rules = patterns.map((rule) => measure(rule));
  log.error(new Error('fetch failed', { cause: Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT' }) }), 'Failed');
  log.error(new UpstreamError('timed out'), 'Failed');
  log.error('It broke while fetching');
  log.error('x'.repeat(5000), { later: 'while fetching' });
  log.error(`${'x'.repeat(5000)} while fetching`);
  clock.advance('10s');
  assert.equal(
    rules.map((rule) => rule.value()),
    [2, 1, 1, 1],
  );
});

test('errors are grouped by what is known of all, a field of the line, of the scope, or of the error', () => {
  const { telemetry, clock, measure } = createBench();
  const log = telemetry.logger('bot');
  const by = (field: string) => measure(`errors() > 0 by ${field}`);
  const [type, logger, channel, code, event, fingerprint] = ['type', 'logger', 'channel', 'code', 'event', 'fingerprint'].map(by);
  log.error(new UpstreamError('one'), 'Failed', { channel: 'c1' });
  runWithContext({ channel: 'c2' }, () => log.error(Object.assign(new TypeError('two'), { code: 'E_TWO' }), 'Failed'));
  log.error('No error', { channel: 'c1' });
  telemetry.attachLogHandler();
  telemetry.execute(['app', 'llm', 'error'], {}, { reason: new UpstreamError('three'), channel: 'c3' });
  clock.advance('10s');
  assert.equal(type!.groups(), { UpstreamError: 2, TypeError: 1, '(none)': 1 });
  assert.equal(logger!.groups(), { 'app.bot': 3, 'app.llm': 1 });
  assert.equal(channel!.groups(), { c1: 2, c2: 1, c3: 1 });
  assert.equal(code!.groups(), { E_TWO: 1, '(none)': 3 });
  assert.equal(event!.groups(), { 'app.llm.error': 1, '(none)': 3 });
  assert.is(Object.keys(fingerprint!.groups()).length, 4);
});

test('with a number come the last ids, the last message, redacted and short, and the fingerprint', () => {
  const { telemetry, clock, measure } = createBench();
  const rule = measure('errors() > 0');
  const errors = ['one', 'two', 'three', `password=hunter2hunter2 ${'x'.repeat(1000)}\nnext`].map((message) => new Error(message));
  for (const error of errors) telemetry.logger('bot').error(error, 'Failed');
  clock.advance('10s');
  const { details } = rule.read()[0]!;
  const { error_ids, message, fingerprint, count } = details!;
  assert.is(error_ids, errors.slice(1).map(errorIdOf).join(', '));
  assert.is(count, '4');
  assert.match(fingerprint!, /^[0-9a-f]{12}$/);
  assert.ok(message!.length <= 200);
  assert.not.match(message!, /hunter2|\n/);
});

test('errors in a storm are all counted, in at most 1,001 groups', () => {
  let listener: Parameters<AlertsHost['onError']>[0] = () => undefined;
  const bench = createBench({
    onError(given) {
      listener = given;
      return () => undefined;
    },
  });
  const rule = bench.measure('errors() > 5 by fingerprint');
  for (let index = 0; index < 100_000; index++) {
    const mark = { id: `id${index}`, fingerprint: `f${index % 5000}`, occurrences: 1 };
    listener({ error: undefined, hasError: false, mark, place: { level: 'error', logger: 'app', event: undefined, message: 'm' } });
  }
  bench.clock.advance('10s');
  const groups = rule.groups();
  assert.is(Object.keys(groups).length, 1001);
  assert.is(
    Object.values(groups).reduce((sum, value) => sum! + value!, 0),
    100_000,
  );
});

test('an error that was told of before makes no group, and has its id named once; the message is that of the last', () => {
  const { telemetry, clock, measure } = createBench();
  const [all, byLogger] = [measure('errors() > 0'), measure('errors() > 0 by logger')];
  const same = new Error('same');
  telemetry.logger('bot').error(same, 'Failed');
  telemetry.logger('bot').error(same, 'Failed');
  telemetry.logger('outer').error(same, 'Failed further out');
  clock.advance('10s');
  assert.equal(byLogger.groups(), { 'app.bot': 2 });
  assert.is(all.read()[0]!.details!.error_ids, errorIdOf(same));
  assert.is(all.read()[0]!.details!.message, 'same');
  telemetry.logger('bot').error(new Error('next'), 'Failed');
  clock.advance('10s');
  assert.is(all.read()[0]!.details!.message, 'next');
});

test('of the line and the errors together 2,000 characters are searched', () => {
  const { telemetry, clock, measure } = createBench();
  const rule = measure('errors("needle") > 0');
  telemetry.logger('bot').error(new Error(`${'x'.repeat(1500)} needle`), 'x'.repeat(1500));
  telemetry.logger('bot').error(new Error('y'.repeat(3000), { cause: new Error('needle') }), 'Failed');
  clock.advance('10s');
  assert.is(rule.value(), 0);
});

test('errors that refuse to be read stop nothing', () => {
  const { telemetry, clock, measure } = createBench();
  const [all, grouped] = [measure('errors(/x/) > 0'), measure('errors() > 0 by code')];
  const revoked = Proxy.revocable(new Error('x'), {});
  revoked.revoke();
  const throwing = new Proxy(new Error('x'), {
    get() {
      throw new Error('no');
    },
  });
  for (const error of [revoked.proxy, throwing, null, undefined, 5, 'x', Symbol('x'), Object.create(null)]) {
    telemetry.logger('bot').error(error as never, 'Line x');
  }
  clock.advance('10s');
  assert.ok(all.value()! >= 6, String(all.value()));
  assert.ok(Object.keys(grouped.groups()).length >= 1);
});

test('a masked field names no group by its value', () => {
  const { telemetry, clock, measure } = createBench();
  const rule = measure('errors() > 0 by password');
  telemetry.logger('bot').error(Object.assign(new Error('no'), { password: 'hunter2hunter2' }), 'Failed', { password: 'hunter2hunter2' });
  runWithContext({ password: 'hunter2hunter2' }, () => telemetry.logger('bot').error('Failed'));
  clock.advance('10s');
  assert.not.match(JSON.stringify(rule.read()), /hunter2/);
});

test('security events are counted by name, grouped by a field', () => {
  const bench = createBench();
  const [logins, all, byEvent] = [
    bench.measure('security("authn_login_fail" | "authz_fail") > 2 in 1m by ip'),
    bench.measure('security() > 0'),
    bench.measure('security() > 0 by event'),
  ];
  const bySeverity = bench.measure('security() > 0 by severity');
  const security = securityOf(bench.telemetry);
  for (let attempt = 0; attempt < 3; attempt++) security.record('authn_login_fail', { ip: '10.0.0.1' });
  security.record('authz_fail', { ip: '10.0.0.2' });
  security.record('upload_delete');
  bench.clock.advance('10s');
  assert.equal(logins.states(), { '10.0.0.1': 'warning' });
  assert.equal(logins.groups(), { '10.0.0.1': 3, '10.0.0.2': 1 });
  assert.is(all.value(), 5);
  assert.equal(byEvent.groups(), { authn_login_fail: 3, authz_fail: 1, upload_delete: 1 });
  assert.equal(bySeverity.groups(), { medium: 3, high: 1, low: 1 });
  bench.clock.advance('1m');
  assert.equal([logins.read(), all.value()], [[], 0]);
});

test.run();
