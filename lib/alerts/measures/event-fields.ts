import type { Definition } from '../../core/definition';
import { read } from '../../core/read';
import type { AlertsHost } from '../host';
import type { EventFilter } from '../rule';

/** Whether metadata has the values of a filter, compared as text. Never throws. */
export function filterOf(filter: EventFilter | undefined): (metadata: object) => boolean {
  const wanted = Object.entries(filter ?? {}).map(([name, value]) => [name, String(value)] as const);
  if (wanted.length === 0) return () => true;
  return (metadata) => wanted.every(([name, value]) => textOf(read(metadata, name)) === value);
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
    ? String(value)
    : undefined;

const PRIVATE = '(private)';

/**
 * Reads what events are grouped by: `event` is the event's key, anything else a metadata key, or a field of the current scope where
 * the metadata has none. What a definition calls private is not told.
 */
export function groupReader(
  host: AlertsHost,
  by: string | undefined,
  key: string,
  definition: Definition | undefined,
): (metadata: object) => unknown {
  if (by === undefined) return () => undefined;
  if (by === 'event') return () => key;
  if (definition?.private?.includes(by)) return () => PRIVATE;
  return (metadata) => read(metadata, by) ?? read(host.context(), by);
}
