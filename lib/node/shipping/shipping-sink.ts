import type { Sink } from '../../sinks/sink';
import type { DeliveryStats } from '../delivery/stats';

/**
 * What a shipping sink knows of itself: the account of the lines it was given, where accepted = written + queued + all of
 * dropped, and more. Reasons to drop are `overflow` (memory is full), `spool_full` (memory and spool are), `refused` (the receiver
 * will never take the line), `rejected` (it took the request, and threw the line away), `spool_corrupt`, `spool_lost` (damaged or
 * gone in the spool), `unreadable` (no text), `unsent` (at the end of `close`), and `closed` (it came after that).
 */
export interface ShippingStats extends DeliveryStats {
  /** Requests that were begun. */
  readonly requests: number;
  /** Bytes of bodies of requests that were answered, as they went over the wire. */
  readonly sentBytes: number;
  /** Lines of earlier runs that were found in the spool; they count nowhere else. One that was spooled twice counts twice. */
  readonly recovered: number;
  readonly recoveredWritten: number;
  readonly recoveredRefused: number;
}

/** A sink that sends lines over HTTP. */
export interface ShippingSink extends Sink, AsyncDisposable {
  readonly format: 'json';
  stats(): ShippingStats;
  /**
   * Sends now, and keeps the process alive meanwhile. Settles when nothing waits; or when the receiver has failed or asked for
   * time, and what waits is in the spool as far as there is one with room. Never rejects.
   */
  flush(): Promise<void>;
  /**
   * Takes no more lines, and sends what waits for at most `closeDeadlineMs`; with a spool it gives up as soon as the receiver fails,
   * and leaves the rest to the next start, without one the rest is dropped as `unsent`. Never rejects; a second call gives the
   * same promise.
   */
  close(): Promise<void>;
}
