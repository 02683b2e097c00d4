import type { AlertCondition, AlertSeverity, AlertThreshold } from '../rule';
import { healthWord, type Quantity, writeQuantity } from './quantity';

interface Printed {
  readonly condition: AlertCondition;
  readonly threshold: AlertThreshold;
  readonly quantity: Quantity;
  readonly severity?: AlertSeverity | undefined;
  readonly forMs?: number | undefined;
  readonly keepForMs?: number | undefined;
  readonly by?: string | undefined;
}

/** Writes a rule as a text that `parseRule` reads back; of a function only that it is one. */
export function printRule({ condition, threshold, quantity, severity, forMs, keepForMs, by }: Printed): string {
  const parts = [
    callOf(condition),
    testOf(condition, threshold, quantity),
    windowOf(condition),
    by === undefined ? '' : `by ${wordOf(by)}`,
    forMs ? `for ${time(forMs)}` : '',
    keepForMs ? `keep for ${time(keepForMs)}` : '',
    severity === 'critical' ? 'as critical' : '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}

const quote = (text: string): string => JSON.stringify(text);
const wordOf = (name: string): string => (/^[A-Za-z_$][\w$-]*(?:\.[\w$-]+)*$/.test(name) ? name : quote(name));
const time = (ms: number): string => writeQuantity(ms, 'time');
const anyOf = (texts: unknown): string => ([texts].flat() as string[]).map(quote).join(' | ');

function filterOf(filter: Readonly<Record<string, unknown>> | undefined): string {
  const entries = Object.entries(filter ?? {});
  return entries.length === 0 ? '' : `{${entries.map(([key, value]) => `${wordOf(key)}=${quote(String(value))}`).join(', ')}}`;
}

function callOf(condition: AlertCondition): string {
  switch (condition.kind) {
    case 'value':
      return `value(${quote(condition.metric)}${filterOf(condition.tags)})`;
    case 'history':
      return `${condition.of}(${quote(condition.metric)}${filterOf(condition.tags)})`;
    case 'duration':
      return `${condition.of}(${anyOf(condition.event)}${filterOf(condition.filter)})`;
    case 'count':
    case 'rate':
    case 'absent':
      return `${condition.kind}(${anyOf(condition.event)}${filterOf(condition.filter)})`;
    case 'sum':
      return `sum(${anyOf(condition.event)}${filterOf(condition.filter)}, ${wordOf(condition.measurement)})`;
    case 'errorRate':
      return `errorRate(${anyOf(condition.event)}${filterOf(condition.filter)}${failuresOf(condition.failures)})`;
    case 'burnRate':
      return `burnRate(${anyOf(condition.event)}${filterOf(condition.filter)}, ${writeQuantity(condition.slo, 'share')}${failuresOf(condition.failures)})`;
    case 'errors':
      return `errors(${errorArguments(condition).join(', ')})`;
    case 'security':
      return `security(${condition.name === undefined ? '' : anyOf(condition.name)})`;
    case 'health':
      return `health(${condition.check === undefined ? '' : quote(condition.check)})`;
    case 'custom':
      return 'custom()';
  }
}

const failuresOf = (failures: unknown): string => (failures === undefined ? '' : `, failures=${anyOf(failures)}`);

function errorArguments({ pattern, level, logger, fingerprint }: Extract<AlertCondition, { readonly kind: 'errors' }>): string[] {
  const found: string[] = [];
  if (pattern !== undefined) found.push(typeof pattern === 'string' ? quote(pattern) : String(pattern));
  if (level !== undefined) found.push(`level=${level}`);
  if (logger !== undefined) found.push(`logger=${quote(logger)}`);
  if (fingerprint !== undefined) found.push(`fingerprint=${quote(fingerprint)}`);
  return found;
}

function testOf(condition: AlertCondition, threshold: AlertThreshold, quantity: Quantity): string {
  if (condition.kind === 'absent') return '';
  const { op, warning, critical, clear } = threshold;
  const numbers = [warning, critical, clear].filter((number) => number !== undefined);
  const isState =
    condition.kind === 'health' && op === '>=' && warning !== undefined && numbers.every((number) => healthWord(number) !== undefined);
  // Without a unit, min and max are of a metric's history, and with a unit of time of durations.
  const isHistory = condition.kind === 'history' && condition.of !== 'avg' && quantity === 'time';
  const write = (number: number): string =>
    isState ? healthWord(number)! : writeQuantity(number, isHistory ? 'number' : condition.kind === 'duration' ? 'time' : quantity);
  return [
    isState ? 'is' : op,
    warning === undefined ? '' : write(warning),
    critical === undefined ? '' : `critical ${write(critical)}`,
    clear === undefined ? '' : `clear ${write(clear)}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function windowOf(condition: AlertCondition): string {
  if (condition.kind === 'burnRate') return `in ${condition.windows!.map((ms) => time(ms as number)).join(' and ')}`;
  return 'window' in condition && condition.window !== undefined ? `in ${time(condition.window as number)}` : '';
}
