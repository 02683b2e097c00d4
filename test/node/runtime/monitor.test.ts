import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry, isTelemetryError, memorySink, type Telemetry, type ValueSnapshot } from '../../../lib/index';
import { type Monitor, type MonitorOptions, runtimeEvents, type SystemSample, startMonitor } from '../../../lib/node';
import { Samples } from '../../../lib/node/runtime/samples';
import type { FakeClock } from '../../../lib/testing';
import { fakeClock } from '../../../lib/testing';
import { deferred } from '../../poller/watched';
import { withRoot } from './roots';

interface Watched {
  readonly bus: Telemetry;
  readonly clock: FakeClock;
  readonly monitor: Monitor;
}

async function withMonitor(options: MonitorOptions, body: (watched: Watched) => Promise<void>): Promise<void> {
  const clock = fakeClock();
  const bus = createTelemetry({ clock, environment: 'test' }) as Telemetry;
  bus.attachMetricsHandler();
  const monitor = startMonitor({ bus, interval: '60s', ...options });
  try {
    await body({ bus, clock, monitor });
  } finally {
    monitor.stop();
  }
}

/** Waits for something that needs real input and output; bounded. */
async function until(what: string, isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2000; turn++) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.unreachable(`waited for ${what}`);
}

const FILES: Record<string, string> = {
  'proc/stat': 'cpu  100 0 100 800 0 0 0 0 0 0\n',
  'proc/meminfo': 'MemTotal: 1000 kB\nMemAvailable: 250 kB\n',
  'proc/loadavg': '0.50 1.25 2.00 1/234 5678\n',
  'proc/net/tcp': '  sl\n   0: 0100007F:6448 00000000:0000 0A 00000000:00000000\n',
  'proc/self/limits': 'Max open files            1024                 4096                 files\n',
  'proc/self/fd/0': '',
  'proc/self/cgroup': '0::/\n',
  'sys/fs/cgroup/cpu.max': '150000 100000\n',
  'sys/fs/cgroup/memory.max': '1000000000\n',
};
const gaugesOf = (bus: Telemetry): Record<string, number> =>
  Object.fromEntries(
    bus
      .getMetrics()
      .filter(({ type }) => type === 'lastValue')
      .flatMap(({ name, series }) =>
        series.map((each) => [[name, ...Object.values(each.tags)].join(' '), (each as ValueSnapshot).value] as const),
      ),
  );

test('a sample tells of the machine and of the process, and so do gauges with OpenTelemetry names', async () => {
  await withRoot(FILES, async (root) => {
    await withMonitor({ root, mounts: [root] }, async ({ bus, monitor }) => {
      const first = (await monitor.sample())!;
      await new Promise((resolve) => setTimeout(resolve, 120));
      const sample = (await monitor.sample())!;
      assert.equal(monitor.samples(), [first, sample]);
      assert.equal(
        Object.keys(sample).sort(),
        ['connections', 'cpu', 'disk', 'eventLoop', 'handles', 'load', 'memory', 'openFiles', 'time', 'uptime'].sort(),
      );
      assert.is(sample.time, Date.UTC(2026, 0, 1));
      assert.is(sample.memory!.utilization, 1 - 250 / 1000);
      assert.is(sample.memory!.process!.limit, 1e9);
      assert.is(sample.cpu!.process!.limit, 1.5);
      assert.equal(sample.load, { '1m': 0.5, '5m': 1.25, '15m': 2 });
      assert.equal(sample.openFiles, { count: 1, limit: 1024 });
      assert.is(sample.connections!.listen, 1);
      assert.is(sample.connections!.established, 0);
      assert.ok(sample.disk![root]!.limit! > 0);
      assert.is(first.cpu!.process!.utilization, undefined);
      assert.ok(sample.cpu!.process!.utilization! >= 0);
      assert.ok(sample.eventLoop!.max! >= 0);
      const gauges = gaugesOf(bus);
      const expected = `process.cpu.limit process.cpu.time process.cpu.utilization process.memory.external process.memory.heap_total
        process.memory.heap_used process.memory.limit process.memory.usage process.memory.utilization process.unix.file_descriptor.count
        process.unix.file_descriptor.limit process.uptime nodejs.eventloop.delay.max nodejs.eventloop.delay.mean
        nodejs.eventloop.delay.p50 nodejs.eventloop.delay.p99 nodejs.eventloop.utilization system.memory.usage system.memory.limit
        system.memory.available system.memory.utilization system.load.1m system.load.5m system.load.15m`.split(/\s+/);
      for (const name of expected) assert.ok(name in gauges, name);
      assert.is(gauges['system.network.connection.count listen'], 1);
      assert.is(gauges['system.memory.usage'], 768_000);
      for (const name of ['usage', 'limit', 'available', 'utilization']) assert.ok(`system.filesystem.${name} ${root}` in gauges, name);
      // The fixture stands still: no time passed on its cores.
      assert.not.ok('system.cpu.utilization' in gauges);
      const units = Object.fromEntries(bus.getMetrics().map(({ name, unit }) => [name, unit]));
      assert.equal(
        ['process.uptime', 'process.memory.usage', 'nodejs.eventloop.delay.p99', 'system.filesystem.utilization', 'process.cpu.limit'].map(
          (name) => units[name],
        ),
        ['s', 'byte', 'ms', 'ratio', 'core'],
      );
    });
  });
});

test('what can’t be told is absent from samples and gauges', async () => {
  await withRoot({}, async (root) => {
    await withMonitor({ root }, async ({ bus, monitor }) => {
      const sample = (await monitor.sample())!;
      assert.equal(Object.keys(sample).sort(), ['cpu', 'handles', 'memory', 'time', 'uptime']);
      assert.equal(Object.keys(sample.cpu!), ['process']);
      assert.equal(
        Object.keys(gaugesOf(bus)).filter((name) => /^system|limit|descriptor/.test(name)),
        [],
      );
      assert.is(
        Object.values(monitor.stats().measurements).reduce((sum, { failures }) => sum + failures, 0),
        0,
      );
    });
  });
});

test('samples are taken at each interval, and the latest ones are kept', async () => {
  await withRoot({}, async (root) => {
    await withMonitor({ root, maxSamples: 3, interval: '10s' }, async ({ clock, monitor }) => {
      assert.is(monitor.latest(), undefined);
      for (let count = 1; count <= 5; count++) {
        clock.advance(count === 1 ? 1 : '10s');
        const time = Date.UTC(2026, 0, 1) + (count - 1) * 10_000;
        await until(`sample ${count}`, () => Math.abs((monitor.latest()?.time ?? 0) - time) <= 1);
      }
      assert.is(monitor.samples().length, 3);
      const times = monitor.samples().map(({ time }) => Math.round((time - Date.UTC(2026, 0, 1)) / 10_000));
      assert.equal(times, [2, 3, 4]);
    });
  });
});

test('after a stop there are no gauges, no timers, and the samples can be read', async () => {
  await withRoot(FILES, async (root) => {
    await withMonitor({ root }, async ({ bus, clock, monitor }) => {
      await monitor.sample();
      assert.ok(Object.keys(gaugesOf(bus)).length > 10);
      monitor.stop();
      assert.equal(gaugesOf(bus), {});
      assert.is(clock.pendingTimers(), 0);
      assert.is(monitor.samples().length, 1);
      assert.ok(await monitor.sample());
    });
  });
});

test('a sample that is asked for right after the start is whole, although the first time of the monitor comes in between', async () => {
  await withRoot(FILES, async (root) => {
    const bus = createTelemetry({ environment: 'test' });
    for (let attempt = 0; attempt < 20; attempt++) {
      const monitor = startMonitor({ bus, root });
      const sample = await monitor.sample();
      monitor.stop();
      assert.equal(Object.keys(sample!).sort(), ['connections', 'cpu', 'handles', 'load', 'memory', 'openFiles', 'time', 'uptime']);
    }
  });
});

test('only what is asked for is measured', async () => {
  await withRoot(FILES, async (root) => {
    await withMonitor({ root, system: false }, async ({ monitor }) => {
      const names = Object.keys(monitor.stats().measurements);
      assert.ok(names.length > 0 && names.every((name) => !name.startsWith('system.')));
    });
    await withMonitor({ root, runtime: false }, async ({ monitor }) => {
      assert.equal(Object.keys((await monitor.sample())!).sort(), ['connections', 'load', 'memory', 'time']);
    });
  });
});

test('two monitors of one bus are one to its gauges, and the second stop takes them out', async () => {
  await withRoot(FILES, async (root) => {
    await withMonitor({ root }, async ({ bus, monitor }) => {
      const second = startMonitor({ bus, interval: '60s', root });
      second.stop();
      await monitor.sample();
      assert.ok('system.memory.usage' in gaugesOf(bus));
    });
  });
});

test('two monitors of one bus tell of each garbage collection once', async () => {
  const [bus, elsewhere] = [createTelemetry({ environment: 'test' }), createTelemetry({ environment: 'test' })];
  const durations = { bus: [] as number[], elsewhere: [] as number[] };
  const keep = (list: number[]) => (_event: unknown, measurements: object, metadata: object) => {
    if ((metadata as { kind?: string }).kind === 'major') list.push((measurements as { duration: number }).duration);
  };
  bus.attach('pauses', runtimeEvents.nodejs.gc.pause, keep(durations.bus) as never);
  elsewhere.attach('pauses', runtimeEvents.nodejs.gc.pause, keep(durations.elsewhere) as never);
  const monitors = [bus, bus, elsewhere].map((each) => startMonitor({ bus: each, system: false }));
  const sample = () => Promise.all(monitors.map((monitor) => monitor.sample()));
  try {
    await sample();
    setFlagsFromString('--expose-gc');
    (runInNewContext('gc') as () => void)();
    for (let attempt = 0; attempt < 100 && (durations.bus.length === 0 || durations.elsewhere.length === 0); attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      await sample();
    }
    assert.ok(durations.bus.length > 0);
    // Those of another bus are told there, too.
    assert.ok(durations.elsewhere.length > 0);
    assert.is(new Set(durations.bus).size, durations.bus.length);
  } finally {
    for (const monitor of monitors) monitor.stop();
  }
});

test('events are ordinary ones that logs leave out', async () => {
  await withRoot(FILES, async (root) => {
    await withMonitor({ root }, async ({ bus, monitor }) => {
      const memory = memorySink();
      bus.configureLog({ sinks: [memory], level: 'debug' });
      bus.attachLogHandler();
      const seen: object[] = [];
      bus.attach('memory', runtimeEvents.system.memory.sample, ((_event: unknown, measurements: object) =>
        seen.push(measurements)) as never);
      await monitor.sample();
      assert.equal(seen, [{ limit: 1_024_000, available: 256_000, usage: 768_000, utilization: 0.75 }]);
      assert.equal(memory.lines, []);
    });
  });
});

test('the catalogues can be declared on a bus', () => {
  const telemetry = createTelemetry({ events: Object.values(runtimeEvents) });
  assert.is(telemetry.stats().names.declared, 12);
});

test('a sample is there when all of it is, or when the next one begins', async () => {
  let now = 0;
  const samples = new Samples({ monotonicTime: () => now, systemTime: () => now }, 10, 10);
  const answer = deferred<object>();
  const measurement = (name: string, measure: () => unknown) =>
    samples.follow({ name, event: runtimeEvents.system.load.sample, measure: measure as never });
  const uptime = measurement('process.uptime', () => ({ uptime: now }));
  const load = measurement('system.load', () => answer.promise);
  const context = { signal: new AbortController().signal };
  await uptime.measure(context);
  const late = load.measure(context);
  assert.equal(samples.list(), []);
  now = 9;
  await uptime.measure(context);
  assert.equal(samples.list(), []);
  now = 10;
  await uptime.measure(context);
  assert.equal(samples.list(), [{ time: 0, uptime: 0 }] satisfies SystemSample[]);
  answer.resolve({ '1m': 5 });
  await late;
  assert.is(samples.latest()!.load, undefined);
  const other = measurement('other', () => 1);
  assert.is(other.name, 'other');
  await load.measure(context);
  assert.equal(samples.latest(), { time: 10, uptime: 10, load: { '1m': 5 } });
});

test('a measurement of a sample that fails leaves its part out', async () => {
  const samples = new Samples({ monotonicTime: () => 5, systemTime: () => 5 }, 10, 10);
  const failing = samples.follow({
    name: 'system.load',
    event: runtimeEvents.system.load.sample,
    measure: () => {
      throw new Error('no');
    },
  });
  try {
    await failing.measure({ signal: new AbortController().signal });
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, 'no');
  }
  assert.equal(samples.list(), [{ time: 5 }]);
});

test('options are checked', () => {
  const bus = createTelemetry();
  for (const [options, code] of [
    [{ period: 5 }, 'OPTION_UNKNOWN'],
    [{ interval: 0 }, 'OPTION_INVALID'],
    [{ maxSamples: 0 }, 'OPTION_INVALID'],
    [{ maxSamples: 100_001 }, 'OPTION_INVALID'],
    [{ system: 'yes' }, 'OPTION_INVALID'],
    [{ root: join('a', 'b') }, 'OPTION_INVALID'],
    [{ mounts: 'all' }, 'OPTION_INVALID'],
    [{ bus: {} }, 'OPTION_INVALID'],
  ] as [object, string][]) {
    try {
      startMonitor({ bus, ...options } as never);
    } catch (error) {
      assert.ok(isTelemetryError(error) && error.code === code, String(error));
      continue;
    }
    assert.unreachable(JSON.stringify(options));
  }
});

test('what a platform can’t tell is absent, and no sample that was rejected', async () => {
  await withMonitor({ root: '/nonexistent' }, async ({ bus, monitor }) => {
    const sample = (await monitor.sample())!;
    assert.is(sample.connections, undefined);
    const names = bus.getMetrics().map(({ name }) => name);
    assert.ok(names.includes('process.memory.usage'));
    assert.not.ok(names.some((name) => name.startsWith('telemetry.')));
    assert.not.ok(names.includes('system.network.connection.count'));
  });
});

test.run();
