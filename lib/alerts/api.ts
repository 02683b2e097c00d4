import type { Alert } from './alert';
import type { TargetStats } from './delivery/tally';
import type { DeliveryOutcome } from './delivery/waiting';
import type { AlertsOptions } from './options';
import type { RecordStats } from './records/record-watch';
import type { AlertRule, AlertSeverity } from './rule';
import type { ALERTS_SEAM, AlertsSeam } from './seam';
import type { Silence, SilenceOptions } from './silences/silences';
import type { AlertChange } from './states/history';

/** A rule that was added. It speaks of this one: when it is gone, a namesake is not touched. */
export interface AlertRuleHandle extends Disposable {
  readonly name: string;
  /** Takes the rule away; `false` when it was gone already. */
  remove(): boolean;
}

/** A rule, and how it stands. */
export interface AlertRuleView {
  readonly name: string;
  /** Its text form. */
  readonly condition: string;
  /** The worst of its groups. */
  readonly state: 'inactive' | 'pending' | 'firing';
  readonly severity: AlertSeverity | undefined;
  /** The worst number of the last tick; `undefined` when there was nothing to tell from. */
  readonly value: number | undefined;
  /** ms since the epoch; `undefined` before the first tick. */
  readonly evaluatedAt: number | undefined;
  readonly pending: number;
  readonly firing: number;
  /** How many samples had no place in a group of their own, because there were too many groups; together they are the group `(others)`. */
  readonly overflow: number;
}

/** Which alerts. */
export interface AlertQuery {
  readonly rule?: string;
  readonly group?: string;
  readonly state?: 'pending' | 'firing';
  readonly severity?: AlertSeverity;
}

/** What the alerts do and did. */
export interface AlertsStats {
  readonly isRunning: boolean;
  readonly rules: number;
  readonly ticks: number;
  /** What the last tick took, in ms. */
  readonly tickMs: number;
  /** Ticks that broke off. It is no more than a safeguard: none is known to. */
  readonly failures: number;
  readonly records: RecordStats;
  readonly targets: Readonly<Record<string, TargetStats>>;
}

/**
 * Alerts of a bus: rules are looked at every so often, and what fires is told to people.
 *
 * A group of a rule is *pending* while its condition holds but not for long enough, *firing* from then on, and *resolved* once it is
 * well again. Each change is an event, `telemetry.alert.pending`, `firing` or `resolved`.
 */
export interface Alerts {
  /**
   * Changes the options that are given.
   *
   * With `every` the windows of all rules begin anew; what fires ends no sooner than a window was watched as a whole. A target that stays keeps its queue; what waits for one that goes is given up.
   *
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; nothing is changed then.
   */
  configure(options: AlertsOptions): void;
  /**
   * Adds a rule, or its text form. It is looked at from the next tick on; its windows begin now.
   *
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`, `RULE_INVALID` for a rule that is wrong; `HANDLER_EXISTS` for a name that
   *   is taken.
   */
  addRule(rule: AlertRule | string): AlertRuleHandle;
  /**
   * Adds all of them, or none.
   *
   * @throws {TelemetryError} As `addRule`.
   */
  addRules(rules: readonly (AlertRule | string)[]): readonly AlertRuleHandle[];
  /** Takes a rule away. What was told of it is told to be over, unless alerts are stopped. @returns Whether there was one of that name. */
  removeRule(name: string): boolean;
  /**
   * Begins to look at the rules, at multiples of `every`; a second call does nothing. Keeps no process alive. After a time in which
   * the process stood still, the rules are looked at once. Begun again after `stop`, what was pending begins anew, and what fires ends no
   * sooner than its window was watched as a whole.
   *
   * @throws {TelemetryError} `OPTION_INVALID` when a rule names a target that is not there.
   */
  start(): void;
  /**
   * Looks at nothing any more, and tries to deliver what waits. What is left after the deadline is given up as `STOPPED`.
   *
   * @param deadlineMs - Default 5,000.
   */
  stop(deadlineMs?: number): Promise<void>;
  /**
   * Waits until everything is delivered or given up.
   *
   * @param deadlineMs - Default 5,000.
   * @returns Whether it is; `false` when the deadline came first.
   */
  flush(deadlineMs?: number): Promise<boolean>;
  /**
   * Looks at all rules now, started or not, but not once stopped. What happened up to now counts; windows then reach up to one step
   * further back than they say. For tests.
   */
  evaluate(): void;
  rules(): readonly AlertRuleView[];
  /** What is pending or fires, silenced or not. */
  alerts(query?: AlertQuery): readonly Alert[];
  firing(): readonly Alert[];
  pending(): readonly Alert[];
  /** The last changes, the newest first. @param most - Default and most 200. */
  history(most?: number): readonly AlertChange[];
  /**
   * Keeps alerts from being told, for a while. They change their states and are listed all the same; what still fires when the
   * silence is over is told then. A silence of everything also covers records.
   *
   * @returns The id of the silence.
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`, also for the 201st.
   */
  silence(options: SilenceOptions): string;
  /** Ends a silence. @returns Whether there was one. */
  unsilence(id: string): boolean;
  silences(): readonly Silence[];
  /**
   * Sends a notification of kind `test`, once, and tells what became of it.
   *
   * @param target - Name of a target.
   * @returns Rejects with a {@link TelemetryError} `OPTION_INVALID` when there is none of that name.
   */
  test(target: string): Promise<DeliveryOutcome>;
  stats(): AlertsStats;
  /** For `startTelemetry`. */
  readonly [ALERTS_SEAM]?: AlertsSeam;
}
