import { quietly } from '../../core/quietly';
import { enginesOf, type Hosted } from '../../engines';
import { alertsOf } from '../../entries/alerts';
import { healthOf } from '../../entries/health';
import { httpTrackingOf } from '../../entries/http';
import { securityOf } from '../../entries/security';
import type { Telemetry } from '../../index';
import type { StartedTelemetry } from '../start-options';
import { adminsOf } from '../started-admins';
import { logFilesOf } from '../started-seam';
import type { AdminSettings } from './admin-options';
import { type AuditTrail, createAudit } from './audit-trail';
import type { AdminParts } from './parts';

/** What an admin API can be made for: a bus, or what `startTelemetry` returned for one. */
export type AdminTarget<Events = never> = StartedTelemetry<Events> | Telemetry<Events>;

/**
 * Gathers what the endpoints use.
 *
 * @throws {TelemetryError} `OPTION_INVALID` for what is no bus.
 */
export function makeParts(
  where: string,
  target: AdminTarget,
  { metrics, publicMetrics, publicHealth, monitoring }: Pick<AdminSettings, 'metrics' | 'publicMetrics' | 'publicHealth' | 'monitoring'>,
  onClose: AdminParts['onClose'],
): AdminParts & { readonly audit: AuditTrail } {
  const started = isStarted(target) ? target : undefined;
  const bus = (started?.telemetry ?? target) as Telemetry;
  const engines = enginesOf(where, bus as Hosted);
  const { clock } = engines.errors;
  const security = securityOf(bus);
  const audit = createAudit(security, clock);
  const admins = adminsOf(engines);
  const until = (listeners: Set<() => void>, listener: () => void): void => {
    const quiet = (): void => void quietly(listener);
    listeners.add(quiet);
    onClose(() => listeners.delete(quiet));
  };
  until(admins.flushing, audit.flush);
  return {
    telemetry: bus,
    clock,
    config: started?.config,
    health: started?.health ?? healthOf(bus),
    alerts: started?.alerts ?? alertsOf(bus),
    security,
    slow: started?.slow,
    storage: started?.storage,
    monitor: started?.monitor,
    tracking: () => httpTrackingOf(bus),
    files: () => logFilesOf(started),
    audit,
    metrics: metrics ?? bus,
    publicMetrics,
    publicHealth,
    monitoring,
    onClose,
    onStop: (listener) => until(admins.stopping, listener),
    admins,
  };
}

const isStarted = (target: AdminTarget | undefined): target is StartedTelemetry<never> =>
  typeof target === 'object' && target !== null && 'telemetry' in target && 'config' in target;
