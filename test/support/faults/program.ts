/** Starts programs under test and ends them, by their own ids. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { FileSinkStats } from '../../../lib/node/file/options';
import { type ProgramName, programPath } from './build';
import { type Bench, until } from './fact';
import { readMarker } from './marker';

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a program says of itself. */
interface Told {
  readonly stats: readonly FileSinkStats[];
  readonly rss: number;
  /** Differs from that of what was started when it runs under another program. */
  readonly pid: number;
}

export interface Program {
  readonly pid: number;
  readonly child: ChildProcess;
  /** The number of the last line it handed over. */
  readonly handed: (stream?: number) => number;
  /** Waits until it said something of itself that is as wanted; returns that. */
  readonly until: (what: string, condition: (told: Told) => unknown, limitMs?: number) => Promise<Told>;
  /** Waits until it has printed something. */
  readonly ready: () => Promise<unknown>;
  /** Sends it a command, a line. */
  readonly tell: (command: string) => void;
  readonly kill: (signal?: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
}

export interface StartOptions {
  /** A command that runs the program, such as strace. */
  readonly under?: readonly string[];
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A descriptor that it gets as its stdout. */
  readonly stdout?: number;
}

let started = 0;

/** Starts a program of `test/faults/programs` with a plan. */
export async function start<P extends object>(bench: Bench, name: ProgramName, plan: P, options: StartOptions = {}): Promise<Program> {
  const marker = join(bench.dir, `marker-${++started}`);
  const command = [
    ...(options.under ?? []),
    process.execPath,
    ...(options.flags ?? []),
    await programPath(name),
    JSON.stringify({ marker, ...plan }),
  ];
  const child = spawn(command[0]!, command.slice(1), {
    stdio: ['pipe', options.stdout ?? 'pipe', 'pipe', 'pipe'],
    cwd: bench.dir,
    env: { PATH: process.env.PATH, ...options.env },
  });
  let stdout = '';
  let stderr = '';
  let told: Told | undefined;
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  // Whoever does not wait for the end is told of it by what it waits for.
  ended.catch(() => undefined);
  const [stdin, output, errors, telling] = child.stdio as readonly unknown[] as [Writable, Readable | null, Readable, Readable];
  stdin.on('error', () => undefined);
  output?.on('data', (chunk) => (stdout += chunk));
  errors.on('data', (chunk) => (stderr += chunk));
  let rest = '';
  telling.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    // Only the last word counts.
    const last = lines.at(-1);
    if (last !== undefined) told = JSON.parse(last);
  });
  bench.undo(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      // A tracer that is killed would leave behind what it traces.
      if (told !== undefined && told.pid !== child.pid) process.kill(told.pid, 'SIGKILL');
      child.kill('SIGKILL');
    }
    await ended;
  });
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return {
    pid: child.pid!,
    child,
    handed: (stream = 0) => readMarker((plan as { marker?: string }).marker ?? marker, stream),
    until: async (what, condition, limitMs) => {
      await until(
        what,
        () => {
          if (told !== undefined && condition(told)) return true;
          if (isOver()) throw new Error(`The program ended before: ${what}\n${stderr}`);
          return false;
        },
        limitMs,
      ).catch((error) => {
        throw new Error(`${error.message}\nlast said: ${JSON.stringify(told)}\n${stderr}`);
      });
      return told!;
    },
    ready: () => until('it prints', () => stdout !== ''),
    tell: (line) => stdin.write(`${line}\n`),
    kill: (signal = 'SIGKILL') => {
      if (!isOver()) child.kill(signal);
    },
    ended,
  };
}
