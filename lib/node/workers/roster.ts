import type { MetricsSnapshot } from '../../metrics/transfer/stored-snapshot';
import type { Departed } from './departed';
import { type Connection, Source } from './source';
import type { WorkerInfo } from './worker-info';

/** A worker may have several, so these are more than a machine has workers. */
const MAX_SOURCES = 1024;
/** Of one worker: a broken one that shares again and again must not take the room of others. */
const MAX_OF_ONE = 64;
/** How many of those that are gone are still told of. */
const MAX_GONE = 100;

/** Everyone who reports, and what they said last. */
export class Roster {
  /** Of all snapshots together, as they came. */
  bytes = 0;
  /** How many are gone, ever. */
  gone = 0;
  private readonly sources = new Map<string, Source>();
  /** Those that went last, oldest first. */
  private readonly lastGone = new Map<string, WorkerInfo>();

  constructor(
    private readonly departed: Departed,
    private readonly onNew: (source: Source) => void,
    private readonly onGone: (source: Source) => void,
  ) {}

  /** The one that sent a report; a new one, if need be, and if there is room. */
  sourceOf(connection: Connection, id: string): Source | 'late' | 'too_many' {
    const key = keyOf(connection, id);
    const known = this.sources.get(key);
    if (known !== undefined) return known;
    if (this.lastGone.has(key)) return 'late';
    if (this.sources.size >= MAX_SOURCES || this.of(connection).length >= MAX_OF_ONE) return 'too_many';
    const source = new Source(id, connection);
    this.sources.set(key, source);
    this.onNew(source);
    return source;
  }

  /** Puts a snapshot in the place of the one before. */
  keep(source: Source, snapshot: MetricsSnapshot, bytes: number): void {
    this.bytes += bytes - source.bytes;
    source.snapshot = snapshot;
    source.bytes = bytes;
    source.snapshots++;
  }

  /** A source has said its last: what it counted is added to what others that are gone have counted. */
  depart(source: Source): void {
    const key = keyOf(source.connection, source.id);
    if (!this.sources.delete(key)) return;
    source.state = 'gone';
    this.gone++;
    this.lastGone.set(key, source.info());
    if (this.lastGone.size > MAX_GONE) this.lastGone.delete(this.lastGone.keys().next().value!);
    if (source.snapshot !== undefined) this.departed.add(source.snapshot);
    source.snapshot = undefined;
    this.bytes -= source.bytes;
    this.onGone(source);
  }

  /** A worker has ended, in whatever way. Nothing of it may be under way any more. */
  ended(connection: Pick<Connection, 'kind' | 'number'>): void {
    for (const source of this.of(connection)) this.depart(source);
  }

  all(): Iterable<Source> {
    return this.sources.values();
  }

  get size(): number {
    return this.sources.size;
  }

  private of({ kind, number }: Pick<Connection, 'kind' | 'number'>): Source[] {
    return [...this.sources.values()].filter(({ connection }) => connection.kind === kind && connection.number === number);
  }

  infos(): WorkerInfo[] {
    return [...this.lastGone.values(), ...[...this.sources.values()].map((source) => source.info())];
  }
}

const keyOf = ({ kind, number }: Connection, id: string): string => `${kind} ${number} ${id}`;
