/** The text of the second that was written last, up to its point: most lines fall into one already written. */
let from = Number.NaN;
let begin = '';

/** `000Z"` to `999Z"`. */
const ENDS: readonly string[] = Array.from({ length: 1000 }, (_, ms) => `${String(ms).padStart(3, '0')}Z"`);

/** The last time that ISO 8601 writes with four digits of year; what a clock says beyond is written as this. */
const LATEST = 253402300799999;

/**
 * The beginning of a record, `{"timestamp":"…"`: ISO 8601 in UTC with milliseconds.
 *
 * @param ms - Milliseconds since the epoch.
 */
export function timestampText(ms: number): string {
  const rest = ms - from;
  if (rest >= 0 && rest < 1000) return begin + ENDS[Math.floor(rest)]!;
  const time = ms >= 0 && ms <= LATEST ? ms : ms > LATEST ? LATEST : 0;
  from = Math.floor(time / 1000) * 1000;
  begin = `{"timestamp":"${new Date(from).toISOString().slice(0, 20)}`;
  return begin + ENDS[Math.floor(time - from)]!;
}
