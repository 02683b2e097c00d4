import { mkdirSync, mkdtempSync, rmSync, statfsSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { CheckDetails, CheckFunction } from '../../../lib/health/result';
import { isTelemetryError } from '../../../lib/index';
import { diskSpaceCheck, eventLoopCheck, logFolderCheck, memoryCheck } from '../../../lib/node/health/index';
import { oneLook, sizeText } from '../../../lib/node/health/one-look';

const ask = async (check: CheckFunction, signal: AbortSignal = new AbortController().signal): Promise<CheckDetails> =>
  (await check({ signal })) as CheckDetails;

const refuses = (call: () => unknown): void =>
  assert.throws(call, (error: unknown) => isTelemetryError(error) && error.code.startsWith('OPTION_'));

async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'telemetry-health-'));
  try {
    await body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('disk space: bytes and percentages of what people who are not root may use', async () => {
  const found = async (warn: number | `${number}%`, fail: number | `${number}%`) => {
    const { status } = await ask(diskSpaceCheck({ path: tmpdir(), warn, fail }));
    return status;
  };
  assert.is(await found(0, 0), 'healthy');
  assert.is(await found('0%', '0%'), 'healthy');
  assert.is(await found(1e18, 0), 'degraded');
  assert.is(await found('100%', 0), 'degraded');
  // Which of the two is more, only the disk can tell.
  assert.is(await found('100%', 1000), 'degraded');
  assert.is(await found(1e18, 1e18), 'unhealthy');
  assert.is(await found('100%', '100%'), 'unhealthy');
  const { bsize, blocks, bfree, bavail } = statfsSync(tmpdir());
  const { data, detail } = await ask(diskSpaceCheck({ path: tmpdir(), warn: 1e18, fail: 0 }));
  assert.is(data?.total_bytes, (blocks - bfree + bavail) * bsize);
  assert.match(detail ?? '', /^[\d.]+ [KMGTP]?B of [\d.]+ [KMGTP]?B are free$/);
  // A disk between the two limits that are the defaults, told by what it has.
  const free = (data?.free_bytes as number) / (data?.total_bytes as number);
  const usual = (await ask(diskSpaceCheck({ path: tmpdir() }))).status;
  if (free > 0.11) assert.is(usual, 'healthy');
  if (free < 0.04) assert.is(usual, 'unhealthy');
});

test('disk space: a path that is not there is a failure, options that are wrong are refused', async () => {
  const missing = diskSpaceCheck({ path: join(tmpdir(), 'not', 'there') });
  assert.is(await ask(missing).catch((error) => error.code), 'ENOENT');
  for (const options of [
    undefined,
    {},
    { path: '' },
    { path: 'a\0b' },
    { path: '/', warn: '10' },
    { path: '/', fail: -1 },
    { path: '/', warn: '101%' },
    { path: '/', warn: '5%', fail: '10%' },
    { path: '/', warn: '9.5%', fail: '10%' },
    { path: '/', warn: 5, fail: 10 },
    { path: '/', fail: '11%' },
    { path: '/', warn: '4%' },
  ]) {
    refuses(() => diskSpaceCheck(options as never));
  }
  refuses(() => diskSpaceCheck({ path: '/', least: 1 } as never));
  refuses(() => diskSpaceCheck({ path: '/', warn: Number.NaN }));
});

test('log folder: files of all folders below are added up, links are not followed', async () => {
  await withFolder(async (folder) => {
    const look = (maxBytes: number, warn?: number): Promise<CheckDetails> =>
      ask(logFolderCheck({ folder: join(folder, 'logs'), maxBytes, ...(warn !== undefined && { warn }) }));
    mkdirSync(join(folder, 'logs', 'old'), { recursive: true });
    mkdirSync(join(folder, 'others'));
    writeFileSync(join(folder, 'others', 'big.log'), 'x'.repeat(100_000));
    writeFileSync(join(folder, 'logs', 'a.log'), 'x'.repeat(600));
    writeFileSync(join(folder, 'logs', 'old', 'b.log'), 'x'.repeat(200));
    symlinkSync(join(folder, 'others'), join(folder, 'logs', 'others'));
    symlinkSync(join(folder, 'others', 'big.log'), join(folder, 'logs', 'big.log'));
    symlinkSync(join(folder, 'logs'), join(folder, 'logs', 'round'));
    assert.equal(await look(1000), { status: 'healthy', data: { bytes: 800, files: 2 } });
    assert.equal(await look(999), {
      status: 'degraded',
      data: { bytes: 800, files: 2 },
      detail: '800 B in 2 files, of at most 999 B',
    });
    assert.is((await look(1000, 0.7)).status, 'degraded');
    assert.is((await look(800)).status, 'degraded');
    const { status, detail } = await look(799);
    assert.equal([status, detail], ['unhealthy', '800 B in 2 files, more than 799 B']);
  });
});

test('log folder: no more than 10,000 entries and 8 folders deep, and it says so', async () => {
  await withFolder(async (folder) => {
    const check = logFolderCheck({ folder, maxBytes: 1e9 });
    const deep = Array.from({ length: 9 }, (_, depth) => `d${depth}`);
    mkdirSync(join(folder, ...deep), { recursive: true });
    writeFileSync(join(folder, ...deep, 'x.log'), 'xx');
    assert.match((await ask(check)).detail ?? '', 'more than 0 B in 0 files: it is too large to be counted');
    rmSync(join(folder, 'd0'), { recursive: true });
    writeFileSync(join(folder, 'one'), 'x');
    for (let index = 0; index < 9999; index++) writeFileSync(join(folder, `f${index}`), '');
    assert.equal(await ask(check), { status: 'healthy', data: { bytes: 1, files: 10_000 } });
    writeFileSync(join(folder, 'two'), '');
    const { status, data } = await ask(check);
    assert.equal([status, data?.files], ['degraded', 10_000]);
  });
});

test('log folder: one that is not there is a failure; options that are wrong are refused', async () => {
  const missing = logFolderCheck({ folder: join(tmpdir(), 'not', 'there'), maxBytes: 1 });
  assert.is(await ask(missing).catch((error) => error.code), 'ENOENT');
  const wrong = [
    undefined,
    {},
    { folder: 'logs' },
    { maxBytes: 5 },
    { folder: 'logs', maxBytes: 0 },
    { folder: 'logs', maxBytes: 5, warn: 2 },
  ];
  for (const options of wrong) refuses(() => logFolderCheck(options as never));
});

test('log folder: files that go away while it looks are left out', async () => {
  await withFolder(async (folder) => {
    const names = Array.from({ length: 3000 }, (_, index) => join(folder, `f${index}`));
    for (const name of names) writeFileSync(name, '');
    const look = ask(logFolderCheck({ folder, maxBytes: 1 }));
    for (let turn = 0; turn < 300; turn++) await new Promise((resolve) => setImmediate(resolve));
    for (const name of names) rmSync(name);
    assert.is((await look).status, 'healthy');
  });
});

test('what asks the file system asks once at a time', async () => {
  let asked = 0;
  let finish = (): void => undefined;
  const check = oneLook(() => {
    asked++;
    return new Promise((resolve) => {
      finish = () => resolve({ status: 'healthy' });
    });
  });
  for (let turn = 0; turn < 5; turn++) {
    const controller = new AbortController();
    const look = ask(check, controller.signal);
    controller.abort(new Error('late'));
    assert.is(await look.catch((error) => error.message), 'late');
  }
  assert.is(asked, 1);
  const look = ask(check);
  finish();
  assert.is((await look).status, 'healthy');
});

test('sizes are told in units of 1024', () => {
  assert.equal([0, 1023, 1024, 1536, 150 * 1024, 5 * 1024 ** 3, 2 ** 60].map(sizeText), [
    '0 B',
    '1023 B',
    '1.0 KB',
    '1.5 KB',
    '150 KB',
    '5.0 GB',
    '1024 PB',
  ]);
});

test('memory: parts of a limit, which is the container or the machine by default', async () => {
  const rss = process.memoryUsage.rss();
  assert.is((await ask(memoryCheck({ limit: rss * 4 }))).status, 'healthy');
  const warned = await ask(memoryCheck({ limit: rss * 4, warn: 0.01 }));
  assert.is(warned.status, 'degraded');
  assert.match(warned.detail ?? '', /^[\d.]+ MB of [\d.]+ [MG]B are used \(\d+ %\)$/);
  assert.is((await ask(memoryCheck({ limit: rss * 4, warn: 0.01, fail: 0.01 }))).status, 'unhealthy');
  const { data } = await ask(memoryCheck());
  assert.ok((data?.limit_bytes as number) > 0 && (data?.limit_bytes as number) <= totalmem(), String(data?.limit_bytes));
  const constrained = process.constrainedMemory?.() ?? 0;
  assert.is(data?.limit_bytes, constrained > 0 ? Math.min(constrained, totalmem()) : totalmem());
  for (const options of [{ limit: 0 }, { limit: 1.5 }, { warn: 2 }, { warn: 0.9, fail: 0.8 }, { most: 1 }])
    refuses(() => memoryCheck(options as never));
});

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test('memory: a container that says no limit, or one beyond the machine, has that of the machine', async () => {
  const own = Object.getOwnPropertyDescriptor(process, 'constrainedMemory');
  const limitAt = async (constrained: (() => number) | undefined): Promise<unknown> => {
    Object.defineProperty(process, 'constrainedMemory', { value: constrained, configurable: true });
    return (await ask(memoryCheck())).data?.limit_bytes;
  };
  try {
    assert.is(await limitAt(() => 1_000_000), 1_000_000);
    assert.is(await limitAt(() => 0), totalmem());
    assert.is(await limitAt(() => 2 ** 63), totalmem());
    assert.is(await limitAt(undefined), totalmem());
  } finally {
    if (own === undefined) Reflect.deleteProperty(process, 'constrainedMemory');
    else Object.defineProperty(process, 'constrainedMemory', own);
  }
});

test('event loop: a long pause is a failure, told once; sampling ends with the check', async () => {
  const check = eventLoopCheck({ warn: '300ms', fail: '300ms' });
  await ask(check);
  await new Promise((resolve) => setTimeout(resolve, 100));
  block(600);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const { status, data, detail } = await ask(check);
  assert.is(status, 'unhealthy');
  assert.ok((data?.max_ms as number) >= 500, JSON.stringify(data));
  assert.match(detail ?? '', /^The longest delay was \d+ ms, more than 300 ms$/);
  // The pause is told of once: without another, the next look finds none of this length.
  const next = await ask(check);
  assert.ok((next.data?.max_ms as number) < (data?.max_ms as number));
  check[Symbol.dispose]();
  check[Symbol.dispose]();
  block(600);
  // A check that is added again begins anew.
  assert.equal((await ask(check)).data, { p99_ms: 0, max_ms: 0 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  block(600);
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.is((await ask(check)).status, 'unhealthy');
  check[Symbol.dispose]();
});

test('event loop: usual delays beyond warn are degraded', async () => {
  const check = eventLoopCheck({ warn: 20, fail: '10m' });
  await ask(check);
  for (let turn = 0; turn < 10; turn++) {
    block(100);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const { status, detail } = await ask(check);
  check[Symbol.dispose]();
  assert.is(status, 'degraded');
  assert.match(detail ?? '', /^One delay in a hundred was over \d+ ms, more than 20 ms$/);
});

test('event loop: options that are wrong are refused', () => {
  for (const options of [{ warn: 0 }, { warn: '2s', fail: '1s' }, { fail: 50 }, { most: 1 }])
    refuses(() => eventLoopCheck(options as never));
});

test.run();
