import { type ByteReader, invalid } from './byte-reader';
import { type ByteWriter, Unfit } from './byte-writer';

/** Places in a part: what `Distribution.raw` returns. */
const [COUNT, SUM, LOST, MIN, MAX, CENTRE, SQUARES] = [0, 1, 2, 3, 4, 5, 6] as const;
export const PART_SIZE = 7;

/**
 * The totals of a distribution as they travel: everything since the last reset, or everything before it. Sums of absurd
 * values overflow; what is written stays a number, as it does when a bus tells it.
 */
export function writePart(out: ByteWriter, part: Float64Array): void {
  const count = part[COUNT]!;
  out.count(count);
  if (count === 0) return;
  const sum = clamp(part[SUM]!);
  const numbers = [
    sum,
    Number.isFinite(part[SUM]) && Number.isFinite(part[LOST]) ? part[LOST]! : 0,
    part[MIN]!,
    part[MAX]!,
    clamp(part[CENTRE]!),
    clamp(part[SQUARES]!),
  ];
  const problem = problemOf([count, ...numbers]);
  if (problem !== undefined) throw new Unfit(problem);
  for (const number of numbers) out.number(number);
}

/** Reads a part into a list of `PART_SIZE`. */
export function readPart(reader: ByteReader, part: Float64Array): void {
  const { at } = reader;
  part.fill(0);
  part[COUNT] = reader.count();
  part[MIN] = Number.POSITIVE_INFINITY;
  if (part[COUNT] === 0) return;
  for (let place = SUM; place < PART_SIZE; place++) part[place] = reader.number();
  const problem = problemOf(part);
  if (problem !== undefined) throw invalid(at, problem);
}

function problemOf(part: ArrayLike<number>): string | undefined {
  const [count, min, max] = [part[COUNT]!, part[MIN]!, part[MAX]!];
  if (!(min >= 0 && min <= max && (count > 1 || min === max))) return 'its minimum and maximum can not be';
  if (!(part[SUM]! >= 0 && part[SUM]! + part[LOST]! >= 0 && part[CENTRE]! >= 0 && part[SQUARES]! >= 0)) return 'its totals can not be';
  return undefined;
}

/** As `Distribution` does it. */
const clamp = (value: number): number => (Number.isNaN(value) ? Number.MAX_VALUE : Math.min(value, Number.MAX_VALUE));
