import type { Clock } from '../core/clock';
import type { ErrorMark, ErrorPlace } from '../core/error-mark';
import type { EventName, EventPrefix } from '../core/event';
import type { AttachOptions, HandlerFactory, HandlerHandle } from '../core/handler';
import type { Warning } from '../core/warning';

/** An error that was told of. */
export interface SeenError {
  readonly error: unknown;
  /** `false`: a line of level error or critical told of none. */
  readonly hasError: boolean;
  readonly mark: ErrorMark;
  readonly place: ErrorPlace;
}

/** A security event that was recorded. */
export interface SeenSecurityEvent {
  readonly name: string;
  readonly severity: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A series of a metric, live. */
export interface SeenSeries {
  readonly tags: readonly (readonly [name: string, value: string])[];
  /** Events of a counter, the sum of a sum, the last value, the number of values of a summary or distribution. */
  value(): number;
}

/** A series of the history. */
export interface SeenHistory {
  readonly tags: Readonly<Record<string, string>>;
  /** When the rows began, ms since the epoch. */
  readonly times: readonly number[];
  readonly columns: Readonly<Record<string, readonly (number | null)[] | undefined>>;
}

/** Durations of the last while, in ms, kept in slices. */
interface WindowedDurations {
  /** @param ms - A finite number from 0 on. */
  record(ms: number, now: number): void;
  /** Those of the window that ends now; `undefined` when there are none. */
  summary(
    now: number,
  ): Readonly<Record<'count' | 'min' | 'max' | 'mean' | 'p50' | 'p75' | 'p90' | 'p95' | 'p99' | 'p999', number>> | undefined;
  /** Lets go of what it holds. */
  release(): void;
}

/** 0: healthy, 1: degraded, 2: unhealthy. */
export interface SeenHealth {
  readonly overall: 0 | 1 | 2;
  readonly checks: Readonly<Record<string, 0 | 1 | 2>>;
}

/** What alerts use of their bus. */
export interface AlertsHost {
  readonly clock: Clock;
  /** From 0 up to but without 1. */
  random(): number;
  attachEach(id: string, prefix: EventPrefix, factory: HandlerFactory, options?: AttachOptions): HandlerHandle;
  /** Emits; never throws. */
  execute(event: EventName, measurements: object, metadata?: object): void;
  /** Calls back for every error of the bus, in the call that told of it. Returns what ends it. */
  onError(listener: (seen: SeenError) => void): () => void;
  /** The same for security events. Makes the security of the bus when it is asked first. */
  onSecurity(listener: (event: SeenSecurityEvent) => void): () => void;
  /** The series of a metric by its name; empty for one that is not there. */
  series(metric: string): Iterable<SeenSeries>;
  /** The history of a metric; `undefined` for a bus without one. Empty for a metric it does not follow. */
  history(metric: string, tags: Readonly<Record<string, string>> | undefined, lastMs: number): readonly SeenHistory[] | undefined;
  /** `undefined` for a bus without health checks. */
  health(): SeenHealth | undefined;
  /** @param sliceMs - How finely the window moves. */
  createDurations(windowMs: number, sliceMs: number): WindowedDurations;
  /** The fields of the current scope. */
  context(): Readonly<Record<string, unknown>> | undefined;
  /** Writes a line of the log. Fields pass redaction and limits. Never throws. */
  writeLine(level: 'info' | 'warn' | 'error' | 'critical', message: string, fields: object): void;
  /** Masks secrets in a text. Never throws. */
  redact(text: string): string;
  /** Names this application and instance in notifications: `app`, `environment`, `instance`, `hostname` as records have them. Never throws. */
  origin(): Readonly<Record<string, string>>;
  warn(warning: Warning): void;
}
