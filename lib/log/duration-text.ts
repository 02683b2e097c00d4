/** `.001` to `.999` without zeros at the end, and nothing for 0. */
const THOUSANDTHS: readonly string[] = Array.from({ length: 1000 }, (_, part) =>
  part === 0 ? '' : `.${String(part).padStart(3, '0').replace(/0+$/, '')}`,
);
const PADDED: readonly string[] = Array.from({ length: 1000 }, (_, part) => String(part).padStart(3, '0'));

/** Microseconds that a 31-bit integer holds, in ms. */
const MAX_MS = 1_000_000;

/**
 * A duration as a JSON number: to the microsecond from 1 ms on, to the nanosecond below. Put together from whole numbers,
 * because the shortest text of any double takes ten times as long, and would tell of precision that no clock has.
 *
 * @param ms - Not negative, finite.
 */
export function durationText(ms: number): string {
  if (ms >= 1 && ms < MAX_MS) {
    const micros = Math.round(ms * 1000) | 0;
    const whole = (micros / 1000) | 0;
    return `${whole}${THOUSANDTHS[micros - whole * 1000]!}`;
  }
  if (ms >= 0 && ms < 1) {
    const nanos = Math.round(ms * 1e6) | 0;
    if (nanos === 0 || nanos === 1e6) return nanos === 0 ? '0' : '1';
    const upper = (nanos / 1000) | 0;
    const rest = THOUSANDTHS[nanos - upper * 1000]!;
    return rest === '' ? `0${THOUSANDTHS[upper]!}` : `0.${PADDED[upper]!}${rest.slice(1)}`;
  }
  return `${Math.round(ms * 1000) / 1000}`;
}
