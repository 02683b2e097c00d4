/**
 * The example of the design, as far as this part covers it: logs and Node's start are to come. Runs as a program; exits
 * with an error when something is not as it says.
 */
import assert from 'node:assert/strict';
import { createTelemetry, defineEvent, defineEvents, type EventName } from 'telemetry-bus';

const coder = defineEvents('jido_coder_lib', {
  session: {
    start: defineEvent<{ count: number }, { sessionId: string }>({ doc: 'A session began', level: 'info' }),
    stop: defineEvent<{ duration: number }, { sessionId: string; status: 'ok' | 'error' }>({ tags: ['status'] }),
  },
  agent: {
    dispatch: defineEvent<{ systemTime: number }, { agent: string }>(),
    complete: defineEvent<{ duration: number }, { agent: string }>({ measurements: { duration: { unit: 'ms' } } }),
  },
  tool: { start: defineEvent(), stop: defineEvent(), exception: defineEvent() }, // untyped leaves accept anything
  llm: {
    request: defineEvent<{ systemTime: number }, { model: string; prompt?: string }>({ private: ['prompt'] }),
    response: defineEvent<{ duration: number; tokens: number }, { model: string; cached?: boolean }>({
      tags: ['model'],
      slow: { warn: '5s', error: '10s' },
    }),
    error: defineEvent<{ duration: number }, { model: string }>({ level: 'error' }),
  },
});
assert.deepEqual(coder.session.start, ['jido_coder_lib', 'session', 'start']);
assert.ok(Object.isFrozen(coder.session.start));

const telemetry = createTelemetry({ events: coder });

const audited: unknown[] = [];
const handle = telemetry.attach(
  'audit',
  coder.session.stop,
  (event, measurements, metadata, config) => audited.push([event, measurements, metadata, config]),
  { any: 'config' },
);
const { signal } = new AbortController();
const seen: EventName[] = [];
const handler = (event: EventName): void => void seen.push(event);
telemetry.attachMany('both', [coder.session.start, coder.session.stop], handler, undefined, {
  signal,
  once: false,
  onError: 'detach',
  onConflict: 'throw',
});
telemetry.attachPrefix('everything-in-session', ['jido_coder_lib', 'session'], handler);
telemetry.attachMetricsHandler(); // id 'telemetry-metrics'

telemetry.execute(coder.session.start, { count: 1 }, { sessionId: 's1' }); // by definition
telemetry.execute(['jido_coder_lib', 'session', 'start'], { count: 1 }, { sessionId: 's1' }); // by tuple, same types
const started = telemetry.emitter(coder.session.start); // resolved once, for the hottest paths
started({ count: 1 }, { sessionId: 's1' });
telemetry.execute(coder.session.stop, { duration: 5 }, { sessionId: 's1', status: 'ok' });
assert.deepEqual(audited, [[coder.session.stop, { duration: 5 }, { sessionId: 's1', status: 'ok' }, { any: 'config' }]]);
assert.equal(seen.length, 8);

const result = 'result';
const work = (): number => 42;
const answer = await telemetry.span(['jido_coder_lib', 'tool'], { name: 'grep' }, async () => [result, { files: 12 }]);
assert.equal(answer, 'result');
const lines = telemetry.measure(['jido_coder_lib', 'tool'], { name: 'wc' }, (span) => {
  span.add({ bytes: 10 });
  return 3;
});
assert.equal(lines, 3);
const text = await telemetry.measure(
  { start: coder.llm.request, stop: coder.llm.response, exception: coder.llm.error },
  { model: 'm1' },
  async (span) => {
    span.add({ tokens: 150 });
    span.set({ cached: false });
    return 'text';
  },
  { heartbeat: '8s' },
);
assert.equal(text, 'text');
assert.equal(
  telemetry.executeWithTelemetry(coder.agent.complete, { agent: 'planner' }, () => work()),
  42,
);
assert.equal(
  telemetry.executeWithStartComplete(coder.agent.dispatch, coder.agent.complete, { agent: 'planner' }, () => work()),
  42,
);

assert.equal(telemetry.getCounters()['jido_coder_lib.session.start'], 3); // only events seen while the handler is attached
const stats = telemetry.getDurationStats()['jido_coder_lib.llm.response'];
assert.deepEqual(Object.keys(stats ?? {}), [
  'unit',
  'count',
  'sum',
  'min',
  'max',
  'mean',
  'stddev',
  'p50',
  'p75',
  'p90',
  'p95',
  'p99',
  'p999',
]);
assert.equal(telemetry.getDurationStats(coder.llm.response)?.count, 1);
assert.equal(telemetry.getDurationStats(coder.session.start)?.p99, undefined); // an event without durations
telemetry.resetCounters();
assert.deepEqual(telemetry.getCounters(), {});

assert.equal(telemetry.listHandlers(['jido_coder_lib']).length, 4); // one entry per event
assert.equal(telemetry.detach('audit'), true);
assert.equal(telemetry.detach('audit'), false); // false when unknown
assert.equal(handle.detach(), false);
console.log('design example: ok');
