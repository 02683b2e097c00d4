import { sharedBy } from '../endpoints/shared';
import type { AdminParts } from '../parts';
import type { Route } from '../route';
import { followRoute } from './follow-routes';
import { LineRing } from './line-ring';
import { linesRoute } from './lines-routes';
import { Outliers } from './outliers';
import { outliersRoute } from './outliers-routes';
import { panelsRoutes } from './panels-routes';
import { RequestRing } from './request-ring';
import { requestsRoute } from './requests-routes';

/**
 * What is kept in memory from the creation of an API with a monitoring page on, and shown by it: lines, requests, outliers; and the panels
 * of the application. One ring of each for a bus, however many APIs it has; the last one that is closed lets go of them.
 */
export function followRoutes(parts: AdminParts): readonly Route[] {
  const { telemetry, clock, monitoring } = parts;
  if (monitoring === undefined) return [];
  const lines = opened(parts, 'admin.lines', () => new LineRing(telemetry, clock));
  const requests = opened(parts, 'admin.requests', () => new RequestRing(telemetry, clock));
  const outliers = opened(parts, 'admin.outliers', () => new Outliers(telemetry, clock));
  return [
    linesRoute(parts, lines),
    followRoute(parts, lines, requests),
    requestsRoute(parts, requests),
    outliersRoute(parts, outliers),
    ...panelsRoutes(parts, monitoring.panels),
  ];
}

/** Opened by each API: the one before may have been closed. */
function opened<One extends { open(): unknown; close(): void }>(parts: AdminParts, kind: string, make: () => One): One {
  const one = sharedBy(parts, kind, make, (last) => last.close());
  one.open();
  return one;
}
