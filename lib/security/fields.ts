/** Fields of an event, read once: a getter can't tell the detectors one thing and the log another. */
export type FieldCopy = ReadonlyMap<string, unknown>;

/** As many as a record has by default. */
const MAX_FIELDS = 256;
const UNREADABLE = '[unreadable]';

/**
 * Reads fields of whatever was given, at most 256 of them; how many more there were is told in `fields_left_out`. Values
 * are neither copied nor changed, the log bounds and redacts them. Never throws.
 */
export function copyFields(fields: unknown): Map<string, unknown> {
  const copy = new Map<string, unknown>();
  if (typeof fields !== 'object' || fields === null) return copy;
  let keys: string[];
  try {
    keys = Object.keys(fields);
  } catch {
    return copy;
  }
  for (const key of keys.slice(0, MAX_FIELDS)) copy.set(key, readField(fields, key));
  if (keys.length > MAX_FIELDS) copy.set('fields_left_out', keys.length - MAX_FIELDS);
  return copy;
}

/** That a field is there is told even when it refuses to be read. */
function readField(fields: object, key: string): unknown {
  try {
    return (fields as Readonly<Record<string, unknown>>)[key];
  } catch {
    return UNREADABLE;
  }
}
