import type { EventName } from '../core/event';
import { optionInvalid } from '../core/options';
import type { PolledGauges } from './gauges';
import { Grid } from './grid';
import type { PollerHost } from './host';
import { type PollerOptions, readPollerOptions } from './options';
import type { PollOutcome } from './run';
import type { MeasurementStats } from './tally';
import { Task } from './task';

/** A measurement as its poller understood it. */
export interface ListedMeasurement {
  readonly name: string;
  readonly periodMs: number;
  readonly timeoutMs: number;
  /** `undefined` for one that emits by itself. */
  readonly event: EventName | undefined;
  /** Names of its gauges. */
  readonly gauges: readonly string[];
}

/** What a poller knows of itself. */
export interface PollerStats {
  readonly isStopped: boolean;
  /** By name. `nextInMs`: when it is due again; `undefined` after `stop`. */
  readonly measurements: Readonly<Record<string, MeasurementStats & { readonly nextInMs: number | undefined }>>;
}

/** What `startPoller` returns. */
export interface Poller extends Disposable {
  list(): readonly ListedMeasurement[];
  stats(): PollerStats;
  /**
   * Runs one measurement now, or all, besides their times. One that is under way is not begun again: its run is waited for.
   *
   * @param name - Default: all.
   * @returns What became of each, in the order of the measurements. Never rejects.
   * @throws {TelemetryError} `OPTION_INVALID` for a name that there is not.
   */
  run(name?: string): Promise<readonly PollOutcome[]>;
  /** Ends it: what runs is aborted, what still comes of it is dropped, and the gauges are taken out. Twice is once. */
  stop(): void;
}

/** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`, `EVENT_NAME_INVALID`, `METRIC_CONFLICT`, `METRIC_INVALID`; then nothing was begun. */
export function createPoller(host: PollerHost, gauges: PolledGauges, options: PollerOptions): Poller {
  const { measurements, jitter, initialDelayMs } = readPollerOptions(options);
  const takeOut = gauges.register(measurements.flatMap((settings) => settings.gauges));
  const begin = host.clock.monotonicTime() + initialDelayMs;
  const tasks = new Map(
    measurements.map((settings) => [settings.name, new Task(settings, host, new Grid(begin, settings.periodMs, jitter, Math.random))]),
  );
  let isStopped = false;

  function stop(): void {
    if (isStopped) return;
    isStopped = true;
    for (const task of tasks.values()) task.stop();
    takeOut();
  }

  return Object.freeze({
    list: () =>
      measurements.map(({ name, periodMs, timeoutMs, event, gauges: all }) => ({
        name,
        periodMs,
        timeoutMs,
        event,
        gauges: all.map((gauge) => gauge.name),
      })),
    stats: () => ({
      isStopped,
      measurements: Object.fromEntries([...tasks].map(([name, task]) => [name, task.stats()])),
    }),
    run(name?: string) {
      const asked = name === undefined ? [...tasks.values()] : [tasks.get(name)];
      return Promise.all(
        asked.map((task) => {
          if (task === undefined) throw optionInvalid('run: name', name, `one of the measurements there are: ${namesOf(tasks)}`);
          return task.poll();
        }),
      );
    },
    stop,
    [Symbol.dispose]: stop,
  });
}

const namesOf = (tasks: ReadonlyMap<string, unknown>): string => [...tasks.keys()].slice(0, 20).join(', ') || 'none';
