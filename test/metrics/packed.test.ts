import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLayout } from '../../lib/metrics/bounds';
import { createShape, Distribution, type DistributionShape } from '../../lib/metrics/distribution';
import { input, LAST_CELL } from '../../lib/metrics/hdr';
import { pack, unpackInto } from '../../lib/metrics/packed';

const SHAPE = createShape(1_000, undefined, true);
const WITH_BUCKETS = createShape(1_000, createLayout([1, 10, 100], 1_000), true);
const BARE = createShape(1_000, undefined, false);

function distributionOf(values: readonly number[], shape: DistributionShape = SHAPE): Distribution {
  const distribution = new Distribution(shape);
  for (const value of values) {
    input[0] = value;
    distribution.recordInput();
  }
  return distribution;
}

function cellsOf(distribution: Distribution): (readonly [cell: number, count: number])[] {
  const cells: [number, number][] = [];
  distribution.parts().cells?.each((cell, count) => cells.push([cell, count]));
  return cells;
}

/** Everything but buckets. */
function contentOf(distribution: Distribution): object {
  const { slot } = distribution.parts();
  return { count: distribution.count, numbers: [...slot.values.subarray(slot.at, slot.at + 6)], cells: cellsOf(distribution) };
}

const durations = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e9, noNaN: true }), fc.nat(200_000)), { maxLength: 200 });

test('what is unpacked into a distribution is what merging would have made of it, number by number', () => {
  for (const shape of [SHAPE, WITH_BUCKETS, BARE]) {
    fc.assert(
      fc.property(durations, durations, (there, added) => {
        const merged = distributionOf(there, shape);
        merged.merge(distributionOf(added, shape));
        const unpacked = distributionOf(there, shape);
        unpackInto(pack(distributionOf(added, shape)), unpacked);
        assert.equal(contentOf(unpacked), contentOf(merged));
      }),
      { numRuns: 300 },
    );
  }
});

test('classic buckets of the target stay what they were', () => {
  const target = distributionOf([5], WITH_BUCKETS);
  unpackInto(pack(distributionOf([5, 50, 500], WITH_BUCKETS)), target);
  assert.equal([...target.buckets()], [0, 1, 0, 0]);
  assert.is(target.count, 4);
});

test('counts up to 2^53 come back as they were, from every cell', () => {
  const distribution = distributionOf([1]);
  const { cells } = distribution.parts();
  cells!.addMany(0, 127);
  cells!.addMany(200, 128);
  cells!.addMany(1_000, 2 ** 32);
  cells!.addMany(LAST_CELL - 1, 2 ** 53 - 1);
  cells!.addMany(LAST_CELL, 2 ** 52 + 1);
  const unpacked = new Distribution(SHAPE);
  unpackInto(pack(distribution), unpacked);
  assert.equal(cellsOf(unpacked), cellsOf(distribution));
  assert.equal(cellsOf(unpacked).slice(-2), [
    [LAST_CELL - 1, 2 ** 53 - 1],
    [LAST_CELL, 2 ** 52 + 1],
  ]);
});

test('a cell is not empty because its count is a multiple of 256', () => {
  const distribution = distributionOf([1]);
  distribution.parts().cells!.addMany(2_000, 256);
  const unpacked = new Distribution(SHAPE);
  unpackInto(pack(distribution), unpacked);
  assert.equal(cellsOf(unpacked), [
    [cellsOf(distributionOf([1]))[0]![0], 1],
    [2_000, 256],
  ]);
});

test('unpacking leaves no places taken in the slab', () => {
  const shape = createShape(1_000, undefined, true);
  const target = distributionOf([1], shape);
  const packed = pack(target);
  for (let index = 0; index < 1_000; index++) unpackInto(packed, target);
  assert.is(new Distribution(shape).parts().slot.values, target.parts().slot.values);
});

test('a distribution of all cells packs and unpacks', () => {
  const distribution = distributionOf([0]);
  for (let cell = 0; cell <= LAST_CELL; cell++) distribution.parts().cells!.addMany(cell, 2 ** 53 - 1);
  const unpacked = new Distribution(SHAPE);
  unpackInto(pack(distribution), unpacked);
  assert.is(cellsOf(unpacked).length, LAST_CELL + 1);
  assert.equal(cellsOf(unpacked), cellsOf(distribution));
});

test('what was packed does not change with its distribution, nor with what is packed after it', () => {
  const distribution = distributionOf([1, 2, 3]);
  const before = contentOf(distribution);
  const packed = pack(distribution);
  input[0] = 7_000;
  distribution.recordInput();
  pack(distribution);
  const unpacked = new Distribution(SHAPE);
  unpackInto(packed, unpacked);
  assert.equal(cellsOf(unpacked), (before as { cells: unknown }).cells);
  assert.is(packed.count, 3);
});

test('it takes two or three bytes per cell that was used', () => {
  const empty = pack(distributionOf([])).byteLength;
  const values = Array.from({ length: 1_000 }, (_, index) => 1 + index / 10);
  const distribution = distributionOf(values);
  const { byteLength } = pack(distribution);
  const used = cellsOf(distribution).length;
  assert.is(empty, 48);
  assert.ok(byteLength - empty >= 2 * used && byteLength - empty <= 2 * used + 2, `${byteLength} for ${used} cells`);
});

test('an empty one adds nothing', () => {
  const target = distributionOf([5]);
  const before = contentOf(target);
  unpackInto(pack(distributionOf([])), target);
  assert.equal(contentOf(target), before);
});

test.run();
