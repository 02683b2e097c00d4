import type { SystemSample } from '../../wire/system';
import type { Exported } from '../view';

const COLUMNS: readonly (readonly [name: string, read: (sample: SystemSample) => number | undefined])[] = [
  ['cpu_process', ({ cpu }) => cpu?.process?.utilization],
  ['cpu_machine', ({ cpu }) => cpu?.utilization],
  ['memory_resident', ({ memory }) => memory?.process?.usage],
  ['memory_heap_used', ({ memory }) => memory?.process?.heap_used],
  ['memory_heap_total', ({ memory }) => memory?.process?.heap_total],
  ['memory_external', ({ memory }) => memory?.process?.external],
  ['memory_machine', ({ memory }) => memory?.usage],
  ['event_loop_mean_ms', ({ eventLoop }) => eventLoop?.mean],
  ['event_loop_p99_ms', ({ eventLoop }) => eventLoop?.p99],
  ['event_loop_max_ms', ({ eventLoop }) => eventLoop?.max],
  ['event_loop_utilization', ({ eventLoop }) => eventLoop?.utilization],
  ['load_1m', ({ load }) => load?.['1m']],
  ['open_files', ({ openFiles }) => openFiles?.count],
];

/** The samples as a table, a row for each, the oldest first. */
export const exportedSamples = (samples: readonly SystemSample[]): Exported => ({
  name: 'system-samples',
  columns: ['time', ...COLUMNS.map(([name]) => name)],
  rows: samples.map((sample) => [new Date(sample.time).toISOString(), ...COLUMNS.map(([, read]) => read(sample))]),
});
