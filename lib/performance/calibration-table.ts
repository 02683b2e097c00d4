import type { ThresholdProposal } from './calibrate';
import type { ThresholdsInMs } from './thresholds';

const HEAD = ['', 'count', 'p50', 'p95', 'p99', 'p99.9', 'max', 'now', 'proposed', 'over'] as const;

/**
 * Writes proposals as a table for terminals: one row each, columns as wide as what stands in them, then what they were
 * reached by. `now` and `proposed` are `warn/error`, as options take them; `over` is how many of the durations would be slow, at most, and how many
 * of these very slow.
 *
 * @returns Lines, each with its end; ASCII as long as names are.
 * @example
 * const durations = { count: 5000, min: 80, max: 9100, mean: 700, p50: 610, p95: 1900, p99: 4512, p999: 8200 };
 * const proposals = calibrateThresholds({ measured: () => [{ class: 'tools', durations }] });
 * formatCalibration(proposals).split('\n')[1]; // => 'tools   5000  610ms  1.9s  4.51s   8.2s  9.1s    -  4.6s/9.2s  50/0'
 */
export function formatCalibration(proposals: readonly ThresholdProposal[]): string {
  const rows = [HEAD, ...proposals.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  '),
  );
  const reasons = proposals.map((proposal) => `${nameOf(proposal)}: ${proposal.reason}`);
  return [...lines, ...reasons].map((line) => `${line}\n`).join('');
}

const nameOf = ({ class: name, event }: ThresholdProposal): string => name ?? event ?? '';

function cellsOf(proposal: ThresholdProposal): readonly string[] {
  const { count, p50, p95, p99, p999, max, current, proposed, wouldBeSlow, wouldBeVerySlow } = proposal;
  const times = [p50, p95, p99, p999, max].map((ms) => (count === 0 ? '-' : measuredText(ms)));
  return [
    nameOf(proposal),
    `${count}`,
    ...times,
    pairOf(current),
    pairOf(proposed),
    proposed === undefined ? '-' : `${wouldBeSlow}/${wouldBeVerySlow}`,
  ];
}

function pairOf(thresholds: ThresholdsInMs | undefined): string {
  if (thresholds === undefined) return '-';
  const text = (ms: number | undefined) => (ms === undefined ? '-' : timeText(ms));
  return `${text(thresholds.warn)}/${text(thresholds.error)}`;
}

/** As options take it, so that it can be copied. */
const timeText = (ms: number): string => (ms >= 1000 ? `${ms / 1000}s` : `${ms}ms`);

/** Three digits are what percentiles are good for. */
const measuredText = (ms: number): string => timeText(Number(ms.toPrecision(3)));
