// As a whole: other runtimes lack some of it, and would not load the module.
import * as hooks from 'node:perf_hooks';

const { constants } = hooks;

/** 200 a second at the period of this measurement; a program that does nothing but allocate makes about as many. */
const MAX_KEPT = 1000;

export interface CollectionReading {
  readonly measurements: { readonly duration: number };
  readonly metadata: { readonly kind: string; readonly dropped?: number };
}

const KINDS: ReadonlyMap<unknown, string> = new Map([
  [constants?.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants?.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants?.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants?.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
]);

/** What tells of collections, until it is stopped. */
export interface CollectionSource {
  read(): readonly CollectionReading[];
  stop(): void;
}

/** Garbage collections since the last reading. */
export class Collections implements CollectionSource {
  private observer: hooks.PerformanceObserver | undefined = undefined;
  private kept: CollectionReading[] = [];
  private dropped = 0;

  /** The first reading tells nothing: it begins the watch. The last one says how many were not kept, if there were too many. */
  read(): readonly CollectionReading[] {
    if (this.observer === undefined) this.begin();
    const { kept, dropped } = this;
    this.kept = [];
    this.dropped = 0;
    const last = kept.at(-1);
    if (dropped > 0 && last !== undefined) kept[kept.length - 1] = { ...last, metadata: { ...last.metadata, dropped } };
    return kept;
  }

  stop(): void {
    this.observer?.disconnect();
    this.observer = undefined;
    this.kept = [];
  }

  private begin(): void {
    try {
      this.observer = new hooks.PerformanceObserver((list) => {
        for (const entry of list.getEntries())
          this.keep(entry.duration, (entry as { readonly detail?: { readonly kind?: unknown } }).detail);
      });
      this.observer.observe({ entryTypes: ['gc'] });
    } catch {
      // This runtime does not tell.
    }
  }

  private keep(duration: number, detail: { readonly kind?: unknown } | undefined): void {
    if (this.kept.length >= MAX_KEPT) this.dropped++;
    else this.kept.push({ measurements: { duration }, metadata: { kind: KINDS.get(detail?.kind) ?? 'other' } });
  }
}

/** One watch for several who read: each collection is told to the first of them who asks, and to no other. */
export class SharedCollections {
  private readonly collections: Collections = new Collections();
  private readonly readers = new Set<CollectionSource>();

  /** The watch ends when the last of those who have read stops. */
  member(): CollectionSource {
    const member: CollectionSource = {
      read: () => {
        this.readers.add(member);
        return this.collections.read();
      },
      stop: () => {
        if (this.readers.delete(member) && this.readers.size === 0) this.collections.stop();
      },
    };
    return member;
  }
}
