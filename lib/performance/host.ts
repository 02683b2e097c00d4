import type { Clock } from '../core/clock';
import type { EventPrefix } from '../core/event';
import type { AttachOptions, HandlerFactory, HandlerHandle } from '../core/handler';
import type { Warning } from '../core/warning';

/** What is told of recorded durations, in ms. */
export interface DurationSummary {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
}

/** A histogram of durations. */
export interface Durations {
  /** @param ms - A finite number from 0 on. */
  record(ms: number): void;
  /** `undefined` while nothing was recorded. */
  summary(): DurationSummary | undefined;
  reset(): void;
}

/** What the watch over slow operations uses of its bus. */
export interface PerformanceHost {
  readonly clock: Clock;
  attachEach(id: string, prefix: EventPrefix, factory: HandlerFactory, options?: AttachOptions): HandlerHandle;
  /** Writes a line of the stream `performance`. Fields pass redaction and limits. Never throws. */
  write(level: 'warn' | 'error', message: string, fields: object): void;
  /** The fields of the current scope. */
  context(): Readonly<Record<string, unknown>> | undefined;
  createDurations(): Durations;
  /** The recorded durations of an event since the last reset; `undefined` when there are none. */
  durationsOf(event: readonly [string, string, string]): DurationSummary | undefined;
  warn(warning: Warning): void;
}
