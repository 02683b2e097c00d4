import { type Level, toLevel } from '../../../core/level';
import { isRecord } from '../../../core/options';
import { read } from '../../../core/read';
import { rankOf } from '../../../log/gate';

/** A line as it is told: a record where it is one, else its text. */
export type ShownLine = Readonly<Record<string, unknown>> | string;

/** Which lines are wanted. */
export interface LineFilter {
  /** This level and those above; lines that say no level do not pass. */
  readonly level: Level | undefined;
  /** In the line as it is written, whatever the case. */
  readonly text: string | undefined;
}

const PINO: Readonly<Record<number, Level>> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'critical' };

/** Makes what decides about lines. Only lines whose level is asked for are parsed. */
export function lineFilter({ level, text }: LineFilter): (line: Buffer) => boolean {
  const wanted = text?.toLowerCase();
  const least = level === undefined ? undefined : rankOf(level);
  if (wanted === undefined && least === undefined) return () => true;
  return (line) => {
    if (wanted !== undefined && !line.toString('utf8').toLowerCase().includes(wanted)) return false;
    if (least === undefined) return true;
    const said = levelIn(shownLine(line));
    return said !== undefined && rankOf(said) >= least;
  };
}

/** A line as data: an object where it is JSON. */
export function shownLine(line: Buffer): ShownLine {
  const text = line.toString('utf8');
  if (!text.startsWith('{')) return text;
  try {
    const record: unknown = JSON.parse(text);
    return isRecord(record) ? record : text;
  } catch {
    return text;
  }
}

/** The level that a record says, in whichever schema it is written. */
function levelIn(line: ShownLine): Level | undefined {
  if (typeof line === 'string') return undefined;
  const said = line.level ?? line['log.level'] ?? read(line.log, 'level') ?? line.SeverityText;
  return typeof said === 'number' ? PINO[said] : toLevel(said);
}
