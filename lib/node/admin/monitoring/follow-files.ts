import type { Followed } from '../../../dashboard/wire/logs';
import type { ShownLine } from '../files/line-filter';
import { SEARCH_LIMITS, type SearchResult, searchFiles } from '../files/search';
import type { Slots } from '../files/slots';
import type { AdminParts, LogFileEntry } from '../parts';
import { hasId } from './record-ids';

interface FollowFor {
  readonly id: string;
  readonly most: number;
  readonly signal: AbortSignal;
}

/** Where all that is not tagged for another stream goes; the others have much of it once more. */
const MAIN = 'app';
/** Schemas of files have ids in objects within objects. */
const DEPTH = 3;

/** Looks for the records of an id in the log files. @throws {Problem} 503 when the places for searches are taken. */
export async function followInFiles(
  { files, clock }: Pick<AdminParts, 'files' | 'clock'>,
  searches: Slots,
  { id, most, signal }: FollowFor,
): Promise<Pick<Followed, 'records' | 'searched'>> {
  const release = searches.take();
  try {
    const begin = clock.monotonicTime();
    const search = (entries: readonly LogFileEntry[]): Promise<SearchResult> => {
      const ms = SEARCH_LIMITS.ms - (clock.monotonicTime() - begin);
      return searchFiles(entries, id, { ...SEARCH_LIMITS, ms, most, clock, signal, isWanted: isOf });
    };
    const all = files();
    const first = await search(all.filter(({ stream }) => stream === MAIN));
    const isEnough = first.found.length > 0 || !first.isComplete;
    const second = isEnough ? undefined : await search(all.filter(({ stream }) => stream !== MAIN));
    const { found, isComplete } = second ?? first;
    return {
      records: oldestFirst(found).map(({ file, line }) => ({ found_in: 'file', file, record: asRecord(line) })),
      searched: {
        files: first.filesRead + (second?.filesRead ?? 0),
        is_complete: isComplete && found.length < most,
      },
    };
  } finally {
    release();
  }
}

/** That somebody asked for an id is in the log as well, and is nothing that happened to it. */
function isOf(line: ShownLine, id: string): boolean {
  return typeof line === 'string' ? !line.includes('sensitive_read') : hasId(line, id, DEPTH);
}

const asRecord = (line: ShownLine): Followed['records'][number]['record'] => (typeof line === 'string' ? { message: line } : line);

/** They come by file, the newest file first, and within a file in the order they were written in. */
function oldestFirst(found: SearchResult['found']): SearchResult['found'] {
  const byFile = new Map<string, SearchResult['found'][number][]>();
  for (const one of found) byFile.set(one.file, [...(byFile.get(one.file) ?? []), one]);
  return [...byFile.values()].reverse().flat();
}
