import { TelemetryError } from '../../../core/errors';
import { parseAddress } from './address';
import type { AddressGuard } from './address-guard';

/** Where requests go to: a URL, taken apart once. */
export interface Endpoint {
  readonly isTls: boolean;
  /** A name in lower case without a dot at its end, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  /** What the `Host` header says. */
  readonly authority: string;
  /** Path and query. */
  readonly path: string;
}

const MAX_CHARS = 2048;

/**
 * Reads a URL that the application gave.
 *
 * @param what - Names the option in errors, which never repeat the URL: it may be a secret as a whole.
 * @throws {TelemetryError} `OPTION_INVALID`: not a URL, another protocol than https (http for opened hosts), with a user or
 * password, or a host that is refused as it stands.
 */
export function parseEndpoint(what: string, value: unknown, guard: AddressGuard): Endpoint {
  const url = typeof value === 'string' && value.length <= MAX_CHARS ? parse(value) : undefined;
  if (url === undefined) throw refused(what, `It is not a URL of at most ${MAX_CHARS} characters`);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused(what, 'Its protocol is another one');
  if (url.username !== '' || url.password !== '') throw refused(what, 'It has a user or a password in it');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  const isAddress = parseAddress(host) !== undefined;
  if (!isAddress && !host.split('.').every((label) => label !== '' && label.length <= 63)) throw refused(what, 'Its host is not a name');
  const isOpen = isAddress ? guard.judge(host, host) === 'opened' : guard.isOpenName(host);
  if (isAddress ? guard.judge(host, host) === 'refused' : guard.isForbiddenName(host)) {
    throw refused(what, 'Its host is this machine, or in a private or reserved network');
  }
  // A name that is not opened may still lead to an opened address, which shows when it is resolved.
  if (url.protocol === 'http:' && !isOpen && (isAddress || !guard.opensAny)) throw refused(what, 'It is not encrypted');
  const isTls = url.protocol === 'https:';
  const port = url.port === '' ? (isTls ? 443 : 80) : Number(url.port);
  const name = host.includes(':') ? `[${host}]` : host;
  return { isTls, host, port, authority: url.port === '' ? name : `${name}:${url.port}`, path: `${url.pathname}${url.search}` };
}

/** The last part of a path, or the last value of a query, with 16 characters or more. */
const LONG_END = /[/?&=][\w.~-]{12,}([\w.~-]{4})$/;

/** Where to, for people: the host, and the last 4 characters of what is long enough to stay a secret without them. */
export function placeOf({ authority, path }: Endpoint): string {
  const end = LONG_END.exec(path)?.[1];
  return end === undefined ? authority : `${authority} …${end}`;
}

function parse(value: string): URL | undefined {
  try {
    return new URL(value);
  } catch {
    return undefined;
  }
}

const refused = (what: string, why: string): TelemetryError =>
  new TelemetryError(
    'OPTION_INVALID',
    `${what} is not valid`,
    why,
    'Expected an https: URL of a public host. Private hosts, and http: to them, are for those that allowPrivate names, such as ["10.1.2.3"]. The URL is not shown, it may be a secret',
  );
