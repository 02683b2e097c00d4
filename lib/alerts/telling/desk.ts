import type { Alert, AlertState } from '../alert';
import type { AlertSeverity } from '../rule';
import type { GroupState } from '../states/group-state';
import type { RuleState } from '../states/rule-state';
import type { Notifier } from './notifier';

/** How alerts become notifications, in ms. */
export interface TellingSettings {
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly dedupeMs: number;
  readonly remindEveryMs: number | false;
}

interface DeskParts {
  readonly settings: () => TellingSettings;
  readonly isSilenced: (rule: RuleState, group: GroupState) => boolean;
  readonly viewOf: (rule: RuleState, group: GroupState, state: AlertState) => Alert;
  readonly notifier: Notifier;
}

/**
 * Decides at each tick what of a rule is told now.
 *
 * - What begins to fire waits `groupWait`, and after others of its rule `groupInterval`; so does what becomes critical, after other
 *   critical ones. The same is not told twice within `dedupe`; that it is critical is not the same as that it is a warning.
 * - What is over is told when nothing that was told fires any more, else `groupInterval` after the last such news.
 * - Nothing silenced is told. What fires when its silence ends is told as if it began then.
 */
export class Desk {
  constructor(private readonly parts: DeskParts) {}

  /** @param at - Monotonic time of the tick. */
  tell(rule: RuleState, at: number): void {
    if (rule.groups.size === 0) return;
    const { dedupeMs } = this.parts.settings();
    const fresh: GroupState[] = [];
    const known: GroupState[] = [];
    const over: GroupState[] = [];
    for (const group of rule.groups.values()) {
      const { told, state } = group;
      if (this.parts.isSilenced(rule, group)) hush(rule, group);
      else if (state !== 'firing') {
        if (told.severity !== undefined) over.push(group);
      } else if (isNews(group)) {
        const last = group.severity === 'critical' ? told.criticalAt : told.at;
        if (at - last >= dedupeMs) fresh.push(group);
      } else known.push(group);
    }
    this.tellFresh(rule, fresh, known, at);
    if (over.length > 0 && (known.length === 0 || at - rule.toldResolvedAt >= this.intervalOf(rule))) {
      this.tellOver(rule, over, at);
    }
    this.remind(rule, known, at);
    rule.forget(({ told }) => told.severity === undefined && at - told.at >= dedupeMs);
  }

  /** What was told of a rule that is taken away is over. */
  tellRemoved(rule: RuleState, at: number): void {
    const over = [...rule.groups.values()].filter((group) => group.told.severity !== undefined && !this.parts.isSilenced(rule, group));
    if (over.length > 0) this.tellOver(rule, over, at);
  }

  private tellFresh(rule: RuleState, fresh: GroupState[], known: GroupState[], at: number): void {
    if (fresh.length === 0) {
      rule.waitingSince = undefined;
      return;
    }
    const { groupWaitMs } = this.parts.settings();
    const isCritical = fresh.some(({ severity }) => severity === 'critical');
    rule.waitingSince ??= at;
    if (at - rule.waitingSince < groupWaitMs) return;
    if (at - (isCritical ? rule.toldCriticalAt : rule.toldAt) < this.intervalOf(rule)) return;
    rule.waitingSince = undefined;
    rule.toldAt = at;
    if (isCritical) rule.toldCriticalAt = at;
    this.notify('firing', rule, fresh, at, (group) => group.severity);
    for (const group of fresh) {
      const { told, severity } = group;
      told.severity = severity;
      told.at = told.remindedAt = at;
      if (severity === 'critical') told.criticalAt = at;
      known.push(group);
    }
  }

  private intervalOf({ rule }: RuleState): number {
    return rule.groupIntervalMs ?? this.parts.settings().groupIntervalMs;
  }

  private tellOver(rule: RuleState, over: readonly GroupState[], at: number): void {
    rule.toldResolvedAt = at;
    this.notify('resolved', rule, over, at, ({ told }) => told.severity!);
    for (const { told } of over) told.severity = undefined;
  }

  private remind(rule: RuleState, known: readonly GroupState[], at: number): void {
    const every = rule.rule.remindEveryMs ?? this.parts.settings().remindEveryMs;
    if (every === false || !known.some(({ told }) => at - told.remindedAt >= every)) return;
    this.notify('reminder', rule, known, at, ({ told }) => told.severity!);
    for (const { told } of known) told.remindedAt = at;
  }

  private notify(
    kind: 'firing' | 'resolved' | 'reminder',
    rule: RuleState,
    groups: readonly GroupState[],
    at: number,
    severityOf: (group: GroupState) => AlertSeverity,
  ): void {
    const critical = groups.filter((group) => severityOf(group) === 'critical');
    const others = critical.length === groups.length ? [] : groups.filter((group) => severityOf(group) !== 'critical');
    const state = kind === 'resolved' ? 'resolved' : 'firing';
    this.parts.notifier.tell(
      kind,
      rule.rule.name,
      rule.rule.targets,
      { all: groups.length, critical: critical.length },
      (isCriticalOnly, most) => {
        const shown = isCriticalOnly ? critical.slice(0, most) : [...critical.slice(0, most), ...others.slice(0, most)].slice(0, most);
        return shown.map((group) => ({
          alert: this.parts.viewOf(rule, group, state),
          lastedMs: state === 'resolved' ? group.firedMs : group.heldMs(at),
        }));
      },
    );
  }
}

/** Nothing was told of it, as far as what comes after its silence goes. */
function hush(rule: RuleState, { told }: GroupState): void {
  if (told.severity === undefined) return;
  told.severity = undefined;
  told.at = told.criticalAt = rule.toldAt = rule.toldCriticalAt = Number.NEGATIVE_INFINITY;
}

/** Whether it fires as nothing that was told. */
const isNews = ({ told, severity }: GroupState): boolean =>
  told.severity === undefined || (told.severity === 'warning' && severity === 'critical');
