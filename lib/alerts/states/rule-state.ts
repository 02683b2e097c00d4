import { quietly } from '../../core/quietly';
import { alertIdOf } from '../alert-id';
import type { Measure, Reading } from '../measure';
import type { ReadyRule } from '../rule';
import { GroupState, type Moment, type StateChange, type StateRule } from './group-state';
import { Limits } from './limits';

/** The groups a measure has at most, those that have no place of their own being one. */
const MAX_READINGS = 1001;
/** Groups that are over are known for a while, so that they are not told twice. */
const MAX_GROUPS = 2 * MAX_READINGS;

type OnChange = (group: GroupState, change: StateChange) => void;

/** A rule, its measure, and the states of its groups. */
export class RuleState {
  readonly limits: Limits;
  readonly groups: Map<string | undefined, GroupState> = new Map();
  /** The worst number of the last tick. */
  value: number | undefined;
  /** ms since the epoch. */
  evaluatedAt: number | undefined;
  /** Groups that found no place here, each tick counted. */
  ignored = 0;
  /** A rule that was taken away is neither looked at nor told of. */
  isRemoved = false;
  /** When something of it was told, monotonic. */
  toldAt: number = Number.NEGATIVE_INFINITY;
  toldCriticalAt: number = Number.NEGATIVE_INFINITY;
  toldResolvedAt: number = Number.NEGATIVE_INFINITY;
  /** Since when something waits to be told. */
  waitingSince: number | undefined;
  /** When the measure began anew, monotonic. */
  private renewedAt = Number.NEGATIVE_INFINITY;
  private readonly stateRule: StateRule;
  private tick = 0;

  constructor(
    readonly rule: ReadyRule,
    private measured: Measure,
    /** What is shown of it, redacted. */
    readonly shown: { readonly condition: string; readonly runbook: string | undefined },
    /** What people see of the name of a group. */
    private readonly nameOf: (group: string) => string,
  ) {
    this.limits = new Limits(rule);
    this.stateRule = { limits: this.limits, forMs: rule.forMs, keepForMs: rule.keepForMs };
  }

  get measure(): Measure {
    return this.measured;
  }

  /**
   * Goes on with another measure, in place of one that was stopped. What fires now does not end before this one watched as much.
   *
   * @param at - Monotonic time.
   */
  renew(measure: Measure, at: number): void {
    this.measured = measure;
    this.renewedAt = at;
  }

  /** After a while in which nobody looked. */
  resume(onChange: OnChange): void {
    for (const group of this.groups.values()) {
      const change = group.resume();
      if (change !== undefined) onChange(group, change);
    }
  }

  /** Reads the numbers of a moment and moves the states on. @param isNow - See {@link Measure.read}. */
  step(moment: Moment, isNow: boolean, onChange: OnChange): void {
    const readings = quietly(() => this.measure.read(moment.at, isNow)) ?? [];
    this.tick++;
    this.value = undefined;
    this.evaluatedAt = moment.time;
    for (let index = 0; index < readings.length && index < MAX_READINGS; index++) {
      // A handler of the events may take the rule away; its groups have ended then.
      if (this.isRemoved) return;
      this.take(readings[index]!, moment, onChange);
    }
    this.ignored += Math.max(0, readings.length - MAX_READINGS);
    for (const group of this.groups.values()) {
      if (group.seen === this.tick || group.state === 'inactive') continue;
      this.stepGroup(group, undefined, moment, onChange);
    }
  }

  /** Forgets groups that are over and that nothing waits to be told of. */
  forget(isDone: (group: GroupState) => boolean): void {
    for (const [key, group] of this.groups) if (group.state === 'inactive' && isDone(group)) this.groups.delete(key);
  }

  private take({ group: key, value: number, details }: Reading, moment: Moment, onChange: OnChange): void {
    if (number !== undefined && (this.value === undefined || this.limits.isWorse(number, this.value))) this.value = number;
    let group = this.groups.get(key);
    if (group === undefined) {
      // Most groups are well, and are not held.
      if (number === undefined || this.limits.levelOf(number) === undefined) return;
      group = this.add(key);
      if (group === undefined) return;
    }
    group.seen = this.tick;
    if (details !== undefined) group.details = details;
    this.stepGroup(group, number, moment, onChange);
  }

  private stepGroup(group: GroupState, number: number | undefined, moment: Moment, onChange: OnChange): void {
    const isOlder = group.state === 'firing' && group.firedAt!.at <= this.renewedAt;
    if (isOlder && group.isBetter(number) && this.measure.isPartial?.(number, moment.at)) {
      group.hold();
      return;
    }
    const change = group.step(number, moment);
    if (change !== undefined) onChange(group, change);
  }

  private add(key: string | undefined): GroupState | undefined {
    if (this.groups.size >= MAX_GROUPS) this.forget(({ told }) => told.severity === undefined);
    if (this.groups.size >= MAX_GROUPS) {
      this.ignored++;
      return undefined;
    }
    const group = new GroupState(alertIdOf(this.rule.name, key), key, key === undefined ? undefined : this.nameOf(key), this.stateRule);
    this.groups.set(key, group);
    return group;
  }
}
