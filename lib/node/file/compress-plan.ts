import type { Listing, Rotated } from './names';

/** When a file may be compressed. */
export interface Plan {
  /** Monotonic ms. */
  notBefore: number;
  /** How often it was tried in vain. */
  tries: number;
}

/** What is to be done next: compress a file, or look again after a while. */
export type Next =
  | { readonly file: Rotated; readonly plan: Plan; readonly waitMs: 0; readonly isLater: false }
  /** `isLater`: only what was tried in vain is left, or another process is at work. */
  | { readonly file: undefined; readonly waitMs: number; readonly isLater: boolean };

const RETRY_MS = 1_000;
const MAX_RETRY_MS = 300_000;
/** A file that another process compresses into is touched every few seconds while that process lives. */
const OTHER_MS = 60_000;
const OTHER_WAIT_MS = 5_000;

/** How long to wait after so many failures in a row. */
export const retryMs = (failures: number): number => Math.min(RETRY_MS * 2 ** failures, MAX_RETRY_MS);

/** Puts a file off that could not be compressed. */
export function postpone(plan: Plan): void {
  plan.notBefore = performance.now() + retryMs(plan.tries++);
}

/**
 * Chooses what to do next; `undefined` when nothing is left.
 *
 * @param plans - By file; filled and tidied here. A file is left alone for a while after it was first seen.
 */
export function nextOf(
  { rotated, temporary }: Listing,
  plans: Map<string, Plan>,
  graceMs: number,
  sparesNewest: boolean,
): Next | undefined {
  const now = performance.now();
  const compressed = new Set(rotated.filter((file) => file.isCompressed).map((file) => file.number));
  // The name of the compressed file would be one that is in use.
  const open = rotated.slice(Number(sparesNewest)).filter((file) => !file.isCompressed && !compressed.has(file.number));
  const planned = open.reverse().map((file) => {
    const key = keyOf(file);
    return { file, key, plan: plans.get(key) ?? { notBefore: now + graceMs, tries: 0 } };
  });
  plans.clear();
  for (const { key, plan } of planned) plans.set(key, plan);
  if (planned.length === 0) return undefined;
  // One at a time in all processes: two would compress the same file, the second in vain.
  if (temporary.some(({ modifiedMs }) => Math.abs(Date.now() - modifiedMs) < OTHER_MS)) {
    return { file: undefined, waitMs: OTHER_WAIT_MS, isLater: true };
  }
  const ready = planned.find(({ plan }) => plan.notBefore <= now);
  if (ready !== undefined) return { file: ready.file, plan: ready.plan, waitMs: 0, isLater: false };
  const waitMs = Math.max(1, Math.ceil(Math.min(...planned.map(({ plan }) => plan.notBefore)) - now));
  return { file: undefined, waitMs, isLater: planned.every(({ plan }) => plan.tries > 0) };
}

/** A file that was written since is another one: its time begins anew. So is one that got the inode of a file that is gone. */
const keyOf = ({ dev, ino, modifiedMs, bytes }: Rotated): string => `${dev}:${ino}:${modifiedMs}:${bytes}`;
