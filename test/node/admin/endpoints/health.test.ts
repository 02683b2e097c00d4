import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { healthOf } from '../../../../lib/entries/health';
import { createAdmin } from '../../../../lib/node/admin/admin';
import { READ_TOKEN, TOKENS, WRITE_TOKEN } from '../../../support/admin/tokens';
import { ask, askOnly } from '../../../support/admin/validate';
import { createLog } from '../../../support/records';

const SECRET = 'ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
const PATHS = ['/health', '/health/live', '/health/ready', '/health/startup'];
const adminOf = (options: object = {}) => {
  const log = createLog();
  return { ...log, health: healthOf(log.telemetry), admin: createAdmin(log.telemetry, { tokens: TOKENS, ...options }) };
};

/** Asks for health, whose content type is one of its own. */
const asked = async (admin: ReturnType<typeof createAdmin>, path: string, token: string | null) => {
  const { status, headers, text } = await askOnly(admin, 'GET', path, { token });
  return { status, type: headers.get('content-type'), body: JSON.parse(text) };
};

test('anybody gets one word, whatever they ask for', async () => {
  const { admin, health } = adminOf();
  health.addCheck('database', () => ({ status: 'degraded', detail: 'slow', data: { queue: 7 } }));
  await health.check();
  for (const path of PATHS) {
    for (const query of ['', '?details=true', '?format=standard&details=true']) {
      const { status, type, body } = await asked(admin, path + query, null);
      assert.equal([status, type, Object.keys(body)], [200, 'application/health+json', ['status']], path + query);
    }
    assert.equal((await asked(admin, `${path}?format=actuator&details=true`, null)).body, { status: 'UP' }, path);
  }
});

test('who may read gets what each check said', async () => {
  const { admin, health } = adminOf();
  health.addCheck('database', () => ({ status: 'degraded', detail: 'slow', data: { queue: 7 } }), { probes: ['ready'] });
  await health.check();
  const { body } = await asked(admin, '/health', READ_TOKEN);
  assert.is(body.status, 'warn');
  const [{ output, data }] = body.checks['database:responseTime'];
  assert.equal([output, data], ['slow', { queue: 7 }]);
  assert.equal(Object.keys((await asked(admin, '/health/ready', READ_TOKEN)).body.checks), ['database:responseTime']);
  assert.equal((await asked(admin, '/health/live', READ_TOKEN)).body.checks, {});
  assert.equal((await asked(admin, '/health?details=false', READ_TOKEN)).body, { status: 'warn' });
  const actuator = await asked(admin, '/health?format=actuator', READ_TOKEN);
  assert.equal(
    [actuator.type, actuator.body],
    ['application/json', { status: 'UP', components: { database: { status: 'UP', details: { queue: 7, detail: 'slow' } } } }],
  );
});

test('503 says that it fails, each probe by itself', async () => {
  const { admin, health } = adminOf();
  const statuses = async () => Promise.all(PATHS.map(async (path) => (await asked(admin, path, null)).status));
  assert.equal(await statuses(), [200, 200, 200, 200]);
  health.shutDown();
  assert.equal(await statuses(), [200, 200, 503, 200]);
  assert.equal((await asked(admin, '/health/ready', null)).body, { status: 'fail' });
  health.addCheck('database', () => false, { unhealthyAfter: 1 });
  await health.check();
  assert.equal(await statuses(), [503, 200, 503, 503]);
});

test('asking for health runs no check, however often', async () => {
  const { admin, health } = adminOf();
  let runs = 0;
  health.addCheck('database', () => void runs++);
  for (let i = 0; i < 50; i++) for (const path of PATHS) await asked(admin, path, READ_TOKEN);
  assert.is(runs, 0);
});

test('health can be kept from those without a token', async () => {
  const { admin } = adminOf({ publicHealth: false });
  for (const path of PATHS) {
    assert.is((await askOnly(admin, 'GET', path, { token: null })).status, 401);
    assert.is((await askOnly(admin, 'GET', path, { token: READ_TOKEN })).status, 200);
  }
});

test('checks are run when somebody who may change asks, and it is audited', async () => {
  const { admin, health, telemetry, records } = adminOf();
  telemetry.logger('bot').info('begin');
  let runs = 0;
  health.addCheck('database', () => void runs++);
  health.addCheck('queue', () => void runs++);
  assert.is((await ask(admin, 'POST', '/admin/health/check', { token: READ_TOKEN, body: {} })).status, 403);
  assert.is(runs, 0);
  records();
  const { json } = await ask(admin, 'POST', '/admin/health/check', { body: {} });
  assert.equal([runs, json.is_complete, json.status, json.checks.queue.runs], [2, true, 'healthy', 1]);
  const audited = records().filter(({ message }) => message === 'Security event: authz_admin');
  assert.equal(
    audited.map(({ action, target, before, after, actor }) => [action, target, before, after, actor]),
    [['health_check_run', 'all', 'unknown', 'healthy', 'operator']],
  );
  await ask(admin, 'POST', '/admin/health/check', { body: { check: 'queue' } });
  assert.is(runs, 3);
  assert.is((await ask(admin, 'POST', '/admin/health/check', { body: { check: 'constructor' } })).status, 404);
  assert.is((await ask(admin, 'POST', '/admin/health/check', { body: { chek: 'queue' } })).status, 422);
});

test('who asks while checks run gets the same run', async () => {
  const { admin, health } = adminOf();
  let runs = 0;
  let finish!: () => void;
  const over = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let quickRuns = 0;
  health.addCheck('quick', () => void quickRuns++);
  health.addCheck('database', () => {
    runs++;
    return over;
  });
  const post = () => askOnly(admin, 'POST', '/admin/health/check', { body: {} });
  const first = post();
  while (!health.report().checks.quick?.runs) await new Promise((resolve) => setImmediate(resolve));
  const answers = Promise.all([first, post(), post(), post(), post()]);
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
  finish();
  assert.equal(
    (await answers).map(({ json }) => json.is_complete),
    [true, true, true, true, true],
  );
  // One that was over before the others asked is not run again for them.
  assert.equal([runs, quickRuns], [1, 1]);
});

test('the answer does not wait for a check that takes longer than half a minute', async () => {
  const { admin, health, clock } = adminOf();
  let isRunning = false;
  health.addCheck(
    'database',
    () => {
      isRunning = true;
      return new Promise<void>(() => undefined);
    },
    { timeout: '10m' },
  );
  const answer = ask(admin, 'POST', '/admin/health/check', { body: {} });
  while (!isRunning) await new Promise((resolve) => setImmediate(resolve));
  clock.advance('31s');
  const { json } = await answer;
  assert.equal([json.is_complete, json.checks.database.isRunning], [false, true]);
});

test('what a check says is told without secrets, and a check of any name is told', async () => {
  const { admin, health } = adminOf();
  health.addCheck('auth', () => ({ status: 'degraded', detail: `refused ${SECRET}`, data: { password: 'hunter22', tries: 3 } }));
  const { text, json } = await ask(admin, 'POST', '/admin/health/check', { token: WRITE_TOKEN, body: {} });
  assert.not.match(text, /ghp_|hunter22/);
  assert.equal([json.checks.auth.status, json.checks.auth.data.tries], ['degraded', 3]);
  const { body } = await asked(admin, '/health', READ_TOKEN);
  assert.not.match(JSON.stringify(body), /ghp_|hunter22/);
});

test.run();
