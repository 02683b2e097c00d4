// Compiled by `npm run types`, never run: what trackHttp takes and gives, and what handlers of its events know.
import { expectTypeOf } from 'expect-type';
import { currentRequest, type HttpTracking, httpEvents, trackHttp } from '../../lib/entries/http';
import { createTelemetry } from '../../lib/index';

const telemetry = createTelemetry({ events: httpEvents });
const tracking = trackHttp(telemetry, {
  trustProxy: ['loopback', '10.0.0.0/8'],
  classOf: ({ path, header }) => (header('x') ? path : undefined),
});
expectTypeOf(tracking).toEqualTypeOf<HttpTracking>();
expectTypeOf(tracking.slow.slowest()[0]?.duration_ms).toEqualTypeOf<number | undefined>();
expectTypeOf(tracking.report().metrics.total_requests).toEqualTypeOf<number>();
expectTypeOf(currentRequest()?.id).toEqualTypeOf<string | undefined>();

telemetry.attach('a', httpEvents.request.stop, (_event, measurements, metadata) => {
  expectTypeOf(measurements.responseBytes).toEqualTypeOf<number | undefined>();
  expectTypeOf(metadata.status).toEqualTypeOf<number>();
  expectTypeOf(metadata.aborted).toEqualTypeOf<true | undefined>();
  // @ts-expect-error a stop has no reason
  void metadata.reason;
});
telemetry.attach('b', ['http', 'request', 'exception'], (_event, _measurements, { kind, reason }) => {
  expectTypeOf(kind).toEqualTypeOf<'error' | 'rejection'>();
  expectTypeOf(reason).toEqualTypeOf<unknown>();
});

// @ts-expect-error to trust everybody is no option
trackHttp(telemetry, { trustProxy: true });
// @ts-expect-error there is no such option
trackHttp(telemetry, { route: ['/a'] });
// @ts-expect-error fields are an object
trackHttp(telemetry, { fields: () => 'text' });
currentRequest()?.set({ order: 7 });
// @ts-expect-error only adapters end a request
currentRequest()?.end({ status: 200 });
