import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createAlerts } from '../../../lib/alerts/alerts';
import { RULE_PARTS } from '../../../lib/alerts/rule-parts';
import type { AlertNotification } from '../../../lib/alerts/target';
import { logTarget } from '../../../lib/alerts/targets/log-target';
import { fakeHost, pass } from './fake-alerts';

function logging() {
  const host = fakeHost();
  const alerts = createAlerts(host, RULE_PARTS);
  const values: Record<string, number | Record<string, number>> = {};
  const rule = (name: string, more = {}) =>
    alerts.addRule({ name, when: { kind: 'custom', read: () => values[name] }, threshold: { op: '>', warning: 5 }, ...more });
  alerts.start();
  return { host, alerts, values, rule, lines: () => host.lines.map(({ level, message }) => `${level} ${message}`) };
}

test('without targets alerts are told to the log: warn, error for critical ones, info for what is over', async () => {
  const { host, values, rule, lines, alerts } = logging();
  rule('cpu', { runbook: 'https://wiki.example/cpu' });
  rule('disk', { severity: 'critical' });
  values.cpu = 6;
  values.disk = { '/': 9 };
  await pass(host.clock, 10_000);
  values.cpu = 1;
  await pass(host.clock, 10_000);
  assert.equal(lines(), ['warn [FIRING] cpu: 6 is above 5', 'error [FIRING] disk (/): 9 is above 5', 'info [RESOLVED] cpu: 6 is above 5']);
  const [cpu, disk] = host.lines;
  const id = cpu!.fields.alert_id;
  assert.equal(cpu!.fields, {
    rule: 'cpu',
    severity: 'warning',
    value: 6,
    threshold: 5,
    alert_id: id,
    runbook: 'https://wiki.example/cpu',
  });
  assert.is(disk!.fields.group, '/');
  assert.equal(Object.keys(alerts.stats().targets), ['log']);
});

test('of many alerts five have a line each, and one says how many more there are', async () => {
  const { host, values, rule, lines } = logging();
  rule('disk', { severity: 'critical' });
  values.disk = Object.fromEntries(Array.from({ length: 46 }, (_, index) => [`d${index}`, 9]));
  await pass(host.clock, 10_000);
  values.disk = {};
  await pass(host.clock, 10_000);
  assert.is(lines().length, 12);
  assert.is(lines()[5], 'error [FIRING] disk: and 41 more');
  assert.is(lines()[11], 'info [RESOLVED] disk: and 41 more');
  assert.equal(host.lines[5]!.fields, { rule: 'disk', more: 41 });
});

test('a test is a line, too; a record is in the log already', async () => {
  const { host, alerts, lines } = logging();
  alerts.configure({ records: {} });
  assert.is((await alerts.test('log')).isDelivered, true);
  host.critical('disk is gone');
  await pass(host.clock, 1);
  assert.equal(lines(), ['info [TEST] Alerts reach this target']);
});

test('without a bus it has no log to write to', async () => {
  let failed: unknown;
  await logTarget()
    .send({ alerts: [] } as unknown as AlertNotification, { signal: new AbortController().signal })
    .catch((error: unknown) => (failed = error));
  assert.is((failed as { code: string }).code, 'NO_LOG');
});

test.run();
