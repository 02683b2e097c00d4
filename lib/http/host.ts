import type { AnyCatalogue } from '../core/catalogue';
import type { Clock } from '../core/clock';
import type { EventName } from '../core/event';
import type { SpanScope } from '../core/span-scope';
import type { Warning } from '../core/warning';

/** Fields of an access record; see requirements C5. Those of the scope are added by the log. */
type AccessFields = Readonly<Record<string, unknown>>;

/** What is said of an error that is reported. */
interface ErrorReport {
  /** `undefined`: `error`, or `warn` for one that the errors engine expects. */
  readonly level: 'warn' | undefined;
  readonly fields: object;
}

/** What to say to a person. */
interface PlainMessage {
  readonly title: string;
  readonly message: string;
  readonly action: string;
}

/** What request tracking uses of its bus. */
export interface HttpHost {
  readonly clock: Clock;
  declareEvents(events: AnyCatalogue): void;
  /** Resolved once: emits, never throws. */
  emitter(event: EventName): (measurements: object, metadata: object) => void;
  hasHandlers(event: EventName): boolean;
  /** Who gets around what a request is answered by. */
  readonly spans: SpanScope;
  /** Writes `request_complete` to the stream `access`. Never throws. */
  writeAccess(fields: AccessFields): void;
  /** Whether access records are wanted: `false` after `startTelemetry` with MONITOR_REQUEST_LOGGING=0. */
  isAccessWanted(): boolean;
  /** Registers the ready metrics; what is there already under their names stays. Returns what takes out those it put in. */
  registerMetrics(): () => void;
  /** Counts and logs an error, with the component `http`. Never throws. @returns Its id. */
  reportError(error: unknown, report: ErrorReport): string;
  /** What to say of an error to a person; nothing of the error itself is in it. Never throws. */
  messageFor(error: unknown, locale: string | undefined): PlainMessage;
  /** Redacts a text as the log would. */
  redact(text: string): string;
  warn(warning: Warning): void;
}

/** Thresholds as durations are compared with them, in ms. */
export interface SlowLimits {
  readonly warn: number;
  readonly error: number;
}

/** The watch over slow requests, as far as tracking uses it itself. */
export interface SlowSeam<Slow> {
  readonly watch: Slow;
  /** The thresholds of a class that hold now. */
  limitsOf(className: string): SlowLimits | undefined;
  /** All that hold now, as the page of requirements D6 tells them. */
  thresholdTexts(): Readonly<Record<string, { readonly slow_request?: string; readonly very_slow_request?: string }>>;
  detach(): void;
}
