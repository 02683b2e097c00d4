import type { AlertsHost } from '../host';
import type { AlertThreshold } from '../rule';
import type { EventHub } from './event-hub';

/** What measures are made of. */
export interface MeasureParts {
  readonly host: AlertsHost;
  /** One for each engine. */
  readonly hub: EventHub;
  /** How often the engine reads, in ms. Its ticks are at multiples of this. */
  readonly stepMs: number;
}

/** Whether small numbers are the bad ones. */
export const isBelow = ({ op }: AlertThreshold): boolean => op === '<' || op === '<=';

/** Of two numbers the one that is closer to an alert. */
export const worse = (threshold: AlertThreshold, one: number, other: number): number =>
  isBelow(threshold) ? Math.min(one, other) : Math.max(one, other);
