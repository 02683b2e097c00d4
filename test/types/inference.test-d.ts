// Compiled by `npm run types`, never run: what the types infer, and what they let through.
import { expectTypeOf } from 'expect-type';
import {
  counter,
  createTelemetry,
  type DistributionSnapshot,
  type DurationStats,
  defineEvent,
  defineEvents,
  distribution,
  type EventName,
  lastValue,
  type MetricDefinition,
  sum,
  summary,
  type Telemetry,
  telemetry,
  type ValueSnapshot,
} from 'telemetry-bus';
import { agentEvents, defineAgentEvents } from 'telemetry-bus/catalogues/agent';
import { createTelemetry as createCore } from 'telemetry-bus/core';
import { captureEvents } from 'telemetry-bus/testing';
import { z } from 'zod';

const app = defineEvents('app', {
  job: {
    start: defineEvent<{ systemTime: number }, { id: string }>(),
    stop: defineEvent<{ duration: number; bytes?: number }, { id: string; ok?: boolean }>(),
  },
  loose: { any: defineEvent() },
  half: { typed: defineEvent<{ count: number }>() },
  schema: {
    zod: defineEvent({
      schema: { measurements: z.object({ count: z.number().default(1) }), metadata: z.object({ id: z.string() }) },
      tags: ['id'],
    }),
  },
});
const other = defineEvents('other', { part: { event: defineEvent<{ x: number }, { y: string }>() } });
const bus = createTelemetry({ events: app });
const both = createTelemetry({ events: [app, other] });
const untyped = createTelemetry();

// Leaves are the literal tuples.
expectTypeOf(app.job.start).toExtend<readonly ['app', 'job', 'start']>();
expectTypeOf(app.job.start[2]).toEqualTypeOf<'start'>();

// Handlers see the types of their event; config is inferred.
bus.attach(
  'id',
  app.job.stop,
  (event, measurements, metadata, config) => {
    expectTypeOf(event[2]).toEqualTypeOf<'stop'>();
    expectTypeOf(measurements).toEqualTypeOf<{ duration: number; bytes?: number }>();
    expectTypeOf(metadata).toEqualTypeOf<{ id: string; ok?: boolean }>();
    expectTypeOf(config).toEqualTypeOf<{ any: string }>();
  },
  { any: 'config' },
);
bus.attachMany('id', [app.job.start, app.job.stop], (event, measurements) => {
  expectTypeOf(event[2]).toEqualTypeOf<'start' | 'stop'>();
  expectTypeOf(measurements).toEqualTypeOf<{ systemTime: number } | { duration: number; bytes?: number }>();
});
bus.attach('failures', ['telemetry', 'handler', 'failure'], (_event, measurements, metadata) => {
  expectTypeOf(measurements.systemTime).toEqualTypeOf<number>();
  expectTypeOf(metadata.eventName).toEqualTypeOf<EventName>();
  expectTypeOf(metadata.kind).toEqualTypeOf<'error' | 'rejection'>();
});
bus.attachPrefix('prefix', ['app'], (event, measurements) => {
  expectTypeOf(event).toEqualTypeOf<EventName>();
  expectTypeOf(measurements.duration).toEqualTypeOf<number | undefined>();
});
bus.attachPrefix('prefix', ['app'], (_event, measurements: { duration: number }, metadata: { id: string }) => [measurements, metadata]);

// What is optional may be left out.
bus.execute(app.loose.any);
bus.execute(app.loose.any, { anything: 1 }, { goes: true });
bus.execute(app.half.typed, { count: 1 });
bus.execute(app.half.typed, { count: 1 }, { anything: true });
bus.execute(['app', 'job', 'start'], { systemTime: 1 }, { id: 'x' });

// Types come from schemas: what is passed in, before defaults.
bus.execute(app.schema.zod, {}, { id: 'x' });
// @ts-expect-error id is a string
bus.execute(app.schema.zod, {}, { id: 5 });

// Several catalogues in one bus; a wider bus goes where a narrower one is expected, and any bus where an untyped one is.
both.execute(other.part.event, { x: 1 }, { y: 'y' });
const narrow: typeof bus = both;
const loose: Telemetry = bus;
void [narrow, loose];
// @ts-expect-error not an event of this bus
bus.execute(other.part.event, { x: 1 }, { y: 'y' });
bus.declareEvents(other).execute(other.part.event, { x: 1 }, { y: 'y' });

// An untyped bus takes any name, and a definition's types with it.
untyped.execute(['any', 'name', 'goes'], { a: 1 });
untyped.attach('id', ['any', 'name', 'goes'], (_event, measurements, metadata) => {
  expectTypeOf(measurements.duration).toEqualTypeOf<number | undefined>();
  expectTypeOf(metadata.key).toEqualTypeOf<unknown>();
});
untyped.attach('id', ['any', 'name', 'goes'], (_event, measurements: { duration: number }, metadata: { model: string }) => [
  measurements,
  metadata,
]);
untyped.attach('id', app.job.stop, (_event, measurements) => expectTypeOf(measurements.duration).toEqualTypeOf<number>());
telemetry.execute(['any', 'name', 'goes'], { a: 1 });
createCore({ events: app }).execute(app.job.start, { systemTime: 1 }, { id: 'x' });

// Spans return what their functions return.
expectTypeOf(bus.measure(['app', 'job'], { id: 'x' }, () => 3)).toEqualTypeOf<number>();
expectTypeOf(bus.measure(app.job, { id: 'x' }, async () => 'x')).toEqualTypeOf<Promise<string>>();
expectTypeOf(bus.span(['app', 'job'], { id: 'x' }, () => [Number('3'), { ok: true }])).toEqualTypeOf<number>();
expectTypeOf(bus.span(['app', 'job'], { id: 'x' }, async () => [String(3), { bytes: 1 }, {}])).toEqualTypeOf<Promise<string>>();
expectTypeOf(bus.span(['app', 'job'], { id: 'x' }, () => String(1))).toEqualTypeOf<string>();
expectTypeOf(bus.span(['app', 'job'], { id: 'x' }, async () => {})).toEqualTypeOf<Promise<void>>();
expectTypeOf(untyped.span(['a', 'b'], {}, () => [Number('3'), { any: 1 }])).toEqualTypeOf<number>();
expectTypeOf(
  bus.executeWithTelemetry(app.job.stop, { id: 'x' }, (span) => {
    span.add({ bytes: 1 });
    return true;
  }),
).toEqualTypeOf<boolean>();
bus.measure(['app', 'job'], { id: 'x', telemetrySpanContext: 'mine' }, () => {}, { heartbeat: '8s' });

// Reading.
expectTypeOf(bus.getCounters()).toEqualTypeOf<Record<string, number>>();
expectTypeOf(bus.getDurationStats()).toEqualTypeOf<Record<string, DurationStats>>();
expectTypeOf(bus.getDurationStats(app.job.stop)).toEqualTypeOf<DurationStats | undefined>();
const captured = captureEvents(bus, [app.job.start, app.job.stop]);
expectTypeOf(captured.of(app.job.start)[0]!.metadata).toEqualTypeOf<{ id: string }>();
expectTypeOf(captureEvents(untyped, ['a', 'b', 'c']).events[0]!.metadata).toEqualTypeOf<Readonly<Record<string, unknown>>>();

// The catalogue of coding agents, under its own name or another.
createTelemetry({ events: agentEvents }).execute(['agent', 'session', 'start'], { count: 1 }, { sessionId: 's1' });
const jido = defineAgentEvents('jido_coder_lib');
createTelemetry({ events: jido }).execute(['jido_coder_lib', 'llm', 'response'], { duration: 1 }, { sessionId: 's', model: 'm' });

// Definitions of metrics know the measurements and metadata of their events.
const jobs = counter('jobs', app.job.stop, {
  tags: ['id', 'ok'],
  keep: (measurements, metadata, event) => {
    expectTypeOf(measurements).toEqualTypeOf<{ duration: number; bytes?: number }>();
    expectTypeOf(metadata).toEqualTypeOf<{ id: string; ok?: boolean }>();
    expectTypeOf(event).toEqualTypeOf<EventName>();
    return metadata.ok;
  },
});
expectTypeOf(jobs).toEqualTypeOf<MetricDefinition<'counter'>>();
sum('bytes', app.job.stop, { measurement: 'bytes', unit: ['KiB', 'byte'] });
lastValue('bytes', app.job.stop, { measurement: ({ bytes = 0 }) => bytes * 2, expireAfter: '5m' });
summary('time', app.job.stop, { tags: (_measurements, { id }) => ({ id, first: id.length === 1 }) });
// Of several events it takes what any of them has; untyped ones have anything.
sum('both', [app.job.stop, other.part.event], { measurement: 'bytes', tags: ['id', 'y'] });
sum('loose', app.loose.any, { measurement: 'whatever', keep: (measurements) => (measurements.whatever ?? 0) > 1 });
counter('tuple', ['app', 'job', 'stop'], { tags: ['anything'] });
counter('tuples', [
  ['app', 'job', 'stop'],
  ['app', 'job', 'start'],
]);
const times = distribution('times', app.job.stop, { bounds: [1, 2], hdr: true });
createTelemetry({ events: app, metrics: { definitions: [jobs, times], history: { series: 10 }, exemplars: true } });
expectTypeOf(bus.getMetric(jobs)?.series).toEqualTypeOf<readonly ValueSnapshot[] | undefined>();
expectTypeOf(bus.getMetric(times)?.series).toEqualTypeOf<readonly DistributionSnapshot[] | undefined>();
for (const metric of bus.getMetrics()) {
  if (metric.type === 'distribution') expectTypeOf(metric.series).toEqualTypeOf<readonly DistributionSnapshot[]>();
}
expectTypeOf(bus.getDurationStats(app.job.stop, { tags: { id: 'x' }, window: 'minute' })).toEqualTypeOf<DurationStats | undefined>();
expectTypeOf(bus.getDurationStats({ window: 'hour' })).toEqualTypeOf<Record<string, DurationStats>>();
