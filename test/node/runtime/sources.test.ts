import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError } from '../../../lib/index';
import { runtimeEvents, runtimeMeasurements, systemMeasurements } from '../../../lib/node';
import { placesIn, readText } from '../../../lib/node/runtime/places';
import { readConnections } from '../../../lib/node/runtime/sources/connections';
import { Disks, type Room, realMounts } from '../../../lib/node/runtime/sources/disks';
import { busyShare, HostCpu, parseStat } from '../../../lib/node/runtime/sources/host-cpu';
import { OpenFiles } from '../../../lib/node/runtime/sources/open-files';
import { deferred, settle } from '../../poller/watched';
import { readAll, withRoot } from './roots';

test('where nothing is told, nothing is: no key, no reading, no error', async () => {
  await withRoot({}, async (root) => {
    assert.equal(await readAll(systemMeasurements({ root })), {
      'system.cpu': { utilization: undefined },
      'system.memory': {},
      'system.disk': [],
      'system.network': [],
      'system.load': {},
    });
    const files = (await readAll(runtimeMeasurements({ root })))['process.files'];
    assert.equal(files, { measurements: {}, metadata: {} });
  });
});

test('folders where files should be, and files that hold nonsense, tell nothing', async () => {
  const nonsense = {
    'proc/meminfo': 'MemTotal: lots\n',
    'proc/loadavg': 'x y',
    'proc/self/limits': 'Max open files unlimited',
    'proc/net/tcp6': '',
  };
  await withRoot(nonsense, async (root) => {
    mkdirSync(join(root, 'proc/stat'));
    mkdirSync(join(root, 'proc/net/tcp'));
    const read = await readAll([...systemMeasurements({ root }), ...runtimeMeasurements({ root })]);
    assert.equal(read['system.cpu'], { utilization: undefined });
    assert.equal(read['system.memory'], {});
    assert.equal(read['system.load'], {});
    assert.equal(read['process.files'], { measurements: {}, metadata: {} });
    assert.is((read['system.network'] as unknown[]).length, 11);
  });
});

test('memory of the machine is what is not available', async () => {
  await withRoot({ 'proc/meminfo': 'MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    250 kB\n' }, async (root) => {
    const { 'system.memory': memory } = await readAll(systemMeasurements({ root }));
    assert.equal(memory, { limit: 1_024_000, available: 256_000, usage: 768_000, utilization: 0.75 });
  });
});

test('an old kernel that does not tell what is available tells no usage', async () => {
  await withRoot({ 'proc/meminfo': 'MemTotal:       1000 kB\nMemFree:         100 kB\n' }, async (root) => {
    assert.equal((await readAll(systemMeasurements({ root })))['system.memory'], { limit: 1_024_000 });
  });
});

test('load averages are read', async () => {
  await withRoot({ 'proc/loadavg': '0.50 1.25 2.00 1/234 5678\n' }, async (root) => {
    assert.equal((await readAll(systemMeasurements({ root })))['system.load'], { '1m': 0.5, '5m': 1.25, '15m': 2 });
  });
});

test('open files are counted, up to their limit', async () => {
  const limits =
    'Limit                     Soft Limit           Hard Limit           Units\nMax open files            1024                 4096                 files\n';
  await withRoot({ 'proc/self/limits': limits, 'proc/self/fd/0': '', 'proc/self/fd/1': '', 'proc/self/fd/7': '' }, async (root) => {
    const read = (await readAll(runtimeMeasurements({ root })))['process.files'];
    assert.equal(read, { measurements: { count: 3, limit: 1024 }, metadata: {} });
  });
});

test('cores are busy when they are neither idle nor waiting for a disk', () => {
  const before = parseStat('cpu  100 0 100 700 100 0 0 0 50 0\ncpu0 1 2 3 4\n');
  const after = parseStat('cpu  150 0 150 750 150 0 0 0 90 0\n');
  assert.equal(before, { total: 1000, idle: 800 });
  assert.is(busyShare(before!, after!), 0.5);
  assert.is(busyShare(before!, before!), undefined);
  assert.is(busyShare({ total: 10, idle: 5 }, { total: 20, idle: 4 }), 1);
  assert.is(busyShare({ total: 10, idle: 5 }, { total: 20, idle: 25 }), 0);
  assert.is(parseStat('intr 1 2 3'), undefined);
  assert.is(parseStat('cpu  1 2\n'), undefined);
});

test('each real file system is told once, by its shortest path, and network and kernel ones are left out', () => {
  const mounts = `
proc /proc proc rw 0 0
overlay / overlay rw 0 0
/dev/sda1 /etc/hosts ext4 rw 0 0
/dev/sda1 /data ext4 rw 0 0
/dev/sda1 /data/again ext4 rw 0 0
/dev/sdb1 /mnt/my\\040disk\\134x xfs rw 0 0
/dev/sdc1 /mnt/größe btrfs rw 0 0
server:/export /mnt/nfs nfs4 rw 0 0
tmpfs /run tmpfs rw 0 0
nonsense
`;
  assert.equal(realMounts(mounts), ['/', '/data', '/mnt/größe', '/mnt/my disk\\x']);
  const many = Array.from({ length: 100 }, (_, index) => `/dev/v${index} /m${index} ext4 rw 0 0`).join('\n');
  assert.is(realMounts(many).length, 32);
});

const HEADER = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const line = (index: number, state: number): string =>
  `${String(index).padStart(4)}: 0100007F:6448 00000000:0000 ${state.toString(16).toUpperCase().padStart(2, '0')} 00000000:00000000 00:00000000 00000000   106        0 7526 1 0000\n`;
const line6 = (index: number, state: number): string =>
  `${String(index).padStart(4)}: 0000000000000000FFFF00000100007F:6448 00000000000000000000000000000000:0000 ${state.toString(16).toUpperCase().padStart(2, '0')} 00000000:00000000 00:00000000\n`;
const countsOf = (readings: Awaited<ReturnType<typeof readConnections>>): Record<string, number> =>
  Object.fromEntries(
    readings.filter(({ measurements: { count } }) => count > 0).map(({ measurements, metadata }) => [metadata.state, measurements.count]),
  );

test('connections of both versions of IP are counted by state, wherever a piece ends', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 1200 }),
      fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 300 }),
      async (states, states6) => {
        const files = {
          'proc/net/tcp': HEADER + states.map((state, index) => line(index, state)).join(''),
          'proc/net/tcp6': HEADER + states6.map((state, index) => line6(index, state)).join(''),
        };
        await withRoot(files, async (root) => {
          const readings = await readConnections(placesIn(root));
          assert.is(readings.length, 11);
          const total = readings.reduce((sum, { measurements }) => sum + measurements.count, 0);
          assert.is(total, states.length + states6.length);
          const all = [...states, ...states6];
          const of = (...codes: number[]) => all.filter((state) => codes.includes(state)).length;
          const { established = 0, syn_received = 0, listen = 0, closing = 0 } = countsOf(readings);
          assert.equal(
            { established, syn_received, listen, closing },
            { established: of(1), syn_received: of(3, 12), listen: of(10), closing: of(11) },
          );
        });
      },
    ),
    { numRuns: 30 },
  );
});

test('with one version of IP only, the other one is no error', async () => {
  await withRoot({ 'proc/net/tcp6': HEADER + line6(0, 10) }, async (root) => {
    assert.equal(countsOf(await readConnections(placesIn(root))), { listen: 1 });
  });
});

test('a table beyond the limit is counted up to it, and says so', async () => {
  const table = HEADER + Array.from({ length: 3000 }, (_, index) => line(index, 1)).join('');
  await withRoot({ 'proc/net/tcp': table }, async (root) => {
    const readings = await readConnections(placesIn(root), undefined, 128 * 1024);
    const { established } = countsOf(readings);
    assert.ok(established! > 500 && established! < 2000, `${established}`);
    assert.ok(readings.every(({ metadata }) => metadata.capped));
  });
});

test('a hundred thousand connections are counted in pieces, between which other work is done', async () => {
  const table = HEADER + Array.from({ length: 100_000 }, (_, index) => line(index, (index % 11) + 1)).join('');
  await withRoot({ 'proc/net/tcp': table }, async (root) => {
    let [turns, isOver] = [0, false];
    const count = () => {
      turns++;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    const readings = await readConnections(placesIn(root));
    isOver = true;
    assert.is(
      readings.reduce((sum, { measurements }) => sum + measurements.count, 0),
      100_000,
    );
    assert.ok(readings.every(({ metadata }) => metadata.capped === undefined));
    // Some 170 pieces.
    assert.ok(turns >= 20, `${turns}`);
  });
});

test('an aborted count ends early and tells nothing', async () => {
  await withRoot({ 'proc/net/tcp': HEADER + line(0, 1) }, async (root) => {
    const controller = new AbortController();
    controller.abort();
    assert.equal(await readConnections(placesIn(root), controller.signal), []);
  });
});

test('small files are read to their end, big ones to 256 KiB, what can’t be read is undefined', async () => {
  await withRoot({ small: 'größe\n'.repeat(3000), big: Buffer.alloc(2_000_000, 97) }, async (root) => {
    assert.is(await readText(join(root, 'small')), 'größe\n'.repeat(3000));
    assert.is((await readText(join(root, 'big')))!.length, 256 * 1024);
    assert.is(await readText(root), undefined);
    assert.is(await readText(join(root, 'none')), undefined);
  });
});

test('mounts that are named are read, one that there is not is absent', async () => {
  await withRoot({ 'a/b': '' }, async (root) => {
    const mount = join(root, 'a');
    const read = (await readAll(systemMeasurements({ mounts: [mount, mount, join(root, 'none')] })))['system.disk'] as {
      metadata: object;
      measurements: Record<string, number>;
    }[];
    assert.equal(
      read.map(({ metadata }) => metadata),
      [{ mount }],
    );
    const { usage, available, limit, utilization } = read[0]!.measurements;
    assert.ok(usage! >= 0 && available! >= 0 && limit! > 0 && utilization! >= 0 && utilization! <= 1);
  });
});

test('a disk that hangs is absent and is not asked again until it answers; one without a size tells nothing', async () => {
  const asked: string[] = [];
  const answer = deferred<Room>();
  const room = { bsize: 4096, blocks: 1000, bfree: 600, bavail: 400 };
  const disks = new Disks(placesIn('/'), ['/hangs', '/good', '/none'], (mount) => {
    asked.push(mount);
    return mount === '/hangs' && asked.length === 1 ? answer.promise : Promise.resolve(mount === '/good' ? room : { ...room, blocks: 0 });
  });
  const first = disks.read();
  await settle();
  const told = await disks.read();
  assert.equal(told, [
    {
      measurements: { usage: 400 * 4096, limit: 1000 * 4096, available: 400 * 4096, utilization: 0.5 },
      metadata: { mount: '/good' },
    },
    { measurements: {}, metadata: { mount: '/none' } },
  ]);
  assert.is(asked.filter((mount) => mount === '/hangs').length, 1);
  answer.resolve(room);
  assert.equal(
    (await first).map(({ metadata: { mount } }) => mount),
    ['/hangs', '/good', '/none'],
  );
  await disks.read();
  assert.is(asked.filter((mount) => mount === '/hangs').length, 2);
});

test('two readings of the cores that are less than 100 ms apart tell nothing, and the next one tells of the whole time', async () => {
  await withRoot({ 'proc/stat': 'cpu  100 0 0 900 0 0 0 0\n' }, async (root) => {
    let now = 0;
    const cpu = new HostCpu(placesIn(root), () => now);
    assert.is(await cpu.utilization(), undefined);
    writeFileSync(join(root, 'proc/stat'), 'cpu  200 0 0 900 0 0 0 0\n');
    now = 99;
    assert.is(await cpu.utilization(), undefined);
    writeFileSync(join(root, 'proc/stat'), 'cpu  200 0 0 1000 0 0 0 0\n');
    now = 200;
    assert.is(await cpu.utilization(), 0.5);
  });
});

test('open files beyond the limit are counted up to it, and say so', async () => {
  await withRoot(Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`proc/self/fd/${index}`, ''])), async (root) => {
    assert.equal(await new OpenFiles(placesIn(root), 20).read(), { measurements: { count: 20 }, metadata: { capped: true } });
  });
});

test('options are checked', () => {
  const refused: [() => unknown, string][] = [
    [() => systemMeasurements({ mount: ['/'] } as never), 'OPTION_UNKNOWN'],
    [() => systemMeasurements({ mounts: ['relative'] }), 'OPTION_INVALID'],
    [() => systemMeasurements({ mounts: ['/a\0'] }), 'OPTION_INVALID'],
    [() => systemMeasurements({ mounts: Array.from({ length: 33 }, (_, index) => `/${index}`) }), 'OPTION_INVALID'],
    [() => systemMeasurements({ root: 'relative' }), 'OPTION_INVALID'],
    [() => runtimeMeasurements({ mounts: [] } as never), 'OPTION_UNKNOWN'],
  ];
  for (const [run, code] of refused) {
    try {
      run();
    } catch (error) {
      assert.ok(isTelemetryError(error) && error.code === code, String(error));
      continue;
    }
    assert.unreachable(String(run));
  }
});

test('the events of the catalogue are those of the measurements, at level trace', () => {
  const declared = Object.values(runtimeEvents).flatMap((catalogue) =>
    Object.values(catalogue).flatMap((component) => Object.values(component as object) as string[][]),
  );
  const emitted = [...systemMeasurements(), ...runtimeMeasurements()].map(({ event }) => event.join('.'));
  assert.equal(declared.map((event) => event.join('.')).sort(), emitted.sort());
});

test.run();
