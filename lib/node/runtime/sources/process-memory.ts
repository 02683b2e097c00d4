import type { ProcessMemoryMeasurements } from '../events';
import type { Container } from './container';

export async function readProcessMemory(container: Container): Promise<ProcessMemoryMeasurements> {
  const limit = await container.memory();
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
  return {
    usage: rss,
    heap_used: heapUsed,
    heap_total: heapTotal,
    external,
    ...(limit !== undefined && { limit, utilization: rss / limit }),
  };
}
