import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createAdmin } from '../../../../lib/node/admin/admin';
import { withAdmin } from '../../../support/admin/served';
import { READ_TOKEN, TOKENS } from '../../../support/admin/tokens';
import { ask, askOnly } from '../../../support/admin/validate';

/** Without the handlers of the monitoring page, which each list would have. */
const QUIET = { monitoring: false } as const;

interface Shown {
  readonly id: string;
  readonly cost: {
    readonly calls: number;
    readonly timed: number;
    readonly mean_us: number;
    readonly max_us: number;
    readonly share: number;
  };
}

test('handlers are listed with what they cost since somebody asked, their failures and their state', async () => {
  await withAdmin(QUIET, async ({ admin, bus, clock }) => {
    let calls = 0;
    bus.attachMany('mine', [['app', 'job', 'start'], ['app', 'job', 'stop']], () => void calls++); // biome-ignore format: short
    bus.attach('broken', ['app', 'job', 'start'], () => { throw new Error('no'); }, undefined, { onError: 'breaker' }); // biome-ignore format: short
    bus.attachPrefix('all', [], () => undefined);
    bus.attachMetricsHandler();
    const first = (await ask(admin, 'GET', '/admin/handlers', { token: READ_TOKEN })).json;
    assert.equal(first.handlers.map(({ id, cost }: Shown) => [id, cost]), [['mine', null], ['broken', null], ['all', null], ['telemetry-metrics', null]]); // biome-ignore format: short
    for (let round = 0; round < 200; round++) bus.execute(['app', 'job', 'start']);
    // A handler that comes while it is measured is measured, too.
    bus.attach('late', ['app', 'job', 'start'], () => undefined);
    for (let round = 0; round < 100; round++) bus.execute(['app', 'job', 'start']);
    clock.advance('10s');
    const { json } = await ask(admin, 'GET', '/admin/handlers');
    const of = (wanted: string) => json.handlers.find(({ id }: Shown) => id === wanted);
    assert.equal([calls, of('mine').cost.calls, of('late').cost.calls], [300, 300, 100]);
    // The first 8, and number 64, 128, 192 and 256.
    assert.is(of('mine').cost.timed, 12);
    assert.ok(of('mine').cost.mean_us >= 0 && of('mine').cost.mean_us <= of('mine').cost.max_us);
    assert.ok(of('mine').cost.share > 0 && of('mine').cost.share <= 1);
    assert.equal([of('broken').state, of('broken').on_error, of('broken').failures], ['open', 'breaker', 5]);
    assert.equal([of('mine').events, of('mine').events_total, of('all').events, of('all').match], [['app.job.start', 'app.job.stop'], 2, ['*'], 'prefix']); // biome-ignore format: short
    assert.equal([of('telemetry-metrics').is_own, of('mine').is_own], [true, false]);
  });
});

test('after a minute without a question nobody measures any more', async () => {
  await withAdmin(QUIET, async ({ admin, bus, clock }) => {
    bus.attach('mine', ['app', 'job', 'start'], () => undefined);
    await ask(admin, 'GET', '/admin/handlers');
    bus.execute(['app', 'job', 'start']);
    clock.advance('61s');
    bus.execute(['app', 'job', 'start']);
    const { json } = await ask(admin, 'GET', '/admin/handlers');
    assert.is(json.handlers.find(({ id }: Shown) => id === 'mine').cost, null);
  });
});

test('what a handler returns, throws and is given is the same while it is measured', async () => {
  await withAdmin(QUIET, async ({ admin, bus }) => {
    const seen: unknown[] = [];
    const config = { a: 1 };
    bus.attach('mine', ['app', 'job', 'start'], (...args) => void seen.push(args), config);
    bus.attach('once', ['app', 'job', 'start'], () => void seen.push('once'), undefined, { once: true });
    bus.attach('bad', ['app', 'job', 'start'], () => Promise.reject(new Error('late')), undefined, { onError: 'keep' });
    await ask(admin, 'GET', '/admin/handlers');
    const [measurements, metadata] = [{ n: 1 }, { m: 2 }];
    bus.execute(['app', 'job', 'start'], measurements, metadata);
    bus.execute(['app', 'job', 'start'], measurements, metadata);
    await new Promise((resolve) => setTimeout(resolve));
    const [event, gotMeasurements, gotMetadata, gotConfig] = seen[0] as unknown[];
    assert.equal([event, gotMeasurements === measurements, gotMetadata === metadata, gotConfig === config], [['app', 'job', 'start'], true, true, true]); // biome-ignore format: short
    assert.is(seen.filter((one) => one === 'once').length, 1);
    assert.is(bus.listHandlers().find(({ id }) => id === 'bad')?.failures, 2);
  });
});

test('a handler that is detached while it is measured is not called again when measuring ends', async () => {
  await withAdmin(QUIET, async ({ admin, bus, clock }) => {
    let calls = 0;
    bus.attach('mine', ['app', 'job', 'start'], () => void calls++);
    await ask(admin, 'GET', '/admin/handlers');
    bus.detach('mine');
    clock.advance('61s');
    bus.execute(['app', 'job', 'start']);
    assert.is(calls, 0);
  });
});

test('a handler of the application can be detached, which is in the security stream', async () => {
  await withAdmin(QUIET, async ({ admin, bus, events }) => {
    bus.attachMany('mine', [['app', 'job', 'start'], ['app', 'job', 'stop']], () => undefined); // biome-ignore format: short
    assert.is((await ask(admin, 'DELETE', '/admin/handlers/mine', { token: READ_TOKEN })).status, 403);
    assert.is(bus.listHandlers().length, 2);
    const { status, json } = await ask(admin, 'DELETE', '/admin/handlers/mine', { headers: { 'user-agent': 'curl/8' }, peer: '127.0.0.5' });
    assert.equal([status, json], [200, { id: 'mine', events_total: 2 }]);
    assert.equal(bus.listHandlers(), []);
    const { action, target, before, after, actor, ip, user_agent } = events('authz_admin')[0]!;
    assert.equal([action, target, before, after, actor, ip, user_agent], ['handler_detached', 'mine', 'attached', 'detached', 'operator', '127.0.0.5', 'curl/8']); // biome-ignore format: short
    assert.is((await ask(admin, 'DELETE', '/admin/handlers/mine')).status, 404);
  });
});

test('the handlers of the library stay', async () => {
  await withAdmin(QUIET, async ({ admin, bus }) => {
    bus.attachAll();
    await ask(admin, 'GET', '/admin/events');
    for (const id of ['telemetry-log', 'telemetry-metrics', 'telemetry-admin-samples']) {
      assert.is((await ask(admin, 'DELETE', `/admin/handlers/${id}`)).status, 409, id);
    }
    assert.is(bus.listHandlers().length, 3);
  });
});

test('a handler is detached by its key, whatever its id is made of and however it is shown', async () => {
  await withAdmin(QUIET, async ({ admin, bus }) => {
    for (const id of ['my/handler', '..', '.', 'a\\b', 'api_key=sk_live_51HxAbCdEfGhIjKlMn']) {
      bus.attach(id, ['app', 'job', 'start'], () => undefined);
      const rows = (await ask(admin, 'GET', '/admin/handlers')).json.handlers as { readonly id: string; readonly key: string }[];
      assert.is((await ask(admin, 'DELETE', `/admin/handlers/${rows.at(-1)!.key}`)).status, 200, id);
      assert.is(bus.listHandlers().length, 0, id);
    }
    assert.is((await ask(admin, 'DELETE', '/admin/handlers/~AAAAAAAAAAAAAAAA')).status, 404);
  });
});

test('closing one admin API of a bus does not end what another measures', async () => {
  await withAdmin(QUIET, async ({ admin, bus }) => {
    bus.attach('mine', ['app', 'job', 'start'], () => undefined);
    const other = createAdmin(bus, { tokens: TOKENS, ...QUIET });
    await ask(admin, 'GET', '/admin/handlers');
    other.close();
    bus.execute(['app', 'job', 'start']);
    assert.is((await ask(admin, 'GET', '/admin/handlers')).json.handlers[0].cost.calls, 1);
  });
});

test('a long list lets the application run in between', async () => {
  await withAdmin(QUIET, async ({ admin, bus }) => {
    for (let number = 0; number < 300; number++) {
      bus.attachMany(`h${number}`, Array.from({ length: 100 }, (_, event) => ['app', 'job', `n${event}`] as const), () => undefined); // biome-ignore format: short
    }
    let turns = 0;
    let isOver = false;
    const count = (): void => { turns++; if (!isOver) setImmediate(count); }; // biome-ignore format: short
    const answer = askOnly(admin, 'GET', '/admin/handlers?limit=1000');
    setImmediate(count);
    const { json } = await answer;
    isOver = true;
    assert.is(json.handlers.length, 300);
    assert.ok(turns >= 2, `${turns}`);
  });
});

test.run();
