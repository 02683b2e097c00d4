import type { AlertCondition, AlertSeverity, AlertThreshold } from '../rule';
import { asDuration, CALLS } from './calls';
import { groupingProblem } from './grouping';
import { MAX_LASTING_MS, MAX_NAME, MAX_TEXT, MAX_WINDOW_MS } from './limits';
import { isRuleName, RULE_NAME } from './name';
import { TextProblem, textError } from './problem';
import { HEALTH_WORDS, healthOf, type Quantity, quantityOf } from './quantity';
import { Reader } from './reader';
import { ABSENT, NOT_HEALTHY, thresholdProblem } from './threshold';

/** What a text says. What it does not say is `undefined`. */
export interface ParsedRule {
  readonly name: string | undefined;
  readonly condition: AlertCondition;
  readonly threshold: AlertThreshold;
  /** What numbers are shown as: what the units say, else what the condition does. */
  readonly quantity: Quantity;
  readonly severity: AlertSeverity | undefined;
  readonly forMs: number | undefined;
  readonly keepForMs: number | undefined;
  readonly by: string | undefined;
}

/**
 * Reads the text form of a rule, in a time that grows with its length, at most 2,000 characters.
 *
 * ```ebnf
 * rule       = [ name ":" ] call [ test ] { clause } ;
 * call       = word "(" [ argument { "," argument } ] ")" ;
 * argument   = texts [ filter ] | regex | number | word | word "=" ( word | texts ) ;
 * texts      = text { "|" text } ;                                (* any of them *)
 * filter     = "{" key "=" text { "," key "=" text } "}" ;
 * test       = ( ">" | ">=" | "<" | "<=" ) ( number [ "critical" number ] | "critical" number ) [ "clear" number ]
 *            | "is" state [ "critical" state ] [ "clear" state ] ; (* of health *)
 * state      = "healthy" | "degraded" | "unhealthy" ;
 * clause     = "in" time [ "and" time ] | "for" time | "keep" "for" time | "by" key | "as" ( "warning" | "critical" ) ;
 * number     = digits [ "%" | "ms" | "s" | "m" | "h" | "d" | "B" | "KB" | "MB" | "GB" | "/s" | "/min" | "/h" ] ;
 * ```
 *
 * Clauses may come in any order, each once; `as` is for what has no critical threshold of its own. KB, MB and GB are powers of 1,024.
 *
 * @throws {TelemetryError} `RULE_INVALID`, with the column, what was expected there, and a caret under it.
 */
export function parseRule(text: string): ParsedRule {
  try {
    if (text.length > MAX_TEXT) throw new TextProblem(MAX_TEXT, `at most ${MAX_TEXT} characters`);
    return new Parser(text).rule();
  } catch (error) {
    if (error instanceof TextProblem) throw textError(text, error);
    throw error;
  }
}

const OPS = ['>', '>=', '<', '<='] as const;
const CLAUSES = ['in', 'for', 'keep', 'by', 'as', 'critical', 'clear'] as const;

interface Clauses {
  in?: readonly number[];
  for?: number;
  keep?: number;
  by?: string;
  as?: AlertSeverity;
}

class Parser {
  private readonly reader: Reader;
  private readonly name: string | undefined;
  /** Of the units so far. */
  private quantity: Quantity | undefined;
  private readonly places = new Map<string, number>();

  constructor(text: string) {
    // A name may look like a number, so it is looked for first.
    const named = /^\s*([\w.-]+)\s*:/.exec(text);
    this.name = named?.[1];
    const end = named?.[0].length ?? 0;
    this.reader = new Reader(' '.repeat(end) + text.slice(end));
    if (this.name !== undefined && !isRuleName(this.name)) throw new TextProblem(text.search(/\S/), `a name of a rule: ${RULE_NAME}`);
  }

  rule(): ParsedRule {
    const { reader } = this;
    const { at } = reader.peek();
    let condition = this.call();
    const threshold = this.test(condition);
    if (condition.kind === 'history' && condition.of !== 'avg' && this.quantity === 'time') {
      const durations = asDuration(condition);
      if (typeof durations === 'string') reader.fail(`of a time, ${durations}`, undefined, at);
      else condition = durations;
    }
    this.checkQuantity(condition);
    const wrong = thresholdProblem(threshold, condition);
    if (wrong !== undefined) this.failAt(wrong.name, wrong.expected, condition);
    const clauses = this.clauses(condition, threshold);
    const windowed = withWindow(condition, clauses.in);
    return {
      name: this.name,
      condition: windowed,
      threshold,
      quantity: this.quantity ?? quantityOf(windowed),
      severity: clauses.as,
      forMs: clauses.for,
      keepForMs: clauses.keep,
      by: clauses.by,
    };
  }

  private call(): AlertCondition {
    const { reader } = this;
    const names = Object.keys(CALLS);
    const token = reader.peek();
    const hint = token.kind === 'word' && token.text === 'custom' ? 'A function has no text form; give a condition object' : undefined;
    if (hint !== undefined) reader.fail(`one of ${names.join(', ')}`, hint);
    const name = reader.wordOf(names, `one of ${names.join(', ')}`);
    reader.sign('(');
    const condition = CALLS[name]!(reader);
    reader.sign(')');
    return condition;
  }

  private test(condition: AlertCondition): AlertThreshold {
    const { reader } = this;
    const token = reader.peek();
    const op = token.kind === 'sign' ? OPS.find((sign) => sign === token.text) : undefined;
    const isState = token.kind === 'word' && token.text === 'is';
    if (condition.kind === 'absent') {
      if (op !== undefined || isState) reader.fail('no comparison: absent(…) is true or not');
      return ABSENT;
    }
    if (op === undefined && !isState) {
      if (condition.kind === 'health') return NOT_HEALTHY;
      return reader.fail('a comparison: >, >=, < or <=');
    }
    if (isState && condition.kind !== 'health') reader.fail('a comparison: >, >=, < or <=', '"is" is for health(…)');
    reader.next();
    const isCriticalOnly = reader.peek().kind === 'word' && !isState;
    const first = isCriticalOnly ? undefined : this.amount('warning', isState);
    const critical = reader.takesWord('critical') ? this.amount('critical', isState) : undefined;
    if (first === undefined && critical === undefined) reader.fail('a number');
    const clear = reader.takesWord('clear') ? this.amount('clear', isState) : undefined;
    return {
      op: op ?? '>=',
      ...(first !== undefined && { warning: first }),
      ...(critical !== undefined && { critical }),
      ...(clear !== undefined && { clear }),
    };
  }

  private amount(name: string, isState: boolean): number {
    const { reader } = this;
    const { at } = reader.peek();
    this.places.set(name, at);
    if (isState) return healthOf(reader.wordOf(HEALTH_WORDS, HEALTH_WORDS.join(', ')))!;
    const token = reader.number('a number');
    if (token.quantity !== undefined) {
      if (this.quantity !== undefined && this.quantity !== token.quantity)
        reader.fail('a unit like that of the first number', undefined, at);
      this.quantity = token.quantity;
    }
    return token.value;
  }

  /** Refuses units that a condition's numbers do not have. */
  private checkQuantity(condition: AlertCondition): void {
    const wanted = quantityOf(condition);
    const { quantity } = this;
    const isFree = condition.kind === 'value' || condition.kind === 'history' || condition.kind === 'sum';
    if (condition.kind === 'duration' && quantity === undefined)
      this.failAt('first', 'a time with a unit (ms s m h d), such as 500ms or 10s', condition);
    if (isFree || quantity === undefined || quantity === wanted) return;
    this.failAt('first', EXPECTED[wanted] ?? 'a number without a unit', condition);
  }

  private failAt(name: string, expected: string, { kind }: AlertCondition): never {
    const at = this.places.get(name) ?? this.places.get('warning') ?? this.places.get('critical');
    const hint = kind === 'errorRate' ? 'An error rate is a share of all: write 5% for five in a hundred' : undefined;
    return this.reader.fail(expected, hint, at);
  }

  private clauses(condition: AlertCondition, threshold: AlertThreshold): Clauses {
    const { reader } = this;
    const found: Clauses = {};
    for (let token = reader.peek(); token.kind !== 'end'; token = reader.peek()) {
      const { at } = token;
      const word = reader.wordOf(CLAUSES, 'in, for, keep for, by, as, or the end') as keyof Clauses | 'critical' | 'clear';
      if (word === 'critical' || word === 'clear') return reader.fail(`"${word}" right behind the comparison`, undefined, at);
      if (Object.hasOwn(found, word)) reader.fail(`"${word}" once`, undefined, at);
      if (word === 'in') found.in = this.windows(condition, at);
      else if (word === 'for') found.for = reader.duration(MAX_LASTING_MS);
      else if (word === 'keep') {
        if (!reader.takesWord('for')) reader.fail('"for"', 'Write keep for 5m');
        found.keep = reader.duration(MAX_LASTING_MS);
      } else if (word === 'by') found.by = this.by(condition);
      else {
        if (threshold.critical !== undefined) reader.fail('no severity: the comparison has a critical value of its own', undefined, at);
        found.as = reader.wordOf(['warning', 'critical'], 'warning or critical') as AlertSeverity;
      }
    }
    return found;
  }

  private windows(condition: AlertCondition, at: number): readonly number[] {
    const { reader } = this;
    if (condition.kind === 'value' || condition.kind === 'health')
      reader.fail(`no window: ${condition.kind}(…) is what is there now`, 'Of a metric, avg(…), min(…) and max(…) look at its history', at);
    const first = reader.duration(MAX_WINDOW_MS);
    if (condition.kind !== 'burnRate') return [first];
    if (!reader.takesWord('and')) reader.fail('"and" and a second, shorter window', 'Write in 1h and 5m');
    const token = reader.peek();
    const second = reader.duration(MAX_WINDOW_MS);
    if (second >= first) reader.fail('a window shorter than the first', undefined, token.at);
    return [first, second];
  }

  private by(condition: AlertCondition): string {
    const { reader } = this;
    const { at } = reader.peek();
    const field = reader.name('the name of a field');
    if (field === '' || field.length > MAX_NAME) reader.fail(`a name of 1 to ${MAX_NAME} characters`, undefined, at);
    const problem = groupingProblem(condition, field);
    if (problem !== undefined) reader.fail(problem, undefined, at);
    return field;
  }
}

const EXPECTED: Partial<Record<Quantity, string>> = {
  share: 'a share, such as 5%',
  time: 'a time, such as 500ms or 10s',
  rate: 'a rate, such as 5/min',
};

function withWindow(condition: AlertCondition, windows: readonly number[] | undefined): AlertCondition {
  if (windows === undefined) return condition;
  if (condition.kind === 'burnRate') return { ...condition, windows: Object.freeze([...windows]) as never };
  return { ...condition, window: windows[0]! } as AlertCondition;
}
