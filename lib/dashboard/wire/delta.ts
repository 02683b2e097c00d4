/**
 * What differs between two JSON values, as JSON:
 *
 * - `[value]`: the value as a whole.
 * - `[drop, [...tail]]`: an array that lost `drop` items at its beginning, and has others behind what was left, as time series do.
 * - an object, for an array: an {@link ArrayEdit}.
 * - an object, for an object: by key a delta, or `0` for a key that is gone. Other keys are as they were.
 */
export type Delta = readonly unknown[] | { readonly [key: string]: unknown };

/** `before.slice(d, d + k)` with the items that changed, between others. */
interface ArrayEdit {
  /** How many items of the beginning are gone; default 0. */
  readonly d?: number;
  /** How many items are kept behind those; default all. */
  readonly k?: number;
  /** Items in front of them. */
  readonly h?: readonly unknown[];
  /** Among those that are kept: index, delta, index, delta … */
  readonly c?: readonly unknown[];
  /** Items behind them. */
  readonly t?: readonly unknown[];
}

type Json = Readonly<Record<string, unknown>>;

/** Deeper values are sent as a whole where they are not the very same. */
const MAX_DEPTH = 32;
const GONE = 0;
/** How many of the last items may have changed in an array that moved: a time series goes on counting in its last row. */
const MAX_TRIMMED = 2;

/**
 * What makes `after` of `before`; `undefined` where they are equal. It is never longer than `after` as a whole, in characters of JSON but for
 * a pair of brackets. Changes neither of them, and may hold parts of `after`. The order of keys counts for nothing.
 *
 * Cost: about that of writing both as JSON.
 *
 * @param before - JSON, as `JSON.parse` gives it. Keys such as `__proto__` are data.
 */
export const diff = (before: unknown, after: unknown): Delta | undefined => diffAt(before, after, 0);

function diffAt(before: unknown, after: unknown, depth: number): Delta | undefined {
  if (before === after) return undefined;
  if (depth >= MAX_DEPTH) return [after];
  if (Array.isArray(before) && Array.isArray(after)) return diffArrays(before, after, depth);
  if (isObject(before) && isObject(after)) return diffObjects(before, after, depth);
  return [after];
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The shorter one. A list of n items has at least 2n + 1 characters, an object more: what is below needs no look at the whole. */
function lesser(delta: Delta, after: Json | readonly unknown[]): Delta {
  const chars = JSON.stringify(delta).length;
  const least = 2 * (Array.isArray(after) ? after.length : Object.keys(after).length) + 1;
  return chars <= least || chars < JSON.stringify(after).length + 2 ? delta : [after];
}

function diffObjects(before: Json, after: Json, depth: number): Delta | undefined {
  const changes: [string, unknown][] = [];
  for (const key of Object.keys(after)) {
    const change = Object.hasOwn(before, key) ? diffAt(before[key], after[key], depth + 1) : [after[key]];
    if (change !== undefined) changes.push([key, change]);
  }
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) changes.push([key, GONE]);
  // Unlike an assignment, this takes every name for a name.
  return changes.length === 0 ? undefined : lesser(Object.fromEntries(changes), after);
}

function diffArrays(before: readonly unknown[], after: readonly unknown[], depth: number): Delta | undefined {
  // What moved is told by how: by index, each item would have changed.
  const moved = movedOf(before, after);
  if (moved !== undefined) return lesser(moved, after);
  const common = Math.min(before.length, after.length);
  const changes: unknown[] = [];
  for (let at = 0; at < common; at++) {
    const change = diffAt(before[at], after[at], depth + 1);
    if (change !== undefined) changes.push(at, change);
  }
  if (changes.length === 0 && before.length === after.length) return undefined;
  const edit: ArrayEdit = {
    ...(after.length < before.length && { k: common }),
    ...(changes.length > 0 && { c: changes }),
    ...(after.length > common && { t: after.slice(common) }),
  };
  return lesser(edit as Delta, after);
}

/** How an array moved, if at least half of it is still there: forwards, as what grows at its end, or backwards, as lists with the newest first. */
function movedOf(before: readonly unknown[], after: readonly unknown[]): Delta | undefined {
  if (before.length < 2 || after.length < 2) return undefined;
  const [ids, idsAfter] = [before.map(idOf), after.map(idOf)];
  // In place: cheaper to tell by index, or nothing has moved at all.
  if (inPlace(ids, idsAfter) * 2 >= Math.min(ids.length, idsAfter.length)) return undefined;
  const forwards = overlapOf(ids, idsAfter);
  const backwards = overlapOf([...ids].reverse(), [...idsAfter].reverse());
  const { kept, trimmed } = forwards.kept >= backwards.kept ? forwards : backwards;
  if (kept * 2 < Math.min(before.length, after.length)) return undefined;
  const dropped = before.length - trimmed - kept;
  if (forwards.kept >= backwards.kept) {
    const tail = after.slice(kept);
    return trimmed === 0 ? [dropped, tail] : ({ d: dropped, k: kept, t: tail } satisfies ArrayEdit as Delta);
  }
  return { ...(trimmed > 0 && { d: trimmed }), k: kept, h: after.slice(0, after.length - kept) } satisfies ArrayEdit as Delta;
}

/** How many items are where they were. */
function inPlace(before: readonly unknown[], after: readonly unknown[]): number {
  let count = 0;
  for (let at = 0; at < before.length && at < after.length; at++) if (before[at] === after[at]) count++;
  return count;
}

/** Equal for equal items; a text never equals what is written like it. */
const idOf = (item: unknown): unknown =>
  typeof item === 'string' ? `s${item}` : typeof item === 'object' && item !== null ? `o${JSON.stringify(item)}` : item;

/**
 * How many items at the end of `before`, but for the last `trimmed`, are those at the beginning of `after`: the longest such run, found as
 * Knuth, Morris and Pratt find a text in another, in time proportional to both.
 */
function overlapOf(before: readonly unknown[], after: readonly unknown[]): { readonly kept: number; readonly trimmed: number } {
  const fallback: number[] = [0];
  for (let at = 1, length = 0; at < after.length; at++) {
    while (length > 0 && after[at] !== after[length]) length = fallback[length - 1]!;
    if (after[at] === after[length]) length++;
    fallback.push(length);
  }
  let best = { kept: 0, trimmed: 0 };
  for (let at = 0, length = 0; at < before.length; at++) {
    if (length === after.length) length = fallback[length - 1]!;
    while (length > 0 && before[at] !== after[length]) length = fallback[length - 1]!;
    if (before[at] === after[length]) length++;
    const trimmed = before.length - 1 - at;
    if (trimmed <= MAX_TRIMMED && length >= best.kept + (trimmed === 0 ? 0 : 1)) best = { kept: length, trimmed };
  }
  return best;
}

/**
 * Makes the newer value of the older one. Changes neither; the result shares what did not change with `before`, so none of it may be
 * changed afterwards.
 *
 * @param delta - What `diff` gave, or `JSON.parse` of it.
 * @throws {TypeError} For what is no delta of this value: an answer was missed, and the whole must be asked for.
 */
export function patch(before: unknown, delta: unknown): unknown {
  if (Array.isArray(delta)) {
    if (delta.length === 1) return delta[0];
    const [drop, tail] = delta as readonly unknown[];
    if (delta.length !== 2) throw misfit();
    return patchArray(before, { d: drop, t: tail });
  }
  if (!isObject(delta)) throw misfit();
  return Array.isArray(before) ? patchArray(before, delta) : patchObject(before, delta);
}

const misfit = (): TypeError => new TypeError('This is no delta of this value. An answer was missed: ask for the whole');

function patchObject(before: unknown, delta: Json): unknown {
  if (!isObject(before)) throw misfit();
  const made = new Map(Object.entries(before));
  for (const [key, change] of Object.entries(delta)) {
    if (change === GONE) made.delete(key);
    else made.set(key, patch(made.get(key), change));
  }
  return Object.fromEntries(made);
}

function patchArray(before: unknown, edit: Json): unknown {
  if (!Array.isArray(before)) throw misfit();
  const drop = countOf(edit.d ?? 0, before.length);
  const keep = countOf(edit.k ?? before.length - drop, before.length - drop);
  const kept: unknown[] = before.slice(drop, drop + keep);
  const changes = listOf(edit.c);
  for (let at = 0; at + 1 < changes.length; at += 2) {
    const index = countOf(changes[at], kept.length - 1);
    kept[index] = patch(kept[index], changes[at + 1]);
  }
  return [...listOf(edit.h), ...kept, ...listOf(edit.t)];
}

function countOf(value: unknown, most: number): number {
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > most) throw misfit();
  return value as number;
}

function listOf(value: unknown): readonly unknown[] {
  if (value !== undefined && !Array.isArray(value)) throw misfit();
  return value ?? [];
}
