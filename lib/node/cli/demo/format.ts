/** Numbers as people read them. */

const UNITS = [
  { name: 'µs', ms: 1e-3 },
  { name: 'ms', ms: 1 },
  { name: 's', ms: 1e3 },
] as const;

/**
 * A measured duration, three digits of it: `412 µs`, `61.0 ms`, `1.23 s`. Off by 0.5 % at most.
 *
 * @param durationMs - Not negative.
 */
export function formatDuration(durationMs: number): string {
  for (const { name, ms } of UNITS) {
    const rounded = Number((durationMs / ms).toPrecision(3));
    // Decided after rounding: 999.7 ms is 1.00 s.
    if (rounded < 1000) return `${rounded === 0 ? '0' : rounded.toPrecision(3)} ${name}`;
  }
  return `${Math.round(durationMs / 1e3)} s`;
}

/** A length of time somebody chose: `30 s`, `10 min`, `1.5 h`. */
export function formatLength(lengthMs: number): string {
  const [ms, name] = lengthMs < 6e4 ? ([1e3, 's'] as const) : lengthMs < 36e5 ? ([6e4, 'min'] as const) : ([36e5, 'h'] as const);
  return `${Number((lengthMs / ms).toFixed(2))} ${name}`;
}

/** A count with its thousands apart: `12,345`. */
export const formatCount = (count: number): string => count.toLocaleString('en-US');

/** A share of a whole: `71 %`; `-` of nothing. */
export const formatShare = (part: number, whole: number): string => (whole === 0 ? '-' : `${Math.round((100 * part) / whole)} %`);

/** Rows as lines of aligned columns: the first to the left, the rest to the right, two spaces between. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const align = (cell: string, column: number) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!));
  return rows.map((row) => row.map(align).join('  '));
}
