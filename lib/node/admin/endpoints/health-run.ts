import type { HealthReport } from '../../../health/report';
import { inTime } from '../in-time';
import type { AdminParts } from '../parts';
import { Problem } from '../problem';
import { redactedBy } from '../redacted';
import type { Route } from '../route';
import { object, refused, TEXT } from '../schemas';
import { RUN } from './health-schemas';

/** Checks have time-outs of their own, which may be long; a server may cut answers off that take 20 s. */
const MOST_MS = 8_000;

/** `POST /admin/health/check`: runs checks now. */
export function healthRunRoutes({ health, clock, audit, telemetry }: AdminParts): readonly Route[] {
  const { texts } = redactedBy(telemetry);
  /** By check; those who ask for all are under the empty name. */
  const underWay = new Map<string, Promise<HealthReport>>();

  function run(check: string): Promise<HealthReport> {
    const before = underWay.get(check);
    if (before !== undefined) return before;
    const running = health.check(check === '' ? undefined : check, { maxAge: 0 }).finally(() => underWay.delete(check));
    underWay.set(check, running);
    return running;
  }

  return [
    {
      method: 'POST',
      path: '/admin/health/check',
      scope: 'write',
      tag: 'health',
      summary: 'Runs the checks now, or one of them',
      description: 'Each has its own time-out; the answer waits for 8 s at most. Those who ask meanwhile get the same run.',
      body: object({ check: { ...TEXT, maxLength: 64, description: 'Its name; without one, all of them' } }, ['check']),
      responses: {
        200: {
          description: 'What is known then; `is_complete` is false when a check took longer',
          schema: RUN,
        },
        404: refused('There is no check of that name'),
      },
      async handle({ body, actor, signal }) {
        const { check = '' } = (body ?? {}) as { readonly check?: string };
        const before = health.report();
        if (check !== '' && !Object.hasOwn(before.checks, check)) {
          throw new Problem(404, 'NOT_FOUND', 'There is no check of this name. GET /admin/health lists those there are');
        }
        const isComplete = await inTime(clock, run(check), MOST_MS, signal);
        const after = health.report();
        audit.changed(actor, 'health_check_run', { target: check || 'all', before: before.status, after: after.status });
        return { json: texts({ is_complete: isComplete, ...after }) };
      },
    },
  ];
}
