import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { counter, createTelemetry, defineEvent, defineEvents, distribution, lastValue, sum } from '../../../lib/index';
import { startStatsd } from '../../../lib/node/statsd';
import { fakeClock } from '../../../lib/testing';
import { listen } from './listener';

const events = defineEvents('coder', {
  llm: { response: defineEvent<{ duration: number; tokens: number; depth: number }, { model: string }>({ tags: ['model'] }) },
});
const { response } = events.llm;

test('what a bus records arrives: by itself and by definition, at each interval and at the end', async () => {
  const listener = await listen();
  const clock = fakeClock();
  const definitions = [
    counter('llm.answers', response, { tags: ['model'] }),
    sum('llm.tokens', response, { measurement: 'tokens', unit: 'token', tags: ['model'] }),
    lastValue('llm.depth', response, { measurement: 'depth' }),
    distribution('llm.latency', response, { measurement: 'duration', unit: ['ms', 's'], bounds: [0.1, 1], hdr: true }),
  ] as const;
  const telemetry = createTelemetry({ events, clock, metrics: { definitions } });
  telemetry.attachMetricsHandler();
  const statsd = startStatsd(telemetry, { port: listener.port, prefix: 'shop', tags: { env: 'test' } });
  const durations: number[] = [];
  for (let index = 1; index <= 200; index++) {
    const duration = 1.37 * index;
    durations.push(duration);
    telemetry.execute(response, { duration, tokens: index, depth: -index }, { model: index % 2 === 0 ? 'm1' : 'm2' });
    if (index === 100) {
      clock.advance('10s');
      await listener.until(() => listener.counters.get('shop.llm.answers|#model:m1,env:test') === 50);
      await statsd.flush();
    }
  }
  await statsd.stop();
  await listener.until(() => listener.datagrams.length === statsd.stats().datagrams);
  const { counters, gauges } = listener;
  for (const model of ['m1', 'm2']) {
    assert.is(counters.get(`shop.llm.answers|#model:${model},env:test`), 100);
    assert.is(counters.get(`shop.coder.llm.response|#model:${model},env:test`), 100);
    assert.is(counters.get(`shop.coder.llm.response.duration.count|#model:${model},env:test`), 100);
  }
  assert.is(counters.get('shop.llm.tokens|#model:m1,env:test'), 10_100);
  assert.is(gauges.get('shop.llm.depth|#env:test'), -200);
  assert.is(counters.get('shop.llm.latency.count|#env:test'), 200);
  const total = durations.reduce((all, duration) => all + duration, 0);
  assert.ok(Math.abs(counters.get('shop.llm.latency.sum|#env:test')! - total) < 1e-6);
  const near = (name: string, expected: number): void => {
    const value = gauges.get(`shop.llm.latency.${name}|#env:test`)!;
    assert.ok(Math.abs(value - expected) <= expected / 100, `${name}: ${value} instead of ${expected}`);
  };
  // Of the second hundred.
  near('min', durations[100]!);
  near('p50', durations[149]!);
  near('p95', durations[194]!);
  near('max', durations[199]!);
  await listener.close();
});

test('a reset that exporters see makes no count fall or come twice; one that they do not see changes nothing', async () => {
  const listener = await listen();
  const clock = fakeClock();
  const telemetry = createTelemetry({ events, clock });
  telemetry.attachMetricsHandler();
  const statsd = startStatsd(telemetry, { port: listener.port });
  const emit = async (times: number): Promise<void> => {
    clock.advance(1);
    for (let index = 0; index < times; index++) telemetry.execute(response, { duration: 5, tokens: 1, depth: 1 }, { model: 'm1' });
    await statsd.flush();
    await listener.until(() => listener.datagrams.length === statsd.stats().datagrams);
  };
  await emit(10);
  telemetry.resetCounters();
  await emit(3);
  telemetry.resetCounters({ exports: true });
  await emit(12);
  telemetry.resetCounters({ exports: true });
  await emit(2);
  assert.is(listener.counters.get('coder.llm.response|#model:m1'), 27);
  assert.is(listener.counters.get('coder.llm.response.duration.count|#model:m1'), 27);
  assert.is(listener.counters.get('coder.llm.response.duration.sum|#model:m1'), 135);
  await statsd.stop();
  await listener.close();
});

test.run();
