import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LAST_CELL } from '../../../lib/metrics/hdr';
import { CellBoard, PackedCells } from '../../../lib/node/statsd/packed-cells';

const cells = fc.uniqueArray(
  fc.tuple(fc.nat(LAST_CELL), fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }))),
  { selector: ([cell]) => cell },
);
const listed = (visit: (take: (cell: number, count: number) => void) => void): [number, number][] => {
  const list: [number, number][] = [];
  visit((cell, count) => list.push([cell, count]));
  return list;
};

const packed = (board: CellBoard, into = new PackedCells()): PackedCells => {
  board.pack(into);
  return into;
};

test('packed cells are the cells that were packed, from the lowest', () => {
  const board = new CellBoard();
  // Used again and again, for more and for fewer cells.
  const into = new PackedCells();
  fc.assert(
    fc.property(cells, (given) => {
      board.clear();
      for (const [cell, count] of given) board.add(cell, count);
      const sorted = [...given].sort(([one], [other]) => one - other);
      assert.equal(
        listed((take) => packed(board, into).each(take)),
        sorted,
      );
      assert.equal(
        listed((take) => board.each(take)),
        sorted,
      );
    }),
  );
});

test('counts of a cell that comes again add up, and what is taken away is gone', () => {
  const board = new CellBoard();
  for (const [cell, count] of [
    [5, 2],
    [LAST_CELL, 1],
    [5, 3],
    [0, 1],
  ] as const)
    board.add(cell, count);
  board.take(5, 4);
  board.take(0, 9);
  assert.equal(
    listed((take) => board.each(take)),
    [
      [5, 1],
      [LAST_CELL, 1],
    ],
  );
  assert.is(board.total(), 2);
});

test('what is no cell is not counted', () => {
  const board = new CellBoard();
  for (const cell of [-1, LAST_CELL + 1, Number.NaN]) board.add(cell, 1);
  assert.is(board.total(), 0);
});

test.run();
