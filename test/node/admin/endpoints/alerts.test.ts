import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type AlertTarget, alertsOf } from '../../../../lib/entries/alerts';
import { defineEvent, defineEvents } from '../../../../lib/index';
import { createAdmin } from '../../../../lib/node/admin/admin';
import { READ_TOKEN, TOKENS } from '../../../support/admin/tokens';
import { ask } from '../../../support/admin/validate';
import { until } from '../../../support/alerts/until';
import { createLog } from '../../../support/records';

const SECRET = 'ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
const shop = defineEvents('shop', { cart: { failed: defineEvent<object, { user: string }>() } });

const adminOf = () => {
  const log = createLog({}, { events: shop } as never);
  const { telemetry, records } = log;
  const alerts = alertsOf(telemetry);
  const admin = createAdmin(telemetry, { tokens: TOKENS });
  telemetry.logger('bot').info('begin');
  const audited = () => records().filter(({ message }) => message === 'Security event: authz_admin');
  return { ...log, alerts, admin, audited };
};

/** A rule that fires, for a group. */
const firing = () => {
  const made = adminOf();
  made.alerts.addRule({ name: 'failures', when: 'count("shop.cart.failed") > 0 in 1m by user', runbook: 'https://wiki/failures' });
  made.alerts.addRule('quiet: count("shop.cart.failed") > 1000 in 1m');
  made.alerts.start();
  made.telemetry.execute(shop.cart.failed, {}, { user: 'ann' });
  made.clock.advance('10s');
  return made;
};

test('an API of a bus without rules tells that there are none', async () => {
  const { admin } = adminOf();
  const { json } = await ask(admin, 'GET', '/admin/alerts', { token: READ_TOKEN });
  assert.equal([json.rules, json.firing, json.pending, json.history, json.stats.isRunning], [[], [], [], [], false]);
  assert.equal((await ask(admin, 'GET', '/admin/silences', { token: READ_TOKEN })).json, { silences: [] });
});

test('rules, what fires, and the last changes are told', async () => {
  const { admin, alerts } = firing();
  const { json } = await ask(admin, 'GET', '/admin/alerts', { token: READ_TOKEN });
  assert.equal(
    json.rules.map(({ name, state, firing }: { name: string; state: string; firing: number }) => [name, state, firing]),
    [
      ['failures', 'firing', 1],
      ['quiet', 'inactive', 0],
    ],
  );
  const [alert] = json.firing;
  assert.equal(
    [alert.rule, alert.group, alert.by, alert.state, alert.runbook],
    ['failures', 'ann', 'user', 'firing', 'https://wiki/failures'],
  );
  assert.is(alert.summary, alerts.firing()[0]!.summary);
  assert.equal(json.pending, []);
  assert.equal(
    json.history.map(({ change, alert: { rule } }: { change: string; alert: { rule: string } }) => [change, rule]),
    [['firing', 'failures']],
  );
  assert.is(json.stats.isRunning, true);
  assert.equal(Object.keys(json.stats.targets), ['log']);
  await alerts.stop(0);
});

test('as many of each list are told as are asked for, and how many there are more', async () => {
  const { admin, alerts, telemetry, clock } = firing();
  telemetry.execute(shop.cart.failed, {}, { user: 'bob' });
  clock.advance('10s');
  const { json } = await ask(admin, 'GET', '/admin/alerts?limit=1');
  assert.equal([json.rules.length, json.firing.length, json.history.length], [1, 1, 1]);
  assert.equal(json.left_out, { rules: 1, firing: 1, pending: 0 });
  await alerts.stop(0);
});

test('groups and details that hold a secret are told without it', async () => {
  const { admin, alerts, telemetry, clock } = firing();
  telemetry.execute(shop.cart.failed, {}, { user: SECRET });
  clock.advance('10s');
  const { json, text } = await ask(admin, 'GET', '/admin/alerts');
  assert.is(json.firing.length, 2);
  assert.not.match(text, /ghp_/);
  await alerts.stop(0);
});

test('a silence is added, keeps alerts from being told, and is ended', async () => {
  const { admin, alerts, clock, records, audited } = firing();
  records();
  const made = await ask(admin, 'POST', '/admin/silences', { body: { rule: 'failures', for: '30m', reason: 'deploy' } });
  assert.is(made.status, 201);
  const { silence } = made.json;
  assert.equal(
    [silence.rule, silence.reason, silence.by, silence.endsAt - silence.startedAt],
    ['failures', 'deploy', 'operator', 1_800_000],
  );
  assert.equal((await ask(admin, 'GET', '/admin/silences', { token: READ_TOKEN })).json, { silences: [silence] });
  const [added] = audited();
  assert.equal(
    [added!.action, added!.target, added!.for, added!.actor, added!.ip],
    ['silence_added', silence.id, '30m', 'operator', '127.0.0.1'],
  );
  assert.equal([added!.before, (added!.after as { reason: string }).reason], [null, 'deploy']);
  clock.advance('10s');
  assert.is(alerts.firing()[0]!.isSilenced, true);
  const ended = await ask(admin, 'DELETE', `/admin/silences/${silence.id}`);
  assert.equal([ended.status, ended.json], [200, { silence }]);
  assert.equal(alerts.silences(), []);
  const [over] = audited();
  assert.equal([over!.action, over!.target, over!.after, over!.actor], ['silence_ended', silence.id, null, 'operator']);
  assert.equal((over!.before as { rule: string }).rule, 'failures');
  assert.is((await ask(admin, 'DELETE', `/admin/silences/${silence.id}`)).status, 404);
  await alerts.stop(0);
});

test('what would silence everything must say so, and what would silence nothing is refused', async () => {
  const { admin, alerts, audited, records } = adminOf();
  alerts.addRule('failures: count("shop.cart.failed") > 0');
  records();
  const post = async (body: object) => (await ask(admin, 'POST', '/admin/silences', { body })).status;
  assert.is(await post({ for: '1h' }), 422);
  assert.is(await post({ for: '1h', everything: false }), 422);
  assert.is(await post({ for: '1h', everything: true, rule: 'failures' }), 422);
  assert.is(await post({ for: '1h', rule: 'falures' }), 422);
  assert.is(await post({ for: 'soon', rule: 'failures' }), 422);
  assert.is(await post({ for: '366d', rule: 'failures' }), 422);
  assert.is(await post({ rule: 'failures' }), 422);
  assert.is(await post({ for: '1h', rule: 'failures', by: 'somebody else' }), 422);
  assert.equal([alerts.silences(), audited()], [[], []]);
  assert.is(await post({ for: '1h', everything: true }), 201);
  assert.equal([alerts.silences().length, audited().length], [1, 1]);
});

test('there is no 201st silence', async () => {
  const { admin, alerts } = adminOf();
  for (let i = 0; i < 200; i++) alerts.silence({ group: `${i}`, for: '1h' });
  const { status, json } = await ask(admin, 'POST', '/admin/silences', { body: { group: 'x', for: '1h' } });
  assert.equal([status, json.code], [422, 'OPTION_INVALID']);
  assert.is(alerts.silences().length, 200);
});

test('who may only read changes nothing', async () => {
  const { admin, alerts } = adminOf();
  const id = alerts.silence({ group: 'x', for: '1h' });
  const asked = { token: READ_TOKEN };
  assert.is((await ask(admin, 'POST', '/admin/silences', { ...asked, body: { group: 'y', for: '1h' } })).status, 403);
  assert.is((await ask(admin, 'DELETE', `/admin/silences/${id}`, asked)).status, 403);
  assert.is((await ask(admin, 'POST', '/admin/alerts/test', { ...asked, body: { target: 'log' } })).status, 403);
  assert.is(alerts.silences().length, 1);
});

test('a reason that holds a secret is neither told nor audited with it', async () => {
  const { admin, alerts, records } = adminOf();
  const { text } = await ask(admin, 'POST', '/admin/silences', { body: { group: SECRET, for: '1h', reason: `token ${SECRET}` } });
  assert.not.match(text + JSON.stringify(records()), /ghp_/);
  assert.is(alerts.silences().length, 1);
});

test('a test is sent to a target, and what became of it is told and audited', async () => {
  const { admin, alerts, audited, records } = adminOf();
  const got: string[] = [];
  const pager: AlertTarget = {
    name: 'pager',
    place: 'nowhere',
    send: async ({ kind }) => {
      got.push(kind);
    },
  };
  const broken: AlertTarget = { name: 'broken', place: 'nowhere', send: () => Promise.reject(new Error(`no ${SECRET}`)) };
  alerts.configure({ targets: [pager, broken] });
  records();
  const { json } = await ask(admin, 'POST', '/admin/alerts/test', { body: { target: 'pager' } });
  assert.equal([got, json.target, json.isDelivered, json.attempts], [['test'], 'pager', true, 1]);
  const [sent] = audited();
  assert.equal([sent!.action, sent!.target, (sent!.after as { isDelivered: boolean }).isDelivered], ['alert_tested', 'pager', true]);
  const failed = await ask(admin, 'POST', '/admin/alerts/test', { body: { target: 'broken' } });
  assert.equal([failed.status, failed.json.isDelivered, typeof failed.json.code], [200, false, 'string']);
  assert.not.match(failed.text, /ghp_/);
  assert.is((await ask(admin, 'POST', '/admin/alerts/test', { body: { target: 'toString' } })).status, 404);
});

test('one test at a time is sent to a target, and who asks does not wait for ever', async () => {
  const { admin, alerts, clock } = adminOf();
  let sends = 0;
  const slow: AlertTarget = {
    name: 'slow',
    place: 'nowhere',
    send: () => {
      sends++;
      return new Promise(() => undefined);
    },
  };
  alerts.configure({ targets: [slow], timeout: '10m' } as never);
  const first = ask(admin, 'POST', '/admin/alerts/test', { body: { target: 'slow' } });
  await until('the target is asked', () => {
    clock.advance(1);
    return sends > 0;
  });
  assert.is((await ask(admin, 'POST', '/admin/alerts/test', { body: { target: 'slow' } })).status, 409);
  clock.advance('31s');
  const { status, headers } = await first;
  assert.equal([status, headers.get('retry-after')], [503, '10']);
  assert.is(sends, 1);
});

test.run();
