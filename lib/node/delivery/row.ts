import type { ErrorMark } from '../../core/error-mark';

/** A line on its way to a receiver. */
export interface DeliveryRow {
  /** Unique over all processes: the number of the line in its run stands at the end. At most 64 letters, digits, `_` and `-`. */
  readonly key: string;
  /** As it was written, without its newline. */
  readonly line: string;
  /** What its receiver needs beside the line: short, and always in the same order. It goes to disk with it. */
  readonly more: readonly (string | number)[];
}

/** What rows of a delivery hold beside key and line. */
export interface RowKind {
  /** Part of the names of its files: kinds that share a folder leave each other's alone. `''`, or letters and a `-`. */
  readonly mark: string;
  /** Works it out, when a line is about to leave memory: not while somebody waits for `write`. */
  more(line: string, mark: ErrorMark | undefined): DeliveryRow['more'];
  /** Whether what was read from a disk is such. */
  isMore(more: readonly unknown[]): boolean;
}

/** The place of a row in its run, from 1. */
export const sequenceOf = ({ key }: DeliveryRow): number => Number.parseInt(key.slice(key.lastIndexOf('-') + 1), 36);
