const UNITS = [
  { name: 'µs', ms: 1e-3 },
  { name: 'ms', ms: 1 },
  { name: 's', ms: 1e3 },
] as const;

/**
 * A measured duration, three digits of it: `412 µs`, `61.0 ms`, `1.23 s`. Off by 0.5 % at most.
 *
 * @param durationMs - Finite. A negative one (a clock was set back) keeps its sign.
 */
export function formatDuration(durationMs: number): string {
  if (durationMs < 0) return `-${formatDuration(-durationMs)}`;
  for (const { name, ms } of UNITS) {
    const rounded = Number((durationMs / ms).toPrecision(3));
    // Decided after rounding: 999.7 ms is 1.00 s.
    if (rounded < 1000) return `${rounded === 0 ? '0' : rounded.toPrecision(3)} ${name}`;
  }
  return `${Math.round(durationMs / 1e3)} s`;
}
