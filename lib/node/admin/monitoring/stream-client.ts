import type { Clock } from '../../../core/clock';
import { encode, eventText, HEARTBEAT, type Message } from './sse';
import type { StreamLimits } from './stream-limits';
import type { Follower, Watch } from './watch';

/** What a client watches at one place of its list. */
interface Place {
  /** `undefined`: it can't be watched. */
  readonly watch: Watch | undefined;
  readonly follower: Follower;
  /** Changes that it did not take yet; several only for who came again. */
  changes: readonly Message[];
  refusal: Message | undefined;
  /** The whole is due, and nothing else is worth sending before it. */
  needsFull: boolean;
  /** Of the answer it has, once it took what is on its way. */
  version: number;
  readonly audit: () => void;
}

/** What is watched, or why it is not. */
export type Watched = { readonly watch: Watch; readonly audit: () => void } | { readonly refusal: Message };

interface ClientSettings {
  readonly clock: Clock;
  readonly limits: StreamLimits;
  readonly watched: readonly Watched[];
  /** Told first. */
  readonly hello: string;
  /** In front of the versions in each id. */
  readonly idPrefix: string;
  /** Versions it has, by place, when it comes again. */
  readonly versions: readonly number[] | undefined;
  /** For how long it is served. */
  readonly lifeMs: number;
  readonly onEnd: () => void;
}

/**
 * One who follows the stream. It is given the next part when it asks for it, and until then at most one change of each watch is kept for it:
 * where there was another one, it gets the whole answer of then, which is held once for all. So what is held for it is at most what it is
 * being given and `pendingBytes` of changes, however slow it is.
 *
 * Who takes nothing for 15 s although something is there, a heartbeat among it, is cut.
 */
export class StreamClient {
  readonly body: ReadableStream<Uint8Array>;
  private controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  private readonly places: readonly Place[];
  /** Places that something may be due of, in this order. */
  private readonly due = new Set<number>();
  /** What it is being given, and how much of that it has. */
  private current: { readonly parts: readonly Uint8Array[]; part: number; at: number } | undefined;
  private first: Uint8Array | undefined;
  private isBeatDue = false;
  private isByeDue = false;
  private isByeSaid = false;
  private isAsked = false;
  private isOver = false;
  private hasSent = false;
  private cancelStall: (() => void) | undefined;
  private cancelBeat: (() => void) | undefined;
  private readonly cancelLife: () => void;

  constructor(private readonly settings: ClientSettings) {
    const { clock, hello, lifeMs, watched, versions } = settings;
    this.first = encode(hello);
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.controller = controller;
        },
        pull: () => {
          this.isAsked = true;
          this.endStall();
          this.give();
        },
        cancel: () => this.end(),
      },
      // Nothing is put aside in front of who asks.
      { highWaterMark: 0 },
    );
    this.places = watched.map((one, index) => this.place(one, index, versions?.[index]));
    this.cancelLife = clock.setTimer(() => this.bye(), lifeMs);
    this.beat();
    this.give();
    for (const { watch, follower } of [...this.places]) if (!this.isOver) watch?.follow(follower);
  }

  /** What is held for it alone. */
  get heldBytes(): number {
    const { parts = [], part = 0, at = 0 } = this.current ?? {};
    const rest = parts.slice(part).reduce((sum, one) => sum + one.byteLength, 0) - at;
    return rest + this.pendingBytes();
  }

  /** Ends it with a word, as soon as it takes that. */
  bye(): void {
    if (this.isOver) return;
    this.isByeDue = true;
    this.give();
  }

  /** Ends it now: with a word where it takes one, else without. */
  close(): void {
    if (this.isOver) return;
    this.isByeDue = true;
    if (this.isAsked) this.give();
    else this.cut('The stream was closed');
  }

  private place(watched: Watched, index: number, version: number | undefined): Place {
    if ('refusal' in watched) {
      this.due.add(index);
      const follower: Follower = { changed: ignore, renewed: ignore, refused: ignore };
      return { watch: undefined, follower, changes: [], refusal: watched.refusal, needsFull: false, version: 0, audit: ignore };
    }
    const { watch, audit } = watched;
    const missed = version === undefined ? undefined : watch.since(version);
    this.due.add(index);
    return {
      watch,
      follower: this.followerOf(index),
      changes: missed ?? [],
      refusal: undefined,
      needsFull: missed === undefined,
      version: missed === undefined ? 0 : version!,
      audit: once(audit),
    };
  }

  private followerOf(index: number): Follower {
    const told = (change: (place: Place) => void): void => {
      change(this.places[index]!);
      this.due.add(index);
      this.give();
    };
    return {
      changed: (message) =>
        told((place) => {
          if (place.needsFull) return;
          const fits = place.changes.length === 0 && this.heldBytes + message.bytes <= this.settings.limits.pendingBytes;
          place.changes = fits ? [message] : [];
          place.needsFull = !fits;
        }),
      renewed: () =>
        told((place) => {
          place.changes = [];
          place.refusal = undefined;
          place.needsFull = true;
        }),
      refused: (message) =>
        told((place) => {
          place.refusal = message;
        }),
    };
  }

  private pendingBytes(): number {
    return this.places.reduce((sum, { changes }) => sum + changes.reduce((bytes, one) => bytes + one.bytes, 0), 0);
  }

  /** Gives the next part to who asks for one. */
  private give(): void {
    if (this.isOver) return;
    const part = this.isAsked ? this.next() : undefined;
    if (part === undefined) {
      if (!this.isAsked) this.beginStall();
      return;
    }
    this.isAsked = false;
    this.hasSent = true;
    this.beginStall();
    this.controller?.enqueue(part);
    if (this.isByeSaid) this.end(() => this.controller?.close());
  }

  private next(): Uint8Array | undefined {
    const slice = this.slice();
    if (slice !== undefined) return slice;
    if (this.first !== undefined) {
      const { first } = this;
      this.first = undefined;
      return first;
    }
    if (this.isByeDue) {
      this.isByeSaid = true;
      return encode(eventText('bye', {}));
    }
    for (const index of this.due) {
      const parts = this.take(index);
      if (parts === undefined) continue;
      this.isBeatDue = false;
      this.current = { parts, part: 0, at: 0 };
      return this.slice();
    }
    if (!this.isBeatDue) return undefined;
    this.isBeatDue = false;
    return HEARTBEAT;
  }

  /** What is due of a place. Others come in between where there is more. */
  private take(index: number): readonly Uint8Array[] | undefined {
    const place = this.places[index]!;
    this.due.delete(index);
    const full = place.needsFull ? place.watch?.full : undefined;
    const message = full ?? place.changes[0] ?? place.refusal;
    if (message === undefined) return undefined;
    if (message === full) place.needsFull = false;
    else if (message === place.changes[0]) place.changes = place.changes.slice(1);
    else place.refusal = undefined;
    if (place.changes.length > 0 || place.refusal !== undefined) this.due.add(index);
    if (message.version !== undefined) {
      place.version = message.version;
      place.audit();
    }
    const id =
      message.version === undefined ? undefined : `${this.settings.idPrefix}.${this.places.map(({ version }) => version).join('.')}`;
    return [message.headFor(index, id), message.rest];
  }

  private slice(): Uint8Array | undefined {
    const { current } = this;
    if (current === undefined) return undefined;
    const { sliceBytes } = this.settings.limits;
    const part = current.parts[current.part]!;
    const isHead = current.part === 0;
    const slice = part.subarray(current.at, current.at + sliceBytes);
    current.at += slice.byteLength;
    if (current.at < part.byteLength) return slice;
    current.part++;
    current.at = 0;
    if (current.part >= current.parts.length) this.current = undefined;
    // The head is small: it goes along with what follows it.
    return isHead ? Buffer.concat([slice, this.slice()!]) : slice;
  }

  private beat(): void {
    this.cancelBeat = this.settings.clock.setTimer(() => {
      this.isBeatDue = !this.hasSent;
      this.hasSent = false;
      this.beat();
      if (this.isBeatDue) this.give();
    }, this.settings.limits.heartbeatMs / 2);
  }

  private beginStall(): void {
    this.cancelStall ??= this.settings.clock.setTimer(() => this.cut('Nothing was taken for too long'), this.settings.limits.stallMs);
  }

  private endStall(): void {
    this.cancelStall?.();
    this.cancelStall = undefined;
  }

  private cut(why: string): void {
    this.end(() => this.controller?.error(new Error(why)));
  }

  /** It is gone, or goes by `how`. */
  end(how: () => void = ignore): void {
    if (this.isOver) return;
    this.isOver = true;
    this.endStall();
    this.cancelBeat?.();
    this.cancelLife();
    this.current = undefined;
    for (const place of this.places) {
      place.watch?.leave(place.follower);
      place.changes = [];
    }
    this.settings.onEnd();
    how();
  }
}

const ignore = (): void => undefined;

function once(step: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) step();
    isDone = true;
  };
}
