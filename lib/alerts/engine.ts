import { TelemetryError } from '../core/errors';
import { optionInvalid } from '../core/options';
import { nearest } from '../core/show';
import type { Alert, AlertState } from './alert';
import type { AlertQuery, AlertRuleView } from './api';
import type { Deliveries } from './delivery/deliveries';
import { ALERT_FIRING, ALERT_PENDING, ALERT_RESOLVED } from './events';
import type { AlertsHost } from './host';
import type { Measure } from './measure';
import type { Publish } from './publishing';
import type { AlertRule, ReadyRule } from './rule';
import { secretInvalid } from './secret';
import type { Silences } from './silences/silences';
import { viewOf } from './states/alert-view';
import type { GroupState, Moment, StateChange } from './states/group-state';
import { type AlertChange, History } from './states/history';
import { RuleState } from './states/rule-state';
import { Desk, type TellingSettings } from './telling/desk';
import type { Notifier } from './telling/notifier';
import { lineOf } from './text';

export interface EngineParts {
  readonly host: AlertsHost;
  readonly publish: Publish;
  readonly deliveries: Deliveries;
  readonly notifier: Notifier;
  readonly silences: Silences;
  readonly settings: () => TellingSettings;
  readonly readRule: (rule: AlertRule | string) => ReadyRule;
  readonly createMeasure: (rule: ReadyRule) => Measure;
}

const MAX_RULES = 10_000;
const MAX_GROUP = 200;
const EVENTS = { pending: ALERT_PENDING, firing: ALERT_FIRING, raised: ALERT_FIRING, resolved: ALERT_RESOLVED } as const;
const NOTHING: Measure = { read: () => [], overflow: 0, stop: () => undefined };

/** The rules, how they stand, and what a tick makes of them. */
export class Engine {
  readonly history: History = new History();
  ticks = 0;
  tickMs = 0;
  failures = 0;
  private readonly rules = new Map<string, RuleState>();
  private readonly desk: Desk;
  private isTicking = false;
  private lastAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: EngineParts) {
    this.desk = new Desk({
      settings: parts.settings,
      notifier: parts.notifier,
      isSilenced: (rule, group) => this.isSilenced(rule, group),
      viewOf: (rule, group, state) => this.view(rule, group, state),
    });
  }

  get size(): number {
    return this.rules.size;
  }

  /** Reads rules that are to be added to those there are. @throws {TelemetryError} As {@link add}. */
  read(given: readonly (AlertRule | string)[]): readonly ReadyRule[] {
    const ready = given.map((rule) => this.parts.readRule(rule));
    const names = new Set<string>();
    for (const { name } of ready) {
      if (this.rules.has(name) || names.has(name)) {
        const fix = 'Give it another name, or take the other one away with removeRule';
        throw new TelemetryError('HANDLER_EXISTS', `There is an alert rule ${name}`, 'Names are unique', fix);
      }
      names.add(name);
    }
    if (this.rules.size + ready.length > MAX_RULES) throw optionInvalid('addRules', ready.length, `at most ${MAX_RULES} rules in all`);
    return ready;
  }

  /** Adds all, or none. */
  add(given: readonly (AlertRule | string)[], isRunning: boolean): readonly RuleState[] {
    const ready = this.read(given);
    if (isRunning) this.checkTargets(ready, this.parts.deliveries.names);
    const added: RuleState[] = [];
    try {
      for (const rule of ready) added.push(new RuleState(rule, this.parts.createMeasure(rule), this.shown(rule), this.nameOf));
    } catch (error) {
      for (const { measure } of added) measure.stop();
      throw error;
    }
    for (const state of added) this.rules.set(state.rule.name, state);
    return added;
  }

  get(name: string): RuleState | undefined {
    return this.rules.get(name);
  }

  /**
   * @param isTold - `false`: alerts have stopped, and nobody would be told what is over.
   * @returns Whether it was there.
   */
  remove(state: RuleState, isTold: boolean): boolean {
    if (state.isRemoved) return false;
    state.isRemoved = true;
    this.rules.delete(state.rule.name);
    state.measure.stop();
    const moment = this.moment();
    for (const group of state.groups.values()) {
      if (group.state === 'inactive') continue;
      const didFire = group.state === 'firing';
      group.end(moment);
      const alert = this.view(state, group, 'resolved');
      this.history.add(Object.freeze({ time: moment.time, change: 'removed', alert }));
      if (didFire && isTold) this.emit('resolved', alert, group);
    }
    if (isTold) this.parts.publish(() => this.desk.tellRemoved(state, moment.at));
    return true;
  }

  /** Measures everything anew, or nothing any more. */
  renewMeasures(isOn: boolean): void {
    const { at } = this.moment();
    for (const state of this.rules.values()) {
      // Before there is another, so that no number is taken twice.
      state.measure.stop();
      state.renew(isOn ? this.parts.createMeasure(state.rule) : NOTHING, at);
    }
  }

  /** After a while in which nobody looked: what is pending is no more, and no duration goes on from before. */
  resume(): void {
    const moment = this.moment();
    for (const state of this.rules.values()) state.resume((group, change) => this.changed(state, group, change, moment));
  }

  /** @throws {TelemetryError} `OPTION_INVALID` for a rule that names a target that is not among these. */
  checkTargets(rules: Iterable<ReadyRule>, names: readonly string[]): void {
    for (const rule of rules) {
      const missing = rule.targets?.find((target) => !names.includes(target));
      if (missing === undefined) continue;
      const near = nearest(missing, names);
      throw secretInvalid(`Rule ${rule.name}: targets`, `one of ${names.join(', ')}${near ? `. Did you mean "${near}"?` : ''}`);
    }
  }

  *readyRules(): Iterable<ReadyRule> {
    for (const { rule } of this.rules.values()) yield rule;
  }

  /** Looks at all rules. Never throws. @param isNow - See {@link Measure.read}. */
  tick(at: number, isNow = false): void {
    // A handler of an alert's event may ask for it.
    if (this.isTicking) return;
    this.isTicking = true;
    const begun = this.parts.host.clock.monotonicTime();
    try {
      const moment = this.moment(at);
      this.ticks++;
      this.parts.silences.expire(begun);
      // As many as there are now: what is added meanwhile is looked at next time.
      for (const state of [...this.rules.values()]) {
        if (state.isRemoved) continue;
        state.step(moment, isNow, (group, change) => this.changed(state, group, change, moment));
        this.desk.tell(state, moment.at);
      }
    } catch {
      // What the application gave is called where nothing of it gets out; only an exhausted stack comes here.
      this.failures++;
    } finally {
      this.isTicking = false;
      this.tickMs = this.parts.host.clock.monotonicTime() - begun;
    }
  }

  alerts({ rule, group, state, severity }: AlertQuery = {}): readonly Alert[] {
    const found: Alert[] = [];
    this.parts.silences.expire(this.parts.host.clock.monotonicTime());
    for (const ruleState of this.rules.values()) {
      if (rule !== undefined && ruleState.rule.name !== rule) continue;
      for (const groupState of ruleState.groups.values()) {
        if (groupState.state === 'inactive' || (state !== undefined && groupState.state !== state)) continue;
        if ((group !== undefined && groupState.group !== group) || (severity !== undefined && groupState.severity !== severity)) continue;
        found.push(this.view(ruleState, groupState, groupState.state));
      }
    }
    return found;
  }

  list(): readonly AlertRuleView[] {
    return [...this.rules.values()].map((state) => {
      const active = [...state.groups.values()].filter((group) => group.state !== 'inactive');
      const firing = active.filter((group) => group.state === 'firing');
      const worst = firing.length > 0 ? firing : active;
      return Object.freeze<AlertRuleView>({
        name: state.rule.name,
        condition: state.shown.condition,
        state: firing.length > 0 ? 'firing' : active.length > 0 ? 'pending' : 'inactive',
        severity: (worst.find(({ severity }) => severity === 'critical') ?? worst[0])?.severity,
        value: state.value,
        evaluatedAt: state.evaluatedAt,
        pending: active.length - firing.length,
        firing: firing.length,
        overflow: state.measure.overflow + state.ignored,
      });
    });
  }

  /** The last ones, newest first. */
  changes(most: number): readonly AlertChange[] {
    return this.history.last(most);
  }

  /** @param at - The moment that is meant; it never goes back. */
  private moment(at?: number): Moment {
    const { clock } = this.parts.host;
    const now = clock.monotonicTime();
    this.lastAt = Math.max(this.lastAt, at ?? now);
    return { at: this.lastAt, time: Math.round(clock.systemTime(now) - (now - this.lastAt)) };
  }

  private changed(state: RuleState, group: GroupState, change: StateChange, moment: Moment): void {
    const alert = this.view(
      state,
      group,
      change === 'pending' || change === 'ended' ? 'pending' : change === 'resolved' ? 'resolved' : 'firing',
    );
    this.history.add(Object.freeze({ time: moment.time, change, alert }));
    if (change !== 'ended' && change !== 'lowered') this.emit(change, alert, group);
  }

  private emit(change: keyof typeof EVENTS, alert: Alert, { firedMs }: GroupState): void {
    const { rule, severity, group, summary, value } = alert;
    const measurements = {
      ...(value !== undefined && { value }),
      ...(change === 'resolved' && { duration: firedMs }),
    };
    const metadata = { rule, severity, ...(group !== undefined && { group }), summary };
    this.parts.publish(() => this.parts.host.execute(EVENTS[change], measurements, metadata));
  }

  private readonly nameOf = (group: string): string => lineOf(this.parts.host, group, MAX_GROUP);

  private shown({ text, runbook }: ReadyRule): RuleState['shown'] {
    const { host } = this.parts;
    return { condition: lineOf(host, text, 500), runbook: runbook === undefined ? undefined : lineOf(host, runbook, 500) };
  }

  private isSilenced({ rule }: RuleState, group: GroupState): boolean {
    return this.parts.silences.covers(rule.name, group.group, group.severity, group.raw);
  }

  private view(state: RuleState, group: GroupState, as: AlertState): Alert {
    return viewOf(this.parts.host, state, group, as, this.isSilenced(state, group));
  }
}
