import { isTelemetryError, TelemetryError } from '../../core/errors';
import { checkOptions, isRecord, type OptionRule, optionInvalid } from '../../core/options';
import { show } from '../../core/show';
import { parseDuration } from '../../core/unit';
import type { AlertCondition, AlertRule, AlertThreshold, ReadyRule } from '../rule';
import { secretInvalid } from '../secret';
import { readWait } from '../waits';
import { checkCondition } from './check-condition';
import { groupingProblem } from './grouping';
import { MAX_LIST, MAX_NAME } from './limits';
import { isRuleName, nameFrom, RULE_NAME } from './name';
import { parseRule } from './parse';
import { printRule } from './print';
import { type Quantity, quantityOf, showQuantity } from './quantity';
import { ABSENT, NOT_HEALTHY, thresholdProblem } from './threshold';

const MAX_SUMMARY = 500;
const MAX_RUNBOOK = 1000;

const upTo = (most: number): OptionRule => [
  (value) => typeof value === 'string' && value !== '' && value.length <= most,
  `a text of 1 to ${most} characters`,
];

const RULES: Readonly<Record<string, OptionRule>> = {
  name: [isRuleName, RULE_NAME],
  when: 'any',
  threshold: 'object',
  severity: 'warning|critical',
  for: 'any',
  keepFor: 'any',
  by: upTo(MAX_NAME),
  summary: upTo(MAX_SUMMARY),
  runbook: upTo(MAX_RUNBOOK),
  remindEvery: 'any',
  groupInterval: 'any',
  // Looked at below: somebody may put the URL of a target here.
  targets: 'any',
};

const isTargets = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.length <= MAX_LIST && value.every((name) => typeof name === 'string' && name !== '');

const THRESHOLD: Readonly<Record<string, OptionRule>> = { op: '>|>=|<|<=', warning: 'number', critical: 'number', clear: 'number' };

/** What a rule says in one of its two forms. */
interface Said {
  readonly condition: AlertCondition;
  readonly threshold: AlertThreshold;
  readonly quantity: Quantity;
  readonly severity: ReadyRule['severity'];
  readonly forMs: number;
  readonly keepForMs: number;
  readonly by: string | undefined;
}

/**
 * Checks a rule and completes it. A text alone is a rule, too, with a name of its own or one made from it:
 * `llm_errors: errorRate("llm.request") > 5% for 1m`.
 *
 * A rule whose `when` is a text may add `severity`, `for`, `keepFor` and `by` where the text says nothing of them.
 *
 * @throws {TelemetryError} `RULE_INVALID` for a text that can't be read, with the column, and for thresholds that contradict each
 * other; `OPTION_UNKNOWN`, `OPTION_INVALID` for the rest.
 */
export function readRule(rule: AlertRule | string): ReadyRule {
  try {
    return checked(rule);
  } catch (error) {
    if (isTelemetryError(error)) throw error;
    // A getter or a proxy; what it throws is not for the message.
    throw new TelemetryError(
      'OPTION_INVALID',
      'The alert rule can not be read',
      'A getter or proxy in it has thrown',
      'Give it as plain objects',
      { cause: error },
    );
  }
}

function checked(rule: AlertRule | string): ReadyRule {
  if (typeof rule === 'string') return ready(readText(rule, {}), {}, parseName(rule));
  checkOptions('Alert rule', rule, RULES);
  if (!isRecord(rule)) throw optionInvalid('Alert rule', rule, 'a text, or an object with name and when');
  const { name, when, targets } = rule;
  if (targets !== undefined && !isTargets(targets))
    throw secretInvalid('Alert rule: targets', `a list of 1 to ${MAX_LIST} names of targets`);
  if (name === undefined) throw optionInvalid('Alert rule: name', name, RULE_NAME);
  const said = typeof when === 'string' ? readText(when, rule, name) : readObject(rule, `Alert rule ${name}`);
  return ready(said, rule, name);
}

function parseName(text: string): string {
  return parseRule(text).name ?? nameFrom(text);
}

function readText(text: string, rule: Partial<AlertRule>, name?: string): Said {
  const parsed = parseRule(text);
  const where = `Alert rule ${name ?? parsed.name ?? ''}`.trimEnd();
  if (rule.threshold !== undefined) throw optionInvalid(`${where}: threshold`, rule.threshold, 'none: the text says it');
  if (name !== undefined && parsed.name !== undefined && parsed.name !== name)
    throw optionInvalid(`${where}: when`, text, 'a text without a name of its own');
  const { condition, threshold, quantity } = parsed;
  const twice = (what: 'severity' | 'for' | 'keepFor' | 'by', said: unknown): void => {
    if (said !== undefined && rule[what] !== undefined) throw optionInvalid(`${where}: ${what}`, rule[what], 'none: the text says it');
  };
  twice('severity', parsed.severity);
  twice('for', parsed.forMs);
  twice('keepFor', parsed.keepForMs);
  twice('by', parsed.by);
  const options = optionsOf(rule, condition, where);
  return {
    condition,
    threshold,
    quantity,
    severity: parsed.severity ?? options.severity,
    forMs: parsed.forMs ?? options.forMs,
    keepForMs: parsed.keepForMs ?? options.keepForMs,
    by: parsed.by ?? options.by,
  };
}

function readObject(rule: AlertRule, where: string): Said {
  const condition = checkCondition(where, rule.when);
  return {
    condition,
    threshold: readThreshold(rule, condition, where),
    quantity: quantityOf(condition),
    ...optionsOf(rule, condition, where),
  };
}

function readThreshold({ threshold }: AlertRule, condition: AlertCondition, where: string): AlertThreshold {
  const { kind } = condition;
  if (threshold === undefined) {
    if (kind === 'absent') return ABSENT;
    if (kind === 'health') return NOT_HEALTHY;
    throw optionInvalid(`${where}: threshold`, threshold, 'an object such as { op: ">", warning: 5 }');
  }
  if (kind === 'absent') throw optionInvalid(`${where}: threshold`, threshold, 'none: absence is there or not');
  checkOptions(`${where}: threshold`, threshold, THRESHOLD);
  if (threshold.op === undefined) throw optionInvalid(`${where}: threshold.op`, threshold.op, '>, >=, < or <=');
  const problem = thresholdProblem(threshold, condition);
  if (problem !== undefined) {
    const { name, expected } = problem;
    throw new TelemetryError(
      'RULE_INVALID',
      `${where}: threshold.${name} is not valid`,
      `Got ${show(threshold[name])}`,
      `Expected ${expected}`,
    );
  }
  const { op, warning, critical, clear } = threshold;
  return Object.freeze({
    op,
    ...(warning !== undefined && { warning }),
    ...(critical !== undefined && { critical }),
    ...(clear !== undefined && { clear }),
  });
}

type Options = Pick<Said, 'severity' | 'forMs' | 'keepForMs' | 'by'>;

function optionsOf({ severity = 'warning', by, ...rule }: Partial<AlertRule>, condition: AlertCondition, where: string): Options {
  const problem = by === undefined ? undefined : groupingProblem(condition, by);
  if (problem !== undefined) throw optionInvalid(`${where}: by`, by, problem);
  const lasting = (what: 'for' | 'keepFor'): number => (rule[what] === undefined ? 0 : parseDuration(`${where}: ${what}`, rule[what]));
  return { severity, forMs: lasting('for'), keepForMs: lasting('keepFor'), by };
}

function ready(said: Said, { summary, runbook, remindEvery, groupInterval, targets }: Partial<AlertRule>, name: string): ReadyRule {
  const { quantity, condition, threshold, forMs, keepForMs, by } = said;
  // Where there is a critical threshold, it means nothing.
  const severity = threshold.critical === undefined ? said.severity : 'warning';
  return Object.freeze<ReadyRule>({
    name,
    condition,
    text: printRule({ ...said, severity }),
    threshold,
    severity,
    forMs,
    keepForMs,
    by,
    summary,
    runbook,
    remindEveryMs:
      remindEvery === undefined || remindEvery === false ? remindEvery : parseDuration(`Alert rule ${name}: remindEvery`, remindEvery),
    groupIntervalMs: groupInterval === undefined ? undefined : readWait(`Alert rule ${name}: groupInterval`, groupInterval),
    targets: targets && Object.freeze([...targets]),
    show: (value) => showQuantity(value, quantity),
  });
}
