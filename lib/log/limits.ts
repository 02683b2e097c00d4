/**
 * How much of a record is written. What is left out is replaced by a marker that says how much there was.
 *
 * | limit | of what | default |
 * | --- | --- | --- |
 * | `depth` | objects within objects | 10 |
 * | `keys` | keys of one object, and fields of a record | 256 |
 * | `items` | items of one array or set | 256 |
 * | `chars` | characters of one string | 16,384 |
 * | `bytes` | bytes of a whole line | 65,536 |
 */
export interface Limits {
  readonly depth: number;
  readonly keys: number;
  readonly items: number;
  readonly chars: number;
  readonly bytes: number;
}

export const LIMITS: Limits = Object.freeze({ depth: 10, keys: 256, items: 256, chars: 16_384, bytes: 65_536 });

/** The most that can be asked for: "unlimited" is not a value. */
export const MOST: Limits = Object.freeze({ depth: 64, keys: 10_000, items: 10_000, chars: 1_048_576, bytes: 16_777_216 });

/**
 * How far beyond the last character that is kept a string is read by the scanners of secrets, so that one that lies
 * across the cut is still recognised.
 */
export const LOOKAHEAD_CHARS = 4096;
