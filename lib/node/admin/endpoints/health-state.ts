import type { AdminParts } from '../parts';
import { redactedBy } from '../redacted';
import type { Route } from '../route';
import { STATE } from './health-schemas';

/** `GET /admin/health`: what is known of all checks, and what each probe answers. A failing check is no failure of this answer. */
export function healthStateRoutes({ health, telemetry }: AdminParts): readonly Route[] {
  const { texts } = redactedBy(telemetry);
  return [
    {
      method: 'GET',
      path: '/admin/health',
      scope: 'read',
      tag: 'health',
      summary: 'Each check with its state, since when, and how long its runs take; and what each probe answers',
      description: 'For people: 200 whatever the state is. Runs no check.',
      responses: { 200: { description: 'As it is known now', schema: STATE } },
      handle() {
        const { isStarted, isShuttingDown } = health.stats();
        const json = {
          ...health.report(),
          probes: { live: health.live(), ready: health.ready(), startup: health.startup() },
          is_started: isStarted,
          is_shutting_down: isShuttingDown,
        };
        return { json: texts(json) };
      },
    },
  ];
}
