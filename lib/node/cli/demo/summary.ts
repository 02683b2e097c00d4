/** What the demo prints, as pure functions of what the bus has counted. */
import type { DurationStats } from '../../../index';
import type { AnswerTotals } from './answer-watch';
import { alignColumns, formatCount, formatDuration, formatLength, formatShare } from './format';

/** What `getCounters` and `getDurationStats` returned at one moment. */
export interface Metrics {
  readonly counters: Readonly<Record<string, number>>;
  readonly durations: Readonly<Record<string, DurationStats>>;
}

const BAR_WIDTH = 32;

/** How many events these counters have seen together. */
export const totalOf = (counters: Metrics['counters']): number => Object.values(counters).reduce((sum, count) => sum + count, 0);

/** The first lines: what this is, and how to end it. */
export function introduction(folder: string, forMs: number, files: number): string[] {
  return [
    'telemetry-bus demo: a coding agent at work, seen through its telemetry.',
    `Tree      ${folder} (${formatCount(files)} source files; read, searched and checked for real)`,
    'Model     a stand-in on 127.0.0.1: canned answers, waiting times drawn by lot but really waited for',
    `Runs for  ${formatLength(forMs)}; Ctrl-C ends it earlier`,
    '',
  ];
}

/**
 * One line for the second that has passed.
 *
 * @param elapsedMs - Since the beginning.
 * @param eventsPerSecond - From the difference of the counters since the line before.
 */
export function statusLine(elapsedMs: number, eventsPerSecond: number, { counters, durations }: Metrics): string {
  const of = (event: string) => counters[`agent.${event}`] ?? 0;
  const done = of('session.stop');
  const failed = of('session.error');
  const running = of('session.start') - done - failed;
  const hits = of('context.cache_hit');
  const answers = durations['agent.llm.response'];
  const duration = (durationMs: number | undefined) => (durationMs === undefined ? '-' : formatDuration(durationMs)).padStart(7);
  return [
    `${Math.round(elapsedMs / 1000)}s`.padStart(4) + `${eventsPerSecond.toFixed(1)} ev/s`.padStart(13),
    `sessions ${formatCount(done).padStart(4)} done, ${running} running`,
    `cache ${formatShare(hits, hits + of('context.cache_miss')).padStart(5)}`,
    `answers ${formatCount(answers?.count ?? 0).padStart(5)}  p50 ${duration(answers?.p50)}  p99 ${duration(answers?.p99)}`,
    `failed ${failed}`,
  ].join('   ');
}

/** The end: counters, durations with bars, and what the custom handler knows. */
export function finalTable({ counters, durations }: Metrics, { inputTokens, outputTokens, slowest }: AnswerTotals): string[] {
  const keys = Object.keys(counters).sort();
  const longest = Math.max(0, ...Object.values(durations).map(({ p99 }) => p99));
  const timed = Object.entries(durations).sort(([left], [right]) => (left < right ? -1 : 1));
  const table = alignColumns([
    ['Durations', 'count', 'p50', 'p95', 'p99'],
    ...timed.map(([key, stats]) => [key, formatCount(stats.count), ...[stats.p50, stats.p95, stats.p99].map(formatDuration)]),
  ]);
  return [
    '',
    ...alignColumns([
      ['Counters', 'events'],
      ...keys.map((key) => [key, formatCount(counters[key]!)]),
      ['all', formatCount(totalOf(counters))],
    ]),
    '',
    `${table[0]}  █ p50  ▒ p95  ░ p99, to scale`,
    ...timed.map(([, stats], index) => `${table[index + 1]}  ${bar(stats, longest)}`.trimEnd()),
    '',
    `Tokens    ${formatCount(inputTokens)} in, ${formatCount(outputTokens)} out (four characters each)`,
    `Slowest   ${slowest ? `${formatDuration(slowest.durationMs)} for an answer to ${slowest.sessionId}` : 'no answer yet'}`,
  ];
}

/** Up to p50, on to p95, on to p99; as long as p99 is of the longest p99, but never so short that it is not seen. */
function bar({ p50, p95, p99 }: DurationStats, longest: number): string {
  if (longest === 0) return '';
  const cells = (duration: number) => Math.round((BAR_WIDTH * duration) / longest);
  return '█'.repeat(cells(p50)) + '▒'.repeat(cells(p95) - cells(p50)) + '░'.repeat(Math.max(1, cells(p99)) - cells(p95));
}
