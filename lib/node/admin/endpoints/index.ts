import { followRoutes } from '../monitoring/follow-group';
import { overviewRoutes } from '../monitoring/overview-routes';
import type { AdminParts } from '../parts';
import type { Route } from '../route';
import { alertsRoutes } from './alerts';
import { configRoutes } from './config';
import { errorsRoutes } from './errors';
import { eventsRoutes } from './events';
import { filesRoutes } from './files';
import { handlersRoutes } from './handlers';
import { healthRoutes } from './health';
import { indexRoutes } from './index-page';
import { levelsRoutes } from './levels';
import { logsRoutes } from './logs';
import { metricsRoutes } from './metrics';
import { requestMetricsRoutes } from './request-metrics';
import { slowRoutes } from './slow';
import { systemRoutes } from './system';
import { whileStarted } from './while-started';

/**
 * Every route of the API, group by group.
 *
 * @param entrance - Those that let people in, and the page.
 */
export function allRoutes(parts: AdminParts, entrance: readonly Route[] = []): readonly Route[] {
  const routes = [...entrance, ...routesOf(parts)].map((route) => whileStarted(route, parts.admins));
  return [...indexRoutes(routes), ...routes];
}

const routesOf = (parts: AdminParts): readonly Route[] => [
  ...logsRoutes(parts),
  ...requestMetricsRoutes(parts),
  ...metricsRoutes(parts),
  ...healthRoutes(parts),
  ...alertsRoutes(parts),
  ...slowRoutes(parts),
  ...systemRoutes(parts),
  ...eventsRoutes(parts),
  ...handlersRoutes(parts),
  ...configRoutes(parts),
  ...levelsRoutes(parts),
  ...filesRoutes(parts),
  ...errorsRoutes(parts),
  ...followRoutes(parts),
  ...overviewRoutes(parts),
];
