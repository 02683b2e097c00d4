import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { alertsOf } from '../../../../lib/entries/alerts';
import { createAdmin } from '../../../../lib/node/admin/admin';
import { setting, withAdmin } from '../../../support/admin/served';
import { pathOf, setLevel, settle, streamOf, tick } from '../../../support/admin/streams';
import { READ_TOKEN, TOKENS, WRITE_TOKEN } from '../../../support/admin/tokens';
import { ask, askOnly } from '../../../support/admin/validate';
import { until } from '../../../support/faults/fact';

test('what can not be watched is refused, each for its reason, and the rest goes on', async () => {
  await withAdmin({}, async ({ admin }) => {
    const cases: readonly (readonly [string, number, string])[] = [
      ['/admin/nothing', 404, 'NOT_FOUND'],
      ['/admin/health/check', 405, 'METHOD_NOT_ALLOWED'],
      ['/admin/stream?watch=/admin/levels', 400, 'NOT_WATCHABLE'],
      ['/metrics', 400, 'NOT_WATCHABLE'],
      ['/admin/files/main.log', 400, 'NOT_WATCHABLE'],
      ['/admin/monitoring', 400, 'NOT_WATCHABLE'],
      ['/admin/session', 400, 'NOT_WATCHABLE'],
      ['/admin/levels?what=1', 400, 'QUERY_INVALID'],
      ['//evil.example/admin/levels', 400, 'PATH_INVALID'],
      ['http://evil.example/admin/levels', 400, 'PATH_INVALID'],
      ['/admin/levels#there', 400, 'PATH_INVALID'],
    ];
    const stream = await streamOf(admin, [...cases.map(([path]) => path), '/admin/levels']);
    await until('all were told', () => stream.events.length === cases.length + 2);
    for (const [at, [path, status, code]] of cases.entries()) {
      const told = stream.events.find(({ event, data }) => event === 'refused' && data.w === at)?.data;
      assert.equal([told?.status, told?.code], [status, code], path);
      assert.ok(told.detail.length > 10);
    }
    assert.equal(stream.answers[cases.length], (await askOnly(admin, 'GET', '/admin/levels')).json);
    stream.leave();
  });
});

test('nothing is told to who may not ask for it, and each attempt is a security event', async () => {
  await withAdmin({}, async ({ admin, events }) => {
    const path = pathOf(['/admin/levels']);
    for (const [token, status] of [[null, 401], ['wrong-token-of-some-length', 401]] as const) // biome-ignore format: short
      assert.is((await ask(admin, 'GET', path, { token })).status, status);
    assert.is((await ask(admin, 'GET', path, { headers: { origin: 'https://evil.example' } })).status, 403);
    assert.is(events('unauthorized_access').length > 0, true);
    for (const wrong of ['', '?every=1', `?${Array(13).fill('watch=/admin/levels').join('&')}`, `?watch=/${'x'.repeat(1000)}`, '?watch=/admin/levels&every=3', '?watch=/admin/levels&every=1&every=2', '?watch=/admin/levels&other=1']) // biome-ignore format: short
      assert.equal((await ask(admin, 'GET', `/admin/stream${wrong}`)).json.code, 'QUERY_INVALID', wrong.slice(0, 60));
  });
});

test('reading what is sensitive is audited once for each who follows, as a GET of it is', async () => {
  await withAdmin({}, async (parts) => {
    const { admin, events, bus } = parts;
    const [viewer, operator] = [
      await streamOf(admin, ['/admin/events?limit=10', '/admin/levels', '/admin/nothing']),
      await streamOf(admin, ['/admin/events?limit=10'], { token: WRITE_TOKEN }),
    ];
    await Promise.all([viewer.next('full'), operator.next('full')]);
    for (let second = 0; second < 5; second++) {
      bus.execute(['app', 'job', 'start']);
      await tick(parts);
    }
    viewer.leave();
    operator.leave();
    await settle();
    admin.close();
    const reads = events('sensitive_read');
    assert.equal(reads.map((one) => [one.actor, one.attempted_resource, one.accesses]).sort(), [
      ['operator', '/admin/events', 1],
      ['viewer', '/admin/events', 1],
    ]);
  });
});

test('beyond the cap it is 503 with a time to wait, until one leaves', async () => {
  await withAdmin({ monitoring: { streams: 3 } }, async ({ admin }) => {
    const path = pathOf(['/admin/levels']);
    const streams = [await streamOf(admin, ['/admin/levels']), await streamOf(admin, ['/admin/levels']), await streamOf(admin, ['/admin/levels'])]; // biome-ignore format: short
    for (let turn = 0; turn < 20; turn++) {
      const { status, json, headers } = await ask(admin, 'GET', path);
      assert.equal([status, json.code], [503, 'STREAMS_BUSY']);
      const seconds = Number(headers.get('retry-after'));
      assert.ok(seconds >= 2 && seconds <= 8);
    }
    streams[0]!.leave();
    await settle();
    const next = await streamOf(admin, ['/admin/levels']);
    await next.next('full');
    for (const stream of [...streams, next]) stream.leave();
  });
});

test('one address that is not this machine has 16 of them', async () => {
  await withAdmin({}, async ({ admin }) => {
    const all = [];
    for (let at = 0; at < 16; at++) all.push(await streamOf(admin, ['/admin/levels'], { peer: '203.0.113.7' }));
    assert.is((await ask(admin, 'GET', pathOf(['/admin/levels']), { peer: '203.0.113.7' })).status, 503);
    all.push(await streamOf(admin, ['/admin/levels'], { peer: '203.0.113.8' }));
    all.push(await streamOf(admin, ['/admin/levels'], { peer: '127.0.0.1' }));
    for (const stream of all) stream.leave();
  });
});

test('there is no stream without the monitoring page', async () => {
  await withAdmin({ monitoring: false }, async ({ admin }) => {
    assert.is((await askOnly(admin, 'GET', pathOf(['/admin/levels']))).status, 404);
  });
});

test('a path whose route fails is told once, tried ever more rarely, and goes on as a whole', async () => {
  const parts = setting();
  let fails = true;
  let asked = 0;
  const rules = (): readonly never[] => {
    asked++;
    if (fails) throw new Error('reason 4711');
    return [];
  };
  const alerts = Object.create(alertsOf(parts.bus), { rules: { value: rules } });
  const admin = createAdmin({ telemetry: parts.bus, config: {}, alerts } as never, { tokens: TOKENS });
  try {
    const stream = await streamOf(admin, ['/admin/alerts', '/admin/levels']);
    const { data } = await stream.next('refused');
    assert.equal([data.w, data.status, data.code], [0, 500, 'INTERNAL']);
    assert.match(data.detail, 'by its id');
    for (let second = 0; second < 120; second++) await tick(parts);
    assert.is(stream.events.filter(({ event }) => event === 'refused').length, 1);
    // After 2, 4, 8, 16 and then each 30 s.
    assert.ok(asked >= 7 && asked <= 9, `asked ${asked} times`);
    fails = false;
    for (let second = 0; second < 30; second++) await tick(parts);
    assert.is((await stream.next('full', 3)).data.w, 0);
    assert.match(parts.logged(), 'reason 4711');
    assert.not.match(JSON.stringify(stream.events), 'reason 4711');
    stream.leave();
  } finally {
    admin.close();
  }
});

test('a stream ends with the session it was opened with', async () => {
  await withAdmin({}, async (parts) => {
    const { admin, clock } = parts;
    const login = await askOnly(admin, 'POST', '/admin/session', { token: null, body: { token: READ_TOKEN } });
    const cookie = login.headers.get('set-cookie')!.split(';')[0]!;
    const open = (): ReturnType<typeof streamOf> => streamOf(admin, ['/admin/levels'], { cookie });
    const first = await open();
    await first.next('full');
    clock.advance('11h');
    await settle();
    assert.ok(first.end());
    clock.advance('59m');
    const last = await open();
    await last.next('full');
    for (let second = 0; second < 60; second += 15) await tick(parts, 15);
    assert.is((await last.next('bye')).event, 'bye');
    assert.is((await askOnly(admin, 'GET', pathOf(['/admin/levels']), { token: null, headers: { cookie } })).status, 401);
  });
});

test('logging out ends the streams of that session, and no others', async () => {
  await withAdmin({}, async ({ admin }) => {
    const login = async (): Promise<string> => {
      const { headers } = await askOnly(admin, 'POST', '/admin/session', { token: null, body: { token: READ_TOKEN } });
      return headers.get('set-cookie')!.split(';')[0]!;
    };
    const [mine, other] = [await login(), await login()];
    const streams = [
      await streamOf(admin, ['/admin/levels'], { cookie: mine }),
      await streamOf(admin, ['/admin/levels'], { cookie: other }),
    ];
    for (const stream of streams) await stream.next('full');
    const headers = { cookie: mine, 'x-telemetry-request': '1' };
    await askOnly(admin, 'DELETE', '/admin/session', { token: null, headers });
    await streams[0]!.next('bye');
    await setLevel(admin, 'debug');
    assert.is(streams[1]!.end(), undefined);
    streams[1]!.leave();
  });
});

test.run();
