import { shared } from './shared';

/** Crockford's base 32 in lower case: no `i`, `l`, `o`, `u`, so that ids survive a telephone. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const HALF = 0xfffff;

/**
 * Where ids of this process come from. An id is 40 bits: 20 drawn for the process, 20 counted up from a random start.
 * So a process makes 1,048,576 of them before it draws anew, none twice; and two processes collide only if they drew
 * the same number out of a million, while plain random ids would be even odds for one collision after 1.2 million.
 */
export interface ErrorIds {
  process: number;
  start: number;
  used: number;
  readonly known: WeakMap<object, string>;
}

/** Ids are no secrets: where there is no cryptography, as in a bare context, any random number will do. */
function draw(): number {
  const source = (globalThis as { readonly crypto?: typeof crypto }).crypto;
  return source === undefined ? Math.floor(Math.random() * (HALF + 1)) : source.getRandomValues(new Uint32Array(1))[0]! & HALF;
}

const newIds = (): ErrorIds => ({ process: draw(), start: draw(), used: 0, known: new WeakMap() });

/**
 * A new error id: 8 characters that people can read to each other. Unique in the process up to 2^20 ids, and beyond
 * as good as that.
 */
function newErrorId(): string {
  const ids = (shared.errorIds ??= newIds());
  if (ids.used > HALF) Object.assign(ids, { process: draw(), start: draw(), used: 0 });
  return spell(ids.process, (ids.start + ids.used++) & HALF);
}

/**
 * The id of an error: the same object has the same id wherever it is met. What is not an object (a thrown string) has a
 * new one each time.
 */
export function errorIdOf(error: unknown): string {
  if ((typeof error !== 'object' || error === null) && typeof error !== 'function') return newErrorId();
  const { known } = (shared.errorIds ??= newIds());
  let id = known.get(error);
  if (id === undefined) known.set(error, (id = newErrorId()));
  return id;
}

/**
 * Mixes the two halves by four rounds of a Feistel network, which maps different pairs to different pairs, so that ids
 * of one process do not look alike; then spells the 40 bits.
 */
function spell(left: number, right: number): string {
  let [a, b] = [left, right];
  for (const constant of [0x9e377, 0x3c6ef, 0xdaa66, 0x78dde]) {
    const mixed = Math.imul(b ^ constant, 0x2c1b3c6d);
    [a, b] = [b, a ^ (((mixed ^ (mixed >>> 15)) >>> 4) & HALF)];
  }
  let text = '';
  for (const half of [a, b]) for (let shift = 15; shift >= 0; shift -= 5) text += ALPHABET[(half >>> shift) & 31];
  return text;
}
