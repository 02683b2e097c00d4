import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry, decodeSnapshot, encodeSnapshot, isTelemetryError, mergeSnapshots, takeSnapshot } from '../../../lib/index';
import type { ByteWriter } from '../../../lib/metrics/transfer/byte-writer';
import { fakeClock } from '../../../lib/testing';
import { encoded } from '../../support/metrics/encoded';
import { createBus, jobOf, record } from '../../support/metrics/sample-buses';

function sample(jobs = 100): Uint8Array {
  const bus = createBus();
  for (let index = 0; index < jobs; index++) record(bus, jobOf(index));
  return encodeSnapshot(takeSnapshot(bus));
}

/** Why bytes are refused. */
function refusalOf(bytes: unknown, options?: Parameters<typeof decodeSnapshot>[1]): string {
  try {
    decodeSnapshot(bytes as never, options);
  } catch (error) {
    assert.ok(isTelemetryError(error), `${error}`);
    assert.is(error.code, 'SNAPSHOT_INVALID');
    return error.why;
  }
  return 'none';
}

test('what is decoded is what was encoded, and encodes to the same bytes', () => {
  const bytes = sample();
  const [snapshot, merged] = [decodeSnapshot(bytes), mergeSnapshots(decodeSnapshot(bytes), decodeSnapshot(sample(7)))];
  assert.equal(encodeSnapshot(snapshot), bytes);
  for (const each of [snapshot, merged]) {
    const again = decodeSnapshot(encodeSnapshot(each));
    assert.equal(again.getMetrics(), each.getMetrics());
    assert.equal(again.getCounters(), each.getCounters());
    assert.equal(again.getDurationStats(), each.getDurationStats());
    assert.equal([again.takenAt, again.sources, again.conflicts], [each.takenAt, each.sources, each.conflicts]);
  }
});

test('the layout is the one that is written down', () => {
  const clock = fakeClock();
  const bus = createTelemetry({ clock });
  bus.attachMetricsHandler();
  for (const duration of [1.5, 0]) bus.execute(['a', 'b', 'c'], { duration });
  const bytes = encodeSnapshot(takeSnapshot(bus));
  const expected = encoded((out) => {
    out.count(clock.systemTime());
    for (const count of [1, 2]) out.count(count);
    // The counter: automatic, of an event, rising; name and name outside, no unit, a description; one series without tags.
    out.byte(0 + 8 + 16 + 32);
    for (const text of ['a.b.c', 'a_b_c']) newText(out, text);
    out.count(0);
    newText(out, 'Events a.b.c');
    for (const count of [1, 0, 0, 2]) out.count(count);
    out.byte(4 + 16 + 32 + 64);
    for (const text of ['a.b.c.duration', 'a_b_c_duration_seconds', 'ms', 'Durations of a.b.c']) newText(out, text);
    const bounds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1e3, 2.5e3, 5e3, 1e4, 3e4, 6e4, 3e5];
    out.count(bounds.length);
    for (const bound of bounds) out.number(bound);
    out.number(1_000);
    for (const count of [1, 0, 0, 2]) out.count(count);
    // Sum, lost, minimum, maximum, and squares around the first value.
    for (const number of [1.5, 0, 0, 1.5, 1.5, 2.25]) out.number(number);
    // Two cells: that of 0, and that of 1,500 µs, the 60th of 128 parts of the power of two that begins with cell 4 × 128.
    for (const byte of [2, 0x00, 0xf0]) out.byte(byte);
    out.count(4 * 128 + 59 - 1 - 15);
    out.count(0);
    for (const index of bounds.keys()) out.count(index === 0 || index === 4 ? 1 : 0);
    for (const count of [0, 0]) out.count(count);
  });
  assert.equal([...bytes], [...expected]);
});

function newText(out: ByteWriter, text: string): void {
  out.count(1);
  out.text(text);
}

test('bytes may be part of others, a Buffer, and change afterwards', () => {
  const bytes = sample(3);
  const around = new Uint8Array(bytes.length + 20).fill(255);
  around.set(bytes, 7);
  const part = around.subarray(7, 7 + bytes.length);
  const [snapshot, ofBuffer] = [decodeSnapshot(part), decodeSnapshot(Buffer.from(part.buffer, 7, bytes.length))];
  around.fill(0);
  encodeSnapshot(snapshot).fill(0);
  assert.equal(encodeSnapshot(snapshot), bytes);
  assert.equal(encodeSnapshot(ofBuffer), bytes);
});

test('what is too long is refused before it is looked at', () => {
  const bytes = sample(3);
  assert.is(refusalOf(bytes, { maxBytes: bytes.length }), 'none');
  assert.is(refusalOf(bytes, { maxBytes: bytes.length - 1 }), `At byte 0: ${bytes.length} bytes, where maxBytes is ${bytes.length - 1}`);
  assert.is(refusalOf(new Uint8Array(2 ** 24 + 1)), 'At byte 0: 16777217 bytes, where maxBytes is 16777216');
  // A length alone says no more than what it is held against.
  const huge = { length: 2 ** 40, [Symbol.toStringTag]: 'Uint8Array' };
  assert.match(refusalOf(huge), 'instead of a Uint8Array');
});

test('the header is looked at first: kind, version, length, checksum', () => {
  const bytes = sample(3);
  const changed = (at: number, value: number): Uint8Array => Uint8Array.from(bytes, (byte, index) => (index === at ? value : byte));
  assert.match(refusalOf(changed(0, 0)), 'At byte 0: it does not begin as a snapshot does');
  assert.match(refusalOf(changed(4, 2)), 'At byte 4: version 2, where only 1 is known');
  assert.match(refusalOf(changed(8, 127)), 'At byte 5: its length is');
  assert.match(refusalOf(bytes.subarray(0, -1)), 'At byte 5: its length is');
  assert.match(refusalOf(changed(bytes.length - 1, 99)), 'At byte 9: its checksum does not fit');
  assert.match(refusalOf(changed(9, bytes[9]! ^ 1)), 'At byte 9: its checksum does not fit');
  for (const length of [0, 1, 12]) assert.match(refusalOf(bytes.subarray(0, length)), 'shorter than its header');
  for (const given of [undefined, null, 'TBMS', [1, 2], new ArrayBuffer(9), new Uint16Array(20), {}]) {
    assert.match(refusalOf(given), 'instead of a Uint8Array');
  }
});

test('options are checked', () => {
  const refused = (options: object, code: string) =>
    assert.throws(
      () => decodeSnapshot(sample(1), options),
      (error: unknown) => isTelemetryError(error) && error.code === code,
    );
  refused({ maxBytes: 0 }, 'OPTION_INVALID');
  refused({ maxBytes: 2 ** 31 }, 'OPTION_INVALID');
  refused({ maxByte: 5 }, 'OPTION_UNKNOWN');
});

type Write = (out: ByteWriter) => void;
const raw =
  (...bytes: readonly number[]): Write =>
  (out) =>
    out.raw(Uint8Array.from(bytes));
const counts =
  (...all: readonly number[]): Write =>
  (out) => {
    for (const count of all) out.count(count);
  };
const numbers =
  (...all: readonly number[]): Write =>
  (out) => {
    for (const number of all) out.number(number);
  };
const texts =
  (...all: readonly string[]): Write =>
  (out) => {
    for (const text of all) newText(out, text);
  };
const TAKEN_AT = 1_000;
/** A snapshot with so many metrics, and no conflicts. */
const snapshot = (metrics: number, ...parts: readonly Write[]) =>
  encoded((out) => {
    for (const write of [counts(TAKEN_AT, 1, metrics), ...parts, counts(0)]) write(out);
  });
const [COUNTER, SUM, GAUGE, SUMMARY, DISTRIBUTION, MONOTONIC, AUTOMATIC, EVENT, HDR] = [0, 1, 2, 3, 4, 8, 16, 32, 64] as const;
/** The head of a metric without unit and description. */
const head =
  (kind: number, name = 'm'): Write =>
  (out) => {
    raw(kind)(out);
    texts(name, `${name}_out`)(out);
    counts(0, 0)(out);
  };
/** A metric with one series without tags. */
const one = (kind: number, ...parts: readonly Write[]) => snapshot(1, head(kind), ...parts.slice(0, -1), counts(1, 0, 0), parts.at(-1)!);
const all =
  (...parts: readonly Write[]): Write =>
  (out) => {
    for (const write of parts) write(out);
  };
const bounds = all(counts(2), numbers(1, 2));
const steps = numbers(1);
/** Count, totals of values of 1, one cell. */
const values = (count: number): Write => all(counts(count), numbers(count, 0, 1, 1, 1, 0));
const tag = (name: string, value: string): Write => all(counts(1, 1), texts(name, value));

test('what these tests are made of is taken', () => {
  assert.is(refusalOf(snapshot(0)), 'none');
  assert.is(refusalOf(one(COUNTER | MONOTONIC, counts(5))), 'none');
  assert.is(refusalOf(snapshot(1, head(COUNTER | MONOTONIC), counts(1), tag('a', 'x\ny'), counts(0, 1))), 'none');
  assert.is(refusalOf(one(GAUGE, all(numbers(-1.5), counts(10)))), 'none');
  assert.is(refusalOf(one(SUM, numbers(-1, 0))), 'none');
  assert.is(refusalOf(one(SUMMARY | HDR, steps, all(values(3), counts(1, 0x12, 0)))), 'none');
  assert.is(refusalOf(one(DISTRIBUTION, bounds, all(values(3), counts(0, 3, 0, 0)))), 'none');
  assert.is(refusalOf(one(DISTRIBUTION, bounds, counts(0, 0, 0, 0, 0))), 'none');
  const series = [counts(0, 1, 7), all(tag('a', 'x'), counts(0, 8)), counts(2, 0, 9)];
  assert.is(
    refusalOf(
      snapshot(2, head(COUNTER | MONOTONIC), counts(2), series[0]!, series[1]!, head(COUNTER | MONOTONIC, 'n'), counts(1), series[2]!),
    ),
    'none',
  );
});

test('whatever is not exactly what an encoder writes is refused, with its place and the reason', () => {
  const rising = COUNTER | MONOTONIC;
  const cases: readonly (readonly [Uint8Array, string])[] = [
    // Whole numbers.
    [encoded(raw(0x80, 0)), 'At byte 13: a number is longer than it has to be'],
    [encoded(raw(255, 255, 255, 255, 255, 255, 255, 127)), 'At byte 13: a number is above 2^53 - 1'],
    [encoded(raw(128, 128, 128, 128, 128, 128, 128, 128, 128, 1)), 'a number is above 2^53 - 1'],
    [encoded(raw(128, 128)), 'it ends too early'],
    [encoded(counts(2 ** 50 + 1)), 'a time after all times'],
    // More than the rest could hold.
    [encoded(counts(0, 1, 1_000)), 'At byte 15: 1000 metrics, for which 0 bytes are too few'],
    [encoded(counts(0, 1, 10_001)), '10001 metrics, of which there can be 10000'],
    [snapshot(1, head(rising), counts(2 ** 52)), 'series, for which'],
    [snapshot(1, head(rising), counts(0), raw(0, 0, 0)), 'a metric without series'],
    [snapshot(1, raw(rising, 1), counts(2 ** 40)), 'bytes of text, of which there can be 4096'],
    [snapshot(1, raw(rising, 1, 100), raw(...new Array(20).fill(65))), '100 bytes of text, for which'],
    [snapshot(0, raw(0)), '1 bytes more than it has'],
    // Texts.
    [snapshot(1, raw(rising, 1, 0), raw(...new Array(20).fill(1))), 'an empty text'],
    [snapshot(1, raw(rising, 1, 2, 0xc3, 0x28), raw(...new Array(20).fill(1))), 'a text that is not UTF-8'],
    [snapshot(1, raw(rising, 1, 3, 0xed, 0xa0, 0x80), raw(...new Array(20).fill(1))), 'a text that is not UTF-8'],
    [snapshot(1, raw(rising, 2), raw(...new Array(20).fill(1))), 'a text that did not come yet'],
    [snapshot(1, raw(rising), texts('m', 'm'), raw(...new Array(20).fill(1))), 'a text comes twice'],
    [snapshot(1, raw(rising, 0), raw(...new Array(20).fill(0))), 'a metric without a name'],
    // Heads.
    [snapshot(1, raw(7), raw(...new Array(20).fill(1))), 'a metric of a kind that there is not'],
    [snapshot(1, raw(128), raw(...new Array(20).fill(1))), 'a metric of a kind that there is not'],
    [one(COUNTER, counts(1)), 'only counters and sums rise'],
    [one(GAUGE | MONOTONIC, counts(1)), 'only counters and sums rise'],
    [one(rising | HDR, steps, counts(1)), 'it has cells, but no distribution'],
    [one(SUMMARY | HDR, numbers(0), counts(0, 0, 0)), 'the steps of its cells are not known'],
    [one(rising | EVENT, counts(1)), 'it is not what is counted of an event'],
    [one(DISTRIBUTION | EVENT | AUTOMATIC, bounds, counts(0, 0, 0, 0, 0)), 'it is not what is counted of an event'],
    [one(DISTRIBUTION, counts(0), counts(0, 0, 0)), 'its bounds are not ascending'],
    [one(DISTRIBUTION, all(counts(2), numbers(2, 2)), counts(0, 0, 0, 0, 0)), 'its bounds are not ascending'],
    [one(DISTRIBUTION, counts(201), counts(0)), '201 bounds, of which there can be 200'],
    [snapshot(1, head(rising, '__proto__'), counts(1, 0, 0, 1)), 'its name is none'],
    [snapshot(1, head(rising, 'a b'), counts(1, 0, 0, 1)), 'its name is none'],
    [snapshot(1, raw(rising), texts('m', 'a\nb'), counts(0, 0, 1, 0, 0, 1)), 'its name for exporters is none'],
    [
      snapshot(2, head(rising), counts(1, 0, 0, 1), raw(rising), counts(2), texts('n_out'), counts(0, 0, 1, 0, 0, 1)),
      'a metric m comes twice',
    ],
    [snapshot(2, head(rising), counts(1, 0, 0, 1), raw(rising), texts('n'), counts(3, 0, 0, 1, 0, 0, 1)), 'a metric n comes twice'],
    // Numbers.
    [one(GAUGE, raw(9)), 'a number of 9 bytes'],
    [one(GAUGE, raw(2, 0x3f, 0)), 'a number is longer than it has to be'],
    [one(GAUGE, raw(1, 0x80)), 'a number that is -0'],
    [one(GAUGE, raw(2, 0x7f, 0xf0)), 'a number that is Infinity'],
    [one(GAUGE, raw(2, 0x7f, 0xf8)), 'a number that is NaN'],
    [one(GAUGE, all(numbers(1), counts(TAKEN_AT + 1))), 'a value that was read before all times'],
    [one(SUM | MONOTONIC, numbers(-1, 0)), 'a sum that only rises is negative'],
    // Distributions.
    [one(SUMMARY, all(counts(2), numbers(3, 0, 2, 1, 1, 0), counts(0))), 'its minimum and maximum can not be'],
    [one(SUMMARY, all(counts(2), numbers(3, 0, -1, 1, 1, 0), counts(0))), 'its minimum and maximum can not be'],
    [one(SUMMARY, all(counts(1), numbers(3, 0, 1, 2, 1, 0), counts(0))), 'its minimum and maximum can not be'],
    [one(SUMMARY, all(counts(2), numbers(-3, 0, 1, 2, 1, 0), counts(0))), 'its totals can not be'],
    [one(SUMMARY, all(counts(2), numbers(3, -4, 1, 2, 1, 0), counts(0))), 'its totals can not be'],
    [one(SUMMARY, all(counts(2), numbers(3, 0, 1, 2, 1, -1), counts(0))), 'its totals can not be'],
    [one(SUMMARY | HDR, steps, all(values(3), counts(1, 0x13, 0))), 'its cells count 4 values of 3'],
    [one(SUMMARY | HDR, steps, counts(0, 1, 0x13, 0)), 'its cells count 4 values of 0'],
    [one(SUMMARY | HDR, steps, all(values(3), raw(1, 0xf0, 0x80, 0, 0))), 'a number is longer than it has to be'],
    [one(SUMMARY | HDR, steps, all(values(3), raw(2, 0x11, 0x0f))), 'it ends too early'],
    [one(SUMMARY | HDR, steps, all(values(3), raw(1, 0xf0), counts(3_873 - 15, 0))), 'cell 3873, where 3872 is the last one'],
    [one(SUMMARY | HDR, steps, all(values(3), counts(4_000, 1, 1, 0))), '4000 cells, of which there can be 3873'],
    [one(SUMMARY, all(values(2 ** 53 - 1), values(1))), 'it counts more than 2^53 - 1 values'],
    [
      one(SUMMARY | HDR, steps, all(values(2 ** 53 - 1), raw(2, 0x0f), counts(2 ** 53 - 1 - 16, 0, 0))),
      'its cells count more than 2^53 - 1 values',
    ],
    [one(DISTRIBUTION, bounds, all(values(3), counts(0, 3, 1, 0))), 'its buckets count 4 values of 3'],
    // Tags and series.
    [snapshot(1, head(rising), counts(2, 0, 0, 1, 0, 0, 1)), 'two series with the same tags'],
    [
      snapshot(1, head(rising), counts(2, 1, 2), texts('a', 'x', 'b', 'y'), counts(0, 1), counts(1, 2, 6, 7, 4, 5, 0, 1)),
      'two series with the same tags',
    ],
    [snapshot(1, head(rising), counts(1, 1, 2), texts('a', 'x'), counts(4), texts('y'), counts(0, 1)), 'a series has a tag twice'],
    [snapshot(1, head(rising), counts(2), tag('a', 'x'), counts(0, 1, 1, 1, 4, 5, 0, 1)), 'a list of tags comes twice'],
    [snapshot(1, head(rising), counts(1, 2, 0, 1)), 'a list of tags that did not come yet'],
    [snapshot(1, head(rising), counts(1, 1, 0, 0, 1)), 'a list without tags'],
    [snapshot(1, head(rising), counts(1, 1, 65), raw(...new Array(200).fill(1))), '65 tags, of which there can be 64'],
    [snapshot(1, head(rising), counts(1), tag('a', 'x\u0000y'), counts(0, 1)), 'a text that no tag has'],
    [snapshot(1, head(rising), counts(1), tag('a', 'x'.repeat(257)), counts(0, 1)), 'a text that no tag has'],
    [snapshot(1, head(rising), counts(1, 1, 1, 0, 0, 0, 1)), 'a text that no tag has'],
    [
      snapshot(1, head(rising), counts(1, 0), (out) => out.signed(-TAKEN_AT - 1), counts(1)),
      'a series that begins before or after all times',
    ],
    [snapshot(1, head(rising), counts(1, 0), (out) => out.signed(2 ** 50), counts(1)), 'a series that begins before or after all times'],
    // Conflicts.
    [encoded(counts(0, 1, 0, 1, 0, 0)), 'a conflict without a name or a reason'],
    [encoded(counts(0, 1, 0, 1_001)), '1001 conflicts, of which there can be 1000'],
  ];
  for (const [index, [bytes, why]] of cases.entries()) assert.match(refusalOf(bytes), why, `case ${index}`);
});

test('tags that are called like parts of objects are tags', () => {
  const bytes = snapshot(1, head(COUNTER | MONOTONIC), counts(1), tag('__proto__', 'constructor'), counts(0, 1));
  const [metric] = decodeSnapshot(bytes).getMetrics();
  assert.equal(Object.entries(metric!.series[0]!.tags), [['__proto__', 'constructor']]);
  assert.is(Object.getPrototypeOf(metric!.series[0]!.tags), Object.prototype);
});

test.run();
