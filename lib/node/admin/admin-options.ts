import { checkOptions, type OptionRule, optionInvalid } from '../../core/options';
import { type ClientAddress, clientAddressBy } from '../../http/client-address';
import type { TrustProxy } from '../../http/options';
import { METRICS_SEAM, type Metered } from '../../metrics/seam';
import { type MonitoringOptions, type MonitoringSettings, readMonitoringOptions } from './monitoring/options';
import { isHost } from './origin-guard';
import { readTokens, type Strength } from './tokens';

/** One of several tokens. */
export interface AdminToken {
  /** Told in the security stream, where the token never is. */
  readonly name: string;
  readonly token: string;
  /** `read` shows, `write` changes as well. */
  readonly scope: 'read' | 'write';
}

/**
 * Options of `createAdmin`.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `token` | one token, which may read and change: at least 32 random bytes | none: `token` or `tokens` is needed |
 * | `tokens` | 1 to 8 of `{ name, token, scope }` instead, scope `read` or `write`; two are valid while one is replaced | none |
 * | `basePath` | what stands before each path, such as `/internal` | none |
 * | `allowedHosts` | hosts it may be called by, besides `localhost`, `127.0.0.1` and `[::1]`; without a port each counts; at most 32 | none |
 * | `metrics` | whose metrics `/metrics` writes, such as those of all workers (`collectWorkers`) | those of the bus |
 * | `publicMetrics` | `/metrics` needs no token | `false` |
 * | `publicHealth` | `/health` tells its one word without a token | `true` |
 * | `trustProxy` | who may say the client's address in `X-Forwarded-For`, as for `trackHttp` | `false`: nobody |
 * | `monitoring` | the monitoring page at `/admin/monitoring`, and what belongs to it; `false`: none of it is there; see {@link MonitoringOptions} | `true` |
 */
export interface AdminOptions {
  readonly token?: string;
  readonly tokens?: readonly AdminToken[];
  readonly basePath?: string;
  readonly allowedHosts?: readonly string[];
  readonly metrics?: Metered;
  readonly publicMetrics?: boolean;
  readonly publicHealth?: boolean;
  readonly trustProxy?: TrustProxy;
  readonly monitoring?: boolean | MonitoringOptions;
}

/** Options that were checked. */
export interface AdminSettings {
  readonly tokens: readonly AdminToken[];
  readonly basePath: string;
  readonly allowedHosts: readonly string[];
  /** `undefined`: those of the bus. */
  readonly metrics: Metered | undefined;
  readonly publicMetrics: boolean;
  readonly publicHealth: boolean;
  readonly clientAddress: ClientAddress;
  /** `undefined`: there is no page. */
  readonly monitoring: MonitoringSettings | undefined;
  /** Who calls speaks TLS, with this server or with somebody in front: cookies are sent by TLS only. */
  readonly isSecure: boolean;
}

const MAX_HOSTS = 32;
const isBasePath = (value: unknown): boolean => typeof value === 'string' && value.length <= 128 && /^(?:\/[\w~-][\w.~-]*)*$/.test(value);
const isHosts = (value: unknown): boolean => Array.isArray(value) && value.length <= MAX_HOSTS && value.every(isHost);

export const ADMIN_RULES: Readonly<Record<keyof AdminOptions, OptionRule>> = {
  // A token is checked where it is not shown.
  token: 'any',
  tokens: 'any',
  basePath: [isBasePath, 'empty, or a path such as /internal without a slash at its end'],
  allowedHosts: [isHosts, `at most ${MAX_HOSTS} hosts such as 'admin.example.com' or '10.0.0.5:4747'`],
  metrics: [(value) => (value as Metered | null)?.[METRICS_SEAM] !== undefined, 'what has metrics: a bus, or what collectWorkers returned'],
  publicMetrics: 'boolean',
  publicHealth: 'boolean',
  trustProxy: 'any',
  // Read where what is wrong with it can be told.
  monitoring: 'any',
};

/**
 * Checks options.
 *
 * @param strength - What a token must be.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 */
export function readAdminOptions(where: string, options: AdminOptions, strength: Strength): AdminSettings {
  checkOptions(where, options, ADMIN_RULES);
  const { basePath = '', allowedHosts = [], publicMetrics = false, publicHealth = true, trustProxy = false } = options;
  const tokens = readTokens(where, options, strength);
  if (tokens.length === 0)
    throw optionInvalid(
      `${where}: token`,
      undefined,
      'a token of at least 32 random bytes: the API is closed without one; make one with: openssl rand -base64 32',
    );
  const clientAddress = clientAddressBy(`${where}: trustProxy`, trustProxy);
  const monitoring = readMonitoringOptions(`${where}: monitoring`, options.monitoring);
  const { metrics } = options;
  return { tokens, basePath, allowedHosts, metrics, publicMetrics, publicHealth, clientAddress, monitoring, isSecure: false };
}
