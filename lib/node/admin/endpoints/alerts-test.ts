import type { DeliveryOutcome } from '../../../alerts/delivery/waiting';
import { inTime } from '../in-time';
import type { AdminParts } from '../parts';
import { Problem } from '../problem';
import { redactedBy } from '../redacted';
import type { Route } from '../route';
import { object, refused, TEXT } from '../schemas';
import { OUTCOME } from './alerts-schemas';

/** Targets have time-outs of their own, of some seconds; a server may cut answers off that take 20 s. */
const MOST_MS = 8_000;

/** `POST /admin/alerts/test`: sends a notification that says it is a test. One at a time for each target. */
export function alertTestRoutes({ alerts, audit, clock, telemetry }: AdminParts): readonly Route[] {
  const { texts } = redactedBy(telemetry);
  const underWay = new Set<string>();
  return [
    {
      method: 'POST',
      path: '/admin/alerts/test',
      scope: 'write',
      tag: 'alerts',
      summary: 'Sends a test to a target, once',
      description: 'The answer waits for 8 s at most; the test itself may go on.',
      body: object({ target: { ...TEXT, maxLength: 256, description: 'Its name, as `stats.targets` of GET /admin/alerts has it' } }),
      responses: {
        200: { description: 'What became of it', schema: OUTCOME },
        404: refused('There is no target of that name'),
        409: refused('A test of this target is under way'),
        503: refused('The target has not answered within 8 s'),
      },
      async handle({ body, actor, signal }) {
        const { target } = body as { readonly target: string };
        if (!Object.hasOwn(alerts.stats().targets, target)) {
          throw new Problem(404, 'NOT_FOUND', 'There is no target of this name. GET /admin/alerts lists them under stats.targets');
        }
        if (underWay.has(target)) throw new Problem(409, 'CONFLICT', 'A test of this target is under way. Wait for its end');
        underWay.add(target);
        let outcome: DeliveryOutcome | undefined;
        const test = alerts.test(target).then((ended) => {
          outcome = ended;
        });
        test.finally(() => underWay.delete(target)).catch(() => undefined);
        await inTime(clock, test, MOST_MS, signal);
        const told = outcome && texts(outcome);
        audit.changed(actor, 'alert_tested', { target, before: null, after: told ?? 'no answer yet' });
        if (told === undefined) throw new Problem(503, 'TIMEOUT', 'The target has not answered within 8 s', { 'retry-after': '10' });
        return { json: told };
      },
    },
  ];
}
