import { StoreError } from '../store';

/** Primary result codes by number, from https://www.sqlite.org/rescode.html. */
const NAMES: Readonly<Record<number, string>> = {
  1: 'ERROR',
  2: 'INTERNAL',
  3: 'PERM',
  4: 'ABORT',
  5: 'BUSY',
  6: 'LOCKED',
  7: 'NOMEM',
  8: 'READONLY',
  9: 'INTERRUPT',
  10: 'IOERR',
  11: 'CORRUPT',
  12: 'NOTFOUND',
  13: 'FULL',
  14: 'CANTOPEN',
  15: 'PROTOCOL',
  16: 'EMPTY',
  17: 'SCHEMA',
  18: 'TOOBIG',
  19: 'CONSTRAINT',
  20: 'MISMATCH',
  21: 'MISUSE',
  22: 'NOLFS',
  23: 'AUTH',
  24: 'FORMAT',
  25: 'RANGE',
  26: 'NOTADB',
};

/** The values themselves are at fault: the same rows will fail again. */
const REFUSED = /^SQLITE_(TOOBIG|CONSTRAINT|MISMATCH|RANGE)/;
const CORRUPT = /^SQLITE_(CORRUPT|NOTADB|FORMAT)/;

/** What a driver threw, as the store tells it. What is not known may pass: then nothing is given up. */
export function sqliteErrorOf(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const code = codeOf(error);
  const kind = CORRUPT.test(code) ? 'corrupt' : REFUSED.test(code) ? 'refused' : 'unavailable';
  // SQLite quotes names of tables and columns, never values.
  const text = error instanceof Error ? error.message.slice(0, 200) : 'what was thrown is no error';
  return new StoreError(kind, code, `SQLite: ${text} (${code})`, { cause: error });
}

/** better-sqlite3 gives the name of the code, `node:sqlite` its number, extended by what is above the lowest byte. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'SQLITE_ERROR';
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: unknown };
  if (typeof errcode === 'number') return `SQLITE_${NAMES[errcode & 0xff] ?? 'ERROR'}`;
  return typeof code === 'string' ? code : 'SQLITE_ERROR';
}
