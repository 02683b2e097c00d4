/** Programs that are given a plan, and say how they are, a line of JSON at a time. */
import { type ChildProcess, spawn } from 'node:child_process';
import { bundled } from '../bundled';
import type { Bench } from './fact';

export interface Saying<Said> {
  readonly child: ChildProcess;
  /** What it said last. */
  readonly said: () => Said | undefined;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly stderr: string }>;
}

/** Starts a program; the end of the test ends it, too. */
export async function startSaying<Said>(bench: Bench, source: URL, plan: object): Promise<Saying<Said>> {
  const child = spawn(process.execPath, [await bundled(source), JSON.stringify(plan)], {
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
  bench.undo(async () => {
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
export async function runSaying<Said>(
  bench: Bench,
  source: URL,
  plan: object,
): Promise<{ readonly code: number | null; readonly stderr: string; readonly said: Said | undefined }> {
  const program = await startSaying<Said>(bench, source, plan);
  return { ...(await program.ended), said: program.said() };
}
