import { isTelemetryError } from '../../../core/errors';
import type { CheckFunction } from '../../../health/result';
import type { Surroundings } from '../command';
import { UsageError } from '../usage-error';
import { type AskOptions, ask, Interrupted, NotWell } from './ask';
import { answered, type Finding, failed, interrupted } from './finding';
import { codeOf, reasonOf } from './reason';
import { secretsOf } from './secrets';

/** Loads a package by its name; tests bring their own. */
export type LoadPackage = (name: string) => Promise<unknown>;

/** A kind of database. */
export interface DatabaseKind {
  /** As it is called in lines, such as `PostgreSQL`. */
  readonly name: string;
  /** The option that names its address. */
  readonly option: string;
  readonly protocols: readonly string[];
  readonly defaultPort: number;
  /** Connects; a question asked twice may use one connection. Loading its package may fail with `PEER_MISSING`. */
  open(address: string, load: LoadPackage): Promise<OpenDatabase>;
}

export interface OpenDatabase {
  readonly check: CheckFunction;
  /** Lets go of its connections, whatever state they are in. Never throws. */
  close(): void;
}

export interface Database {
  readonly kind: DatabaseKind;
  readonly url: URL;
}

/**
 * Reads an address, or the name of the environment variable that holds it: arguments can be seen by others on the machine.
 *
 * @throws {UsageError} which does not show the address: there can be a password in it.
 */
export function readDatabase(kind: DatabaseKind, given: string, env: Surroundings['env']): Database {
  const isName = /^[A-Za-z_]\w*$/.test(given);
  const address = isName ? env[given] : given;
  if (!address) throw new UsageError(`${kind.option} names the environment variable ${given}, which is not set`);
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && kind.protocols.includes(url.protocol)) return { kind, url };
  const protocols = kind.protocols.map((protocol) => `${protocol}//`).join(' or ');
  const said = isName ? `${kind.option}: the variable ${given} holds` : `${kind.option} names`;
  throw new UsageError(`${said} no address that begins with ${protocols}`);
}

/** The name is one that the bundler does not know: it would pack the package in. */
export const loadPackage: LoadPackage = (name) => import(name) as Promise<unknown>;

/** Asks a database until it answers, or has been asked for long enough. Closes what it opened. */
export async function checkDatabase({ kind, url }: Database, options: AskOptions, load: LoadPackage = loadPackage): Promise<Finding> {
  const { name } = kind;
  const place = `${url.hostname || 'localhost'}:${url.port || kind.defaultPort}`;
  let database: OpenDatabase;
  try {
    database = await kind.open(url.href, load);
  } catch (error) {
    if (isTelemetryError(error)) return failed(name, `${error.what}. ${error.why}`, `${error.fix}.`, error.code);
    return failed(name, `${name} can't be asked: ${reasonOf(error, secretsOf(url))}`, `Correct its address: ${kind.option}.`);
  }
  try {
    const answer = await ask(database.check, { ...options, mayPass });
    if ('ms' in answer) return answered(name, answer);
    const { error, askedMs } = answer;
    if (error instanceof Interrupted) return interrupted(name, askedMs);
    const reason = reasonOf(error, secretsOf(url));
    if (!mayPass(error) || error instanceof NotWell) {
      return failed(
        name,
        `${name} is responding at ${place}, but refuses: ${reason}`,
        `Correct user, password or database: ${kind.option}.`,
        'NOT_HEALTHY',
      );
    }
    return failed(name, `${name} is not responding: ${reason} at ${place}`, 'Start it, or correct its address.', 'NOT_RESPONDING');
  } finally {
    database.close();
  }
}

/** PostgreSQL has five characters for it, of which class 57P and 53 pass: it starts, it ends, it has no room for one more. */
const SQL_STATE = /^(?!57P|53|08)[0-9A-Z]{5}$/;
const REDIS_REFUSAL = /^(?:NOAUTH|WRONGPASS|NOPERM|ERR invalid (?:password|DB)|ERR AUTH)/;

/** Whether asking again can help: it does not against a wrong password. */
function mayPass(error: unknown): boolean {
  const code = codeOf(error);
  const isRefused =
    (code !== undefined && SQL_STATE.test(code) && !code.startsWith('E')) ||
    REDIS_REFUSAL.test(String((error as Error | undefined)?.message));
  return !isRefused;
}
