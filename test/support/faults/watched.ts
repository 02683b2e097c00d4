/** A file sink in the test's own process, with everything it tells. */
import type { Warning } from '../../../lib/core/warning';
import type { Level } from '../../../lib/index';
import { fileSink } from '../../../lib/node/file/file-sink';
import type { FileSink, FileSinkOptions, LossSummary } from '../../../lib/node/file/options';
import { lineOf } from './lines';

export interface Watched {
  readonly sink: FileSink;
  readonly warnings: readonly Warning[];
  readonly losses: readonly LossSummary[];
  /** The number of the last line. */
  readonly handed: () => number;
  /** Writes more lines; each carries its level. */
  readonly write: (count: number, level?: Exclude<Level, 'silent'>) => void;
  /** What is missing from the account: accepted less written, queued and dropped. */
  readonly imbalance: () => number;
  readonly dropped: () => number;
}

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((all, count) => all + count, 0);

/** Creates one; what was lost is written as `{"lost":…}`. */
export function watchedSink(options: FileSinkOptions): Watched {
  const warnings: Warning[] = [];
  const losses: LossSummary[] = [];
  let number = 0;
  const sink = fileSink({
    onWarning: (warning) => warnings.push(warning),
    onLoss: (summary) => {
      losses.push(summary);
      return `${JSON.stringify({ lost: summary })}\n`;
    },
    ...options,
  });
  return {
    sink,
    warnings,
    losses,
    handed: () => number,
    write: (count, level = 'info') => {
      for (let line = 0; line < count; line++) sink.write(lineOf(1, ++number, 100, level), level);
    },
    imbalance: () => {
      const { accepted, written, queued, dropped } = sink.stats();
      return accepted - written - queued - sum(dropped);
    },
    dropped: () => sum(sink.stats().dropped),
  };
}

/**
 * Writes a hundred lines that count as written whatever becomes of their file, and one more: a sink looks now and then
 * whether its file is still there, and what it wrote since counts as lost when it is not.
 */
export async function settle({ sink, write }: Watched): Promise<void> {
  write(100);
  await sink.flush();
  await new Promise((resolve) => setTimeout(resolve, 300));
  write(1);
  await sink.flush();
}

/** Adds the summaries of what was lost: lines by reason and by level. */
export function totalLosses(losses: readonly LossSummary[]): {
  readonly dropped: Record<string, number>;
  readonly levels: Record<string, number>;
} {
  const total: { dropped: Record<string, number>; levels: Record<string, number> } = { dropped: {}, levels: {} };
  for (const loss of losses) {
    for (const part of ['dropped', 'levels'] as const)
      for (const [key, count] of Object.entries(loss[part])) total[part][key] = (total[part][key] ?? 0) + count;
  }
  return total;
}
