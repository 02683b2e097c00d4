import type { MetricType } from '../view';

/*
 * An encoded snapshot, version 1. The same snapshot has exactly one encoding, and anything else is refused.
 *
 *   header    "TBMS", version (1 byte), length of everything (u32), CRC-32 of everything after it (u32); both little-endian
 *   snapshot  takenAt, sources, number of metrics, metrics, number of conflicts, conflicts
 *   metric    head (1 byte: type in bits 0 to 2, then the flags of FLAG), name, export name, unit, description,
 *             of a distribution: number of bounds, bounds; with cells: steps per unit;
 *             number of series, series
 *   series    tags, createdAt as the signed distance from the series before (of a metric's first one, from takenAt), body
 *   body      counter: count
 *             sum: sum, what rounding took
 *             lastValue: value, how many ms before takenAt it was read
 *             else: part since the last reset; with cells: number of cells that are not empty, and these; part before the
 *             reset; of a distribution: count of each bucket
 *   cell      1 byte: in its upper half how many empty ones were skipped, in its lower half its count less 1; where a half
 *             is 15, as much more as is beyond it follows as a whole number
 *   part      count; unless it is 0: sum, what rounding took, minimum, maximum, centre, squares around it
 *   conflict  name, why
 *
 * Whole numbers are LEB128, the low seven bits first, at most 2^53 - 1; signed ones are folded (0, -1, 1, -2 …). Other numbers
 * are a length (1 byte) and that many of the upper bytes of the double, without those below that are zero: 0 takes 1 byte,
 * 150 takes 3. Texts and lists of tags are written once: 0 is none, 1 is a new one that follows, and n is the one that came as
 * number n - 2. A text is its length in bytes and UTF-8; a list of tags is their number and two texts for each.
 */

export const MAGIC: readonly number[] = [0x54, 0x42, 0x4d, 0x53];
export const VERSION = 1;
/** Places in the header. */
export const LENGTH_AT = 5;
export const CRC_AT = 9;
export const HEADER_LENGTH = 13;

export const TYPES: readonly MetricType[] = ['counter', 'sum', 'lastValue', 'summary', 'distribution'];
export const TYPE_BITS = 7;
export const FLAG = { monotonic: 8, automatic: 16, event: 32, hdr: 64 } as const;

/** Longest name of a metric and longest description that are carried, in bytes. */
export const MAX_TEXT = 4_096;
/** Of one series. */
export const MAX_TAGS = 64;
export const MAX_METRICS = 10_000;
export const MAX_CONFLICTS = 1_000;
/** In ms since the epoch; some 35,000 years. Distances between two times stay safe integers. */
export const MAX_TIME: number = 2 ** 50;
/** What fits into the header's length is more than can be asked for. */
export const MAX_LENGTH: number = 2 ** 30;
