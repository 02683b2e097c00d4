import type { Engines } from '../engines';

/**
 * The admin APIs of a bus, for what `startTelemetry` returned: before its streams end, they put back what they changed for a time and tell
 * what they counted, and from then on change nothing, since nobody would write down who did.
 */
export interface AdminsOfBus {
  /** Telemetry was stopped, and not started again. */
  isStopped: boolean;
  /** Called when it stops. None of them throws. */
  readonly stopping: Set<() => void>;
  /** Called afterwards, when changes that were under way have ended. None of them throws. */
  readonly flushing: Set<() => void>;
  /** Changes that are under way. */
  readonly underWay: Set<Promise<unknown>>;
}

export const adminsOf = (engines: Engines): AdminsOfBus =>
  engines.single<AdminsOfBus>('admin.started', () => ({
    isStopped: false,
    stopping: new Set(),
    flushing: new Set(),
    underWay: new Set(),
  }));

/**
 * Ends changes through all admin APIs of a bus.
 *
 * @returns What is under way, to be waited for before `flushAdmins`; mostly nothing, and then nobody waits.
 */
export function stopAdmins(admins: AdminsOfBus): readonly Promise<unknown>[] {
  admins.isStopped = true;
  for (const stop of admins.stopping) stop();
  return [...admins.underWay];
}

export function flushAdmins(admins: AdminsOfBus): void {
  for (const flush of admins.flushing) flush();
}
