import type { LogLines } from '../../../dashboard/wire/logs';
import { mapInTurns, Turns } from '../endpoints/in-turns';
import type { KeptLine } from './kept-line';

const MAX_SUGGESTED = 100;

interface LineSearch {
  readonly isWanted: (line: KeptLine) => boolean;
  /** How many lines are told. */
  readonly most: number;
  /** Only lines after this one are told; `matched` counts all. */
  readonly after: number;
}

/** Looks through lines in turns, so that the application goes on meanwhile. @param lines - The newest first. */
export async function searchLines(
  lines: readonly KeptLine[],
  { isWanted, most, after }: LineSearch,
): Promise<Pick<LogLines, 'lines' | 'matched' | 'loggers' | 'events'>> {
  const turns = new Turns();
  const found: KeptLine[] = [];
  const loggers = new Set<string>();
  const events = new Set<string>();
  let matched = 0;
  for (const line of lines) {
    if (turns.isOver) await turns.next();
    const { logger, event } = line.head;
    if (loggers.size < MAX_SUGGESTED && logger !== '') loggers.add(logger);
    if (events.size < MAX_SUGGESTED && event !== undefined) events.add(event);
    if (!isWanted(line)) continue;
    matched++;
    if (found.length < most && line.seq > after) found.push(line);
  }
  const told = await mapInTurns(found.reverse(), ({ seq, record }) => ({ seq, record }), turns);
  return { lines: told, matched, loggers: [...loggers].sort(), events: [...events].sort() };
}
