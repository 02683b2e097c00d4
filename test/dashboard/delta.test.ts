import * as strict from 'node:assert';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Delta, diff, patch } from '../../lib/dashboard/wire/delta';

/** As it is sent. */
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) for (const part of Object.values(Object.freeze(value))) frozen(part);
  return value;
}

/** Makes the delta, sends it and takes it; both inputs are frozen. */
function roundTrip(before: unknown, after: unknown): Delta | undefined {
  const [from, to] = [frozen(sent(before)), frozen(sent(after))];
  const delta = diff(from, to);
  if (delta === undefined) strict.deepStrictEqual(from, to);
  else {
    strict.deepStrictEqual(patch(from, frozen(sent(delta))), to);
    assert.ok(JSON.stringify(delta).length <= JSON.stringify(to).length + 2, 'no longer than the whole');
  }
  return delta;
}

test('equal values have no delta, whatever the order of their keys', () => {
  assert.is(diff({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }), undefined);
  assert.is(diff([], []), undefined);
  assert.is(diff('a', 'a'), undefined);
});

test('each shape is told in its shortest form', () => {
  const many = Array.from({ length: 20 }, (_, at) => at * 11);
  assert.equal(roundTrip(1, 2), [2]);
  assert.equal(roundTrip({ a: 'same as before', b: 1 }, { a: 'same as before', b: 2 }), { b: [2] });
  assert.equal(roundTrip({ a: 'same as before', b: 1 }, { a: 'same as before' }), { b: 0 });
  assert.equal(roundTrip(many, [...many.slice(3), 7, 8]), [3, [7, 8]]);
  assert.equal(roundTrip(many, [...many, 7]), { t: [7] });
  assert.equal(roundTrip(many, many.slice(0, 18)), { k: 18 });
  assert.equal(roundTrip(many, [...many.slice(0, 4), 5, ...many.slice(5)]), { c: [4, [5]] });
  assert.equal(roundTrip(many, [7, ...many.slice(0, -1)]), { k: 19, h: [7] });
  assert.equal(roundTrip([1, 2], { a: 1 }), [{ a: 1 }]);
});

test('an array that moved while its last item changed is told by both', () => {
  const before = Array.from({ length: 20 }, (_, at) => at * 11);
  assert.equal(roundTrip(before, [...before.slice(1, -1), 999, 1000]), { d: 1, k: 18, t: [999, 1000] });
});

test('rows that moved are sent once, and those that stayed not at all', () => {
  const row = (seq: number): object => ({ seq, record: { message: `line ${seq}`, fields: { a: [seq] } } });
  const rows = (from: number): object[] => Array.from({ length: 200 }, (_, at) => row(from + at));
  assert.equal(roundTrip(rows(1), rows(4)), [3, [row(201), row(202), row(203)]]);
  const newest = (from: number): object[] => rows(from).reverse();
  assert.equal(roundTrip(newest(1), newest(2)), { k: 199, h: [row(201)] });
});

test('a series of 300 rows and 6 columns that went on by a second takes at most 300 bytes', () => {
  const numbers = (from: number, seed: number): number[] => Array.from({ length: 300 }, (_, at) => Math.abs(Math.sin((from + at) * seed)));
  const series = (from: number): object => ({
    metric: 'http.request.stop',
    step_ms: 1000,
    times: Array.from({ length: 300 }, (_, at) => 1_790_000_000_000 + (from + at) * 1000),
    series: [
      { type: 'distribution', unit: 'ms', tags: {}, columns: Object.fromEntries(['count', 'rate', 'p50', 'p95', 'p99', 'max'].map((name, at) => [name, numbers(from, at + 1.3)])) },
    ],
    left_out: 0,
  }); // biome-ignore format: short
  const delta = roundTrip(series(1), series(2));
  assert.ok(JSON.stringify(delta).length <= 300, `${JSON.stringify(delta).length}: ${JSON.stringify(delta)}`);
});

test('quiet series stay small, too: their rows are alike', () => {
  const before = Array.from({ length: 300 }, (_, at) => (at === 100 ? 5 : 0));
  assert.equal(roundTrip(before, [...before.slice(1), 0]), { c: [99, [5], 100, [0]] });
  assert.is(roundTrip(Array(300).fill(0), Array(300).fill(0)), undefined);
  assert.equal(roundTrip(Array(300).fill(null), [...Array(299).fill(null), 1]), { c: [299, [1]] });
});

test('names that objects have by nature are data', () => {
  const polluting = JSON.parse(
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"hasOwnProperty":1,"long":"a long text that stays as it is"}',
  );
  const other = JSON.parse('{"__proto__":{"polluted":2},"toString":1,"long":"a long text that stays as it is"}');
  for (const [before, after] of [[polluting, other], [other, polluting], [{}, polluting], [polluting, {}], [[polluting, 1], [other, 1]]]) roundTrip(before, after); // biome-ignore format: short
  assert.is(({} as { polluted?: number }).polluted, undefined);
});

test('what is deep is sent as a whole below 32 levels', () => {
  const deep = (levels: number, end: unknown): unknown => (levels === 0 ? end : { a: deep(levels - 1, end), b: 'stays' });
  for (const levels of [1, 31, 32, 33, 200]) roundTrip(deep(levels, 1), deep(levels, 2));
});

test('what is no delta of a value is refused', () => {
  for (const [
    before,
    delta,
  ] of [[1, { a: [1] }], [{}, 0], [{}, { a: 0.5 }], [[1], [2, []]], [[1], { c: [1, [2]] }], [[1], { d: -1 }], [[1], [1, 2, 3]], [[1], null], [{}, [1, []]], [[1], { t: 1 }], [[1], []]] as const) // biome-ignore format: short
    assert.throws(() => patch(before, delta), /ask for the whole/);
});

test('for any two values, the older one and the delta give the newer one', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.jsonValue({ maxDepth: 4 }), (before, after) => void roundTrip(before, after)),
    { numRuns: 2000 },
  );
});

/** Few values, so that items are often alike. */
const cell = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.constantFrom('', '1', '{"a":1}', null, true),
  fc.record({ a: fc.integer({ min: 0, max: 2 }) }),
);
const column = fc.array(cell, { maxLength: 30 });

test('series and rows that move, change, grow and shrink come out as they are', () => {
  const edit = fc.record({ drop: fc.nat(6), cut: fc.nat(6), tail: fc.array(cell, { maxLength: 5 }), head: fc.array(cell, { maxLength: 5 }), at: fc.nat(40), cell }); // biome-ignore format: short
  fc.assert(
    fc.property(column, fc.array(edit, { maxLength: 3 }), (before, edits) => {
      let after: unknown[] = [...before];
      for (const { drop, cut, tail, head, at, cell: value } of edits) {
        after = [...(at % 2 === 0 ? head : []), ...after.slice(drop, Math.max(drop, after.length - cut)), ...tail];
        if (at < after.length) after[at] = value;
      }
      roundTrip(before, after);
      roundTrip({ rows: before, other: [before, after] }, { rows: after, other: [after, before] });
    }),
    { numRuns: 3000 },
  );
});

test.run();
