/** Programs that start an application and end in some way, each in a process of its own. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { recordsOf } from './started';

export interface EndedProgram {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const LIBRARY: string = JSON.stringify(new URL('../../lib/index.ts', import.meta.url).href);
export const NODE: string = JSON.stringify(new URL('../../lib/node/index.ts', import.meta.url).href);

/** Runs a program that may call `start(options)`; its files are in the folder. */
export function runProgram(dir: string, program: string): EndedProgram {
  const source = `
    import { writeSync } from 'node:fs';
    import { createTelemetry } from ${LIBRARY};
    import { startTelemetry } from ${NODE};
    const start = (options) => startTelemetry({ app: 'shop', environment: 'production', env: {}, console: false, onWarning: () => {}, logDir: ${JSON.stringify(dir)}, ...options });
    const say = (text) => writeSync(1, text + '\\n');
    ${program}
  `;
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-'], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    env: { PATH: process.env.PATH },
    input: source,
    encoding: 'utf8',
    timeout: 120_000,
  });
  return { status, signal, stdout, stderr };
}

/** The numbers of the lines in app.log. */
export const numbersIn = (dir: string): number[] =>
  recordsOf(join(dir, 'app.log'))
    .filter(({ message }) => message === 'line')
    .map(({ n }) => n as number);

/** 0, 1, 2 … */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Lines that wait when the process ends in the same turn. */
export const QUEUED = `
  const app = await start({});
  const log = app.logger('bot');
  for (let n = 0; n < 5000; n++) log.info('line', { n });
`;
