import type { Bus } from '../core/bus';
import { TelemetryError } from '../core/errors';
import { checkOptions } from '../core/options';
import { INTERCEPT, type Interceptable } from '../log/intercept';
import type { LogRecord } from '../log/record';
import { enterScope, isInScope } from './scope';
import { createWaiting, type WaitOptions } from './waiting';

/** What `captureRecords` needs of a bus: one made by `createTelemetry` of `telemetry-bus`. */
export interface RecordingBus extends Pick<Bus<never>, 'listHandlers'>, Interceptable {
  attachLogHandler(): { detach(): boolean };
}

export interface CaptureRecordsOptions {
  /** `false`: see the records of tests that run at the same time, too. Default `true`. */
  readonly scoped?: boolean;
  /** `false`: only plain lines; the log handler is left as it is. Default `true`. */
  readonly events?: boolean;
  /** `true`: what is captured goes to the sinks as well, if its level passes. Default `false`. */
  readonly passThrough?: boolean;
}

/** A running capture of records. Disposing (`using`), or `stop`, ends it; what it holds stays readable. */
export interface RecordCapture extends Disposable {
  /** All that was captured, oldest first: parsed, as they would have been written. */
  readonly records: readonly LogRecord[];
  /** The same as lines of default JSON. */
  readonly lines: readonly string[];
  /** Those with a message, or of an event by its dotted key. */
  of(message: string): readonly LogRecord[];
  /**
   * Resolves with the records once there are so many, or with the first one that meets a condition.
   *
   * @throws {TelemetryError} `CAPTURE_TIMEOUT`, rejecting, with what was captured instead.
   */
  waitFor(count: number, options?: WaitOptions): Promise<readonly LogRecord[]>;
  waitFor(condition: (record: LogRecord) => boolean, options?: WaitOptions): Promise<LogRecord>;
  stop(): void;
}

/**
 * Captures the records of a bus, for tests: of events (the log handler is attached for as long as it takes) and of
 * loggers, of every level, whatever levels are set. What is captured does not reach the sinks.
 *
 * A record is what a sink would be given in default JSON, parsed: redacted and limited as there. Tests that run at once
 * do not see each other's records where the platform has async context.
 *
 * @throws {TelemetryError} `OPTION_INVALID` for a bus without a log, such as that of `telemetry-bus/core`.
 * @example
 * using captured = captureRecords(telemetry);
 * telemetry.logger('bot').debug('Fetched', { rows: 3, api_key: 'k-123' });
 * captured.records[0]?.rows; // => 3
 * captured.records[0]?.api_key; // => '***'
 */
export function captureRecords(bus: RecordingBus, options: CaptureRecordsOptions = {}): RecordCapture {
  checkOptions('captureRecords', options, { scoped: 'boolean', events: 'boolean', passThrough: 'boolean' });
  const { scoped = true, events = true, passThrough = false } = options;
  const intercept = bus[INTERCEPT];
  if (intercept === undefined) {
    throw new TelemetryError(
      'OPTION_INVALID',
      "captureRecords can't be used on this bus",
      'It has no log',
      "Create it with createTelemetry of 'telemetry-bus', not of 'telemetry-bus/core'",
    );
  }
  const lines: string[] = [];
  const records: LogRecord[] = [];
  const waiting = createWaiting(records, ({ message }) => message, {
    many: 'records',
    one: 'a record',
    fix: 'Log them, wait longer with { timeout }, or check that no later capture is on',
  });
  const capture = { bus, kind: 'records' as const, keys: undefined };

  const end = intercept({
    take(line) {
      if (scoped && !isInScope(scope)) return false;
      lines.push(line);
      records.push(JSON.parse(line) as LogRecord);
      waiting.grew();
      return !passThrough;
    },
  });
  const release = events ? useLogHandler(bus) : () => undefined;
  const scope = scoped ? enterScope(capture) : undefined;

  function stop(): void {
    end();
    release();
    scope?.captures.delete(capture);
  }

  return {
    records,
    lines,
    of: (message) => records.filter((record) => record.message === message || record.event_name === message),
    waitFor: waiting.waitFor as RecordCapture['waitFor'],
    stop,
    [Symbol.dispose]: stop,
  };
}

/** How many captures want the log handler of a bus that was attached for the first of them. */
const users = new WeakMap<object, { count: number; readonly detach: () => boolean }>();

/** Attaches the log handler unless it is; the last capture to end takes it off again. */
function useLogHandler(bus: RecordingBus): () => void {
  const isAttached = bus.listHandlers().some(({ id }) => id === 'telemetry-log');
  const shared = users.get(bus) ?? (isAttached ? undefined : { count: 0, detach: bus.attachLogHandler().detach });
  if (shared === undefined) return () => undefined;
  users.set(bus, shared);
  shared.count++;
  let isUsed = true;
  return () => {
    if (!isUsed) return;
    isUsed = false;
    if (--shared.count > 0) return;
    users.delete(bus);
    shared.detach();
  };
}
