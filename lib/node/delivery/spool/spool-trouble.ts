import { codeOf } from '../../file/open-file';

/** After a failure the next write waits so long. */
const RETRY_MS = 1000;

/** Failures of a spool: counted by code, told, and a reason not to write for a while. */
export class SpoolTrouble {
  readonly counts: Record<string, number> = {};
  private lastAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly folder: string,
    private readonly onTrouble: (code: string, message: string) => void,
  ) {}

  get isOver(): boolean {
    return performance.now() - this.lastAt >= RETRY_MS;
  }

  /** @param what - Was being done: `writing`. */
  met(what: 'writing' | 'reading' | 'cleaning' | 'tending', error: unknown): void {
    const code = codeOf(error);
    this.counts[code] = (this.counts[code] ?? 0) + 1;
    this.lastAt = performance.now();
    this.onTrouble(code, `${what} the spool in ${this.folder} failed (${(error as Error).message})`);
  }
}
