import { isTelemetryError, refusal } from '../core/errors';
import { isFunction } from '../core/options';
import { quietly } from '../core/quietly';
import { read } from '../core/read';
import type { Warning } from '../core/warning';
import { type AdminDeed, deedIn } from './admin-deed';
import { ErrorRate } from './error-rate';
import { infoOf, type SecurityEventName } from './events';
import { FailureDetector } from './failures';
import { copyFields, type FieldCopy } from './fields';
import type { SecurityHost, SeenError } from './host';
import { eventOf, Journal, type SecurityCounts, type SecurityEvent } from './journal';
import { Listeners, type SecurityListener } from './listeners';
import { readOptions, type SecurityOptions } from './options';
import { safeName } from './safe-text';
import { isSeverity, type SecuritySeverity } from './severity';
import { SuspicionDetector } from './suspicion';

/** Fields of a security event. Others may stand beside these, and come after them. */
export interface SecurityEventFields {
  /** Default: what is recommended for the name, else `medium`. */
  readonly severity?: SecuritySeverity | undefined;
  /** Failures are counted by it, and by `user`. */
  readonly ip?: string | undefined;
  readonly user?: string | number | undefined;
  readonly endpoint?: string | undefined;
  readonly attempts?: number | undefined;
  readonly blocked?: boolean | undefined;
  readonly attempted_resource?: string | undefined;
  readonly user_agent?: string | undefined;
  readonly [field: string]: unknown;
}

/** What is held, and what fell out. */
export interface SecurityStats {
  /** Addresses, users and errors that are watched. */
  readonly ips: number;
  readonly users: number;
  readonly fingerprints: number;
  /** Failures of keys that did not fit, and suspicious errors that did not. */
  readonly failureOverflow: number;
  readonly suspiciousOverflow: number;
  /** Suspicious errors that had no event of their own. */
  readonly suppressed: number;
  readonly listenerFailures: number;
  /** Events recorded by listeners or getters of events more than 4 deep, and events that the log could not be given. */
  readonly dropped: number;
}

/** Security events of a bus. */
export interface Security {
  /**
   * Writes a record of the stream `security`: `Security event: <name>`.
   *
   * Never throws, whatever the name and the fields are. The stream takes every record while the program runs: no level, filter or
   * sampling of the log applies. Where the log can't be made (its configuration is wrong), that is warned of once; the event is
   * counted, and listeners and detectors are told of it all the same.
   *
   * @param name - A recommended name, see {@link SECURITY_EVENTS}, or another; at most 64 printable ASCII characters are kept.
   * @param fields - At most 256; the log redacts and bounds them.
   */
  record(name: SecurityEventName, fields?: SecurityEventFields): void;
  /** How many events there were, those of the detectors included. */
  counts(): SecurityCounts;
  /** The last events, the newest first. @param most - How many; default and most 100. */
  recent(most?: number): readonly SecurityEvent[];
  /**
   * Calls back for each event, those of the detectors included, in the call that recorded it. What a listener throws is
   * counted, and warned of once.
   *
   * @returns What ends it.
   * @throws {TelemetryError} `HANDLER_INVALID` when it is not a function.
   */
  on(listener: SecurityListener): () => void;
  stats(): SecurityStats;
  /**
   * Changes the detectors that are named; one that is changed begins anew. What was counted stays.
   *
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; nothing is changed then.
   */
  configure(options?: SecurityOptions): void;
  /** Looks at no further errors. Events are still recorded. */
  close(): void;
}

const MAX_DEPTH = 4;

/**
 * Creates what records security events and raises some by itself; see {@link SecurityOptions}.
 *
 * What the library raises is never looked at by the detectors, nor is an error that the log tells of while it writes an event: no event
 * is about an event. A record costs a few microseconds besides its line, however many addresses and users there are.
 *
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 */
export function createSecurity(host: SecurityHost, options: SecurityOptions = {}): Security {
  let settings = readOptions(options);
  let failures = settings.failures && new FailureDetector(settings.failures);
  let errorRate = settings.errorRate && new ErrorRate(settings.errorRate);
  let suspicion = settings.suspicion && new SuspicionDetector(settings.suspicion);
  const journal = new Journal();
  const listeners = new Listeners((warning) => host.warn(warning));
  let depth = 0;
  let dropped = 0;
  /** Above 0, errors are the consequence of an event. */
  let publishing = 0;
  const warned = new Set<Warning['code']>();

  /** A log is made when it is used first, and its configuration may be wrong. */
  function write(name: string, fields: object): void {
    try {
      host.write(name, fields);
    } catch (error) {
      dropped++;
      const warning = warningOf(error);
      if (warned.has(warning.code)) return;
      warned.add(warning.code);
      // If that fails, nobody is left to be told.
      quietly(() => host.warn(warning));
    }
  }

  function publish(name: string, fields: Map<string, unknown>, source: SecurityEvent['source'], now: number, admin?: AdminDeed): void {
    const given = fields.get('severity');
    const severity = isSeverity(given) ? given : (infoOf(name)?.severity ?? 'medium');
    fields.set('severity', severity);
    const event = eventOf(name, severity, host.clock.systemTime(now), source, fields, admin);
    journal.add(event);
    publishing++;
    try {
      // Assigning to `__proto__` would not make a field of it.
      write(name, Object.fromEntries(fields));
      listeners.tell(event);
    } finally {
      publishing--;
    }
  }

  /** Runs one step. A listener, or a getter among the fields, may record in turn. */
  function guarded(step: (now: number) => void): void {
    if (depth >= MAX_DEPTH) {
      dropped++;
      return;
    }
    depth++;
    try {
      step(host.clock.monotonicTime());
    } catch {
      // What the application gave is called and read where nothing of it gets out, and so is the log: only an exhausted stack
      // comes here, and a clock that throws.
      dropped++;
    } finally {
      depth--;
    }
  }

  const raise = (name: SecurityEventName, fields: object, now: number): void =>
    publish(name, new Map(Object.entries(fields)), 'library', now);

  function recordOne(name: unknown, fields: unknown): void {
    guarded((now) => {
      const [safe, copy] = [safeName(name), copyFields(fields)];
      publish(safe, copy, 'application', now, deedIn(fields));
      for (const found of failures?.meet(safe, copy as FieldCopy, now) ?? []) raise('multiple_failed_attempts', found, now);
    });
  }

  function meetError(seen: SeenError): void {
    if (publishing > 0) return;
    guarded((now) => {
      const { mark, place } = seen;
      // An error that was told of before, or that was expected (a warning), is no further one.
      const isCounted = mark.occurrences > 0 && (place.level === 'error' || place.level === 'critical');
      const alarm = isCounted ? errorRate?.meet(mark.fingerprint, now) : undefined;
      if (alarm !== undefined) raise('high_error_rate', { ...alarm, window_ms: settings.errorRate!.windowMs }, now);
      const suspicious = suspicion?.meet(seen, now);
      if (suspicious !== undefined) raise('suspicious_error', suspicious, now);
    });
  }

  function configure(changes: SecurityOptions = {}): void {
    const next = readOptions(changes);
    settings = {
      failures: changes.failures === undefined ? settings.failures : next.failures,
      errorRate: changes.errorRate === undefined ? settings.errorRate : next.errorRate,
      suspicion: changes.suspiciousErrors === undefined ? settings.suspicion : next.suspicion,
    };
    if (changes.failures !== undefined) failures = settings.failures && new FailureDetector(settings.failures);
    if (changes.errorRate !== undefined) errorRate = settings.errorRate && new ErrorRate(settings.errorRate);
    if (changes.suspiciousErrors !== undefined) suspicion = settings.suspicion && new SuspicionDetector(settings.suspicion);
  }

  let leave: (() => void) | undefined = host.onError(meetError);

  return Object.freeze<Security>({
    record: recordOne,
    counts: () => journal.counts(),
    recent: (most = 100) => journal.recent(most),
    on(listener) {
      if (!isFunction(listener)) throw refusal('HANDLER_INVALID', 'security.on: listener', listener, 'a function');
      return listeners.add(listener);
    },
    stats: () => {
      const { ips, users, overflow } = failures?.stats() ?? { ips: 0, users: 0, overflow: 0 };
      return {
        ips,
        users,
        fingerprints: suspicion?.size ?? 0,
        failureOverflow: overflow,
        suspiciousOverflow: suspicion?.overflow ?? 0,
        suppressed: suspicion?.suppressed ?? 0,
        listenerFailures: listeners.failures,
        dropped,
      };
    },
    configure,
    close() {
      leave?.();
      leave = undefined;
    },
  });
}

/** What is told of a log that can't be written. */
function warningOf(error: unknown): Warning {
  const says = 'Security events are not written';
  if (isTelemetryError(error)) return { code: error.code, message: `${says}: ${error.what}. ${error.why}. ${error.fix}` };
  const message = read(error, 'message');
  return { code: 'SINK_FAILED', message: typeof message === 'string' ? `${says}: ${message.slice(0, 256)}` : says };
}
