import type { AlertSeverity } from './rule';

export type AlertState = 'pending' | 'firing' | 'resolved';

/** One rule, for one group, that is not well; or that was not until now. */
export interface Alert {
  /** The same for the same rule and group, whatever the process: 16 hexadecimal digits. */
  readonly id: string;
  readonly rule: string;
  readonly group: string | undefined;
  /** What the group is a value of. */
  readonly by: string | undefined;
  readonly state: AlertState;
  readonly severity: AlertSeverity;
  /** The last number; `undefined` when there was nothing to tell from. */
  readonly value: number | undefined;
  readonly threshold: number;
  /** For people, redacted. */
  readonly summary: string;
  /** The rule's text form. */
  readonly condition: string;
  readonly runbook: string | undefined;
  /** All times in ms since the epoch. When the condition began to hold. */
  readonly since: number;
  readonly firedAt: number | undefined;
  readonly resolvedAt: number | undefined;
  /** A silence keeps it from being told. */
  readonly isSilenced: boolean;
  readonly details: Readonly<Record<string, string>>;
}
