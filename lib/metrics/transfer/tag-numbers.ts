/*
 * Tags as numbers of their texts, a name and its value in turn. Keys are made of these: one that held the texts themselves
 * could be hundreds of times as long as the bytes it came from.
 */

/** The same for the same tags, whatever their order: sorted by name. What the library wrote mostly is so already. */
export function sortedByName(numbers: readonly number[]): readonly number[] {
  if (isAscending(numbers)) return numbers;
  const pairs = Array.from({ length: numbers.length / 2 }, (_, index) => [numbers[2 * index]!, numbers[2 * index + 1]!] as const);
  return pairs.sort(([one], [other]) => one - other).flat();
}

/** Of what is sorted. */
export const hasNameTwice = (numbers: readonly number[]): boolean =>
  numbers.some((name, at) => at > 0 && at % 2 === 0 && name === numbers[at - 2]);

function isAscending(numbers: readonly number[]): boolean {
  for (let at = 2; at < numbers.length; at += 2) if (numbers[at]! <= numbers[at - 2]!) return false;
  return true;
}
