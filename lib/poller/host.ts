import type { Clock } from '../core/clock';
import type { EventName } from '../core/event';
import type { Warning } from '../core/warning';

/** A measurement of an event that is kept as a gauge. */
export interface GaugeDefinition {
  readonly name: string;
  readonly event: EventName;
  readonly measurement: string;
  readonly unit: string | undefined;
  readonly description: string | undefined;
  readonly tags: readonly string[];
  /** A series without a sample for so long is let go, and is not exported any more. */
  readonly expireAfterMs: number;
}

/** What pollers use of their bus. */
export interface PollerHost {
  readonly clock: Clock;
  /** Emits; never throws. */
  execute(event: EventName, measurements: object, metadata?: object): void;
  /** Registers gauges: all or none. Returns what takes them out again. @throws {TelemetryError} `METRIC_CONFLICT`, `METRIC_INVALID` */
  registerGauges(gauges: readonly GaugeDefinition[]): () => void;
  warn(warning: Warning): void;
}
