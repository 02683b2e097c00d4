import type { EventRow } from '../../wire/events';

/** How often it happened, as far as somebody counted; `null`: nobody has seen it. */
export function seenCount({ count, watched_count: watched }: EventRow): number | null {
  const most = Math.max(count ?? 0, watched);
  return most === 0 ? null : most;
}

/** Whether it was ever emitted, as far as is known. */
export const isSeen = (row: EventRow): boolean => seenCount(row) !== null || row.last_seen !== null;

/** Rows with a text in their name, of a kind: `seen`, `never`, `undeclared`, or any. */
export function matching(rows: readonly EventRow[], text: string, kind: string): readonly EventRow[] {
  const wanted = text.trim().toLowerCase();
  return rows.filter((row) => {
    if (!row.name.toLowerCase().includes(wanted)) return false;
    if (kind === 'seen') return isSeen(row);
    if (kind === 'never') return !isSeen(row);
    return kind !== 'undeclared' || !row.is_declared;
  });
}
