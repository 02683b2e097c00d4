/** Runs programs that ship lines. */
import type { Bench } from '../support/faults/fact';
import { runSaying, type Saying, startSaying } from '../support/faults/saying';

export interface ShippingPlan {
  readonly kind: 'otlp' | 'loki';
  readonly url: string;
  readonly spool: string | false;
  readonly from?: number;
  readonly lines?: number;
  readonly perTurn?: number;
  readonly ending: 'exit' | 'throw' | 'empty' | 'close' | 'wait' | 'deliver';
}

export interface Said {
  readonly accepted?: number;
  readonly queued?: number;
  readonly spooled?: number;
  readonly recovered?: number;
  readonly recoveredWritten?: number;
  readonly corrupt?: number;
}

const PROGRAM = new URL('./programs/shipping.ts', import.meta.url);
const whole = (plan: ShippingPlan): object => ({ from: 1, lines: 100, perTurn: 100, ...plan });

export const startShipping = (bench: Bench, plan: ShippingPlan): Promise<Saying<Said>> => startSaying(bench, PROGRAM, whole(plan));

/** Runs a program to its end. */
export const runShipping = (bench: Bench, plan: ShippingPlan): ReturnType<typeof runSaying<Said>> => runSaying(bench, PROGRAM, whole(plan));
