import { TelemetryError } from '../../../core/errors';
import { read } from '../../../core/read';

export const API = '@opentelemetry/api';
export const LOGS_API = '@opentelemetry/api-logs';

/** What a module must export to be the one that was meant. */
const EXPORTS = { '@opentelemetry/api': 'trace', '@opentelemetry/api-logs': 'logs' } as const;
type Peer = keyof typeof EXPORTS;

/**
 * Loads an optional peer. Bundlers don't follow it, so that a build does not fail for a package that nobody wants; in a bundle, the
 * module has to be handed in.
 *
 * @throws (rejects with) {TelemetryError} `PEER_MISSING`
 */
export async function loadPeer<Module>(peer: Peer, option: 'api' | 'logsApi'): Promise<Module> {
  let cause: unknown;
  try {
    const module: unknown = await import(/* webpackIgnore: true */ /* @vite-ignore */ peer);
    const found = [module, read(module, 'default')].find((holder) => isModule(peer, holder));
    if (found !== undefined) return found as Module;
  } catch (error) {
    cause = error;
  }
  throw new TelemetryError(
    'PEER_MISSING',
    'OpenTelemetry was not started',
    `The package ${peer} ${isAbsent(cause) ? 'is not installed' : 'could not be loaded'}`,
    `Install it with "npm install ${API} ${LOGS_API}", or, in a bundle, hand it in: startOpenTelemetry(telemetry, { ${option} })`,
    { cause },
  );
}

/** Whether something is one of the modules, as options hand it in. Never throws. */
export function isModule(peer: Peer, value: unknown): boolean {
  const part = read(value, EXPORTS[peer]);
  return typeof part === 'object' && part !== null;
}

function isAbsent(error: unknown): boolean {
  const code = read(error, 'code');
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}
