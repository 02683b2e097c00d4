import type { RequestInfo } from './options';
import { added, copyOf, forScope } from './own-fields';
import type { TrackerParts } from './tracker-parts';

type Fields = Record<string, unknown>;
type Parts = Pick<TrackerParts, 'settings' | 'faults'>;

/** A request that options are asked about; what they are told is made only if there is such an option. */
interface Asked {
  readonly path: string;
  info(): RequestInfo;
}

/** Of a template. */
export const MAX_ROUTE = 256;

/** The template that `routeOf` tells, or else the first of `routes` that matches. Never throws. */
export function routeOf({ settings, faults }: Parts, request: Asked): string | undefined {
  const { routeOf: ask, routes } = settings;
  if (ask !== undefined) {
    const found: unknown = faults.call('routeOf', () => ask(request.info()));
    if (typeof found === 'string' && found !== '') return found.slice(0, MAX_ROUTE);
    if (found !== undefined && found !== null) faults.add('routeOf', found);
  }
  return routes?.match(request.path);
}

/** The class that `classOf` tells, if it is one of the options. Never throws. */
export function classOf({ settings, faults }: Parts, request: Asked): string | undefined {
  const { classOf: ask, classNames } = settings;
  if (ask === undefined) return undefined;
  const found: unknown = faults.call('classOf', () => ask(request.info()));
  if (classNames.has(found as string)) return found as string;
  if (found !== undefined && found !== null) faults.add('classOf', found);
  return undefined;
}

/** The fields that `context` tells for the scope. Never throws. */
export const contextOf = (parts: Parts, request: Asked): Fields | undefined => fieldsBy(parts, 'context', request, forScope);

/** The fields that `fields` tells for the access record. Never throws. */
export const fieldsOf = (parts: Parts, request: Asked): Fields | undefined =>
  fieldsBy(parts, 'fields', request, (found) => added(undefined, found));

function fieldsBy(
  { settings, faults }: Parts,
  option: 'context' | 'fields',
  request: Asked,
  kept: (fields: Fields) => Fields,
): Fields | undefined {
  const ask: ((request: RequestInfo) => unknown) | undefined = settings[option];
  if (ask === undefined) return undefined;
  const found = faults.call(option, () => ask(request.info()));
  if (found === undefined || found === null) return undefined;
  const copy = copyOf(found);
  if (copy === undefined) faults.add(option, found);
  return copy && kept(copy);
}
