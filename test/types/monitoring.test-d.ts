// Compiled by `npm run types`, never run: what handlers of the library's own events know, and what rules, checks and pollers take.
import { expectTypeOf } from 'expect-type';
import type { AlertRule, Alerts } from '../../lib/entries/alerts';
import type { Health } from '../../lib/entries/health';
import { startPoller } from '../../lib/entries/poller';
import { createTelemetry, defineEvent, defineEvents } from '../../lib/index';

const queue = defineEvents('queue', { jobs: { sample: defineEvent<{ size: number }, { name: string }>() } });
const telemetry = createTelemetry({ events: queue });
declare const alerts: Alerts;
declare const health: Health;

// Own events are known on a typed bus.
telemetry.attach('a', ['telemetry', 'health', 'unhealthy'], (_event, measurements, metadata) => {
  expectTypeOf(measurements.failures).toEqualTypeOf<number>();
  expectTypeOf(metadata.check).toEqualTypeOf<string>();
});
telemetry.attach('b', ['telemetry', 'alert', 'firing'], (_event, measurements, metadata) => {
  expectTypeOf(measurements.value).toEqualTypeOf<number | undefined>();
  expectTypeOf(metadata.severity).toEqualTypeOf<'warning' | 'critical'>();
});
telemetry.attach('c', ['telemetry', 'poller', 'failure'], (_event, _measurements, { kind }) => {
  expectTypeOf(kind).toEqualTypeOf<'error' | 'timeout' | 'value'>();
});
// @ts-expect-error there is no such event
telemetry.attach('d', ['telemetry', 'health', 'unhealty'], () => undefined);

// Rules are texts or objects; a definition names an event as well as its key.
alerts.addRule('a: count("queue.jobs.sample") > 5 in 1m');
alerts.addRule({ name: 'b', when: { kind: 'count', event: queue.jobs.sample }, threshold: { op: '>', warning: 5 } });
// @ts-expect-error there is no such kind
alerts.addRule({ name: 'c', when: { kind: 'counts', event: queue.jobs.sample }, threshold: { op: '>', warning: 5 } });
expectTypeOf<AlertRule['when']>().exclude<string>().toHaveProperty('kind');

health.addCheck('ok', () => true);
health.addCheck('later', async ({ signal }) => void signal.aborted);
health.addCheck('detailed', () => ({ status: 'degraded', detail: 'slow' }));
// @ts-expect-error rows are no verdict
health.addCheck('rows', async () => [{ one: 1 }]);

startPoller({ bus: telemetry, measurements: [{ name: 'jobs', event: queue.jobs.sample, measure: () => ({ size: 7 }) }] });
