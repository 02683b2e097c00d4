import type { AlertSeverity } from '../rule';
import type { Limits } from './limits';

/** What a tick changed: `ended` is a pending alert that came to nothing, `raised` and `lowered` are about its severity. */
export type StateChange = 'pending' | 'ended' | 'firing' | 'raised' | 'lowered' | 'resolved';

/** A moment, by both clocks. */
export interface Moment {
  /** Monotonic time. */
  readonly at: number;
  /** ms since the epoch. */
  readonly time: number;
}

/** What the states of a rule's groups depend on. */
export interface StateRule {
  readonly limits: Limits;
  readonly forMs: number;
  readonly keepForMs: number;
}

/** What was told of a group. Times are monotonic. */
export interface Told {
  /** As what it was told that it fires, and nothing since. */
  severity: AlertSeverity | undefined;
  /** That it fires was told last, as whatever. */
  at: number;
  /** That it is critical was told last. */
  criticalAt: number;
  /** Also counts reminders. */
  remindedAt: number;
}

/**
 * The state of one group of a rule.
 *
 * It fires at the first tick at which the condition has held for `forMs`, from the tick at which it held first; likewise it is
 * critical once the critical threshold was passed for so long; and it is over once it has been well for `keepForMs`.
 */
export class GroupState {
  state: 'inactive' | 'pending' | 'firing' = 'inactive';
  severity: AlertSeverity;
  value: number | undefined;
  details: Readonly<Record<string, string>> | undefined;
  /** When the condition began to hold. */
  since: Moment | undefined;
  firedAt: Moment | undefined;
  resolvedAt: Moment | undefined;
  /** The last value beyond a threshold that it fired with. */
  worst: number | undefined;
  /** Tick that told of it last. */
  seen = 0;
  readonly told: Told = {
    severity: undefined,
    at: Number.NEGATIVE_INFINITY,
    criticalAt: Number.NEGATIVE_INFINITY,
    remindedAt: Number.NEGATIVE_INFINITY,
  };
  private wellSince: number | undefined;
  private criticalSince: number | undefined;

  constructor(
    readonly id: string,
    /** What the group was told as. */
    readonly raw: string | undefined,
    /** What people see of that. */
    readonly group: string | undefined,
    private readonly rule: StateRule,
  ) {
    this.severity = rule.limits.lowest;
  }

  /** @param value - `undefined`: nothing to tell from, which is taken as well. */
  step(value: number | undefined, moment: Moment): StateChange | undefined {
    const { limits } = this.rule;
    const level = value === undefined ? undefined : limits.levelOf(value);
    this.value = value;
    this.criticalSince = level === 'critical' ? (this.criticalSince ?? moment.at) : undefined;
    if (this.state === 'firing') return this.stepFiring(value, level, moment);
    if (level === undefined) {
      const change = this.state === 'pending' ? 'ended' : undefined;
      this.state = 'inactive';
      return change;
    }
    const isNew = this.state === 'inactive';
    if (isNew) this.begin(moment);
    if (moment.at - this.since!.at >= this.rule.forMs) return this.fire(moment);
    this.severity = level;
    return isNew ? 'pending' : undefined;
  }

  private begin(moment: Moment): void {
    this.state = 'pending';
    this.since = moment;
  }

  private fire(moment: Moment): StateChange {
    this.state = 'firing';
    this.firedAt = moment;
    this.wellSince = undefined;
    this.worst = this.value;
    this.severity = this.severityAt(moment);
    return 'firing';
  }

  private stepFiring(value: number | undefined, level: AlertSeverity | undefined, moment: Moment): StateChange | undefined {
    if (value !== undefined && this.rule.limits.keepsFiring(value)) {
      this.wellSince = undefined;
      if (level !== undefined) this.worst = value;
      const before = this.severity;
      this.severity = this.severityAt(moment);
      if (this.severity === before) return undefined;
      return this.severity === 'critical' ? 'raised' : 'lowered';
    }
    this.wellSince ??= moment.at;
    if (moment.at - this.wellSince < this.rule.keepForMs) return undefined;
    this.end(moment);
    return 'resolved';
  }

  /** Whether a number would end it, or make less of it. */
  isBetter(value: number | undefined): boolean {
    const { limits } = this.rule;
    if (value === undefined || !limits.keepsFiring(value)) return true;
    return this.severity === 'critical' && limits.lowest === 'warning' && limits.levelOf(value) !== 'critical';
  }

  /** It goes on as it is: there is nothing to tell from. */
  hold(): void {
    this.value = undefined;
    this.wellSince = undefined;
  }

  /**
   * What was not looked at for a while: no duration goes on from before that.
   *
   * @returns `ended` if it was pending, and is no more.
   */
  resume(): StateChange | undefined {
    this.wellSince = undefined;
    if (this.state === 'firing' && this.severity === 'critical') return undefined;
    this.criticalSince = undefined;
    if (this.state !== 'pending') return undefined;
    this.state = 'inactive';
    return 'ended';
  }

  /** For how long it fired, in ms; as `heldMs`, by the clock that never goes back. */
  get firedMs(): number {
    return this.firedAt === undefined || this.resolvedAt === undefined ? 0 : Math.max(0, this.resolvedAt.at - this.firedAt.at);
  }

  /** For how long the condition holds, in ms. */
  heldMs(at: number): number {
    return at - (this.since?.at ?? at);
  }

  /** It is over now, whatever its numbers are. */
  end(moment: Moment): void {
    this.state = 'inactive';
    this.resolvedAt = moment;
  }

  private severityAt({ at }: Moment): AlertSeverity {
    return this.criticalSince !== undefined && at - this.criticalSince >= this.rule.forMs ? 'critical' : this.rule.limits.lowest;
  }
}
