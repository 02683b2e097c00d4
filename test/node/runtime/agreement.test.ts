import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { loadavg } from 'node:os';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runtimeMeasurements, systemMeasurements } from '../../../lib/node';
import { readAll } from './roots';

type Figures = Record<string, number>;
type Reading = { readonly measurements: Figures; readonly metadata: Record<string, string> };

const only =
  (names: string): typeof systemMeasurements =>
  (options) =>
    [...systemMeasurements(options), ...runtimeMeasurements()].filter(({ name }) => name === names);

/** Two readings of one thing are never of the same moment: they have some tries to agree. */
async function agree(what: string, read: () => Promise<readonly [ours: number, theirs: number]>, tolerance: number): Promise<void> {
  const seen: string[] = [];
  for (let attempt = 0; attempt < 20; attempt++) {
    const [ours, theirs] = await read();
    if (Math.abs(ours - theirs) <= tolerance) return;
    seen.push(`${ours} and ${theirs}`);
  }
  assert.unreachable(`${what}: ${seen.join('; ')}`);
}

const linux = process.platform === 'linux' ? test : test.skip;

linux('memory of the machine agrees with /proc/meminfo within 16 MiB', async () => {
  await agree(
    'usage',
    async () => {
      const { 'system.memory': memory } = await readAll(only('system.memory')());
      const text = readFileSync('/proc/meminfo', 'utf8');
      const kb = (name: string) => Number(new RegExp(`${name}: +(\\d+)`).exec(text)![1]);
      assert.is((memory as Figures).limit, kb('MemTotal') * 1024);
      return [(memory as Figures).usage!, (kb('MemTotal') - kb('MemAvailable')) * 1024];
    },
    16 * 2 ** 20,
  );
});

linux('disks agree with df within 16 MiB and one percent', async () => {
  const [size, used, available, percent] = [1, 2, 3, 4];
  const df = (): string[] => execFileSync('df', ['-B1', '-P', '/'], { encoding: 'utf8' }).trim().split('\n')[1]!.split(/ +/);
  const ours = async (): Promise<Figures> => {
    const readings = (await readAll(systemMeasurements({ mounts: ['/'] })))['system.disk'] as Reading[];
    return readings[0]!.measurements;
  };
  const mib = 16 * 2 ** 20;
  await agree('limit', async () => [(await ours()).limit!, Number(df()[size])], mib);
  await agree('usage', async () => [(await ours()).usage!, Number(df()[used])], mib);
  await agree('available', async () => [(await ours()).available!, Number(df()[available])], mib);
  await agree('utilization', async () => [(await ours()).utilization! * 100, Number.parseInt(df()[percent]!, 10)], 1);
});

linux('disks that are found are among those of /proc/self/mounts, the root one of them', async () => {
  const readings = (await readAll(only('system.disk')()))['system.disk'] as Reading[];
  const known = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((each) => each.split(' ')[1]);
  const mounts = readings.map(({ metadata }) => metadata.mount);
  assert.ok(mounts.includes('/'), `${mounts}`);
  for (const mount of mounts) assert.ok(known.includes(mount!), mount);
});

linux('resident memory agrees with ps within 16 MiB, cpu time with /proc/self/stat within 100 ms', async () => {
  await agree(
    'rss',
    async () => {
      const { 'process.memory': memory } = await readAll(only('process.memory')());
      return [(memory as Figures).usage!, Number(execFileSync('ps', ['-o', 'rss=', '-p', `${process.pid}`], { encoding: 'utf8' })) * 1024];
    },
    16 * 2 ** 20,
  );
  const hertz = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  await agree(
    'cpu',
    async () => {
      const { 'process.cpu': cpu } = await readAll(only('process.cpu')());
      const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]!.split(' ');
      return [(cpu as Figures).time!, (Number(fields[11]) + Number(fields[12])) / hertz];
    },
    0.1,
  );
});

linux('open files agree with /proc/self/fd within 2, and follow files that are opened', async () => {
  const count = async () => ((await readAll(only('process.files')()))['process.files'] as Reading).measurements.count!;
  await agree('open files', async () => [await count(), readdirSync('/proc/self/fd').length - 1], 2);
  const before = await count();
  const files = Array.from({ length: 50 }, () => openSync('/dev/null', 'r'));
  try {
    await agree('50 more', async () => [await count(), before + 50], 5);
  } finally {
    for (const file of files) closeSync(file);
  }
  const { limit } = ((await readAll(only('process.files')()))['process.files'] as Reading).measurements;
  assert.is(limit, Number(/Max open files +(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]));
});

linux('load agrees with os.loadavg within 0.02, uptime with process.uptime within 1 s', async () => {
  for (const [index, name] of ['1m', '5m', '15m'].entries()) {
    await agree(name, async () => [((await readAll(only('system.load')()))['system.load'] as Figures)[name]!, loadavg()[index]!], 0.02);
  }
  await agree(
    'uptime',
    async () => [((await readAll(only('process.uptime')()))['process.uptime'] as Figures).uptime!, process.uptime()],
    1,
  );
});

linux('a socket that listens is counted, and all states are told', async () => {
  const counts = async () => {
    const readings = (await readAll(only('system.network')()))['system.network'] as Reading[];
    return Object.fromEntries(readings.map(({ measurements, metadata }) => [metadata.state, measurements.count!]));
  };
  const theirs = () =>
    ['tcp', 'tcp6']
      .flatMap((table) => readFileSync(`/proc/net/${table}`, 'utf8').split('\n').slice(1))
      .filter((row) => row.trim().split(/ +/)[3] === '0A').length;
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    assert.is(Object.keys(await counts()).length, 11);
    await agree('listen', async () => [(await counts()).listen!, theirs()], 0);
    assert.ok((await counts()).listen! >= 1);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

linux('how busy the machine was agrees with /proc/stat over the same time, within 0.15', async () => {
  const read = () => {
    const fields = readFileSync('/proc/stat', 'utf8').split('\n')[0]!.trim().split(/ +/).slice(1, 9).map(Number);
    return { total: fields.reduce((sum, ticks) => sum + ticks, 0), idle: fields[3]! + fields[4]! };
  };
  const measurements = only('system.cpu')();
  await readAll(measurements);
  let before = read();
  await agree(
    'utilization',
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      const { 'system.cpu': cpu } = await readAll(measurements);
      const after = read();
      const theirs = 1 - (after.idle - before.idle) / (after.total - before.total);
      before = after;
      return [(cpu as Figures).utilization!, theirs];
    },
    0.15,
  );
});

linux('a process that works for a second on one core uses as much of its cores, within 0.3 of one', async () => {
  const measurements = only('process.cpu')();
  await readAll(measurements);
  await agree(
    'utilization',
    async () => {
      const [begin, used] = [performance.now(), process.cpuUsage()];
      while (performance.now() - begin < 300);
      const { 'process.cpu': cpu } = await readAll(measurements);
      const { user, system } = process.cpuUsage(used);
      const { utilization, limit } = cpu as Figures;
      return [utilization! * limit!, (user + system) / 1000 / (performance.now() - begin)];
    },
    0.3,
  );
});

test.run();
