import { freemem, totalmem } from 'node:os';
import type { MemoryMeasurements } from '../events';
import { type Places, readHead } from '../places';

/** Memory of the machine, whatever a container may use of it. */
export async function readHostMemory(places: Places): Promise<MemoryMeasurements> {
  const text = await readHead(places.path('proc', 'meminfo'));
  const bytes = (name: string): number | undefined => {
    const found = text === undefined ? null : new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(text);
    return found === null ? undefined : Number(found[1]) * 1024;
  };
  const limit = bytes('MemTotal') ?? (places.isOwn && text === undefined ? totalmem() : undefined);
  const available = bytes('MemAvailable') ?? (places.isOwn && text === undefined ? freemem() : undefined);
  return memoryOf(limit, available);
}

function memoryOf(limit: number | undefined, available: number | undefined): MemoryMeasurements {
  const isKnown = limit !== undefined && limit > 0;
  const usage = isKnown && available !== undefined ? Math.max(0, limit - available) : undefined;
  return {
    ...(isKnown && { limit }),
    ...(available !== undefined && { available }),
    ...(isKnown && usage !== undefined && { usage, utilization: usage / limit }),
  };
}
