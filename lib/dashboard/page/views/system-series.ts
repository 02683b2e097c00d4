/** Samples of the system as lines of charts. */
import type { History } from '../../wire/history';
import type { SystemSample } from '../../wire/system';
import type { ChartData, Line } from '../chart';

type Read = (sample: SystemSample) => number | undefined;

/** Keeps what was made of a value until there is another one: charts draw only what changed. */
export function kept<Given, Made>(make: (given: Given) => Made): (given: Given) => Made {
  let last: { readonly given: Given; readonly made: Made } | undefined;
  return (given) => {
    if (last === undefined || last.given !== given) last = { given, made: make(given) };
    return last.made;
  };
}

/** Lines over the samples; what no sample tells has none. */
export function linesOf(
  samples: readonly SystemSample[],
  reads: readonly (readonly [label: string, read: Read, more?: Partial<Line>])[],
  more: Omit<ChartData, 'times' | 'lines'> = {},
): ChartData | undefined {
  const lines = reads
    .map(([label, read, looks]): Line => ({ label, values: samples.map((sample) => read(sample) ?? null), ...looks }))
    .map((line) => ({ line, points: line.values.filter((value) => value !== null).length }))
    .filter(({ points }) => points > 0)
    // One point makes no line.
    .map(({ line, points }) => (points === 1 ? { ...line, isDots: true } : line));
  return lines.length === 0 ? undefined : { times: samples.map(({ time }) => time), lines, ...more };
}

/** Names that samples tell of something, those with the most in the last sample first. */
export function namesOf(
  samples: readonly SystemSample[],
  read: (sample: SystemSample) => Readonly<Record<string, number>> | undefined,
): readonly string[] {
  const last = read(samples.at(-1) ?? { time: 0 }) ?? {};
  const names = new Set(samples.flatMap((sample) => Object.keys(read(sample) ?? {})));
  return [...names].sort((one, other) => (last[other] ?? 0) - (last[one] ?? 0));
}

/** A column of a metric's history, a line for each value of a tag; the series of all together only where it is the only one. */
export function historyLines(history: History, column: string, tag: string, unit: string): ChartData | undefined {
  const isTagged = history.series.some(({ tags }) => tags[tag] !== undefined);
  const lines = history.series
    .filter(({ columns, tags }) => columns[column] !== undefined && (!isTagged || tags[tag] !== undefined))
    .map(({ tags, columns }): Line => ({ label: tags[tag] ?? 'all', values: columns[column] ?? [] }));
  return lines.length === 0 ? undefined : { times: history.times, lines, unit };
}

/** What the memory of the process is made of, in bytes; together it is what is resident. Nothing while that is not known. */
export function memoryParts(memory: NonNullable<SystemSample['memory']>['process']): readonly (readonly [name: string, bytes: number])[] {
  const { usage, heap_used: used = 0, heap_total: heap = used, external = 0 } = memory ?? {};
  if (usage === undefined) return [];
  const parts: [string, number][] = [];
  let rest = usage;
  // Not all of the heap, nor of what is outside of it, has to be resident: nothing is more than what is left.
  const take = (name: string, size: number): void => {
    const part = Math.max(0, Math.min(rest, size));
    rest -= part;
    parts.push([name, part]);
  };
  take('heap in use', used);
  take('heap kept free', heap - used);
  take('external', external);
  take('code, stacks, the rest', rest);
  return parts;
}
