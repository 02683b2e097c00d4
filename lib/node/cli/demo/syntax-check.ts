import { spawn } from 'node:child_process';

/** A file takes some 40 ms; one that takes this long is stuck. */
const LIMIT_MS = 5_000;

/**
 * Checks the syntax of a JavaScript file in a child process, `node --check`, which reads it but does not run it.
 *
 * Settles only when the child is gone, so whoever waits for this leaves no process behind.
 *
 * @returns Whether the file parses.
 * @throws the signal's abort error; an error when the child could not start or was killed.
 */
export function parses(path: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let failure: unknown;
    const child = spawn(process.execPath, ['--check', path], { stdio: 'ignore', signal, timeout: LIMIT_MS, killSignal: 'SIGKILL' });
    child.once('error', (error) => {
      failure = error;
      // A child that never started may not report its end.
      if (child.pid === undefined) reject(error);
    });
    child.once('close', (code, killedBy) => {
      if (failure !== undefined) reject(failure);
      else if (killedBy !== null) reject(new Error(`node --check ${path} was ended by ${killedBy}`));
      else resolve(code === 0);
    });
  });
}
