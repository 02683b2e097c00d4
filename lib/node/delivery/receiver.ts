import type { DeliveryRow } from './row';

/**
 * Where lines are delivered to: a database, a collector.
 *
 * - Every method MUST settle within its time limit, whatever the receiver does, and MUST NOT throw before it returns.
 * - `open` may be called again after it rejected, and is called before each batch.
 * - `insert` MUST take all of the rows or none, but for those it says it rejected. A rejection may leave it open whether they
 *   were taken: the same rows come again, with the same keys.
 */
export interface LineReceiver {
  /** Shown in statistics and warnings. Never holds a secret. */
  readonly name: string;
  open(): Promise<void>;
  /** @returns How many of the rows it took only to throw them away. */
  insert(rows: readonly DeliveryRow[]): Promise<number>;
  /** Never rejects. */
  close(): Promise<void>;
}

/** What a failure of a receiver says. Errors that receivers reject with have these as properties. */
export interface DeliveryFailure {
  /** `unavailable`: it may work later. `refused`: never for these very rows. `corrupt`: it must be opened again. */
  readonly kind: 'unavailable' | 'refused' | 'corrupt';
  /** Of the driver, the protocol or the system: short, without a secret. */
  readonly code: string;
  /** It is not to be tried again before so many ms. */
  readonly notBeforeMs: number;
  /** What somebody could do about it. */
  readonly advice: string | undefined;
  /** It was sent and no answer came: there may have been too much of it, for the receiver or for the time. */
  readonly isUnanswered: boolean;
}

/** No receiver puts a delivery off for longer. */
const LONGEST_MS = 300_000;

/** Reads a failure; of what is none, against the contract, that it may work later. */
export function failureOf(error: unknown): DeliveryFailure {
  const { kind, code, notBeforeMs, advice, isUnanswered } = (error ?? {}) as Partial<DeliveryFailure>;
  const isKnown = kind === 'refused' || kind === 'corrupt';
  return {
    kind: isKnown ? kind : 'unavailable',
    code: typeof code === 'string' ? code.slice(0, 64) : 'UNKNOWN',
    notBeforeMs: typeof notBeforeMs === 'number' && notBeforeMs > 0 ? Math.min(LONGEST_MS, notBeforeMs) : 0,
    advice: typeof advice === 'string' ? advice : undefined,
    isUnanswered: isUnanswered === true,
  };
}
