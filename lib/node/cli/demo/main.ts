/**
 * The program `npm start` runs. Exit codes: 0 when the time is over, 130 after Ctrl-C, 143 after SIGTERM, 2 for a wrong
 * command line, 1 for anything else.
 */
import { runDemo } from './demo';
import { parseCommandLine, USAGE, UsageError } from './options';

const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** `npm start` passes on the signal that the terminal has sent already: one key press may arrive twice. */
const SAME_KEY_PRESS_MS = 300;

async function main(): Promise<void> {
  const { isHelp, folder, forMs } = parseCommandLine(process.argv.slice(2));
  if (isHelp) {
    console.log(USAGE);
    return;
  }
  const end = new AbortController();
  endOnSignals(end);
  endWithoutReader(end);
  await runDemo({ folder, forMs, write: (line) => process.stdout.write(`${line}\n`), signal: end.signal });
}

/** The first signal ends the demo in good order, a second one at once. */
function endOnSignals(end: AbortController): void {
  let firstAt: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      firstAt ??= performance.now();
      if (performance.now() - firstAt > SAME_KEY_PRESS_MS) process.exit(SIGNAL_CODES[signal]);
      process.exitCode ??= SIGNAL_CODES[signal];
      end.abort();
    });
  }
}

/** When whoever reads the output has gone (`npm start | head`), there is nobody to work for. */
function endWithoutReader(end: AbortController): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exitCode = 1;
    end.abort();
  });
}

main().catch((error: unknown) => {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${USAGE}`);
  else console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
