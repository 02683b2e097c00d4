/** The live screen as a pure function of what there is to show. */
import type { Level } from '../../../core/level';
import { type Paint, painter } from '../../../log/formats/colors';
import { escapeText } from '../../../log/formats/escape';
import { cut } from '../../../log/formats/width';
import { LABELS, type RecordLevel } from '../../../log/record';
import { sparkline } from './bars';
import { formatClock, formatCount } from './format';
import { field, line, type Piece } from './screen-line';
import { eventTable } from './screen-table';
import { incidentText, sessionsOf, totalOf } from './summary';
import type { Plan, Progress } from './view';

export interface ScreenState {
  readonly plan: Plan;
  readonly progress: Progress;
  /** The last warnings and errors, the latest last, each on one line without controls. */
  readonly warnings: readonly { readonly level: Level; readonly text: string }[];
}

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** Warnings that are shown where there is room. */
export const MOST_WARNINGS = 5;
/** Warnings that the table makes room for. */
const FEWEST_WARNINGS = 2;
const LABEL_WIDTH = 'sessions '.length;

/**
 * Draws a frame: at most so many lines of at most so many columns. Where room is short, the first to go are empty lines,
 * then warnings but for two, then rows of the table.
 *
 * @param colors - Colours, and nothing else that drives a terminal.
 */
export function renderScreen({ plan, progress, warnings }: ScreenState, { columns, rows }: ScreenSize, colors: boolean): string[] {
  const paint = painter(colors);
  const top = [
    header(plan, progress, columns, paint),
    rateLine(progress, columns, paint),
    sessionLine(progress, columns, paint),
    ...vitalLines(progress, columns, paint),
    ...alertLine(plan, progress, columns, paint),
    ...pageLine(plan, columns, paint),
  ];
  const room = Math.max(0, rows - top.length - 1);
  const table = eventTable(progress, columns, paint);
  const [heading, ...listed] = warningLines(warnings, columns, paint);

  const gap = table.length + 1 + listed.length + 3 <= room ? [''] : [];
  const filled = room - 3 * gap.length;
  const tableRows = Math.min(table.length, Math.max(0, filled - 1 - Math.min(listed.length, FEWEST_WARNINGS)));
  const warningRows = Math.min(1 + listed.length, filled - tableRows);
  const shown = warningRows === 0 ? [] : [heading!, ...listed.slice(listed.length - warningRows + 1)];
  const bottom = footer(plan, progress, columns, paint);
  return [...top, ...gap, ...shortened(table, tableRows, columns, paint), ...gap, ...shown, ...gap, bottom].slice(0, rows);
}

function header({ folder, files, forMs }: Plan, { elapsedMs }: Progress, columns: number, paint: Paint): string {
  const left = `telemetry-bus demo  ${escapeText(folder)} (${formatCount(files)} source files, a stand-in for a model)`;
  // Both are whole seconds of one clock: together they are the whole time.
  const seconds = Math.floor(elapsedMs / 1000);
  const right = `${formatClock(elapsedMs)}, ${formatClock(forMs - 1000 * seconds)} left`;
  const room = Math.max(0, columns - right.length - 2);
  const text = field(left, room);
  return line([['DEBUG', text.slice(0, 18)], text.slice(18), '  ', ['dim', right]], columns, paint);
}

function rateLine({ rates, counters }: Progress, columns: number, paint: Paint): string {
  // As wide as rates usually are, so that what follows stands still.
  const rate = `${(rates.at(-1)?.toFixed(1) ?? '-').padStart(7)}/s`;
  const total = `${formatCount(totalOf(counters))} in all`;
  const room = Math.max(1, columns - LABEL_WIDTH - rate.length - total.length - 4);
  const pieces: Piece[] = ['events'.padEnd(LABEL_WIDTH), ['INFO', rate], '  ', ['DEBUG', sparkline(rates.slice(-room))], '  ', total];
  return line(pieces, columns, paint);
}

function sessionLine(progress: Progress, columns: number, paint: Paint): string {
  const { done, failed, running, cache } = sessionsOf(progress);
  const { inputTokens, outputTokens } = progress.answers;
  const failures = `${formatCount(failed)} failed`;
  const pieces: Piece[] = [
    `${'sessions'.padEnd(LABEL_WIDTH)}${formatCount(done)} done, ${running} running, `,
    failed === 0 ? failures : ['ERROR', failures],
    `   cache ${cache}   tokens ${formatCount(inputTokens)} in, ${formatCount(outputTokens)} out`,
  ];
  return line(pieces, columns, paint);
}

/** How the machine and the model are, where that is watched. */
function vitalLines({ vitals }: Progress, columns: number, paint: Paint): string[] {
  if (vitals === undefined) return [];
  const { machine, health, isWell } = vitals;
  const text = field(health, Math.max(0, columns - LABEL_WIDTH)).trimEnd();
  return [
    line(['machine'.padEnd(LABEL_WIDTH), machine], columns, paint),
    line(['health'.padEnd(LABEL_WIDTH), isWell ? text : ['WARNING', text]], columns, paint),
  ];
}

/** The alerts that were received last, where there may be some. */
function alertLine({ incident }: Plan, { alerts }: Progress, columns: number, paint: Paint): string[] {
  if (alerts === undefined || incident === undefined) return [];
  const last = alerts.at(-1);
  const label = 'alerts'.padEnd(LABEL_WIDTH);
  if (last === undefined) return [line([label, `none so far; ${incidentText(incident)}`], columns, paint)];
  const before = `${label}${formatClock(last.atMs)}  `;
  const text = field(last.title, Math.max(0, columns - before.length)).trimEnd();
  return [line([before, [last.kind === 'resolved' ? 'INFO' : 'ERROR', text]], columns, paint)];
}

/** The link to the page, whole or not at all: a part of it opens nothing. */
function pageLine({ admin }: Plan, columns: number, paint: Paint): string[] {
  if (admin === undefined) return [];
  const text = `${'page'.padEnd(LABEL_WIDTH)}${admin.pageUrl}`;
  return text.length > columns ? [] : [line([text], columns, paint)];
}

/** A table in so many rows; what is left out is counted. */
function shortened(table: readonly string[], rows: number, columns: number, paint: Paint): readonly string[] {
  if (table.length <= rows) return table;
  if (rows < 2) return table.slice(0, rows);
  return [...table.slice(0, rows - 1), line([['dim', `… ${table.length - rows + 1} more`]], columns, paint)];
}

function warningLines(warnings: ScreenState['warnings'], columns: number, paint: Paint): string[] {
  const heading = line([['dim', 'Last warnings and errors']], columns, paint);
  if (warnings.length === 0) return [heading, line([['dim', 'none so far']], columns, paint)];
  return [heading, ...warnings.slice(-MOST_WARNINGS).map((warning) => warningLine(warning, columns, paint))];
}

function warningLine({ level, text }: ScreenState['warnings'][number], columns: number, paint: Paint): string {
  const shown = cut(text, columns);
  const label = LABELS[level as RecordLevel];
  const [, time, word, rest] = /^([\d:.]+ )(\S+)(.*)$/.exec(shown) ?? [];
  return time === undefined ? paint(label, shown) : `${paint('dim', time)}${paint(label, word!)}${rest}`;
}

function footer({ logPath, metricsUrl }: Plan, { log }: Progress, columns: number, paint: Paint): string {
  const lost = Object.values(log.dropped).reduce((sum, lines) => sum + lines, log.queued);
  const right = `${formatCount(log.written)} lines${lost === 0 ? '' : `, ${formatCount(lost)} not written`}   Ctrl-C ends it`;
  const room = Math.max(0, columns - right.length - 2);
  const places = `${metricsUrl === undefined ? '' : `Metrics ${metricsUrl}   `}Log ${escapeText(logPath)}`;
  return line([['dim', field(places, room)], '  ', ['dim', right]], columns, paint);
}
