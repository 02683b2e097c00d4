/** `telemetry-bus check` asks PostgreSQL and Redis: real servers of the test's own, well, frozen, gone and unwilling. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkDatabase, type DatabaseKind, type LoadPackage, loadPackage, readDatabase } from '../../../lib/node/cli/check/database';
import type { Finding } from '../../../lib/node/cli/check/finding';
import { POSTGRES } from '../../../lib/node/cli/check/postgres';
import { REDIS } from '../../../lib/node/cli/check/redis';
import { runCommandLine } from '../../../lib/node/cli/run';
import { testWithPostgres } from '../../support/postgres/database';
import { startPostgres } from '../../support/postgres/server';
import { testWith } from '../../support/test-with';
import { keepOutput } from './surroundings';

const SECRET = 'canary-p%40ss';

function check(
  kind: DatabaseKind,
  address: string,
  options: { waitMs?: number; limitMs?: number; load?: LoadPackage } = {},
): Promise<Finding> {
  const { waitMs = 0, limitMs, load } = options;
  const { signal } = new AbortController();
  return checkDatabase(readDatabase(kind, address, {}), { waitMs, signal, ...(limitMs !== undefined && { limitMs }) }, load);
}

const assertNoSecret = (...shown: readonly unknown[]): void => assert.not.match(JSON.stringify(shown), /canary|p@ss/);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

const openSockets = (): number => process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP')).length;

/** Drivers close their connections in their own time. */
async function assertNothingOpen(before: number): Promise<void> {
  for (let turn = 0; turn < 500 && openSockets() > before; turn++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(openSockets() <= before, `${openSockets()} sockets, ${before} before`);
}

testWithPostgres('PostgreSQL: well, frozen, thawed, without the database asked for, and gone', async () => {
  const server = await startPostgres();
  try {
    const { host, port, user, database } = server.address;
    const address = `postgres://${user}:${SECRET}@${host}:${port}/${database}`;
    const before = openSockets();
    const well = await check(POSTGRES, address);
    assert.is(well.status, 'ok', well.message);
    assert.match(well.message, /^PostgreSQL is healthy and responding \([\d.]+ (ms|s)\)$/);

    server.freeze();
    const frozen = await check(POSTGRES, address, { limitMs: 300 });
    assert.is(frozen.message, `PostgreSQL is not responding: no answer within 0.3 s at ${host}:${port}`);
    server.thaw();
    assert.is((await check(POSTGRES, address, { waitMs: 30_000 })).status, 'ok');

    const without = await check(POSTGRES, `postgres://${user}:${SECRET}@${host}:${port}/none`, { waitMs: 600_000 });
    assert.is(without.message, `PostgreSQL is responding at ${host}:${port}, but refuses: database "none" does not exist`);
    assert.is(without.code, 'NOT_HEALTHY');

    await server.kill();
    const gone = await check(POSTGRES, address, { waitMs: 300 });
    assert.equal([gone.message, gone.code], [`PostgreSQL is not responding: ECONNREFUSED at ${host}:${port}`, 'NOT_RESPONDING']);
    const late = check(POSTGRES, address, { waitMs: 60_000 });
    await server.start();
    assert.is((await late).status, 'ok', 'one that starts while it is waited for');
    assertNoSecret(well, frozen, without, gone);
    await assertNothingOpen(before);
  } finally {
    await server.remove();
  }
});

interface Redis {
  readonly port: number;
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

async function startRedis(password: string): Promise<Redis> {
  const folder = mkdtempSync(join(tmpdir(), 'telemetry-check-redis-'));
  const owner = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : undefined;
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  const port = await freePort();
  const flags = { port, bind: '127.0.0.1', save: '', dir: folder, requirepass: password };
  const child = spawn(
    'redis-server',
    Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]),
    {
      ...owner,
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const end = (): void => void child.kill('SIGKILL');
  process.on('exit', end);
  let said = '';
  for await (const part of child.stdout) {
    said += String(part);
    if (said.includes('Ready to accept connections')) break;
  }
  return {
    port,
    child,
    async stop() {
      process.off('exit', end);
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGCONT');
        child.kill('SIGKILL');
        await gone;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const idOf = (what: '-u' | '-g'): number => Number(execFileSync('id', [what, 'nobody']));

for (const name of ['ioredis', 'redis']) {
  /** Only this one is installed. */
  const only: LoadPackage = async (wanted) => {
    if (wanted !== name) throw Object.assign(new Error(`Cannot find package '${wanted}'`), { code: 'ERR_MODULE_NOT_FOUND' });
    return loadPackage(name);
  };

  testWith(['redis-server'], `Redis with ${name}: well, with a wrong password, frozen, and gone`, async () => {
    const server = await startRedis('canary-p@ss');
    try {
      const at = `127.0.0.1:${server.port}`;
      const address = `redis://:${SECRET}@${at}`;
      const before = openSockets();
      const well = await check(REDIS, address, { load: only });
      assert.is(well.status, 'ok', well.message);
      assert.match(well.message, /^Redis is healthy and responding \([\d.]+ (ms|s)\)$/);
      const wrong = await check(REDIS, `redis://:canary-other@${at}`, { load: only, waitMs: 600_000 });
      assert.match(wrong.message, `Redis is responding at ${at}, but refuses: `);
      assert.is(wrong.code, 'NOT_HEALTHY');
      server.child.kill('SIGSTOP');
      const frozen = await check(REDIS, address, { load: only, limitMs: 300 });
      assert.is(frozen.message, `Redis is not responding: no answer within 0.3 s at ${at}`);
      await assertNothingOpen(before);
      server.child.kill('SIGCONT');
      assert.is((await check(REDIS, address, { load: only, waitMs: 30_000 })).status, 'ok');
      await server.stop();
      const gone = await check(REDIS, address, { load: only, waitMs: 300 });
      assert.is(gone.message, `Redis is not responding: ECONNREFUSED at ${at}`);
      assertNoSecret(well, wrong, frozen, gone);
      await assertNothingOpen(before);
    } finally {
      await server.stop();
    }
  });
}

test('a package that is not installed is told with how to install it; the first that is there is used', async () => {
  const absent: LoadPackage = (name) =>
    Promise.reject(Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' }));
  const postgres = await check(POSTGRES, `postgres://a:${SECRET}@127.0.0.1/x`, { load: absent });
  assert.equal(postgres, {
    check: 'PostgreSQL',
    status: 'failed',
    message: "PostgreSQL can't be asked. The package pg is not installed",
    fix: 'Install it, such as with "npm install pg".',
    code: 'PEER_MISSING',
  });
  const redis = await check(REDIS, 'redis://127.0.0.1/', { load: absent });
  assert.is(redis.message, "Redis can't be asked. Neither of the packages ioredis and redis is installed");
  assert.is(redis.fix, 'Install one of them, such as with "npm install ioredis".');
  const broken = await check(REDIS, `redis://:${SECRET}@127.0.0.1/`, { load: () => Promise.reject(new SyntaxError('Unexpected token')) });
  assert.is(broken.message, "Redis can't be asked: Unexpected token");
  const odd = await check(REDIS, 'redis://127.0.0.1/', { load: () => Promise.resolve({}) });
  assert.is(odd.code, 'PEER_MISSING', 'a namesake that exports something else');
  await loadPackage('no-such-package-at-all').then(
    () => assert.unreachable(),
    (error: NodeJS.ErrnoException) => assert.is(error.code, 'ERR_MODULE_NOT_FOUND'),
  );
});

/** A driver whose errors say more than they should. */
const talkative = (message: string, code?: string): LoadPackage => {
  class Pool {
    on(): void {}
    off(): void {}
    connect(): Promise<never> {
      return Promise.reject(Object.assign(new Error(message), { code }));
    }
    end(): Promise<void> {
      return Promise.reject(new Error('ended twice'));
    }
  }
  return () => Promise.resolve({ default: { Pool } });
};

test('a password is not shown, however an error spells it', async () => {
  const address = `postgres://user:${SECRET}@127.0.0.1:1/x?password=canary-too&sslmode=disable`;
  for (const text of [address, SECRET, 'canary-p@ss', 'canary-too', `?password=canary-too&sslmode=disable`]) {
    const finding = await check(POSTGRES, address, { load: talkative(`can't use ${text}`) });
    assertNoSecret(finding);
    assert.is(finding.message, "PostgreSQL is not responding: can't use *** at 127.0.0.1:1");
  }
});

test('what may pass is asked again, what may not is told at once', async () => {
  const responding = async (code: string) =>
    (await check(POSTGRES, 'postgres://127.0.0.1/', { load: talkative('no', code) })).code === 'NOT_HEALTHY';
  assert.equal(await Promise.all(['28P01', '3D000', '42501', '57P03', '53300', '08006', 'EPERM', 'EPIPE', 'ECONNRESET'].map(responding)), [
    true,
    true,
    true,
    false,
    false,
    false,
    false,
    false,
    false,
  ]);
});

test('an address can be in a variable, which is where a password belongs', async () => {
  const env = { DATABASE_URL: ` postgres://user:${SECRET}@127.0.0.1:5433/x `, REDIS_URL: 'http://canary' };
  assert.is(readDatabase(POSTGRES, 'DATABASE_URL', env).url.port, '5433');
  assert.throws(() => readDatabase(REDIS, 'REDIS_URL', env), /^--redis: the variable REDIS_URL holds no address that begins with redis:/);
  try {
    readDatabase(REDIS, 'REDIS_URL', env);
  } catch (error) {
    assertNoSecret(String(error));
  }
});

test('databases and instances are asked at once, and told after the rest', async () => {
  const port = await freePort();
  const around = keepOutput({ LOG_TO_FILE: 'false', PORT: '0', URL_OF_IT: `redis://:${SECRET}@127.0.0.1:${port}` });
  const args = ['check', '--wait', '0', '--postgres', `postgres://user:${SECRET}@127.0.0.1:${port}/x`, '--redis', 'URL_OF_IT'];
  assert.is(await runCommandLine([...args, `main=http://127.0.0.1:${port}/`], around), 11);
  const failures = around.written.stdout.split('\n').filter((line) => line.startsWith('FAIL'));
  assert.equal(
    failures,
    ['PostgreSQL', 'Redis', 'main'].map((name) => `FAIL  ${name} is not responding: ECONNREFUSED at 127.0.0.1:${port}`),
  );
  assertNoSecret(around.written);
});

test.run();
