import { isIP } from 'node:net';
import { checkOptions, isRecord, type OptionRule, optionInvalid } from '../../core/options';
import type { ServerTls } from '../server/hardened-server';
import { ADMIN_RULES, type AdminOptions, type AdminSettings, readAdminOptions } from './admin-options';

/**
 * Options of `serveAdmin`: those of {@link AdminOptions}, and
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `host` | address to listen on; one that is not loopback needs a token of 32 random bytes and either `tls` or `tlsTerminated` | `127.0.0.1` and `::1` |
 * | `port` | 0: a free one | 4747 |
 * | `tls` | `{ cert, key }` as PEM | none: HTTP |
 * | `tlsTerminated` | somebody in front of this server speaks TLS with those who call | `false` |
 *
 * On loopback a token has at least 16 characters; without one, 32 random bytes are made, and told to the terminal or in a file.
 */
export interface ServeAdminOptions extends AdminOptions {
  readonly host?: string;
  readonly port?: number;
  readonly tls?: ServerTls;
  readonly tlsTerminated?: boolean;
}

/** Options that were checked. */
export interface ServeSettings {
  readonly addresses: readonly [string, ...string[]];
  readonly port: number;
  readonly tls: ServerTls | undefined;
  readonly admin: AdminSettings;
}

const WHERE = 'serveAdmin';
const isHostOption = (value: unknown): boolean =>
  typeof value === 'string' && (isIP(value) !== 0 || /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i.test(value));
const isPem = (value: unknown): boolean => (typeof value === 'string' && value !== '') || value instanceof Uint8Array;

const RULES: Readonly<Record<keyof ServeAdminOptions, OptionRule>> = {
  ...ADMIN_RULES,
  host: [isHostOption, 'an address or a name of this machine'],
  port: [(value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 65_535, 'a port, 0 to 65535'],
  // A key is checked where it is not shown.
  tls: 'any',
  tlsTerminated: 'boolean',
};

/** Whether only this machine reaches an address. What is not plainly so is not. */
const isLoopback = (given: string): boolean => {
  const host = given.toLowerCase();
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
};

/** Whether the application left the token to this server: only where nobody else can try it. */
export const needsToken = ({ token, tokens, host }: ServeAdminOptions): boolean =>
  token === undefined && tokens === undefined && isLoopback(String(host ?? 'localhost'));

/**
 * Checks options.
 *
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; never shows a token or a key.
 */
export function readServeOptions(options: ServeAdminOptions): ServeSettings {
  checkOptions(WHERE, options, RULES);
  const { host: given = 'localhost', port = 4747, tls, tlsTerminated = false, ...rest } = options;
  const host = given.toLowerCase();
  if (tls !== undefined && !(isRecord(tls) && isPem(tls.cert) && isPem(tls.key))) {
    throw optionInvalid(`${WHERE}: tls`, '(not shown)', '{ cert, key } as PEM');
  }
  const isOpen = !isLoopback(host);
  const settings = readAdminOptions(WHERE, rest, isOpen ? 'anywhere' : 'loopback');
  if (isOpen && tls === undefined && !tlsTerminated) {
    throw optionInvalid(
      `${WHERE}: host`,
      host,
      'loopback, or tls: { cert, key }, or tlsTerminated: true where somebody in front speaks TLS: tokens would be sent in clear text',
    );
  }
  const addresses = host === 'localhost' ? (['127.0.0.1', '::1'] as const) : ([host] as const);
  // Its own address, but not all addresses there are.
  const own = host === '0.0.0.0' || host === '::' ? [] : [isIP(host) === 6 ? `[${host}]` : host];
  const isSecure = tls !== undefined || tlsTerminated;
  return { addresses, port, tls, admin: { ...settings, allowedHosts: [...settings.allowedHosts, ...own], isSecure } };
}
