import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, isGoneNow, type LockSight, SILENCE_MS, SpoolLock, sightLock } from './spool-lock';

/** So many runs are taken over at once; others come later. */
const MOST_AT_ONCE = 100;
const NAME = /^spool-((?:[a-z]+-)?)([0-9a-f]{24})(?:-(\d{1,10})\.log|\.lock)$/;

/** The name of a segment or, without a number, of a lock. */
interface SpoolName {
  readonly run: string;
  readonly number: number | undefined;
}

/** A run that was taken over. */
export interface FoundRun {
  readonly lock: SpoolLock;
  /** Numbers of its segments, rising. */
  readonly segments: readonly number[];
}

/** A name for a run: 48 bits of time, so that runs sort by it, and 48 drawn. */
export const newRun = (): string => Date.now().toString(16).padStart(12, '0') + randomBytes(6).toString('hex');

export const segmentPath = (folder: string, run: string, number: number): string => join(folder, `spool-${run}-${number}.log`);

/** Finds runs whose owner is gone, and takes them over. */
export class AbandonedRuns {
  /** Locks of unknown owners, and since when they look the same. */
  private sights = new Map<string, { readonly id: string; readonly since: number }>();

  /** @param mark - Of the kind of rows: others are not looked at. */
  constructor(
    private readonly folder: string,
    private readonly mark: string,
  ) {}

  /**
   * @param ours - Runs that are left alone.
   * @throws the system's errors; a folder that is not there has none.
   */
  async take(ours: (run: string) => boolean): Promise<FoundRun[]> {
    const runs = await this.list();
    const sights = new Map<string, { readonly id: string; readonly since: number }>();
    const found: FoundRun[] = [];
    for (const run of runs) {
      if (ours(run)) continue;
      const sight = sightLock(this.folder, run);
      const isGone = this.judge(run, sight, sights);
      if (!isGone || found.length === MOST_AT_ONCE) continue;
      const lock = SpoolLock.takeOver(this.folder, run, (now) => isGoneNow(now) || now?.id === sight?.id);
      // What it had may have been delivered and deleted meanwhile, or have become more.
      if (lock !== undefined) found.push({ lock, segments: await this.segmentsOf(run) });
    }
    this.sights = sights;
    return found;
  }

  /**
   * An owner that can't be judged is watched: the clock of its machine and of the file system may differ from ours, but
   * a lock that changes is being touched.
   */
  private judge(run: string, sight: LockSight | undefined, sights: Map<string, { readonly id: string; readonly since: number }>): boolean {
    if (isGoneNow(sight)) return true;
    if (sight === undefined || isAlive(sight)) return false;
    const before = this.sights.get(run);
    const since = before?.id === sight.id ? before.since : performance.now();
    sights.set(run, { id: sight.id, since });
    return performance.now() - since > SILENCE_MS;
  }

  /** The oldest first: names begin with the time of the start. */
  private async list(): Promise<Set<string>> {
    return new Set((await this.names()).map(({ run }) => run).sort());
  }

  private async segmentsOf(run: string): Promise<number[]> {
    const numbers = (await this.names()).map(({ run: of, number }) => (of === run ? number : undefined));
    return numbers.filter((number) => number !== undefined).sort((a, b) => a - b);
  }

  private async names(): Promise<SpoolName[]> {
    try {
      return (await readdir(this.folder)).map((name) => this.read(name)).filter((name) => name !== undefined);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }
  private read(name: string): SpoolName | undefined {
    const [, mark, id, number] = NAME.exec(name) ?? [];
    return mark === this.mark ? { run: `${mark}${id}`, number: number === undefined ? undefined : Number(number) } : undefined;
  }
}
