import type { Clock } from '../core/clock';
import type { EventName } from '../core/event';
import type { HandlerInfo } from '../core/handler';
import type { Warning } from '../core/warning';
import type { SinkStats } from '../sinks/sink';

/** What is told of recorded durations, in ms. */
export interface LatencySummary {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** A histogram of durations. */
export interface Latencies {
  /** @param ms - A finite number from 0 on. */
  record(ms: number): void;
  /** `undefined` while nothing was recorded. */
  summary(): LatencySummary | undefined;
}

/** What hides secrets in what checks say. */
export type Masks = Pick<HealthHost, 'redact' | 'maskOf'>;

/** What health checks use of their bus. */
export interface HealthHost {
  readonly clock: Clock;
  /** Emits; never throws. */
  execute(event: EventName, measurements: object, metadata?: object): void;
  createLatencies(): Latencies;
  /** The account of each sink of the log. Throws when there can be no log. */
  sinks(): readonly (SinkStats & { readonly name: string })[];
  handlers(): readonly HandlerInfo[];
  /** Masks secrets in a text. Never throws. */
  redact(text: string): string;
  /**
   * What stands for a text because of the key that it is found under; `undefined` for keys that are about nothing secret. Never throws.
   *
   * @param key - At most 256 characters.
   */
  maskOf(key: string, text: string): string | undefined;
  warn(warning: Warning): void;
}
