import type { Alert } from './alert';
import type { AlertSeverity } from './rule';

/**
 * What is told at once.
 * - `firing`: alerts began to fire, or became critical. `resolved`: they are over. `reminder`: they still fire.
 * - `record`: a line of level critical. `summary`: what did not fit into the limit of a target.
 * - `test`: somebody tries a target.
 */
export type NotificationKind = 'firing' | 'resolved' | 'reminder' | 'record' | 'summary' | 'test';

/** What a target is to tell. Plain data; every text is redacted, and bounded, but not escaped: that is the target's business. */
export interface AlertNotification {
  /** The same in every attempt to deliver it, and in no other: receivers can tell repeats by it. */
  readonly id: string;
  readonly kind: NotificationKind;
  readonly severity: AlertSeverity;
  /** One line, at most 150 characters: `[FIRING] llm_errors: 3 groups`. */
  readonly title: string;
  /** Some lines, at most 2,500 characters. */
  readonly text: string;
  /** At most 5. */
  readonly alerts: readonly Alert[];
  /** How many more there are. */
  readonly more: number;
  /** Ties what belongs together: the rule, or the fingerprint of a record. */
  readonly key: string;
  /** ms since the epoch. */
  readonly time: number;
  /** `app`, `environment`, `instance`, `hostname`. */
  readonly origin: Readonly<Record<string, string>>;
}

/** How a delivery failed, as far as a target knows. Other errors are taken for ones that may pass. */
export interface DeliveryFailure {
  /** Says what it was without naming addresses, tokens or answers: `HTTP_429`, `TIMEOUT`, `ECONNREFUSED`, `ADDRESS_REFUSED`. */
  readonly code: string;
  /** `false`: trying again can't help. */
  readonly mayPass: boolean;
  /** The receiver asks to wait so long, in ms. It is waited for 5 minutes at most. */
  readonly retryAfterMs?: number;
}

const FAILURE = Symbol.for('telemetry-bus/delivery-failure');

/** The error a target rejects with. */
export class DeliveryError extends Error implements DeliveryFailure {
  readonly code: string;
  readonly mayPass: boolean;
  declare readonly retryAfterMs?: number;

  constructor({ code, mayPass, retryAfterMs }: DeliveryFailure, message: string = code) {
    super(message);
    this.name = 'DeliveryError';
    this.code = code;
    this.mayPass = mayPass;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
    Object.defineProperty(this, FAILURE, { value: true });
  }
}

/** Reads how a delivery failed. Never throws. */
export function failureOf(error: unknown): DeliveryFailure {
  try {
    if (typeof error === 'object' && error !== null && FAILURE in error) return error as unknown as DeliveryFailure;
  } catch {
    // A proxy that refuses to be looked at.
  }
  return { code: 'FAILED', mayPass: true };
}

/**
 * Where alerts are told. The engine queues, limits, repeats and counts; a target sends once.
 *
 * - `send` resolves when the receiver has taken it; it rejects with a {@link DeliveryError}, or with anything else.
 * - It MUST end when the signal is aborted, at the latest some 100 ms later; what comes then counts for nothing.
 * - It MUST NOT log, emit or throw at once.
 * - Nothing it says, its name included, may hold a token or a whole URL.
 */
export interface AlertTarget {
  /** Unique among the targets; letters, digits, `_`, `-`, at most 64. */
  readonly name: string;
  /** Where to, for people: a host and the last 4 characters at most. */
  readonly place: string;
  send(notification: AlertNotification, context: { readonly signal: AbortSignal }): Promise<void>;
  /** How many it may be sent within which time. Default: 10 in 1 minute; what is more becomes one summary, if `kinds` has that. */
  readonly limit?: { readonly most: number; readonly perMs: number };
  /** Only from this severity on. Default: all. */
  readonly minSeverity?: AlertSeverity;
  /** Kinds that it takes; without `summary`, what is beyond its limit is counted only. Default: all. */
  readonly kinds?: readonly NotificationKind[];
  /** Called when the alerts stop or the target is taken away. It may be sent to again afterwards: alerts can be started again. */
  close?(): Promise<void>;
}
