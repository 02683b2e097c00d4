import type { AlertNotification } from '../target';

/** What became of a notification. */
export interface DeliveryOutcome {
  readonly target: string;
  readonly isDelivered: boolean;
  /** Why not. */
  readonly code: string | undefined;
  readonly attempts: number;
  /** In ms, from when it was accepted. */
  readonly duration: number;
}

/** A notification that a target was given. */
export interface Waiting {
  readonly notification: AlertNotification;
  /** Monotonic. */
  readonly acceptedAt: number;
  /** Of a test: told how it ended. */
  readonly onEnd: ((outcome: DeliveryOutcome) => void) | undefined;
  attempts: number;
}
