import { opendir, stat } from 'node:fs/promises';
import { type Places, readHead } from '../places';

const MOST = 100_000;
const AT_ONCE = 512;
const KEPT_MS = 10_000;

export interface OpenFilesReading {
  readonly measurements: { readonly count?: number; readonly limit?: number };
  readonly metadata: { readonly capped?: boolean };
}

/** Open files of this process, and how many it may open. */
export class OpenFiles {
  private limits: Promise<string | undefined> | undefined = undefined;
  private readAt = 0;

  /** @param most - So many are counted, where they have to be. */
  constructor(
    private readonly places: Places,
    private readonly most: number = MOST,
  ) {}

  async read(): Promise<OpenFilesReading> {
    const [count, limits] = await Promise.all([countFiles(this.places, this.most), this.readLimits()]);
    const soft = /^Max open files +(\d+) /m.exec(limits ?? '')?.[1];
    return {
      measurements: { ...(count !== undefined && { count }), ...(soft !== undefined && { limit: Number(soft) }) },
      metadata: count === this.most ? { capped: true } : {},
    };
  }

  /** They change rarely. */
  private readLimits(): Promise<string | undefined> {
    const now = performance.now();
    if (this.limits === undefined || now - this.readAt > KEPT_MS) {
      this.readAt = now;
      this.limits = readHead(this.places.path('proc', 'self', 'limits'));
    }
    return this.limits;
  }
}

async function countFiles(places: Places, most: number): Promise<number | undefined> {
  const path = places.path('proc', 'self', 'fd');
  try {
    if (places.isOwn) {
      // Linux 6.2 and later tell the number as a size; earlier ones tell 0.
      const { size } = await stat(path);
      if (size > 0) return Math.min(size, most);
    }
    // To list them, one is opened.
    let count = places.isOwn ? -1 : 0;
    for await (const _ of await opendir(path, { bufferSize: AT_ONCE })) if (++count >= most) break;
    return Math.max(0, count);
  } catch {
    return undefined;
  }
}
