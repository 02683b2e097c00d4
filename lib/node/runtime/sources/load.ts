import { loadavg } from 'node:os';
import type { LoadMeasurements } from '../events';
import { type Places, readHead } from '../places';

/** Windows has no load; there, Node says 0. */
export async function readLoad(places: Places): Promise<LoadMeasurements> {
  // Node asks the kernel itself, without a file.
  const text = places.isOwn ? undefined : await readHead(places.path('proc', 'loadavg'));
  const told =
    text === undefined ? (places.isOwn && process.platform !== 'win32' ? loadavg() : []) : text.split(' ').slice(0, 3).map(Number);
  const [one, five, fifteen] = told.map((value) => (Number.isFinite(value) ? value : undefined));
  return {
    ...(one !== undefined && { '1m': one }),
    ...(five !== undefined && { '5m': five }),
    ...(fifteen !== undefined && { '15m': fifteen }),
  };
}
