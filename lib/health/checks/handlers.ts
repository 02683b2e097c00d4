import type { HealthHost } from '../host';
import type { CheckDetails, CheckFunction } from '../result';
import { shown } from './sinks';

/**
 * Looks at the handlers of the bus: degraded while breakers hold some back after failures. Those that were detached are gone, and not
 * seen here.
 */
export function createHandlersCheck(host: Pick<HealthHost, 'handlers'>): CheckFunction {
  return (): CheckDetails => {
    const open = host.handlers().filter(({ state }) => state === 'open');
    const ids = [...new Set(open.map(({ id }) => id))];
    if (ids.length === 0) return { status: 'healthy' };
    return { status: 'degraded', detail: `Held back after failures: ${shown(ids, ', ')}` };
  };
}
