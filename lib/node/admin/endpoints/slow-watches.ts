import type { SlowestQuery, SlowWatch } from '../../../performance/slow-watch';
import type { SlowOperation } from '../../../performance/slowest';
import type { AdminParts } from '../parts';

/** Who looks for slow operations: `operations` over the events of a bus, `requests` over those that a server answers. */
export type WatchName = 'operations' | 'requests';

/** Those that there are now. */
export function watchesOf({ slow, tracking }: AdminParts): ReadonlyMap<WatchName, SlowWatch> {
  const all: readonly (readonly [WatchName, SlowWatch | undefined])[] = [
    ['operations', slow],
    ['requests', tracking()?.slow],
  ];
  return new Map(all.filter((pair): pair is readonly [WatchName, SlowWatch] => pair[1] !== undefined));
}

/** What all of them found, longest first. A request that the watch over operations found as well is told once, with its class. */
export function slowestOf(parts: AdminParts, query: SlowestQuery & { readonly limit: number }): readonly SlowOperation[] {
  const watches = watchesOf(parts);
  const requests = watches.get('requests')?.slowest(query) ?? [];
  const known = new Set(requests.map(likenessOf));
  const others =
    watches
      .get('operations')
      ?.slowest(query)
      .filter((operation) => !known.has(likenessOf(operation))) ?? [];
  return [...requests, ...others].sort((one, other) => other.duration_ms - one.duration_ms).slice(0, query.limit);
}

/** Both watches are given the same duration, to fractions of a microsecond; each reads the time of day for itself. */
const likenessOf = ({ event, duration_ms }: SlowOperation): string => `${event} ${duration_ms}`;
