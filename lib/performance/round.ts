/**
 * The smallest number of two significant digits that is not below a value: 4,512 → 4,600, 0.0451 → 0.046.
 *
 * By way of texts: dividing and multiplying by a power of ten would make 1.1 a little more than that, and then 1.2.
 *
 * @param value - Finite, above 0.
 */
export function roundedUp(value: number): number {
  const near = Number(value.toPrecision(2));
  if (near >= value) return near;
  const step = 10 ** (Math.floor(Math.log10(near)) - 1);
  return Number((near + step).toPrecision(2));
}
