import { optionInvalid } from '../../core/options';
import { checkPattern } from '../../core/pattern';

/** Gives the masked text, or `undefined` (or the text) when nothing was found. */
export type RuleFunction = (text: string, key: string | undefined) => string | undefined;

/** A rule of one's own: a literal, a pattern or a function. */
export type RedactionRule = string | RegExp | RuleFunction | NamedRule;

/** A rule with a name for the statistics; without one it is called `rule 1`, `rule 2` … */
interface NamedRule {
  readonly name: string;
  readonly rule: string | RegExp | RuleFunction;
}

/** A rule that takes longer than this on one text, in ms, is disabled. */
const RULE_LIMIT_MS = 20;

/** What a rule made of a text. `undefined` when it must not be trusted. */
export class Rule {
  /** Its time was up: from now on every text it would have seen is masked as a whole. */
  isDisabled = false;
  hasFailed = false;

  constructor(
    readonly name: string,
    private readonly run: RuleFunction,
    private readonly clock: { monotonicTime(): number },
  ) {}

  /** Applies the rule. Never throws. */
  apply(text: string, key: string | undefined): string | undefined {
    if (this.isDisabled) return undefined;
    const start = this.clock.monotonicTime();
    let result: unknown;
    try {
      result = this.run(text, key) ?? text;
    } catch {
      result = undefined;
    }
    // The result of the slow run is still good; the next text may be longer.
    if (this.clock.monotonicTime() - start > RULE_LIMIT_MS) this.isDisabled = true;
    if (typeof result === 'string') return result;
    this.hasFailed = true;
    return undefined;
  }
}

/**
 * Makes rules ready to run.
 *
 * @throws {TelemetryError} `OPTION_INVALID` for an empty literal, a pattern that could take long, and what is no rule.
 */
export function compileRules(rules: readonly RedactionRule[], replacement: string, clock: { monotonicTime(): number }): readonly Rule[] {
  return rules.map((rule, i) => {
    const isNamed = typeof rule === 'object' && rule !== null && !(rule instanceof RegExp);
    const name = isNamed ? rule.name : `rule ${i + 1}`;
    if (typeof name !== 'string' || name === '') throw optionInvalid('createRedactor: rules', name, 'a name for the rule');
    return new Rule(name, runner(isNamed ? rule.rule : rule, replacement, name), clock);
  });
}

function runner(rule: unknown, replacement: string, name: string): RuleFunction {
  if (typeof rule === 'function') return rule as RuleFunction;
  if (rule instanceof RegExp) return patternRunner(checkPattern(rule, `createRedactor: rules: ${name}`), replacement);
  if (typeof rule !== 'string' || rule === '') {
    throw optionInvalid(`createRedactor: rules: ${name}`, rule, 'a text that is not empty, a RegExp or a function');
  }
  return (text) => (text.includes(rule) ? text.split(rule).join(replacement) : text);
}

function patternRunner(pattern: RegExp, replacement: string): RuleFunction {
  // A copy: `lastIndex` of the user's object is neither read nor written, and a sticky pattern matches anywhere.
  const all = new RegExp(pattern.source, `${pattern.flags.replace(/[gy]/g, '')}g`);
  return (text) => text.replace(all, (match) => (match === '' ? '' : replacement));
}
