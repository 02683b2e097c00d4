import type { AlertSeverity, AlertThreshold, ReadyRule } from '../rule';

/** Tells what a number means for a rule. */
export class Limits {
  /** What fires when nothing worse does. */
  readonly lowest: AlertSeverity;
  /** The threshold that a number passes first. */
  readonly first: number;
  /** What fires goes on until a number is beyond this one. */
  readonly clear: number;
  private readonly threshold: AlertThreshold;

  constructor({ threshold, severity }: Pick<ReadyRule, 'threshold' | 'severity'>) {
    const { warning, critical, clear } = threshold;
    this.threshold = threshold;
    this.first = warning ?? critical ?? Number.NaN;
    this.lowest = warning === undefined ? 'critical' : critical === undefined ? severity : 'warning';
    this.clear = clear ?? this.first;
  }

  /** `undefined`: nothing begins at this number. */
  levelOf(value: number): AlertSeverity | undefined {
    const { critical, op } = this.threshold;
    if (critical !== undefined && holds(op, value, critical)) return 'critical';
    return holds(op, value, this.first) ? this.lowest : undefined;
  }

  /** Whether what fires goes on at this number. */
  keepsFiring(value: number): boolean {
    const { op } = this.threshold;
    return holds(op, value, this.clear);
  }

  /** The threshold of a severity. */
  limitOf(severity: AlertSeverity): number {
    return severity === 'critical' ? (this.threshold.critical ?? this.first) : this.first;
  }

  /** Whether the first number is further on the bad side. */
  isWorse(one: number, other: number): boolean {
    return this.threshold.op.startsWith('>') ? one > other : one < other;
  }
}

function holds(op: AlertThreshold['op'], value: number, limit: number): boolean {
  switch (op) {
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
  }
}
