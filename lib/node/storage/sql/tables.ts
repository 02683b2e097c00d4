/** The tables of one store, as they are written in statements. */
export interface Tables {
  /** One row for each line. */
  readonly errors: string;
  /** One row for each fingerprint. */
  readonly groups: string;
  /** Which migrations it has. */
  readonly migrations: string;
  /** Names an index of `errors` or `groups`. */
  readonly index: (columns: string) => string;
}

/** The name of the table of errors, unless the application gives another. */
const DEFAULT_TABLE = 'error_logs';

/**
 * Names the tables. Those of a table of errors with another name are named after it, so that two stores in one schema
 * share nothing.
 *
 * @param table - A valid identifier; see `isIdentifier`.
 * @param schema - Likewise; without it, none is written.
 */
export function tablesOf(table: string = DEFAULT_TABLE, schema?: string): Tables {
  const prefix = schema === undefined ? '' : `"${schema}".`;
  const isDefault = table === DEFAULT_TABLE;
  return {
    errors: `${prefix}"${table}"`,
    groups: `${prefix}"${isDefault ? 'error_fingerprints' : `${table}_fingerprints`}"`,
    migrations: `${prefix}"${isDefault ? 'telemetry_migrations' : `${table}_migrations`}"`,
    // An index stands in the schema of its table, and is named without it.
    index: (columns) => `"${table}_by_${columns}"`,
  };
}

/**
 * Whether a name may stand in a statement. Lower case, so that quoted and unquoted mean the same, in SQL written by hand
 * too; PostgreSQL cuts names after 63 bytes, and two of them could become one.
 */
export const isIdentifier = (name: unknown, maxLength: number): boolean =>
  typeof name === 'string' && name.length <= maxLength && /^[a-z_][a-z0-9_]{0,62}$/.test(name);
