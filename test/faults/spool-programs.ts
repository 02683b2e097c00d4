/** Runs programs that store errors. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../support/faults/fact';
import { runSaying, type Saying, startSaying } from '../support/faults/saying';

export interface StoringPlan {
  readonly spool?: string | false;
  readonly from?: number;
  readonly lines?: number;
  readonly perTurn?: number;
  readonly ending: 'exit' | 'throw' | 'empty' | 'stop' | 'wait' | 'deliver';
}

export interface Said {
  readonly accepted?: number;
  readonly queued?: number;
  readonly spooled?: number;
  readonly recovered?: number;
  readonly recoveredStored?: number;
  readonly corrupt?: number;
}

const PROGRAM = new URL('./programs/storing.ts', import.meta.url);

/** A place for a database and a spool, shared by the programs of a test. */
export class StoragePlace {
  readonly database: string;
  readonly spool: string;
  private readonly down: string;

  constructor(private readonly bench: Bench) {
    this.database = join(bench.dir, 'rows');
    this.spool = join(bench.dir, 'spool');
    this.down = join(bench.dir, 'down');
  }

  set isDown(isDown: boolean) {
    if (isDown) writeFileSync(this.down, '');
    else rmSync(this.down, { force: true });
  }

  /** How often each line was stored. */
  stored(): Map<number, number> {
    const counts = new Map<number, number>();
    if (!existsSync(this.database)) return counts;
    for (const [, n] of readFileSync(this.database, 'utf8').matchAll(/"n":(\d+)/g)) counts.set(Number(n), (counts.get(Number(n)) ?? 0) + 1);
    return counts;
  }

  left(): string[] {
    return existsSync(this.spool) ? readdirSync(this.spool) : [];
  }

  start(plan: StoringPlan): Promise<Saying<Said>> {
    return startSaying(this.bench, PROGRAM, this.whole(plan));
  }

  /** Runs a program to its end. */
  run(plan: StoringPlan): ReturnType<typeof runSaying<Said>> {
    return runSaying(this.bench, PROGRAM, this.whole(plan));
  }

  private whole(plan: StoringPlan): object {
    return { database: this.database, down: this.down, spool: this.spool, from: 1, lines: 100, perTurn: 100, ...plan };
  }
}
