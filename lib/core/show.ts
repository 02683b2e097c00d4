/**
 * Prints the offending value of an error message: one short line, whatever the value is. Functions and objects are
 * named by kind rather than dumped, so that a message never carries a payload.
 */
export function show(value: unknown): string {
  try {
    if (typeof value === 'string') return JSON.stringify(value.slice(0, 80));
    if (Array.isArray(value)) return `[${value.slice(0, 5).map((item) => (Array.isArray(item) ? '[…]' : show(item)))}]`;
    return typeof value === 'function' || (typeof value === 'object' && value) ? `<${typeof value}>` : String(value);
  } catch {
    return '<unreadable>';
  }
}

/** The allowed word that is at most two edits away, if there is one. */
export const nearest = (word: string, allowed: readonly string[]): string | undefined =>
  allowed.find((candidate) => isNear(word.toLowerCase(), candidate.toLowerCase(), 2));

/** Whether so many insertions, deletions or replacements make two words equal. */
function isNear(a: string, b: string, edits: number): boolean {
  if (a === b) return true;
  if (edits === 0) return false;
  let same = 0;
  while (a[same] === b[same]) same++;
  const [restA, restB] = [a.slice(same), b.slice(same)];
  const [nextA, nextB] = [restA.slice(1), restB.slice(1)];
  return isNear(nextA, restB, edits - 1) || isNear(restA, nextB, edits - 1) || isNear(nextA, nextB, edits - 1);
}
