/** The program as it is started from a shell, with and without a terminal. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT: string = join(fileURLToPath(import.meta.url), '../../../..');
const COMMAND: readonly string[] = [process.execPath, '--import', 'tsx', 'lib/node/cli/main.ts'];

export interface Program {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  /** Settles when it has ended and all it wrote is here. */
  readonly ended: Promise<{ code: number | null; atMs: number }>;
  /** Waits until the standard output holds something. */
  shows(text: RegExp): Promise<void>;
}

/** Starts the program without a terminal. */
export const start = (...args: readonly string[]): Program => startCommand([...COMMAND, ...args]);

/** The same with environment variables. */
export const startWith = (env: Readonly<Record<string, string>>, ...args: readonly string[]): Program =>
  startCommand([...COMMAND, ...args], env);

/** Starts any command in the folder of the project, without what tests set for themselves. */
export function startCommand([file, ...args]: readonly string[], own: Readonly<Record<string, string>> = {}): Program {
  const { FORCE_COLOR, NO_COLOR, ...env } = process.env;
  const child = spawn(file!, args, { cwd: ROOT, timeout: 60_000, env: { ...env, TERM: 'xterm', ...own } });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (part: string) => (output.stdout += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (output.stderr += part));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, atMs: performance.now() }));
  const shows = async (text: RegExp) => {
    while (!text.test(output.stdout)) {
      if (child.exitCode !== null) throw new Error(`It ended without showing ${text}: ${output.stdout}${output.stderr}`);
      await Promise.race([once(child.stdout, 'data'), ended]);
    }
  };
  return { child, output, ended, shows };
}

/** A word for a shell, whatever is in it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

export interface Terminal {
  readonly columns?: number;
  readonly rows?: number;
  /** Shell commands, each with its semicolon. */
  readonly before?: string;
}

/**
 * Starts the program in a terminal of the given size; what is written to its standard input is typed there. The id of the
 * program's own process is the first line of the output.
 */
export function startInTerminal(args: readonly string[], { columns = 100, rows = 30, before = '' }: Terminal = {}): Program {
  const line = [...COMMAND, ...args].map(quoted).join(' ');
  return startCommand(['script', '-qec', `stty cols ${columns} rows ${rows}; ${before} echo $$; exec ${line}`, '/dev/null']);
}
