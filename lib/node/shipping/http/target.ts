import { TelemetryError } from '../../../core/errors';
import { isCredential } from './headers';

/** Where requests go to. */
export interface Target {
  readonly isTls: boolean;
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Host and port, for people. */
  readonly authority: string;
  /** Path and query. */
  readonly path: string;
}

export interface TargetRules {
  /** Names the option or the variable in errors, which never repeat the URL: it may hold a secret. */
  readonly what: string;
  readonly code: 'OPTION_INVALID' | 'CONFIG_INVALID';
  /** What stands behind the path of the URL, unless it is there already; `''`: the URL is whole. */
  readonly ending: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly allowInsecure: boolean;
}

const MAX_CHARS = 2048;
const FIX = 'Expected an https: or http: URL. It is not shown, it may be a secret';

/**
 * Takes a URL apart.
 *
 * @throws {TelemetryError} with the given code: it is none, has another protocol than http or https, a user or a password, or would
 * send credentials over `http:` to another host.
 */
export function targetOf(value: unknown, { what, code, ending, headers, allowInsecure }: TargetRules): Target {
  const refused = (why: string): TelemetryError => new TelemetryError(code, `${what} is not valid`, why, FIX);
  const url = typeof value === 'string' && value.length <= MAX_CHARS ? parse(value) : undefined;
  if (url === undefined) throw refused(`It is not a URL of at most ${MAX_CHARS} characters`);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused('Its protocol is another one');
  if (url.username !== '' || url.password !== '') throw refused('It has a user or a password in it; give them as a header');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const isTls = url.protocol === 'https:';
  const isSecret = [...Object.keys(headers), ...url.searchParams.keys()].some(isCredential);
  if (isSecret && !isTls && !allowInsecure && !isLoopback(host)) {
    throw refused('Credentials would go unencrypted to another host; use https:, or allowInsecure when something else encrypts them');
  }
  const port = url.port === '' ? (isTls ? 443 : 80) : Number(url.port);
  const base = url.pathname.replace(/\/+$/, '');
  const path = ending === '' ? url.pathname : base.endsWith(ending) ? base : `${base}${ending}`;
  return { isTls, host, port, authority: url.host, path: `${path}${url.search}` };
}

/** As URLs spell them. */
const isLoopback = (host: string): boolean => /^(?:(?:.+\.)?localhost\.?|127\.\d+\.\d+\.\d+|::1)$/.test(host);

function parse(value: string): URL | undefined {
  try {
    return new URL(value);
  } catch {
    return undefined;
  }
}
