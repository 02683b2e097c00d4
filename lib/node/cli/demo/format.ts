/** Numbers and tables as people read them. */

/** A length of time somebody chose: `30 s`, `10 min`, `1.5 h`. */
export function formatLength(lengthMs: number): string {
  const [ms, name] = lengthMs < 6e4 ? ([1e3, 's'] as const) : lengthMs < 36e5 ? ([6e4, 'min'] as const) : ([36e5, 'h'] as const);
  return `${Number((lengthMs / ms).toFixed(2))} ${name}`;
}

/** Time on a clock that began at zero: `0:07`, `12:30`, `1:00:00`. */
export function formatClock(elapsedMs: number): string {
  const seconds = Math.max(0, Math.floor(elapsedMs / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const tail = String(seconds % 60).padStart(2, '0');
  return hours === 0 ? `${minutes}:${tail}` : `${hours}:${String(minutes).padStart(2, '0')}:${tail}`;
}

/** A count with its thousands apart: `12,345`. */
export const formatCount = (count: number): string => count.toLocaleString('en-US');

/** A share of a whole: `71 %`; `-` of nothing. */
export const formatShare = (part: number, whole: number): string => (whole === 0 ? '-' : `${Math.round((100 * part) / whole)} %`);

/** A word that a shell takes as it is. */
export const shellWord = (text: string): string => (/^[\w./+:@%-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** Rows as lines of aligned columns: the first to the left, the rest to the right, two spaces between. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const align = (cell: string, column: number) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!));
  return rows.map((row) => row.map(align).join('  '));
}
