/** How the program ends before its work is done. */

/** What is used of `process`. */
export interface Program {
  exitCode?: number | string | null | undefined;
  readonly stdout: { on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown };
  readonly stderr: { on(event: 'error', listener: () => void): unknown; write(text: string): unknown };
  on(event: keyof typeof SIGNAL_CODES, listener: () => void): unknown;
  exit(code: number): void;
}

const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** npm passes on the signal that the terminal has sent already: one key press may arrive twice. */
const SAME_KEY_PRESS_MS = 300;

/** The first signal ends the program in good order, a second one at once. The exit code is that of the first. */
export function endOnSignals(program: Program, end: AbortController): void {
  let firstAt: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    program.on(signal, () => {
      firstAt ??= performance.now();
      program.exitCode ??= SIGNAL_CODES[signal];
      if (performance.now() - firstAt > SAME_KEY_PRESS_MS) program.exit(Number(program.exitCode));
      end.abort();
    });
  }
}

/**
 * When whoever reads the output has gone (`telemetry-bus demo | head`), there is nobody to work for: the program ends in
 * silence. Any other error of the output ends it with code 1.
 */
export function endWithoutReader(program: Program, end: AbortController): void {
  program.stdout.on('error', (error) => {
    end.abort();
    if (error.code === 'EPIPE') return;
    program.exitCode = 1;
    program.stderr.write(`telemetry-bus: The output can't be written: ${error.message}\n`);
  });
  // Nobody is left to be told.
  program.stderr.on('error', () => undefined);
}
