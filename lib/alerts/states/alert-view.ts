import type { Alert, AlertState } from '../alert';
import type { AlertsHost } from '../host';
import type { ReadyRule } from '../rule';
import { cut, lineOf, spanOf } from '../text';
import type { GroupState } from './group-state';
import type { RuleState } from './rule-state';

const MAX_GROUP = 200;
const MAX_SUMMARY = 300;
const MAX_DETAIL = 200;
const MAX_DETAILS = 8;

const WORDS = { '>': 'is above', '>=': 'is at least', '<': 'is below', '<=': 'is at most' } as const;

/** What an alert is to everybody outside. */
export function viewOf(
  host: AlertsHost,
  { rule, limits, shown }: RuleState,
  group: GroupState,
  state: AlertState,
  isSilenced: boolean,
): Alert {
  const threshold = limits.limitOf(group.severity);
  const name = group.group === undefined ? undefined : lineOf(host, group.group, MAX_GROUP);
  return Object.freeze<Alert>({
    id: group.id,
    rule: rule.name,
    group: name,
    by: rule.by,
    state,
    severity: group.severity,
    value: group.value,
    threshold,
    summary: lineOf(host, summaryOf(rule, group, threshold, name), MAX_SUMMARY),
    condition: shown.condition,
    runbook: shown.runbook,
    since: group.since?.time ?? 0,
    firedAt: state === 'pending' ? undefined : group.firedAt?.time,
    resolvedAt: state === 'resolved' ? group.resolvedAt?.time : undefined,
    isSilenced,
    details: detailsOf(host, group),
  });
}

function summaryOf(rule: ReadyRule, group: GroupState, threshold: number, name: string | undefined): string {
  // Of what is over, the number that it fired with says more than the one that ended it.
  const number = group.state === 'pending' ? group.value : (group.worst ?? group.value);
  const value = number === undefined ? 'unknown' : rule.show(number);
  if (rule.summary !== undefined) {
    const filled = { value, threshold: rule.show(threshold), group: name ?? '', for: spanOf(rule.forMs) };
    return rule.summary.replace(/\{(value|threshold|group|for)\}/g, (_, key: keyof typeof filled) => filled[key]);
  }
  const { kind } = rule.condition;
  // Their numbers stand for words.
  if (kind === 'absent' || kind === 'health') return rule.text;
  return `${value} ${WORDS[rule.threshold.op]} ${rule.show(threshold)}`;
}

function detailsOf(host: AlertsHost, { details }: GroupState): Readonly<Record<string, string>> {
  const entries = Object.entries(details ?? {}).slice(0, MAX_DETAILS);
  return Object.freeze(Object.fromEntries(entries.map(([key, text]) => [cut(key, 64), lineOf(host, String(text), MAX_DETAIL)])));
}
