import { MAX_CONFLICTS } from './layout';

/** A metric that is not in a snapshot, or not with all it has counted. */
export interface SnapshotConflict {
  readonly name: string;
  /** What does not fit together, or can't be carried. */
  readonly why: string;
}

const MAX_WHY = 300;
/** Stands for those beyond the limit. */
const OTHERS = '…';

/** Notes what was left out: each once, and at most `MAX_CONFLICTS`. */
export class Conflicts {
  private readonly noted = new Map<string, SnapshotConflict>();

  add({ name, why }: SnapshotConflict): void {
    const conflict = Object.freeze({ name: name.slice(0, MAX_WHY) || OTHERS, why: why.slice(0, MAX_WHY) || OTHERS });
    const key = `${conflict.name}\0${conflict.why}`;
    if (this.noted.has(key)) return;
    if (this.noted.size < MAX_CONFLICTS - 1) this.noted.set(key, conflict);
    else if (this.noted.size < MAX_CONFLICTS) this.noted.set(OTHERS, Object.freeze({ name: OTHERS, why: 'and others' }));
  }

  list(): readonly SnapshotConflict[] {
    return [...this.noted.values()];
  }
}
