/** Spools without a storage around them, what they leave on disk, and a system that does as it is told. */
import fs, { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import type { DeliveryRow } from '../../../lib/node/delivery/row';
import { Spool } from '../../../lib/node/delivery/spool/spool';
import { encodeEntry, SegmentImage } from '../../../lib/node/delivery/spool/spool-entry';
import { ERROR_ROWS } from '../../../lib/node/storage/error-rows';
import { freshFolder } from '../file/scratch';

/** The n-th row of some run. */
export const row = (n: number, line = `{"n":${n},"text":"a \\"quoted\\" ä 😀"}`): DeliveryRow => ({
  key: `${'a'.repeat(24)}-${n.toString(36)}`,
  more: [`id${n}`, '0123456789ab', n],
  line,
});

export function readAll(bytes: Buffer): { readonly rows: DeliveryRow[]; readonly corrupt: number } {
  const image = new SegmentImage(bytes, ERROR_ROWS);
  const rows: DeliveryRow[] = [];
  for (let next = image.next(); next !== undefined; next = image.next()) rows.push(next);
  return { rows, corrupt: image.corrupt };
}

export const imageOf = (rows: readonly DeliveryRow[]): Buffer => Buffer.concat(rows.map(encodeEntry));

const named = (folder: string, ending: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(ending) && !name.startsWith('.'))
        .sort()
    : [];
export const segments = (folder: string): string[] => named(folder, '.log');
export const locks = (folder: string): string[] => named(folder, '.lock');
export const freshSpool = (): string => join(freshFolder(), 'spool');

/** Has a lock say that somebody else holds it: of a place of which nothing can be known. */
export const takeLock = (path: string, nonce = 'fedcba9876543210'): void =>
  writeFileSync(path, JSON.stringify({ place: 'elsewhere', pid: 1, started: '', nonce }));

export interface SpoolBed {
  readonly folder: string;
  readonly spool: Spool;
  readonly lost: (readonly [reason: string, lines: number])[];
  /** Codes of what went wrong. */
  readonly troubles: string[];
  /** Numbers of the next rows, `undefined` at the end. */
  next(): Promise<number[] | undefined>;
  /** Numbers of the rows in each segment. */
  onDisk(): number[][];
}

export function spoolBed(folder: string = freshSpool(), maxBytes = 1_000_000): SpoolBed {
  const lost: (readonly [string, number])[] = [];
  const troubles: string[] = [];
  const spool = new Spool({ folder, maxBytes }, ERROR_ROWS, {
    onLost: (reason, lines) => lost.push([reason, lines]),
    onTrouble: (code) => troubles.push(code),
  });
  const numbersOf = (rows: readonly DeliveryRow[]): number[] => rows.map(({ more }) => more[2] as number);
  return {
    folder,
    spool,
    lost,
    troubles,
    next: async () => {
      const found = await spool.next(100, 1_000_000);
      return found && numbersOf(found.rows);
    },
    onDisk: () => segments(folder).map((name) => numbersOf(readAll(readFileSync(join(folder, name))).rows)),
  };
}

type Method = (...args: never[]) => unknown;

/** Runs something while a method of an object, such as a function of `fs`, does something else. */
export async function replaced<T>(
  target: object,
  name: string,
  make: (original: Method) => Method,
  work: () => T | Promise<T>,
): Promise<T> {
  const methods = target as Record<string, Method>;
  const original = methods[name]!;
  methods[name] = make(original);
  syncBuiltinESMExports();
  try {
    return await work();
  } finally {
    methods[name] = original;
    syncBuiltinESMExports();
  }
}

/** Runs something so many ms later than it is. */
export const later = <T>(ms: number, work: () => T | Promise<T>): Promise<T> =>
  replaced(performance, 'now', (original) => () => (original.call(performance) as number) + ms, work);

export const systemError = (code: string): Error => Object.assign(new Error(`${code}: of the test`), { code });

/** Runs something while functions of `fs` throw. */
export const failing = <T>(name: 'ftruncateSync' | 'utimesSync', work: () => T | Promise<T>): Promise<T> =>
  replaced(
    fs,
    name,
    () => () => {
      throw systemError('EIO');
    },
    work,
  );

/** Runs something while a write comes to its half, and then fails. */
export const halfWritten = <T>(work: () => T | Promise<T>): Promise<T> =>
  replaced(
    fs,
    'write',
    () =>
      ((file: number, bytes: Buffer, at: number, length: number, _place: null, done: (error: Error) => void) => {
        fs.writeSync(file, bytes, at, Math.floor(length / 2));
        setImmediate(done, systemError('ENOSPC'));
      }) as Method,
    work,
  );

/** Runs something while timers of the system are so many times faster. */
export const faster = <T>(times: number, work: () => Promise<T>): Promise<T> =>
  replaced(
    globalThis,
    'setTimeout',
    (original) => ((call: () => void, ms: number) => (original as typeof setTimeout)(call, ms / times)) as never,
    work,
  );

/** Runs something while writes are under way until they are let go. */
export const held = <T>(work: (letGo: () => void) => Promise<T>): Promise<T> => {
  const waiting: (() => void)[] = [];
  const hold = (file: number, bytes: Buffer, at: number, length: number, _place: null, done: (error: null, written: number) => void) =>
    waiting.push(() => done(null, fs.writeSync(file, bytes, at, length)));
  const letGo = (): void => {
    for (const go of waiting.splice(0)) go();
  };
  return replaced(
    fs,
    'write',
    () => hold as Method,
    () => work(letGo),
  );
};
