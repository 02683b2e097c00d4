import type { ReadingMeasurement } from '../../poller/measurement';
import { runtimeEvents } from './events';
import { checkMeasurementsOptions, type SystemMeasurementsOptions } from './options';
import { placesIn } from './places';
import { readConnections } from './sources/connections';
import { Disks } from './sources/disks';
import { HostCpu } from './sources/host-cpu';
import { readHostMemory } from './sources/host-memory';
import { readLoad } from './sources/load';

const { system } = runtimeEvents;

/**
 * What can be measured of the machine, for `startPoller`: CPU, memory, disks, TCP connections, load. Gauges
 * `system.cpu.utilization`, `system.memory.*`, `system.filesystem.*` by `mount`, `system.network.connection.count` by `state`,
 * `system.load.1m`, `5m`, `15m`.
 *
 * In a container these are the figures of the whole machine; what the container may use of it, `runtimeMeasurements` tells.
 * Files of the kernel are read, nothing is run. What the platform can't tell is absent; outside of Linux that is the
 * connections, and on Windows the load as well. CPU is told from the second reading on.
 *
 * @param options - See {@link SystemMeasurementsOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 * @example
 * systemMeasurements().map(({ name }) => name); // => ['system.cpu', 'system.memory', 'system.disk', 'system.network', 'system.load']
 */
export function systemMeasurements(options: SystemMeasurementsOptions = {}): ReadingMeasurement[] {
  checkMeasurementsOptions('systemMeasurements', options, true);
  const { root = '/', mounts } = options;
  const places = placesIn(root);
  const cpu = new HostCpu(places);
  const disks = new Disks(places, mounts && [...new Set(mounts)]);
  return [
    {
      name: 'system.cpu',
      event: system.cpu.sample,
      measure: async () => ({ utilization: await cpu.utilization() }),
      gauges: { utilization: { description: 'Share of the time that the cores of the machine were busy' } },
    },
    {
      name: 'system.memory',
      event: system.memory.sample,
      measure: () => readHostMemory(places),
      gauges: {
        usage: { description: 'Memory of the machine that is in use and could not be given to others' },
        limit: { description: 'Memory of the machine' },
        available: { description: 'Memory of the machine that programs can have without swapping' },
        utilization: { description: 'Share of the memory of the machine that is in use' },
      },
    },
    {
      name: 'system.disk',
      event: system.disk.sample,
      measure: () => disks.read(),
      gauges: {
        usage: { metric: 'system.filesystem.usage', description: 'Room that is taken on a file system' },
        limit: { metric: 'system.filesystem.limit', description: 'Size of a file system' },
        available: { metric: 'system.filesystem.available', description: 'Room on a file system for those who are not root' },
        utilization: { metric: 'system.filesystem.utilization', description: 'Share of a file system that is taken, as df tells it' },
      },
    },
    {
      name: 'system.network',
      event: system.network.sample,
      measure: ({ signal }) => readConnections(places, signal),
      gauges: { count: { metric: 'system.network.connection.count', description: 'TCP connections by state' } },
    },
    {
      name: 'system.load',
      event: system.load.sample,
      measure: () => readLoad(places),
      gauges: {
        '1m': { description: 'Load average of one minute' },
        '5m': { description: 'Load average of five minutes' },
        '15m': { description: 'Load average of fifteen minutes' },
      },
    },
  ];
}
