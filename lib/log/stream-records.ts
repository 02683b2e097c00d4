import { messageOf } from './exception';
import { keysOf, type Payload, readValue } from './payload';
import type { RecordLevel } from './record';

/** A finished request. Other fields may stand beside these, and come after them. */
export interface AccessFields {
  /** Default: that of the context. */
  readonly request_id?: string | undefined;
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly status?: number | undefined;
  readonly duration_ms?: number | undefined;
  /** Bytes of the body of the answer. */
  readonly content_length?: number | undefined;
  readonly ip?: string | undefined;
  readonly user_agent?: string | undefined;
  readonly [field: string]: unknown;
}

/** The tag of what no level and no storm can keep out while a program runs. */
export const SECURITY_STREAM: string = 'security';

export type Severity = 'low' | 'medium' | 'high' | 'critical';

/** What concerns the safety of a program. Other fields may stand beside these, and come after them. */
export interface SecurityFields {
  /** Decides the level: info, warn, error, critical. Default `medium`. */
  readonly severity?: Severity | undefined;
  readonly ip?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly attempts?: number | undefined;
  readonly blocked?: boolean | undefined;
  readonly attempted_resource?: string | undefined;
  readonly user_agent?: string | undefined;
  readonly [field: string]: unknown;
}

/** How long something took. Other fields may stand beside these, and come after them. */
export interface PerformanceFields {
  readonly duration_ms?: number | undefined;
  /** Which function, in which module; they stand among the core fields, as `request_id` does. */
  readonly function?: string | undefined;
  readonly module?: string | undefined;
  readonly request_id?: string | undefined;
  readonly [field: string]: unknown;
}

/** A line of one of the library's own streams, before it is written. */
export interface StreamRecord {
  /** The tag, which is also the name of the logger. */
  readonly stream: 'access' | 'security' | 'performance';
  readonly level: RecordLevel;
  readonly message: string;
  readonly fields: Payload;
}

const ACCESS = ['request_id', 'method', 'path', 'status', 'duration_ms', 'content_length', 'ip', 'user_agent'];
const SECURITY = ['event', 'severity', 'ip', 'endpoint', 'attempts', 'blocked', 'attempted_resource', 'user_agent'];
const PERFORMANCE = ['metric', 'duration_ms', 'function', 'module', 'request_id'];

const LEVEL_OF: Readonly<Record<Severity, RecordLevel>> = { low: 'info', medium: 'warn', high: 'error', critical: 'critical' };

/** The record of a finished request: `request_complete`. */
export const accessRecord = (fields: AccessFields): StreamRecord => ({
  stream: 'access',
  level: 'info',
  message: 'request_complete',
  fields: arranged(ACCESS, fields, {}),
});

/** The record of a security event: `Security event: <name>`. A severity that is none counts as `medium`. */
export function securityRecord(name: string, fields: SecurityFields): StreamRecord {
  const said = readValue(payload(fields), 'severity');
  const severity = typeof said === 'string' && Object.hasOwn(LEVEL_OF, said) ? (said as Severity) : 'medium';
  return {
    stream: 'security',
    level: LEVEL_OF[severity],
    message: `Security event: ${messageOf(name)}`,
    fields: arranged(SECURITY, fields, { event: name, severity }),
  };
}

/** The record of a measured time: `Performance metric: <name>`. */
export const performanceRecord = (name: string, fields: PerformanceFields): StreamRecord => ({
  stream: 'performance',
  level: 'info',
  message: `Performance metric: ${messageOf(name)}`,
  fields: arranged(PERFORMANCE, fields, { metric: name }),
});

/** The fields in the order of their schema, then the others. Each is read once; what is not there takes no place. */
function arranged(order: readonly string[], fields: unknown, decided: Payload): Payload {
  const given = payload(fields);
  const entries: [string, unknown][] = [];
  for (const key of order) {
    const value = Object.hasOwn(decided, key) ? decided[key] : readValue(given, key);
    if (value !== undefined) entries.push([key, value]);
  }
  for (const key of keysOf(given)) if (!order.includes(key)) entries.push([key, readValue(given, key)]);
  // Assigning to `__proto__` would not make a field of it.
  return Object.fromEntries(entries);
}

const payload = (fields: unknown): Payload => (typeof fields === 'object' && fields !== null ? (fields as Payload) : {});
