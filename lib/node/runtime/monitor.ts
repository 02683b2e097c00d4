import { checkOptions, type OptionRule } from '../../core/options';
import { type Duration, parseDuration } from '../../core/unit';
import { telemetry } from '../../default-bus';
import { enginesOf, type Hosted } from '../../engines';
import { startPoller } from '../../entries/poller';
import type { PollerStats } from '../../poller/poller';
import { MOUNTS, ROOT } from './options';
import { runtimeMeasurementsWith } from './runtime';
import { Samples, type SystemSample } from './samples';
import { SharedCollections } from './sources/collections';
import { systemMeasurements } from './system';

/**
 * Options of `startMonitor`. All are optional.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `bus` | a bus of `createTelemetry` | the default bus |
 * | `interval` | how often everything is measured | 60 s |
 * | `maxSamples` | how many samples are kept, 1 to 100,000 | 100 |
 * | `system` | measures the machine | `true` |
 * | `runtime` | measures the process and its runtime | `true` |
 * | `mounts` | which file systems are measured | local disks of `/proc/mounts`, and the root |
 * | `root` | the folder that the kernel's files are read from | `/` |
 */
export interface MonitorOptions {
  readonly bus?: Hosted;
  readonly interval?: Duration;
  readonly maxSamples?: number;
  readonly system?: boolean;
  readonly runtime?: boolean;
  readonly mounts?: readonly string[];
  readonly root?: string;
}

const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 100_000;
/** Which options `startMonitor` takes. */
export const MONITOR_RULES: Readonly<Record<keyof MonitorOptions, OptionRule>> = {
  bus: 'any',
  interval: 'any',
  maxSamples: [isCount, 'a whole number from 1 to 100,000'],
  system: 'boolean',
  runtime: 'boolean',
  mounts: MOUNTS,
  root: ROOT,
};

/** What `startMonitor` returns. */
export interface Monitor extends Disposable {
  /** The latest samples, oldest first. One is among them when all of it is there. */
  samples(): readonly SystemSample[];
  /** The latest one; `undefined` until there is one. */
  latest(): SystemSample | undefined;
  /** Measures now, besides its times, and tells the sample. Never rejects. */
  sample(): Promise<SystemSample | undefined>;
  stats(): PollerStats;
  /** Ends it and takes its gauges out. Samples can still be read. */
  stop(): void;
}

/**
 * Measures the machine and the process at each interval: events `system.*`, `process.*`, `nodejs.*` (see `runtimeEvents`), their
 * gauges, and the latest samples in memory. Doesn't keep the process alive. Several monitors of a bus tell of each garbage collection once.
 *
 * @param options - See {@link MonitorOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; `METRIC_CONFLICT` when the application has other metrics of the
 * same names, or runs the same measurements with another period.
 * @example
 * const monitor = startMonitor({ bus: telemetry, interval: '10s' });
 * const sample = await monitor.sample();
 * (sample?.memory?.process?.usage ?? 0) > 1e6; // => true
 * monitor.stop();
 */
export function startMonitor(options: MonitorOptions = {}): Monitor {
  checkOptions('startMonitor', options, MONITOR_RULES);
  const { bus = telemetry, interval = '60s', maxSamples = 100, system = true, runtime = true, mounts, root } = options;
  const engines = enginesOf('startMonitor', bus);
  const { clock } = engines.poller;
  const collections = engines.single('garbage collections', () => new SharedCollections());
  const from = root !== undefined && { root };
  const all = [
    ...(system ? systemMeasurements({ ...from, ...(mounts !== undefined && { mounts }) }) : []),
    ...(runtime ? runtimeMeasurementsWith(collections.member(), { ...from }) : []),
  ];
  const samples = new Samples(clock, maxSamples, parseDuration('startMonitor: interval', interval) / 2);
  // All at one moment: a sample is of one time. None of them asks anybody who could be overwhelmed.
  const poller = startPoller({ bus, measurements: all.map((one) => samples.follow(one)), period: interval, jitter: 0 });
  return Object.freeze({
    samples: () => samples.list(),
    latest: () => samples.latest(),
    async sample() {
      await poller.run();
      return samples.latest();
    },
    stats: () => poller.stats(),
    stop: poller.stop,
    [Symbol.dispose]: poller.stop,
  });
}
