import { StoreError } from '../store';

/**
 * Classes of SQLSTATE that blame the rows: 22 data exception, 23 integrity constraint violation, 54 program limit exceeded;
 * https://www.postgresql.org/docs/current/errcodes-appendix.html. Everything else may pass: connections (08), resources (53),
 * operators (57), the system (58), deadlocks (40), locks (55), a standby that only reads (25), tables and rights (42).
 */
const REFUSED = /^(22|23|54)[0-9A-Z]{3}$/;

/** What to do about what will not pass by itself. */
const ADVICE: Readonly<Record<string, string>> = {
  '42P01': '. A table is missing: the store makes it when it is opened again',
  '42501':
    '. The role lacks a right: it needs SELECT, INSERT, UPDATE and DELETE on the tables of the store, and CREATE on the schema to make them',
  '3F000': '. Make the schema, or name another one in the option schema',
};

/** What a driver rejected with, as the store tells it. */
export function postgresErrorOf(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const code = codeOf(error);
  // The server quotes values when it refuses them, and what was stored is not for every log.
  if (REFUSED.test(code)) return new StoreError('refused', code, `PostgreSQL refuses the rows (${code})`, { cause: error });
  const text = error instanceof Error && error.message !== '' ? error.message.slice(0, 200) : 'the driver failed';
  return new StoreError('unavailable', code, `PostgreSQL: ${text} (${code})${ADVICE[code] ?? ''}`, { cause: error });
}

/** A SQLSTATE, a code of the system such as `ECONNREFUSED`; what has none ("Connection terminated") is about the connection. */
function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null ? (error as { readonly code?: unknown }).code : undefined;
  return typeof code === 'string' && /^[\w-]{1,40}$/.test(code) ? code : 'CONNECTION_FAILED';
}
