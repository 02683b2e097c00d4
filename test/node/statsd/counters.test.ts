import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startStatsd } from '../../../lib/node/statsd';
import { withStatsd } from './with-statsd';

test('a counter is sent as what came since the last flush, with its tags', () =>
  withStatsd({}, async ({ metric, flush }) => {
    const answers = metric('llm.answers').add({ model: 'm1', region: 'eu' });
    answers.current = 5;
    assert.equal(await flush(), ['llm.answers:5|c|#model:m1,region:eu']);
    answers.current = 12;
    assert.equal(await flush(), ['llm.answers:7|c|#model:m1,region:eu']);
  }));

test('of a counter that stood still nothing is sent, not even a datagram', () =>
  withStatsd({}, async ({ metric, flush, statsd }) => {
    const counter = metric('a.b').add();
    assert.equal(await flush(), []);
    counter.current = 1;
    await flush();
    assert.equal(await flush(), []);
    assert.is(statsd.stats().datagrams, 1);
    assert.is(statsd.stats().flushes, 3);
  }));

test('the deltas of any run of readings add up to the last one', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.array(fc.nat(1000), { minLength: 3, maxLength: 3 }), { maxLength: 6 }), (steps) =>
      withStatsd({}, async ({ metric, flush, listener }) => {
        const series = ['a', 'b', 'c'].map((name) => metric('x').add({ name }));
        for (const step of steps) {
          for (const [index, more] of step.entries()) series[index]!.current += more;
          await flush();
        }
        for (const { tags, current } of series) {
          assert.is(listener.counters.get(`x|#name:${tags[0]![1]}`) ?? 0, current);
        }
      }),
    ),
    { numRuns: 20 },
  ));

test('a sum that never falls is a counter, in milliseconds and bytes', () =>
  withStatsd({}, async ({ metric, flush }) => {
    metric('time', { type: 'sum', unit: 's' }).add().current = 2.5;
    metric('size', { type: 'sum', unit: 'KiB' }).add().current = 3;
    metric('tokens', { type: 'sum', unit: 'token' }).add().current = 7;
    assert.equal(await flush(), ['time:2500|c', 'size:3072|c', 'tokens:7|c']);
  }));

test('what counts events is not converted, whatever the unit says', () =>
  withStatsd({}, async ({ metric, flush }) => {
    metric('calls', { unit: 's' }).add().current = 2;
    assert.equal(await flush(), ['calls:2|c']);
  }));

test('a counter that fell began anew: its value is the delta', () =>
  withStatsd({}, async ({ metric, flush }) => {
    const counter = metric('x').add();
    counter.current = 10;
    await flush();
    counter.current = 4;
    assert.equal(await flush(), ['x:4|c']);
  }));

test('a counter that was reset and has overtaken its former value is told by when it was created', () =>
  withStatsd({}, async ({ metric, flush }) => {
    const counter = metric('x').add();
    counter.current = 10;
    await flush();
    counter.createdAt = 1;
    counter.current = 15;
    assert.equal(await flush(), ['x:15|c']);
  }));

test('a new series under the tags of one that is gone counts from nothing', () =>
  withStatsd({}, async ({ metric, flush, listener }) => {
    const counters = metric('x');
    counters.add({ a: '1' }).current = 10;
    await flush();
    counters.all.length = 0;
    counters.add({ a: '1' }).current = 12;
    assert.equal(await flush(), ['x:12|c|#a:1']);
    assert.is(listener.counters.get('x|#a:1'), 22);
  }));

test('series that are equal on the wire add up at the receiver', () =>
  withStatsd({}, async ({ metric, flush, listener }) => {
    const counters = metric('x');
    counters.add({ path: 'a|b' }).current = 1;
    counters.add({ path: 'a,b' }).current = 2;
    counters.add({ path: 'a_b' }).current = 4;
    assert.equal(await flush(), ['x:1|c|#path:a_b', 'x:2|c|#path:a_b', 'x:4|c|#path:a_b']);
    assert.is(listener.counters.get('x|#path:a_b'), 7);
    assert.equal(await flush(), []);
  }));

test('without tags the series of a metric are one line with their sum', () =>
  withStatsd({ tagFormat: 'none' }, async ({ metric, flush }) => {
    const counters = metric('x');
    counters.add({ model: 'm1' }).current = 1;
    const other = counters.add({ model: 'm2' });
    other.current = 2;
    assert.equal(await flush(), ['x:3|c']);
    other.current = 5;
    assert.equal(await flush(), ['x:3|c']);
  }));

test('a value that is no number is left out and counted', () =>
  withStatsd({}, async ({ metric, flush, statsd }) => {
    metric('x').add().current = Number.NaN;
    metric('y').add().current = Number.POSITIVE_INFINITY;
    metric('z').add().current = 1;
    assert.equal(await flush(), ['z:1|c']);
    assert.equal(statsd.stats().dropped, { not_finite: 2 });
  }));

test('an exporter that follows another one to the same receiver goes on from there', () =>
  withStatsd({}, async ({ metric, telemetry, statsd, listener, flush }) => {
    const counter = metric('x').add();
    counter.current = 10;
    await flush();
    await statsd.stop();
    counter.current = 11;
    const next = startStatsd(telemetry, { port: listener.port });
    await next.stop();
    await listener.until(() => listener.counters.get('x') === 11);
    const elsewhere = startStatsd(telemetry, { port: listener.port, prefix: 'other' });
    await elsewhere.stop();
    await listener.until(() => listener.counters.get('other.x') === 11);
  }));

test.run();
