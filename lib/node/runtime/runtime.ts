import type { ReadingMeasurement } from '../../poller/measurement';
import { runtimeEvents } from './events';
import { checkMeasurementsOptions, type MeasurementsOptions } from './options';
import { placesIn } from './places';
import { type CollectionSource, Collections } from './sources/collections';
import { Container } from './sources/container';
import { EventLoop } from './sources/event-loop';
import { Handles } from './sources/handles';
import { OpenFiles } from './sources/open-files';
import { ProcessCpu } from './sources/process-cpu';
import { readProcessMemory } from './sources/process-memory';

const { process: own, nodejs } = runtimeEvents;

/**
 * What can be measured of this process and of its runtime, for `startPoller`: CPU, memory, open files, what keeps it alive,
 * uptime, event loop, garbage collections. Gauges `process.cpu.*`, `process.memory.*`, `process.unix.file_descriptor.*`,
 * `process.uptime`, `nodejs.eventloop.delay.*`, `nodejs.eventloop.utilization`, `nodejs.active_handles` by `type`. Each garbage
 * collection is an event `nodejs.gc.pause` with its `duration`, which the metrics handler counts by `kind`; they come every
 * 5 s, at most 1,000 of them.
 *
 * `process.cpu.utilization` is a share of the cores that the process may use: those of its affinity, or the quota of its control
 * group (v1 or v2). `process.memory.limit` is the limit of its control group, and absent without one. Delays of the event loop
 * are how much too late a timer was; the interval of the timer itself is subtracted.
 *
 * A list is for one poller: shares and delays are told since the last reading, and the first one begins. Each list tells of every garbage
 * collection: a second one on the same bus should be without `nodejs.gc`, or collections are counted twice. Monitors of a bus share them.
 *
 * @param options - See {@link MeasurementsOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 * @example
 * runtimeMeasurements().length; // => 7
 */
export function runtimeMeasurements(options: MeasurementsOptions = {}): ReadingMeasurement[] {
  checkMeasurementsOptions('runtimeMeasurements', options, false);
  return runtimeMeasurementsWith(new Collections(), options);
}

/** The same, with what tells of collections. */
export function runtimeMeasurementsWith(collections: CollectionSource, options: MeasurementsOptions): ReadingMeasurement[] {
  const places = placesIn(options.root ?? '/');
  const container = new Container(places);
  const cpu = new ProcessCpu(container);
  const files = new OpenFiles(places);
  const handles = new Handles();
  const loop = new EventLoop();
  return [
    {
      name: 'process.cpu',
      event: own.cpu.sample,
      measure: () => cpu.read(),
      gauges: {
        time: { description: 'CPU time of the process since it began' },
        utilization: { description: 'Share of the cores that the process may use' },
        limit: { unit: 'core', description: 'Cores that the process may use' },
      },
    },
    {
      name: 'process.memory',
      event: own.memory.sample,
      measure: () => readProcessMemory(container),
      gauges: {
        usage: { description: 'Resident memory of the process' },
        heap_used: { description: 'Heap of the engine that is in use' },
        heap_total: { description: 'Heap of the engine' },
        external: { description: 'Memory of objects outside of the heap' },
        limit: { description: 'Memory that the container may use' },
        utilization: { description: 'Resident memory as a share of the limit' },
      },
    },
    {
      name: 'process.files',
      event: own.files.sample,
      measure: () => files.read(),
      gauges: {
        count: { metric: 'process.unix.file_descriptor.count', description: 'Open files' },
        limit: { metric: 'process.unix.file_descriptor.limit', description: 'Files that the process may open' },
      },
    },
    {
      name: 'process.handles',
      event: own.handles.sample,
      measure: () => handles.read(),
      gauges: { count: { metric: 'nodejs.active_handles', description: 'What keeps the process alive, by type' } },
    },
    {
      name: 'process.uptime',
      event: own.uptime.sample,
      measure: () => ({ uptime: process.uptime() }),
      gauges: { uptime: { metric: 'process.uptime', description: 'Age of the process' } },
    },
    {
      name: 'nodejs.eventloop',
      event: nodejs.eventloop.sample,
      measure: () => loop.read(),
      stop: () => loop.stop(),
      gauges: {
        mean: { metric: 'nodejs.eventloop.delay.mean', description: 'How late timers were, on average' },
        p50: { metric: 'nodejs.eventloop.delay.p50', description: 'How late timers were, median' },
        p99: { metric: 'nodejs.eventloop.delay.p99', description: 'How late timers were, 99th percentile' },
        max: { metric: 'nodejs.eventloop.delay.max', description: 'How late timers were, at most' },
        utilization: { description: 'Share of the time that the event loop was busy' },
      },
    },
    {
      name: 'nodejs.gc',
      event: nodejs.gc.pause,
      // Only so many are kept, whatever the period of the others is.
      period: '5s',
      measure: () => collections.read(),
      stop: () => collections.stop(),
    },
  ];
}
