import { HEADER_LENGTH } from '../../../lib/metrics/transfer/layout';

type Random = () => number;

const upTo = (random: Random, limit: number): number => Math.floor(random() * limit);
const randomBytes = (random: Random, count: number): number[] => Array.from({ length: count }, () => upTo(random, 256));
/** Numbers that are hard to read: the largest, too large, without an end, longer than they have to be. */
const NUMBERS: readonly (readonly number[])[] = [
  [255, 255, 255, 255, 255, 255, 255, 15],
  [255, 255, 255, 255, 255, 255, 255, 31],
  [255, 255, 255, 255, 255, 255, 255, 255, 255, 255],
  [128, 128, 0],
  [255, 255, 255, 255, 7],
  [8, 127, 240, 0, 0, 0, 0, 0, 1],
  [2, 127, 240],
  [0],
  [1],
  [127],
];

/** Replaces bytes by others at a place. */
const splice = (bytes: readonly number[], at: number, count: number, by: readonly number[]): number[] => [
  ...bytes.slice(0, at),
  ...by,
  ...bytes.slice(at + count),
];

/** Changes bytes in one of many ways: a bit, a byte, something more, something less, a part of others, a number. */
export function mutate(random: Random, bytes: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
  let changed = [...bytes];
  for (let left = 1 + upTo(random, 3); left > 0; left--) {
    // Mostly after the header, whose checks are few.
    const first = random() < 0.95 ? HEADER_LENGTH : 0;
    const at = first + upTo(random, Math.max(changed.length - first, 1));
    const other = others[upTo(random, others.length)]!;
    const from = upTo(random, other.length);
    const some = 1 + upTo(random, 12);
    switch (upTo(random, 8)) {
      case 0:
        changed = splice(changed, at, 1, [(changed[at] ?? 0) ^ (1 << upTo(random, 8))]);
        break;
      case 1:
        changed = splice(changed, at, 1, randomBytes(random, 1));
        break;
      case 2:
        changed = splice(changed, at, 0, randomBytes(random, some));
        break;
      case 3:
        changed = splice(changed, at, some, []);
        break;
      case 4:
        changed = changed.slice(0, at);
        break;
      case 5:
        changed = splice(changed, at, random() < 0.5 ? some : 0, [...other.subarray(from, from + 8 * some)]);
        break;
      case 6:
        changed = splice(changed, at, 1, NUMBERS[upTo(random, NUMBERS.length)]!);
        break;
      default:
        changed = splice(changed, at, 0, changed.slice(at, at + 4 * some));
    }
  }
  return Uint8Array.from(changed);
}
