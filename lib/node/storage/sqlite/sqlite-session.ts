import type { Cells, SqlValue, Statement } from '../sql/questions';
import type { SqliteDatabase, SqliteStatement } from './sqlite-database';

/** What of a statement an application may have set otherwise for all statements of its database. */
interface Settings {
  setReturnArrays?(enabled: boolean): unknown;
}

/** Statements that are kept: those of inserts. */
const MOST_KEPT = 16;

/** Speaks to an open database. Synchronous, and never waits for a lock. */
export class SqliteSession {
  private readonly database: SqliteDatabase;
  private readonly isOwn: boolean;
  private readonly kept = new Map<string, SqliteStatement>();

  /** @param isOwn - Nobody else uses this connection. */
  constructor(database: SqliteDatabase, isOwn: boolean) {
    this.database = database;
    this.isOwn = isOwn;
    if (isOwn) database.exec('PRAGMA busy_timeout = 0');
  }

  exec(sql: string): void {
    this.database.exec(sql);
  }

  /** @returns How many rows it changed. */
  run(sql: string, ...values: SqlValue[]): number {
    let statement = this.kept.get(sql);
    if (statement === undefined) {
      statement = this.database.prepare(sql);
      if (this.kept.size < MOST_KEPT) this.kept.set(sql, statement);
    }
    return Number(statement.run(...values).changes);
  }

  all({ text, values }: Statement): Cells[] {
    const statement: SqliteStatement & Settings = this.database.prepare(text);
    statement.setReturnArrays?.(false);
    return statement.all(...values) as Cells[];
  }

  /** The number in the only column of the only row. */
  number(sql: string, ...values: SqlValue[]): number {
    const [row] = this.all({ text: sql, values });
    return Number(Object.values(row ?? {})[0]);
  }

  /**
   * Runs `work` with all it changes, or nothing of it.
   *
   * @throws what `work` and the driver throw; a lock held elsewhere at once.
   */
  transaction<T>(work: () => T): T {
    return this.withoutWaiting(() => {
      // Immediate: a transaction that finds out in the middle that it may not write would have to begin again. When it
      // fails, the transaction that may be open is the application's, and is left to it.
      this.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        this.exec('COMMIT');
        return result;
      } catch (error) {
        this.rollBack();
        throw error;
      }
    });
  }

  /** Runs `work` with no time to wait for locks: SQLite would hold up the whole process meanwhile. */
  withoutWaiting<T>(work: () => T): T {
    if (this.isOwn) return work();
    const before = this.number('PRAGMA busy_timeout');
    if (before === 0) return work();
    this.exec('PRAGMA busy_timeout = 0');
    try {
      return work();
    } finally {
      this.exec(`PRAGMA busy_timeout = ${before}`);
    }
  }

  private rollBack(): void {
    try {
      this.exec('ROLLBACK');
    } catch {
      // SQLite did it by itself, as on a full disk.
    }
  }
}
