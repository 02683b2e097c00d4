import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defineAgentEvents } from '../../../lib/catalogues/agent';
import type { createTelemetry } from '../../../lib/index';
import { createBench } from './measured';

const call = (bench: ReturnType<typeof createBench>, app: string, ok: number, failed: number, metadata: object = {}): void => {
  for (let index = 0; index < ok + failed; index++) {
    bench.telemetry.execute([app, 'llm', 'request'], {}, metadata);
    bench.telemetry.execute([app, 'llm', index < ok ? 'response' : 'error'], { duration: 5 }, metadata);
  }
};

test('failures are a share of the calls that began, and nothing is told of no calls', () => {
  const bench = createBench();
  const rule = bench.measure('errorRate("llm.request") > 5%');
  bench.clock.advance('10s');
  assert.equal(rule.read(), [{ group: undefined, value: undefined }]);
  call(bench, 'coder', 19, 1);
  bench.clock.advance('10s');
  assert.equal(rule.read(), [{ group: undefined, value: 0.05, details: { failures: '1', of: '20' } }]);
  assert.equal(rule.states(), {});
  call(bench, 'coder', 0, 1);
  bench.clock.advance('10s');
  assert.is(rule.value(), 2 / 21);
  assert.equal(rule.states(), { '': 'warning' });
  bench.clock.advance('1m');
  assert.is(rule.value(), undefined);
});

test('of calls that are counted as they end well, failures are added to all', () => {
  const bench = createBench();
  const rule = bench.measure('errorRate("coder.llm.response") > 5%');
  call(bench, 'coder', 3, 1);
  bench.clock.advance('10s');
  assert.is(rule.value(), 0.25);
});

test('only failures of the same app and component count, unless others are named', () => {
  const bench = createBench();
  const [own, any, named] = [
    bench.measure('errorRate("coder.llm.request") > 5%'),
    bench.measure('errorRate("llm.request") > 5%'),
    bench.measure('errorRate("coder.llm.request", failures="tool.exception" | "coder.session.*") > 5%'),
  ];
  call(bench, 'coder', 3, 1);
  call(bench, 'other', 0, 4);
  bench.telemetry.execute(['coder', 'tool', 'exception']);
  bench.telemetry.execute(['coder', 'session', 'error']);
  bench.clock.advance('10s');
  assert.equal([own.value(), any.value(), named.value()], [0.25, 5 / 8, 0.5]);
});

test('failures that are named are added to all where calls are counted as they end', () => {
  const bench = createBench();
  const rule = bench.measure('errorRate("llm.response", failures="llm.error") > 5%');
  call(bench, 'coder', 3, 1);
  bench.clock.advance('10s');
  assert.is(rule.value(), 0.25);
});

test('two segments also mean a span: its starts are all, its exceptions are failures', async () => {
  const bench = createBench();
  const rule = bench.measure('errorRate("coder.tool") > 5%');
  for (let run = 0; run < 4; run++) {
    await bench.telemetry
      .span(['coder', 'tool'], {}, async () => {
        if (run === 0) throw new Error('no');
        return run;
      })
      .catch(() => undefined);
  }
  bench.telemetry.execute(['coder', 'other', 'start']);
  bench.clock.advance('10s');
  assert.is(rule.value(), 0.25);
});

test('an end that tells of a failure, as spans that have one event for both write it, is a failure', () => {
  const events = defineAgentEvents('coder');
  const bench = createBench({}, { events } as never);
  const { telemetry } = bench as unknown as { readonly telemetry: ReturnType<typeof createTelemetry<typeof events>> };
  const [ends, begins] = [bench.measure('errorRate("agent.complete") > 5%'), bench.measure('errorRate("agent.dispatch") > 5%')];
  for (let run = 0; run < 4; run++) {
    try {
      telemetry.executeWithStartComplete(events.agent.dispatch, events.agent.complete, { sessionId: 's', agent: 'a' }, () => {
        if (run === 0) throw new Error('no');
      });
    } catch {
      // As it should be.
    }
  }
  bench.clock.advance('10s');
  assert.equal([ends.value(), begins.value()], [0.25, 0.25]);
});

test('calls that began before the window may fail within it: the share is never more than all', () => {
  const bench = createBench();
  const rule = bench.measure('errorRate("llm.request") > 5% in 1m');
  for (let index = 0; index < 3; index++) bench.telemetry.execute(['coder', 'llm', 'request']);
  bench.clock.advance('70s');
  for (let index = 0; index < 3; index++) bench.telemetry.execute(['coder', 'llm', 'error']);
  bench.clock.advance('10s');
  assert.is(rule.value(), 1);
});

test('shares are told by group, of what passes the filter', () => {
  const bench = createBench();
  const rule = bench.measure('errorRate("llm.request"{region="eu"}) > 5% by model');
  call(bench, 'coder', 3, 1, { model: 'm1', region: 'eu' });
  call(bench, 'coder', 1, 1, { model: 'm2', region: 'eu' });
  call(bench, 'coder', 0, 9, { model: 'm2', region: 'us' });
  bench.clock.advance('10s');
  assert.equal(rule.groups(), { m1: 0.25, m2: 0.5 });
  bench.clock.advance('1m');
  assert.equal(rule.read(), []);
});

test('a burn rate is how many times faster than allowed errors come, the smaller of both windows', () => {
  const bench = createBench();
  const rule = bench.measure('burnRate("llm.request", 99%) > 14.4 in 10m and 1m');
  call(bench, 'coder', 0, 10);
  bench.clock.advance('10s');
  assert.is(Math.round(rule.value()!), 100);
  bench.clock.advance('1m');
  assert.is(rule.value(), undefined);
  call(bench, 'coder', 10, 0);
  bench.clock.advance('10s');
  assert.is(rule.value(), 0);
  call(bench, 'coder', 0, 10);
  bench.clock.advance('10s');
  assert.is(Math.round(rule.value()!), 50);
  bench.clock.advance('10m');
  assert.is(rule.value(), undefined);
});

test.run();
