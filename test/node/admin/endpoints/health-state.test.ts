import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { healthOf } from '../../../../lib/entries/health';
import { createAdmin } from '../../../../lib/node/admin/admin';
import { READ_TOKEN, TOKENS } from '../../../support/admin/tokens';
import { ask } from '../../../support/admin/validate';
import { createLog } from '../../../support/records';

const SECRET = 'ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
const adminOf = () => {
  const log = createLog();
  return { ...log, health: healthOf(log.telemetry), admin: createAdmin(log.telemetry, { tokens: TOKENS }) };
};
const state = async (admin: ReturnType<typeof createAdmin>) => (await ask(admin, 'GET', '/admin/health', { token: READ_TOKEN })).json;

test('a program without checks is healthy, and no check runs by itself', async () => {
  const { admin } = adminOf();
  const { status, checks, probes, is_started, is_shutting_down } = await state(admin);
  assert.equal([status, checks, is_started, is_shutting_down], ['healthy', {}, false, false]);
  for (const probe of ['live', 'ready', 'startup']) assert.equal(probes[probe], { status: 'pass', reasons: [] });
});

test('a failing program is told of with 200, and why each probe fails', async () => {
  const { admin, health } = adminOf();
  health.addCheck('database', () => false, { unhealthyAfter: 1 });
  health.addCheck('queue', () => ({ status: 'degraded', detail: '120 jobs wait', data: { jobs: 120 } }), { critical: false });
  await health.check();
  const { status, checks, probes } = await state(admin);
  assert.equal([status, checks.database.status, checks.queue.detail], ['unhealthy', 'unhealthy', '120 jobs wait']);
  assert.equal([checks.queue.critical, checks.queue.data, checks.queue.runs, checks.queue.latency.count], [false, { jobs: 120 }, 1, 1]);
  assert.equal([probes.live.status, probes.ready.status, probes.startup.status], ['pass', 'fail', 'fail']);
  assert.equal(probes.startup.reasons, ['database has not passed yet']);
});

test('that checks run by themselves, and that the program shuts down, is told', async () => {
  const { admin, health } = adminOf();
  health.start();
  assert.is((await state(admin)).is_started, true);
  health.shutDown();
  const { is_shutting_down, probes } = await state(admin);
  assert.equal([is_shutting_down, probes.ready], [true, { status: 'fail', reasons: ['shutting down'] }]);
  health.stop();
});

test('asking for the state runs no check, however often', async () => {
  const { admin, health } = adminOf();
  let runs = 0;
  health.addCheck('database', () => void runs++);
  for (let time = 0; time < 20; time++) assert.is((await state(admin)).checks.database.status, 'unknown');
  assert.is(runs, 0);
});

test('what a check says is told without secrets', async () => {
  const { admin, health } = adminOf();
  health.addCheck('auth', () => ({ status: 'degraded', detail: `refused ${SECRET}`, data: { password: 'hunter22', tries: 3 } }));
  await health.check();
  const { text, json } = await ask(admin, 'GET', '/admin/health');
  assert.not.match(text, /ghp_|hunter22/);
  assert.is(json.checks.auth.data.tries, 3);
});

test('who has no token gets nothing', async () => {
  const { admin } = adminOf();
  assert.is((await ask(admin, 'GET', '/admin/health', { token: null })).status, 401);
});

test.run();
