/** What the demo prints line by line, as pure functions of what the bus has counted. */

import type { MessageObject } from '../../../errors/messages/format';
import { formatDuration } from '../../../log/formats/duration';
import { escapeText } from '../../../log/formats/escape';
import type { SinkStats } from '../../../sinks/sink';
import type { AdminPlace } from './admin';
import { BAR_LEGEND, durationBar, longestOf } from './bars';
import { alignColumns, formatClock, formatCount, formatLength, formatShare, shellWord } from './format';
import type { Incident } from './incident';
import type { Metrics, Plan, Progress, ShownAlert } from './view';

const BAR_WIDTH = 32;

/** How many events these counters have seen together. */
export const totalOf = (counters: Metrics['counters']): number => Object.values(counters).reduce((sum, count) => sum + count, 0);

/** The first lines: what this is, and how to end it. */
export function introduction({ folder, files, forMs, logPath, database, metricsUrl, admin, incident }: Plan): string[] {
  return [
    'telemetry-bus demo: a coding agent at work, seen through its telemetry.',
    `Tree      ${escapeText(folder)} (${formatCount(files)} source files; read, searched and checked for real)`,
    'Model     a stand-in on 127.0.0.1: canned answers, waiting times drawn by lot but really waited for',
    `Log       ${escapeText(logPath)}`,
    `Database  ${escapeText(database.name)}`,
    ...(metricsUrl === undefined ? [] : [`Metrics   ${metricsUrl} for Prometheus, while it runs`]),
    ...(admin === undefined ? [] : [`Page      ${admin.pageUrl} (opens once)`, `Admin     ${adminCommand(admin)}`]),
    ...(incident === undefined ? [] : [`Incident  ${incidentText(incident)}: an alert goes to a receiver on 127.0.0.1`]),
    `Runs for  ${formatLength(forMs)}; Ctrl-C ends it earlier, --for 10m leaves time to look around`,
    '',
  ];
}

/** How to look at the program from outside while it runs. The token itself is on no screen. */
const adminCommand = ({ url, tokenFile }: AdminPlace): string =>
  `curl -H "X-Admin-Token: $(cat ${escapeText(shellWord(tokenFile))})" ${url}/admin`;

export const incidentText = ({ fromMs, untilMs }: Incident): string =>
  `from ${formatClock(fromMs)} to ${formatClock(untilMs)} the model is slow`;

/** An alert that has arrived, on one line. */
export const alertLine = ({ title, place }: ShownAlert): string => `alert  ${title} -> received by ${place}`;

/** What somebody was told, on one line. */
export const toldLine = ({ title, message, action, errorId }: MessageObject): string =>
  `told the user: ${title}. ${message} ${action} (error ${errorId})`;

/** What the counters say about sessions and the cache. */
export function sessionsOf({ counters }: Metrics): { done: number; failed: number; running: number; cache: string } {
  const of = (event: string) => counters[`agent.${event}`] ?? 0;
  const [done, failed, hits] = [of('session.stop'), of('session.error'), of('context.cache_hit')];
  return { done, failed, running: of('session.start') - done - failed, cache: formatShare(hits, hits + of('context.cache_miss')) };
}

/** One line for the second that has passed. */
export function statusLine(progress: Progress): string {
  const { elapsedMs, rates, durations } = progress;
  const { done, failed, running, cache } = sessionsOf(progress);
  const answers = durations['agent.llm.response'];
  const duration = (durationMs: number | undefined) => (durationMs === undefined ? '-' : formatDuration(durationMs)).padStart(7);
  return [
    `${Math.round(elapsedMs / 1000)}s`.padStart(4) + `${(rates.at(-1) ?? 0).toFixed(1)} ev/s`.padStart(13),
    `sessions ${formatCount(done).padStart(4)} done, ${running} running`,
    `cache ${cache.padStart(5)}`,
    `answers ${formatCount(answers?.count ?? 0).padStart(5)}  p50 ${duration(answers?.p50)}  p99 ${duration(answers?.p99)}`,
    `failed ${failed}`,
  ].join('   ');
}

/** The end: counters, durations with bars, what the custom handler knows, and how to count again what was logged. */
export function finalTable(plan: Plan, progress: Omit<Progress, 'elapsedMs' | 'rates'>): string[] {
  const { counters, durations, answers, log } = progress;
  const longest = longestOf(durations);
  const timed = Object.entries(durations).sort(([left], [right]) => (left < right ? -1 : 1));
  const table = alignColumns([
    ['Durations', 'count', 'p50', 'p95', 'p99'],
    ...timed.map(([key, stats]) => [key, formatCount(stats.count), ...[stats.p50, stats.p95, stats.p99].map(formatDuration)]),
  ]);
  const { inputTokens, outputTokens, slowest } = answers;
  return [
    '',
    ...alignColumns([
      ['Counters', 'events'],
      ...Object.keys(counters)
        .sort()
        .map((key) => [key, formatCount(counters[key]!)]),
      ['all', formatCount(totalOf(counters))],
    ]),
    '',
    `${table[0]}  ${BAR_LEGEND}`,
    ...timed.map(([, stats], index) => `${table[index + 1]}  ${durationBar(stats, longest, BAR_WIDTH)}`.trimEnd()),
    '',
    `Tokens    ${formatCount(inputTokens)} in, ${formatCount(outputTokens)} out (four characters each)`,
    `Slowest   ${slowest ? `${formatDuration(slowest.durationMs)} for an answer to ${slowest.sessionId}` : 'no answer yet'}`,
    ...vitalLines(progress),
    ...alertLines(progress),
    ...logLines(plan.logPath, log),
    ...databaseLines(plan, progress),
    ...toldLines(plan, progress),
  ];
}

/** How the machine was at the end. */
const vitalLines = ({ vitals }: Pick<Progress, 'vitals'>): string[] =>
  vitals === undefined ? [] : [`Machine   ${vitals.machine}`, `Health    ${vitals.health}`];

/** Which alerts were received, and when. */
function alertLines({ alerts }: Pick<Progress, 'alerts'>): string[] {
  if (alerts === undefined) return [];
  if (alerts.length === 0) return ['Alerts    none was received'];
  return alerts.map(
    ({ atMs, title, place }, index) => `${(index === 0 ? 'Alerts' : '').padEnd(10)}${formatClock(atMs)}  ${title} -> ${place}`,
  );
}

/** What became of errors in the database. */
function databaseLines({ database }: Plan, { stored }: Pick<Progress, 'stored'>): string[] {
  if (stored === undefined) return [];
  const missing = stored.missing === 0 ? '' : `; ${formatCount(stored.missing)} are not there`;
  return [`Database  ${escapeText(database.name)} (${formatCount(stored.written)} lines of errors${missing})`];
}

/** What people were told last of each kind, and how to find what happened by the id they were given. */
function toldLines({ logPath, database }: Plan, { told }: Pick<Progress, 'told'>): string[] {
  return told.flatMap(({ title, message, action, errorId, quote }) => [
    '',
    `Told      ${title}`,
    ...[message, action, `Error ID: ${errorId}`, quote].map((line) => `          ${line}`),
    `Find it   grep ${errorId} ${escapeText(shellWord(logPath))}`,
    ...(database.lookUp === undefined ? [] : [`          ${database.lookUp(errorId)}`]),
  ]);
}

/** Where the events are; with counts that equal those of the table unless lines were lost. */
function logLines(path: string, { written, queued, dropped }: SinkStats): string[] {
  if (written === 0 && queued === 0 && Object.keys(dropped).length === 0) return [];
  const lost = Object.entries(dropped).map(([reason, lines]) => `; ${formatCount(lines)} could not be written: ${reason}`);
  if (queued > 0) lost.push(`; ${formatCount(queued)} wait, because the file can't be written`);
  return [
    `Log       ${escapeText(path)} (${formatCount(written)} lines${lost.join('')})`,
    `Count     jq -r .event_name ${escapeText(shellWord(path))} | sort | uniq -c`,
  ];
}
