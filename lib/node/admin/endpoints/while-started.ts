import type { AdminParts } from '../parts';
import { Problem } from '../problem';
import type { Reply, Route } from '../route';
import { refused } from '../schemas';

const WHY = 'Telemetry of this application was stopped';

/** A route that changes something, which it does only as long as somebody writes down who did. Others are as they were. */
export function whileStarted(route: Route, admins: AdminParts['admins']): Route {
  if (route.scope !== 'write') return route;
  const other = route.responses[503];
  return {
    ...route,
    responses: { ...route.responses, 503: refused(other === undefined ? WHY : `${other.description}; or: ${WHY}`) },
    async handle(call): Promise<Reply> {
      if (admins.isStopped) {
        const detail = `${WHY}, and nothing would write down who changed what. Start it again with startTelemetry, or restart the program`;
        throw new Problem(503, 'STOPPED', detail);
      }
      const changing = Promise.resolve(route.handle(call));
      admins.underWay.add(changing);
      try {
        return await changing;
      } finally {
        admins.underWay.delete(changing);
      }
    },
  };
}
