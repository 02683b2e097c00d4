import type { Clock } from '../../../core/clock';

import { METRICS_HANDLER_ID } from '../../../handlers/metrics';
import type { Telemetry } from '../../../index';
import { HeatKeeper } from '../../../metrics/history/heat-keeper';
import { sharedBy } from '../endpoints/shared';
import type { AdminParts } from '../parts';
import { historiesOf } from './histories';
import { PulseRing } from './pulse-ring';

/** How much happens, one for each bus, while it has an admin API. */
export function pulseOf(parts: AdminParts): PulseRing {
  const { telemetry, clock, tracking } = parts;
  const ring = sharedBy(
    parts,
    'admin.pulse',
    () => makePulse(telemetry, clock, tracking),
    (one) => one.close(),
  );
  ring.start();
  return ring;
}

/** The heat of the bus's distributions, one keeper for each bus, while it has an admin API. */
export function heatOf(parts: AdminParts): HeatKeeper {
  const keeper = sharedBy(
    parts,
    'admin.heat',
    () => new HeatKeeper(historiesOf(parts.telemetry)),
    (one) => one.stop(),
  );
  keeper.start();
  return keeper;
}

const makePulse = (telemetry: Telemetry, clock: Clock, tracking: AdminParts['tracking']): PulseRing =>
  new PulseRing(
    {
      counters: () => (telemetry.listHandlers().some(({ id }) => id === METRICS_HANDLER_ID) ? telemetry.getCounters() : undefined),
      requests: () => tracking()?.stats().total,
      errors: () => telemetry.errorStats().occurrences,
      lines: () => telemetry.logStats().lines,
    },
    clock,
  );
