import { read } from '../core/read';
import { safeEndpoint } from './safe-endpoint';

/**
 * What somebody did through the admin API. The library writes it: names of actions, loggers, tokens and such, and paths of the API. Values
 * before and after are told where they are plain, such as levels.
 */
export interface AdminDeed {
  /** `log_level_changed`, `handler_detached` and so on; `read` for what was read. */
  readonly action: string;
  /** What it was done to; of reads the path of the API, without parts that look like ids. */
  readonly target: string;
  /** Name of the token. */
  readonly actor: string;
  readonly before?: string | number | boolean;
  readonly after?: string | number | boolean;
}

/**
 * Under this the admin API says in the fields of an event what is to be told of it. It is no name: the log, which takes names, does not see
 * it, and fields that came from outside never have it. One for all copies of the library.
 */
export const DEED: unique symbol = Symbol.for('telemetry-bus/security/deed') as never;

const MAX_CHARS = 128;

/** What the fields of an event say under {@link DEED}, bounded. Never throws. */
export function deedIn(fields: unknown): AdminDeed | undefined {
  const given = typeof fields === 'object' && fields !== null ? read(fields, DEED as never) : undefined;
  if (typeof given !== 'object' || given === null) return undefined;
  const [action, target, actor] = [plain(read(given, 'action')), plain(read(given, 'target')), plain(read(given, 'actor'))];
  if (typeof action !== 'string' || typeof target !== 'string' || typeof actor !== 'string') return undefined;
  const [before, after] = [plain(read(given, 'before')), plain(read(given, 'after'))];
  return Object.freeze({
    action,
    target: action === 'read' ? (safeEndpoint(target) ?? '') : target,
    actor,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  });
}

function plain(value: unknown): string | number | boolean | undefined {
  if (typeof value === 'string') return value.slice(0, MAX_CHARS);
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)) ? value : undefined;
}
