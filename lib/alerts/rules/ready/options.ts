import { checkOptions, type OptionRule } from '../../../core/options';
import type { AlertCondition, AlertRule, AlertThreshold } from '../../rule';

/** What every ready rule takes beside its own options; see `AlertRule`. */
export type ReadyRuleOptions = Partial<
  Pick<AlertRule, 'name' | 'severity' | 'for' | 'keepFor' | 'summary' | 'runbook' | 'remindEvery' | 'groupInterval' | 'targets'>
>;

const COMMON = ['name', 'severity', 'for', 'keepFor', 'summary', 'runbook', 'remindEvery', 'groupInterval', 'targets'] as const;

/** What a ready rule is made of. */
interface Made extends ReadyRuleOptions {
  readonly name: string;
  readonly summary: string;
  readonly when: AlertCondition;
  readonly threshold: AlertThreshold;
  readonly by?: string | undefined;
}

/**
 * Refuses options that there are not. Their values are checked with the rule, when it is added.
 *
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 */
export function checkReady(where: string, options: object, own: Readonly<Record<string, OptionRule>>): void {
  checkOptions(where, options, { ...Object.fromEntries(COMMON.map((name) => [name, 'any'])), ...own });
}

/** One rule: what it is by default, and above that what the options say. */
export function madeRule(made: Made, options: ReadyRuleOptions): readonly AlertRule[] {
  const given = COMMON.map((name) => [name, options[name]] as const).filter(([, value]) => value !== undefined);
  const own = Object.entries(made).filter(([, value]) => value !== undefined);
  return [{ ...Object.fromEntries(own), ...Object.fromEntries(given) } as unknown as AlertRule];
}

/** A threshold of which the critical value may be missing. */
export const above = (op: '>' | '>=', warning: number, critical?: number): AlertThreshold => ({
  op,
  warning,
  ...(critical !== undefined && { critical }),
});
