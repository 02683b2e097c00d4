/** Numbers to so many significant digits: what is written as JSON is a third as long. Some 30 ns each, which `toPrecision` takes 200 for. */
export const significant = (values: readonly (number | null)[], digits: number): (number | null)[] =>
  values.map((value) => (value === null || Number.isSafeInteger(value) ? value : cut(value, digits)));

function cut(value: number, digits: number): number {
  const places = digits - 1 - Math.floor(Math.log10(Math.abs(value)));
  // Beyond, the power is no number any more that can be multiplied with.
  if (places > 15 || places < 0) return Number(value.toPrecision(digits));
  const factor = POWERS[places]!;
  return Math.round(value * factor) / factor;
}

const POWERS: readonly number[] = Array.from({ length: 16 }, (_, power) => 10 ** power);
