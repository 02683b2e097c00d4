import { readdirSync } from 'node:fs';
import { Redis } from 'ioredis';
import type pg from 'pg';
import { createClient } from 'redis';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { healthOf } from '../../lib/entries/health';
import type { Health } from '../../lib/health/api';
import { postgresCheck } from '../../lib/health/checks/postgres';
import { type RedisHealthClient, redisCheck } from '../../lib/health/checks/redis';
import type { CheckFunction } from '../../lib/health/result';
import { createTelemetry } from '../../lib/index';
import { type FakeClock, fakeClock } from '../../lib/testing/index';
import { type Bench, fact, pass } from '../support/faults/fact';
import { poolOf } from '../support/postgres/database';
import { type PostgresServer, postgresMissing, startPostgres } from '../support/postgres/server';
import { type RedisServer, redisMissing, startRedis } from '../support/redis/server';
import { skipped } from '../support/test-with';

/** A server that can be frozen and killed. */
type Server = Pick<PostgresServer & RedisServer, 'freeze' | 'thaw' | 'kill' | 'start'>;

interface Running {
  readonly health: Health;
  readonly clock: FakeClock;
  readonly changes: string[];
}

/** A health on a clock of the test's own, with the check in question and one that is always well. */
function running(check: CheckFunction, { undo }: Bench): Running {
  const clock = fakeClock();
  const health = healthOf(createTelemetry({ clock, onWarning: () => undefined }));
  health.configure({ jitter: 0, interval: '60s', timeout: '5s' });
  health.addCheck('service', check);
  health.addCheck('other', () => true);
  const changes: string[] = [];
  health.on(({ check: name, to }) => void (name === 'service' && changes.push(to)));
  undo(() => health.stop());
  return { health, clock, changes };
}

async function until(what: string, isSo: () => boolean | Promise<boolean>, limitMs = 20_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`Not within ${limitMs} ms: ${what}`);
    await pass(5);
  }
}

const INTERVAL_MS = 60_000;
const TIMEOUT_MS = 5000;
const runs = ({ health }: Running): number => health.report().checks.service!.runs;
const state = ({ health }: Running): string => health.report().checks.service!.status;

/** The clock goes on to the next time of its grid. */
function toNextRun({ clock }: Running): void {
  clock.advance(INTERVAL_MS - (clock.monotonicTime() % INTERVAL_MS));
}

async function begin(all: Running): Promise<void> {
  all.health.start();
  all.clock.advance(1);
  await until('it answers', () => runs(all) === 1);
}

/** One run with an answer: real time passes until there is one, none on the clock. */
async function answered(all: Running): Promise<void> {
  const before = runs(all);
  toNextRun(all);
  await until('it answers', () => runs(all) > before);
}

/** One run of a frozen server: real time passes in vain; it is over at its time-out, no sooner and no later. */
async function unanswered(all: Running, realMs = 20): Promise<void> {
  const before = runs(all);
  toNextRun(all);
  await pass(realMs);
  all.clock.advance(TIMEOUT_MS - 1);
  assert.is(runs(all), before, 'it was over before its time-out');
  all.clock.advance(1);
  assert.is(runs(all), before + 1, 'it was not over at its time-out');
}

/** One run of a server that is gone: refused at once, or over at the time-out where the driver waits for better times. */
async function failed(all: Running): Promise<void> {
  const before = runs(all);
  toNextRun(all);
  for (let turn = 0; turn < 20 && runs(all) === before; turn++) await pass(5);
  if (runs(all) === before) all.clock.advance(TIMEOUT_MS);
  assert.is(runs(all), before + 1);
}

/** Frozen, thawed, killed, started again: the states, each at its run. */
async function suffer(all: Running, server: Server, bench: Bench): Promise<void> {
  const tick = ticking(bench);
  await begin(all);
  assert.is(state(all), 'healthy');
  server.freeze();
  for (const expected of ['degraded', 'degraded', 'unhealthy', 'unhealthy']) {
    const turns = tick().turns;
    await unanswered(all, 40);
    assert.is(state(all), expected);
    assert.ok(tick().turns > turns, 'the loop stood still');
    assert.is(all.health.report().checks.other?.status, 'healthy');
  }
  assert.is(all.health.ready().status, 'fail');
  server.thaw();
  for (const expected of ['degraded', 'healthy']) {
    await answered(all);
    assert.is(state(all), expected);
  }
  await server.kill();
  for (const expected of ['degraded', 'degraded', 'unhealthy']) {
    await failed(all);
    assert.is(state(all), expected);
  }
  await server.start();
  // A driver takes its time to find it again: what was asked meanwhile may still fail.
  await until('it is back', async () => {
    await failed(all);
    return state(all) === 'healthy';
  });
  assert.equal(all.changes.slice(0, 8), ['healthy', 'degraded', 'unhealthy', 'degraded', 'healthy', 'degraded', 'unhealthy', 'degraded']);
  const { other, service } = all.health.report().checks;
  assert.is(other?.runs, service?.runs);
  bench.note(
    `${service?.runs} runs, ${all.changes.length} changes, ${tick().turns} turns of the loop, widest ${Math.round(tick().widest)} ms`,
  );
}

/** Frozen and thawed 20 times: afterwards everything is as it was. */
async function repeat(all: Running, server: Server, isAsBefore: () => Promise<boolean> | boolean, bench: Bench): Promise<void> {
  await begin(all);
  // The second run may be the first that uses everything.
  await answered(all);
  const before = held();
  const timers = all.clock.pendingTimers();
  for (let round = 0; round < 20; round++) {
    server.freeze();
    await unanswered(all);
    await unanswered(all);
    server.thaw();
    await answered(all);
  }
  await until('descriptors, sockets and timers are as before', () => isNoMoreThan(before));
  await until('the server has no more connections than before', isAsBefore);
  assert.is(all.clock.pendingTimers(), timers);
  assert.equal([all.health.stats().hanging, all.health.stats().running], [0, 0]);
  bench.note(`20 rounds, ${runs(all)} runs: descriptors ${before.descriptors} before, ${held().descriptors} after`);
}

/** An interval that ticks all along; says how long the loop stood still at most. */
function ticking({ undo }: Bench): () => { readonly turns: number; readonly widest: number } {
  let [turns, widest, last] = [0, 0, performance.now()];
  const timer = setInterval(() => {
    turns++;
    widest = Math.max(widest, performance.now() - last);
    last = performance.now();
  }, 5);
  undo(() => clearInterval(timer));
  return () => ({ turns, widest });
}

/** Descriptors that are open, and kinds of what would keep the process alive. */
function held(): Record<string, number> {
  const counts: Record<string, number> = { descriptors: readdirSync('/proc/self/fd').length };
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function isNoMoreThan(before: Record<string, number>): boolean {
  return Object.entries(held()).every(([kind, count]) => count <= (before[kind] ?? 0));
}

const missingPostgres = process.platform === 'linux' ? postgresMissing() : 'it needs Linux';
if (missingPostgres !== undefined) skipped('health of PostgreSQL', missingPostgres);
else {
  async function withPostgres({ undo }: Bench, max = 4): Promise<{ server: PostgresServer; pool: pg.Pool }> {
    const server = await startPostgres();
    undo(() => server.remove());
    // Nobody but the check listens to its errors.
    const pool = poolOf(server, { max });
    undo(async () => {
      pool.on('error', () => undefined);
      await pool.end();
    });
    return { server, pool };
  }

  fact(
    'L5',
    'PostgreSQL frozen and killed under a check: each state at its run, the loop turns, the process lives',
    async (bench) => {
      const { server, pool } = await withPostgres(bench);
      await suffer(running(postgresCheck(pool), bench), server, bench);
      assert.is(pool.totalCount, 1);
    },
    { limit: [120_000, 120_000] },
  );

  fact(
    'L5 K11',
    'PostgreSQL frozen 20 times: neither connections nor descriptors nor timers are left',
    async (bench) => {
      const { server, pool } = await withPostgres(bench);
      const all = running(postgresCheck(pool), bench);
      const own = async (): Promise<boolean> => {
        const { rows } = await pool.query("SELECT count(*)::int AS n FROM pg_stat_activity WHERE backend_type = 'client backend'");
        return rows[0].n === 1;
      };
      await repeat(all, server, own, bench);
      assert.equal([pool.totalCount, pool.idleCount, pool.waitingCount], [1, 1, 0]);
      all.health.report();
      assert.is(pool.listenerCount('error'), 1);
    },
    { limit: [120_000, 120_000] },
  );

  fact(
    'L5',
    'a pool whose connections are all lent: the check takes one place in its queue, and is well when one is back',
    async (bench) => {
      const { pool } = await withPostgres(bench, 1);
      const all = running(postgresCheck(pool), bench);
      await begin(all);
      const client = await pool.connect();
      for (let turn = 0; turn < 5; turn++) {
        await unanswered(all);
        assert.equal([pool.waitingCount, pool.totalCount], [1, 1]);
      }
      assert.is(state(all), 'unhealthy');
      client.release();
      await until('nobody waits', () => pool.waitingCount === 0 && pool.idleCount === 1);
      await answered(all);
      assert.is(state(all), 'degraded');
      await answered(all);
      assert.is(state(all), 'healthy');
    },
  );
}

/** The clients that people use, connected and without a listener of their own. */
const CLIENTS: readonly (readonly [name: string, (port: number, bench: Bench) => Promise<RedisHealthClient & NodeJS.EventEmitter>])[] = [
  [
    'ioredis',
    async (port, { undo }) => {
      const client = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 20 });
      undo(() => client.disconnect());
      return client;
    },
  ],
  [
    'redis',
    async (port, { undo }) => {
      const client = createClient({ socket: { port, host: '127.0.0.1', reconnectStrategy: () => 20 } });
      await client.connect();
      undo(() => client.destroy());
      return client as never;
    },
  ],
];

const missingRedis = process.platform === 'linux' ? redisMissing() : 'it needs Linux';
if (missingRedis !== undefined) skipped('health of Redis', missingRedis);
else {
  for (const [name, connect] of CLIENTS) {
    const withRedis = async (bench: Bench) => {
      const server = await startRedis();
      bench.undo(() => server.remove());
      return { server, client: await connect(server.port, bench) };
    };

    fact(
      'L5',
      `Redis (${name}) frozen and killed under a check: each state at its run, the loop turns, the process lives`,
      async (bench) => {
        const { server, client } = await withRedis(bench);
        const listening = client.listenerCount('error');
        const check = redisCheck(client);
        await suffer(running(check, bench), server, bench);
        assert.is(client.listenerCount('error'), listening + 1);
        check[Symbol.dispose]?.();
        assert.is(client.listenerCount('error'), listening);
      },
      { limit: [120_000, 120_000] },
    );

    fact(
      'L5 K11',
      `Redis (${name}) frozen 20 times: neither connections nor descriptors nor timers are left`,
      async (bench) => {
        const { server, client } = await withRedis(bench);
        await repeat(running(redisCheck(client), bench), server, async () => (await server.clients()) === 1, bench);
      },
      { limit: [120_000, 120_000] },
    );
  }
}

test.run();
