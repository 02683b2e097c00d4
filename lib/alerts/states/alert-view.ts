import type { Alert, AlertState } from '../alert';
import type { AlertsHost } from '../host';
import type { ReadyRule } from '../rule';
import { cut, lineOf, spanOf } from '../text';
import type { GroupState } from './group-state';
import type { Limits } from './limits';
import type { RuleState } from './rule-state';

const MAX_SUMMARY = 300;
const MAX_DETAIL = 200;
const MAX_DETAILS = 8;

const WORDS = { '>': 'above', '>=': 'at least', '<': 'below', '<=': 'at most' } as const;

/** What an alert is to everybody outside. */
export function viewOf(
  host: AlertsHost,
  { rule, limits, shown }: RuleState,
  group: GroupState,
  state: AlertState,
  isSilenced: boolean,
): Alert {
  const threshold = limits.limitOf(group.severity);
  return Object.freeze<Alert>({
    id: group.id,
    rule: rule.name,
    group: group.group,
    by: rule.by,
    state,
    severity: group.severity,
    value: group.value,
    threshold,
    summary: lineOf(host, summaryOf(rule, limits, group, threshold), MAX_SUMMARY),
    condition: shown.condition,
    runbook: shown.runbook,
    since: group.since?.time ?? 0,
    firedAt: state === 'pending' ? undefined : group.firedAt?.time,
    resolvedAt: state === 'resolved' ? group.resolvedAt?.time : undefined,
    isSilenced,
    details: detailsOf(host, group),
  });
}

function summaryOf(rule: ReadyRule, limits: Limits, group: GroupState, threshold: number): string {
  const isStill = staysOnly(limits, group);
  // Of what is over, the number that it fired with says more than the one that ended it.
  const number = group.state === 'pending' || isStill ? group.value : (group.worst ?? group.value);
  const value = number === undefined ? 'unknown' : rule.show(number);
  if (rule.summary !== undefined) {
    const filled = { value, threshold: rule.show(threshold), group: group.group ?? '', for: spanOf(rule.forMs) };
    return rule.summary.replace(/\{(value|threshold|group|for)\}/g, (_, key: keyof typeof filled) => filled[key]);
  }
  const { kind } = rule.condition;
  // Their numbers stand for words.
  if (kind === 'absent' || kind === 'health') return rule.text;
  const is = isStill ? 'is still' : 'is';
  return `${value} ${is} ${WORDS[rule.threshold.op]} ${rule.show(isStill ? limits.clear : threshold)}`;
}

/** Whether it would not begin at its number, and fires because that is not beyond `clear` yet. */
const staysOnly = (limits: Limits, { state, value }: GroupState): boolean =>
  state === 'firing' && value !== undefined && limits.levelOf(value) === undefined && limits.keepsFiring(value);

function detailsOf(host: AlertsHost, { details }: GroupState): Readonly<Record<string, string>> {
  const entries = Object.entries(details ?? {}).slice(0, MAX_DETAILS);
  return Object.freeze(Object.fromEntries(entries.map(([key, text]) => [cut(key, 64), lineOf(host, String(text), MAX_DETAIL)])));
}
