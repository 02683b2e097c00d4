import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SizeLimit } from '../../../lib/node/statsd/packer';
import { withStatsd } from './with-statsd';

test('datagrams are filled up to the limit and never beyond, with whole lines', () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 512, max: 3000 }),
      fc.array(fc.nat(300), { minLength: 1, maxLength: 120 }),
      (maxDatagramBytes, lengths) =>
        withStatsd({ maxDatagramBytes }, async ({ metric, flush, listener, statsd }) => {
          const counters = metric('x');
          for (const [index, length] of lengths.entries()) counters.add({ id: `${index}${'é'.repeat(length / 2)}` }).current = index + 1;
          await flush();
          const sizes = listener.datagrams.map((text) => Buffer.byteLength(text));
          for (const [index, size] of sizes.entries()) {
            assert.ok(size <= maxDatagramBytes, `${size} bytes`);
            const next = listener.datagrams[index + 1]?.split('\n')[0];
            if (next !== undefined) assert.ok(size + 1 + Buffer.byteLength(next) > maxDatagramBytes, 'there was room for one more');
          }
          assert.equal(
            [...listener.counters.values()].sort((one, other) => one - other),
            lengths.map((_, index) => index + 1),
          );
          const { datagrams, bytes, lines, queued } = statsd.stats();
          const total = sizes.reduce((sum, size) => sum + size, 0);
          assert.equal({ datagrams, bytes, lines, queued }, { datagrams: sizes.length, bytes: total, lines: lengths.length, queued: 0 });
        }),
    ),
    { numRuns: 25 },
  ));

test('a line that fits into no datagram is dropped and counted, the others are sent', () =>
  withStatsd({ maxDatagramBytes: 512 }, async ({ metric, flush, statsd }) => {
    const counters = metric('x');
    counters.add({ id: 'a'.repeat(600) }).current = 1;
    counters.add({ id: 'b' }).current = 1;
    // x:1|c|#id: takes 10 bytes.
    counters.add({ id: 'c'.repeat(502) }).current = 1;
    counters.add({ id: 'd'.repeat(503) }).current = 1;
    assert.equal(
      (await flush()).map((line) => line.length),
      [11, 512],
    );
    assert.equal(statsd.stats().dropped, { too_long: 2 });
  }));

test('a datagram may be as large as UDP allows', () =>
  withStatsd({ maxDatagramBytes: 65_507 }, async ({ metric, flush, listener, statsd }) => {
    const counters = metric('x');
    for (let index = 0; index < 2000; index++) counters.add({ id: `${index}`.padStart(40, '0') }).current = 1;
    await flush();
    assert.is(listener.counters.size, 2000);
    assert.ok(statsd.stats().datagrams <= 2 || statsd.stats().errors.EMSGSIZE !== undefined);
  }));

test('the limit is halved by a datagram of its size, not by one of an earlier limit, and never below 512', () => {
  const limit = new SizeLimit(60_000);
  assert.is(limit.lower(59_990), true);
  assert.is(limit.bytes, 29_995);
  assert.is(limit.lower(29_000), true);
  assert.is(limit.bytes, 14_500);
  assert.is(limit.lower(59_000), true);
  assert.is(limit.bytes, 14_500);
  assert.is(limit.lower(700), true);
  assert.is(limit.bytes, 512);
  assert.is(limit.lower(512), false);
  assert.is(limit.bytes, 512);
});

test.run();
