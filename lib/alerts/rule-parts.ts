import type { AlertsHost } from './host';
import type { Measure } from './measure';
import { createMeasure } from './measures/create-measure';
import { EventHub } from './measures/event-hub';
import type { AlertRule, ReadyRule } from './rule';
import { readRule } from './rules/read-rule';

/** How rules are read and measured. Tests of the engine bring their own. */
export interface RuleParts<Hub extends { isPublishing: boolean }> {
  readRule(rule: AlertRule | string): ReadyRule;
  createHub(host: AlertsHost): Hub;
  createMeasure(rule: ReadyRule, parts: { readonly host: AlertsHost; readonly hub: Hub; readonly stepMs: number }): Measure;
}

/** Rules as users write them. */
export const RULE_PARTS: RuleParts<EventHub> = {
  readRule,
  createMeasure,
  createHub: (host) => new EventHub(host),
};
