/** Runs programs that store errors. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Bench } from '../support/faults/fact';

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

export interface Storing {
  readonly child: ChildProcess;
  /** What it said last. */
  readonly said: () => Said | undefined;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly stderr: string }>;
}

let built: Promise<string> | undefined;

async function bundle(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'faults-storing-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, 'storing.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('./programs/storing.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    banner: { js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  return outfile;
}

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

  async start(plan: StoringPlan): Promise<Storing> {
    built ??= bundle();
    const whole = { database: this.database, down: this.down, spool: this.spool, from: 1, lines: 100, perTurn: 100, ...plan };
    const child = spawn(process.execPath, [await built, JSON.stringify(whole)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      stdout = (stdout + part).slice(-4096);
    });
    child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part));
    const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>((resolve) => {
      child.on('close', (code, signal) => resolve({ code, signal, stderr }));
    });
    this.bench.undo(async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    });
    const said = (): Said | undefined => {
      const line = stdout.slice(0, stdout.lastIndexOf('\n')).split('\n').at(-1);
      return line === undefined || line === '' ? undefined : (JSON.parse(line) as Said);
    };
    return { child, said, ended };
  }

  /** Runs a program to its end. */
  async run(plan: StoringPlan): Promise<{ readonly code: number | null; readonly stderr: string; readonly said: Said | undefined }> {
    const program = await this.start(plan);
    return { ...(await program.ended), said: program.said() };
  }
}
