import type { Clock } from '../../../core/clock';
import { SEARCH_LIMITS, searchFiles } from '../files/search';
import type { Slots } from '../files/slots';
import type { AdminParts } from '../parts';

/** Records of an error, and where they were. */
export interface FoundRecords {
  readonly records: readonly { readonly found_in: 'storage' | 'file'; readonly file?: string; readonly record: unknown }[];
  readonly searched: {
    readonly storage: 'absent' | 'found' | 'nothing' | 'failed' | 'not needed';
    readonly files: number;
    readonly is_complete: boolean;
  };
}

interface SearchFor {
  /** One of them. */
  readonly errorId?: string;
  readonly fingerprint?: string;
  readonly most: number;
  /** Who asks. */
  readonly by: string;
  readonly signal: AbortSignal;
}

/** Streams that errors are written to, in the order they are searched. */
const STREAMS = ['errors', 'app'];

export const NOT_SEARCHED: FoundRecords = { records: [], searched: { storage: 'not needed', files: 0, is_complete: true } };

/** Looks for the records of an error: in the storage where there is one, else, and where it has none, in the log files. */
export async function searchRecords(
  { storage, files, clock }: Pick<AdminParts, 'storage' | 'files'> & { readonly clock: Clock },
  searches: Slots,
  { errorId, fingerprint, most, by, signal }: SearchFor,
): Promise<FoundRecords> {
  const release = searches.take();
  try {
    let state: FoundRecords['searched']['storage'] = 'absent';
    if (storage !== undefined) {
      try {
        const stored = await storage.find({
          limit: most,
          by,
          ...(errorId === undefined ? {} : { errorId }),
          ...(fingerprint === undefined ? {} : { fingerprint }),
        });
        if (stored.length > 0) {
          const records = stored.map(({ record }) => ({ found_in: 'storage' as const, record }));
          return { records, searched: { storage: 'found', files: 0, is_complete: true } };
        }
        state = 'nothing';
      } catch {
        // The storage warns of that itself, and files may have what it does not tell.
        state = 'failed';
      }
    }
    const all = files();
    const entries = STREAMS.flatMap((name) => all.filter(({ stream }) => stream === name));
    const { found, filesRead, isComplete } = await searchFiles(entries, errorId ?? fingerprint ?? '', {
      ...SEARCH_LIMITS,
      most,
      clock,
      signal,
    });
    const records = found.map(({ file, line }) => ({ found_in: 'file' as const, file, record: line }));
    return { records, searched: { storage: state, files: filesRead, is_complete: isComplete } };
  } finally {
    release();
  }
}
