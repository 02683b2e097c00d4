const MAX_TYPES = 50;

export interface HandleReading {
  readonly measurements: { readonly count: number };
  readonly metadata: { readonly type: string };
}

/** What keeps the process alive, by type: timers, sockets, requests to the file system. */
export class Handles {
  /** Types that were seen, so that one that is gone is told as 0. */
  private readonly types = new Set<string>();

  read(): HandleReading[] | undefined {
    // Not every runtime has it.
    const active: unknown = (process as { getActiveResourcesInfo?(): readonly string[] }).getActiveResourcesInfo?.();
    if (!Array.isArray(active)) return undefined;
    const counts = new Map<string, number>();
    for (const type of active as readonly string[]) {
      if (!this.types.has(type) && this.types.size >= MAX_TYPES) continue;
      this.types.add(type);
      counts.set(type, (counts.get(type) ?? 0) + 1);
    }
    return [...this.types].map((type) => ({ measurements: { count: counts.get(type) ?? 0 }, metadata: { type } }));
  }
}
