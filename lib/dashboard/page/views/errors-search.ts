import type { ErrorAnswer, ErrorRecord } from '../../wire/errors';
import type { Followed } from '../../wire/logs';
import { ApiProblem } from '../api';
import { apiPath } from '../url-state';
import type { Page } from '../view';

/** What to look for: an error by its fingerprint, or an occurrence by the id that somebody was told. */
export type Wanted = { readonly fingerprint: string } | { readonly errorId: string };

const RECORDS = 10;
const NOT_FOUND = 404;
const ERROR_ID = /^[0-9a-z]{4,64}$/i;

/**
 * Looks for records of an error once, and not again and again as other answers are kept up to date: the program searches its storage and
 * its log files for them.
 */
export class ErrorSearch {
  answer: ErrorAnswer | undefined;
  problem: ApiProblem | undefined;
  isSearching = false;
  private key = '';
  private asking = new AbortController();

  constructor(private readonly page: Page) {}

  /** Looks for it unless that is what was looked for last. `undefined`: for nothing any more. */
  look(wanted: Wanted | undefined): void {
    const key = JSON.stringify(wanted ?? '');
    if (key === this.key) return;
    this.key = key;
    this.again(wanted);
  }

  again(wanted: Wanted | undefined): void {
    this.stop();
    this.answer = undefined;
    this.problem = undefined;
    if (wanted === undefined) return;
    if ('errorId' in wanted && !ERROR_ID.test(wanted.errorId)) {
      this.problem = new ApiProblem(0, 'No error id', 'An error id has letters and digits only, such as k3m9q2td');
      return;
    }
    this.isSearching = true;
    const { signal } = (this.asking = new AbortController());
    this.run(wanted, signal)
      .catch((error: unknown) => {
        if (!signal.aborted) this.problem = error instanceof ApiProblem ? error : new ApiProblem(0, 'FAILED', (error as Error).message);
      })
      .finally(() => {
        if (signal.aborted) return;
        this.isSearching = false;
        this.page.refresh();
      });
  }

  stop(): void {
    this.asking.abort();
    this.isSearching = false;
  }

  private async run(wanted: Wanted, signal: AbortSignal): Promise<void> {
    const path =
      'fingerprint' in wanted
        ? `/admin/errors/${encodeURIComponent(wanted.fingerprint)}`
        : `/admin/errors/by-id/${encodeURIComponent(wanted.errorId)}`;
    let found: ErrorAnswer | ApiProblem;
    try {
      found = await this.page.api.get<ErrorAnswer>(apiPath(path, 'fingerprint' in wanted ? { records: RECORDS } : {}), signal);
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== NOT_FOUND) throw error;
      found = error;
    }
    // A program without log files and database still knows its last lines.
    const id = found instanceof ApiProblem ? ('errorId' in wanted ? wanted.errorId.toLowerCase() : undefined) : found.group?.last_error_id;
    if (id !== undefined && (found instanceof ApiProblem || found.records.length === 0)) {
      const records = await this.fromMemory(id, signal);
      if (records.length > 0) found = { group: null, searched: NOT_SEARCHED, ...(found instanceof ApiProblem ? {} : found), records };
    }
    if (signal.aborted) return;
    if (found instanceof ApiProblem) throw found;
    this.answer = found;
  }

  private async fromMemory(id: string, signal: AbortSignal): Promise<readonly ErrorRecord[]> {
    const { records } = await this.page.api.get<Followed>(`/admin/logs/of/${encodeURIComponent(id)}`, signal);
    return records.filter(({ record }) => record.error_id === id).slice(-RECORDS);
  }
}

const NOT_SEARCHED: ErrorAnswer['searched'] = { storage: 'not needed', files: 0, is_complete: true };
