import type { Definition } from '../../../core/definition';
import { quietly } from '../../../core/quietly';
import { isError } from '../../../core/read';
import { PER_MS } from '../../../core/unit';
import { keysOf, type Payload, payloadOf, readValue, wholeOf } from '../../../log/payload';
import { CORE_FIELDS } from '../../../log/record';
import { LOG_SEAM, type Seamed } from '../../../log/seam';
import { UNREAD } from '../../../log/unread';
import type { Sink } from '../../../sinks/sink';

/** A sample takes no more than this, in characters of JSON. */
const MAX_CHARS = 8192;
const MAX_FIELDS = 64;
/** What a record of the log says of itself, not of the event. */
const NOT_OF_EVENT: readonly string[] = CORE_FIELDS.filter((name) => !['request_id', 'trace_id', 'span_id'].includes(name));
/** No output of the log has it, so that the record is made and goes nowhere. */
const NOWHERE = { name: 'telemetry-admin-samples', write: () => undefined } as unknown as Sink;

/**
 * One emission as the log would write it, as JSON text: read, redacted and bounded by the log's own walk, so that a copy is kept and no
 * object of the application's. Private keys are there as their lengths. No error in it is counted or told of, whatever the event is.
 *
 * @returns `undefined` where no record can be made: the configuration of the log is wrong. Never throws.
 */
export function sampleOf(bus: Seamed, definition: Definition | undefined, measurements: object, metadata: object): string | undefined {
  return quietly(() => {
    const fields = fieldsOf(definition, measurements, metadata);
    // Below error, and with no error among its fields, it is judged by nobody.
    const line = bus[LOG_SEAM]?.render({ level: 'trace', message: '', fields }, NOWHERE);
    return line === undefined ? undefined : bounded(JSON.parse(line) as Readonly<Record<string, unknown>>);
  });
}

function fieldsOf(definition: Definition | undefined, measurements: object, metadata: object): object {
  const { unit = 'ms', private: hidden = [] } = definition ?? {};
  const fields = new Map<string, unknown>();
  const measured = wholeOf(payloadOf(measurements, 'measurements'), 'measurements');
  const described = wholeOf(payloadOf(metadata, 'metadata'), 'metadata');
  for (const key of keysOf(measured).slice(0, MAX_FIELDS)) {
    const value = readValue(measured, key);
    if (key === 'duration' && typeof value === 'number') fields.set('duration_ms', value / PER_MS[unit]);
    else fields.set(key, shielded(value));
  }
  const keys = keysOf(described).slice(0, MAX_FIELDS);
  // The log takes these three together for the end of a span that failed, and the reason for its error.
  const isFailure = ['kind', 'reason', 'stacktrace'].every((key) => keys.includes(key));
  for (const key of keys) {
    if (isFailure && key === 'stacktrace') continue;
    const value = readValue(described, key);
    if (hidden.includes(key)) fields.set(`${key}_length`, lengthOf(value));
    // Under another name it would be judged by that one.
    else if (!fields.has(key)) fields.set(key, shielded(value));
  }
  return Object.fromEntries(fields);
}

/** An error as a field is written like the error it is, but is not the error that the record is about. */
const shielded = (value: unknown): unknown => (value === UNREAD ? '[unreadable]' : isError(value) ? { toJSON: () => value } : value);

/** As the log tells what is private. */
function lengthOf(value: unknown): number | undefined {
  if (value === undefined || value === null || value === UNREAD) return undefined;
  return quietly(() => {
    if (typeof value === 'string' || Array.isArray(value)) return value.length;
    if (value instanceof Map || value instanceof Set) return value.size;
    if (ArrayBuffer.isView(value)) return value.byteLength;
    return typeof value === 'object' ? Object.keys(value as Payload).length : String(value).length;
  });
}

/** Without what belongs to the log, and cut field by field where it is too long. */
function bounded(record: Readonly<Record<string, unknown>>): string {
  let room = MAX_CHARS;
  const kept: [string, unknown][] = [];
  for (const [key, value] of Object.entries(record)) {
    if (NOT_OF_EVENT.includes(key)) continue;
    const size = JSON.stringify(value).length + key.length + 6;
    const isKept = size <= room - MARKER_ROOM;
    kept.push([key.slice(0, 256), isKept ? value : `[left out: ${size} characters]`]);
    room -= isKept ? size : MARKER_ROOM;
    if (room < 2 * MARKER_ROOM) break;
  }
  return JSON.stringify(Object.fromEntries(kept));
}

const MARKER_ROOM = 300;
