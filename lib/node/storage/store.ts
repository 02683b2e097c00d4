/** A line to be stored. */
export interface StorableLine {
  /** Unique over all processes: stored again, the line is there once. At most 64 letters, digits, `_` and `-`. */
  readonly key: string;
  readonly errorId: string;
  /** 12 hexadecimal digits. */
  readonly fingerprint: string;
  /** How many occurrences it stands for; see `ErrorMark`. */
  readonly occurrences: number;
  /** The record as default JSON, without its newline: redacted and bounded. */
  readonly line: string;
}

/** A line that was stored. */
export interface StoredError {
  readonly key: string;
  readonly errorId: string;
  readonly fingerprint: string;
  readonly occurrences: number;
  /** ms since the epoch; that of the record. */
  readonly time: number;
  /** `ERROR` or `CRITICAL`. */
  readonly level: string;
  readonly logger: string;
  readonly message: string;
  /** Name of the error's class; `undefined` for a line without an error. */
  readonly errorType: string | undefined;
  /** The whole record. */
  readonly record: Readonly<Record<string, unknown>>;
}

/** All stored errors of one fingerprint. What retention removes is still counted. */
export interface StoredGroup {
  readonly fingerprint: string;
  /** How often it occurred. */
  readonly total: number;
  /** ms since the epoch. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Of the latest line. */
  readonly lastErrorId: string;
  readonly level: string;
  readonly logger: string;
  readonly errorType: string | undefined;
  readonly message: string;
}

/** What stored errors are asked for by; all that is given must hold. The latest come first. */
export interface StoredQuery {
  readonly errorId?: string;
  readonly fingerprint?: string;
  /** ms since the epoch or a Date; from there on. */
  readonly from?: number | Date;
  /** Up to but without. */
  readonly to?: number | Date;
  readonly level?: 'error' | 'critical';
  /** At most so many, 1 to 1,000; default 100. */
  readonly limit?: number;
  /** Goes on behind this key, the last of the page before. */
  readonly after?: string;
}

export interface GroupQuery {
  readonly from?: number | Date;
  readonly to?: number | Date;
  readonly limit?: number;
}

/** What retention keeps. */
export interface PruneOptions {
  /** ms since the epoch: rows of records before this go. */
  readonly before?: number;
  /** At most so many rows stay, the latest. */
  readonly maxRows?: number;
  /** Rows that one transaction may remove. */
  readonly chunkRows: number;
}

/**
 * Why a database did not do what it was asked: `unavailable` (it may later: no connection, locked, full, restarting, too
 * slow), `refused` (it never will take these very rows), `corrupt` (its file is no database any more).
 */
export class StoreError extends Error {
  declare readonly kind: 'unavailable' | 'refused' | 'corrupt';
  /** Of the driver or the system, such as `ECONNREFUSED`, `57P01`, `SQLITE_BUSY`. */
  declare readonly code: string;

  constructor(kind: StoreError['kind'], code: string, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    Object.assign(this, { name: 'StoreError', kind, code });
  }
}

/**
 * A database of errors.
 *
 * - Every method MUST reject with nothing but a {@link StoreError}, and MUST settle within its time limit, whatever the
 *   database does.
 * - `open` MUST make or migrate the tables, in a transaction, so that several processes may do it at once; it may be called
 *   again after it rejected.
 * - `insert` MUST store all of the rows or none; rows whose key is there are left as they are and count for nothing. A
 *   rejection may leave it open whether they were stored: the same rows come again.
 * - Events and errors of the driver MUST NOT reach the process.
 * - No text of a row or a query becomes part of a statement.
 */
export interface ErrorStore {
  /** Shown in statistics and warnings: `sqlite`, `postgres`. Never holds a password. */
  readonly name: string;
  open(): Promise<void>;
  /** @returns How many rows were not there before. */
  insert(rows: readonly StorableLine[]): Promise<number>;
  find(query: StoredQuery): Promise<StoredError[]>;
  groups(query: GroupQuery): Promise<StoredGroup[]>;
  /** Removes at most one chunk. @returns How many rows went; fewer than the chunk: that was all. */
  prune(options: PruneOptions): Promise<number>;
  /** Lets go of what it opened itself; what was handed in stays open. Never rejects. */
  close(): Promise<void>;
}
