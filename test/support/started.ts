/** For tests of `startTelemetry`: each start in an empty folder, on a bus of its own, whatever the developer's environment says. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTelemetry, isTelemetryError, type LogRecord, type Telemetry, type TelemetryError, type Warning } from '../../lib/index';
import { type StartedTelemetry, type StartOptions, startTelemetry } from '../../lib/node';

export interface Started {
  readonly app: StartedTelemetry<never>;
  readonly bus: Telemetry;
  /** The log directory. */
  readonly dir: string;
  readonly warnings: Warning[];
  /** The lines of a file as they are. */
  text(file: string): string;
  /** The records of a file. */
  records(file: string): LogRecord[];
  /** The messages of each file there is, by name, after everything was written. */
  files(): Promise<Record<string, string[]>>;
}

/** Calls back with an empty folder, which is gone afterwards. */
export async function inFolder<Result>(body: (dir: string) => Result | Promise<Result>): Promise<Result> {
  const dir = mkdtempSync(join(tmpdir(), 'start-'));
  try {
    return await body(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export const linesOf = (path: string): string[] => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []);
export const recordsOf = (path: string): LogRecord[] => linesOf(path).map((line) => JSON.parse(line) as LogRecord);

/** Starts, calls back, and stops. */
export async function withStart(options: Partial<StartOptions>, body: (started: Started) => unknown): Promise<void> {
  await inFolder(async (dir) => {
    const bus = createTelemetry({ environment: 'test' }) as Telemetry;
    const warnings: Warning[] = [];
    const app = await startTelemetry({
      app: 'shop',
      bus,
      environment: 'production',
      env: {},
      logDir: dir,
      console: false,
      onWarning: (warning) => warnings.push(warning),
      ...options,
    } as StartOptions);
    const text = (file: string): string => readFileSync(join(dir, file), 'utf8');
    const files = async (): Promise<Record<string, string[]>> => {
      await app.flush();
      const entries = readdirSync(dir)
        .sort()
        .map((file) => [file, messagesIn(join(dir, file))] as const);
      return Object.fromEntries(entries);
    };
    try {
      await body({ app: app as never, bus, dir, warnings, text, records: (file) => recordsOf(join(dir, file)), files });
    } finally {
      await app.stop();
    }
  });
}

const messagesIn = (path: string): string[] =>
  linesOf(path).map((line) => (line.startsWith('{') ? (JSON.parse(line) as LogRecord).message : line));

/** The error of this library that something fails with. */
export async function errorOf(run: () => unknown): Promise<TelemetryError> {
  try {
    await run();
  } catch (error) {
    if (isTelemetryError(error)) return error;
    throw error;
  }
  throw new Error('expected an error');
}

/** Starts and fails: nothing is left of it. */
export const failedStart = (options: object): Promise<TelemetryError> =>
  errorOf(() =>
    startTelemetry({
      app: 'shop',
      bus: createTelemetry({ environment: 'test' }),
      environment: 'test',
      env: {},
      ...options,
    } as StartOptions),
  );

/** What the console is given while something runs. */
export async function printed(run: () => Promise<void>): Promise<string> {
  let text = '';
  const { write } = process.stdout;
  process.stdout.write = ((line: string, done?: () => void) => {
    text += line;
    done?.();
    return true;
  }) as typeof write;
  try {
    await run();
  } finally {
    if (Object.hasOwn(process.stdout, 'write')) process.stdout.write = write;
  }
  return text;
}
