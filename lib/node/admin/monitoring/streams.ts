import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../../core/clock';
import type { Hello } from '../../../dashboard/wire/stream';
import { isLoopback, sourceOf } from '../../server/source-of';
import { Problem } from '../problem';
import type { Actor } from '../route';
import { eventText } from './sse';
import type { Admit, Standing } from './standing';
import { StreamClient, type Watched } from './stream-client';
import type { StreamLimits } from './stream-limits';
import { refusalOf, Versions, Watch } from './watch';

/** What a client asks for. */
export interface Wish {
  readonly paths: readonly string[];
  /** In s. */
  readonly every: number;
  readonly actor: Actor;
  /** What it was told last, when it comes again. */
  readonly lastEventId: string | null;
}

interface Open {
  readonly client: StreamClient;
  /** `undefined` for this machine, and where it is not known. */
  readonly source: string | undefined;
  readonly session: string | undefined;
}

/** All who follow the stream of one admin API, and what is asked for them. */
export class Streams {
  /** Another one after a restart. */
  private readonly instance = randomBytes(9).toString('base64url');
  private readonly open = new Set<Open>();
  private readonly watches = new Map<string, Watch>();
  private readonly versions = new Versions();

  /** @param most - How many clients there may be. */
  constructor(
    private readonly clock: Clock,
    private readonly admit: Admit,
    private readonly most: number,
    private readonly limits: StreamLimits,
  ) {}

  /** How much there is now; `held`: the most that is held for a client. */
  stats(): { readonly clients: number; readonly watches: number; readonly held: number } {
    const held = [...this.open].reduce((most, { client }) => Math.max(most, client.heldBytes), 0);
    return { clients: this.open.size, watches: this.watches.size, held };
  }

  /**
   * Begins to serve one more.
   *
   * @throws {Problem} 503 `STREAMS_BUSY` where there is no room.
   */
  begin({ paths, every, actor, lastEventId }: Wish): ReadableStream<Uint8Array> {
    this.checkRoom(actor);
    const admitted = paths.map((path) => this.admitted(path, actor));
    const names = admitted.map((one, at) => (one instanceof Problem ? paths[at]! : one.path));
    const hello: Hello = { instance: this.instance, every, watches: names };
    // Versions say something about these paths only.
    const about = createHash('sha256')
      .update(JSON.stringify([every, actor.scope, names]))
      .digest('base64url')
      .slice(0, 8);
    const idPrefix = `${this.instance}.${about}`;
    const lifeMs = Math.min(this.limits.lifeMs, (actor.expiresAt ?? Number.POSITIVE_INFINITY) - this.clock.systemTime());
    const client = new StreamClient({
      clock: this.clock,
      limits: this.limits,
      watched: admitted.map((one) => this.watched(one, every, actor)),
      hello: `retry: ${1000 + Math.floor(Math.random() * 2000)}\n${eventText('hello', hello)}`,
      idPrefix,
      versions: versionsOf(lastEventId, idPrefix, paths.length),
      lifeMs: Math.max(0, lifeMs),
      onEnd: () => {
        this.open.delete(one);
        for (const [key, watch] of this.watches) if (watch.size === 0) this.watches.delete(key);
      },
    });
    const one: Open = { client, source: sourceOfActor(actor), session: actor.session };
    this.open.add(one);
    return client.body;
  }

  /** Ends those of a session, which is over. */
  endSession(session: string): void {
    for (const one of [...this.open]) if (one.session === session) one.client.close();
  }

  /** Ends all of them now. */
  close(): void {
    for (const { client } of [...this.open]) client.close();
  }

  /** Whether there is no room for anybody. */
  get isFull(): boolean {
    return this.open.size >= this.most;
  }

  /** @throws {Problem} 503 `STREAMS_BUSY` where there is no room for this one. */
  checkRoom(actor: Actor): void {
    const [source, { session }] = [sourceOfActor(actor), actor];
    const all = this.isFull ? [] : [...this.open];
    const ofSource = source === undefined ? 0 : all.filter((one) => one.source === source).length;
    const ofSession = session === undefined ? 0 : all.filter((one) => one.session === session).length;
    const { perAddress, perSession } = this.limits;
    if (!this.isFull && ofSource < perAddress && ofSession < perSession) return;
    const detail =
      'Too many follow the event stream already. Close other pages that show it, or come again after the seconds of Retry-After';
    // Not all at once again.
    throw new Problem(503, 'STREAMS_BUSY', detail, { 'retry-after': String(2 + Math.floor(Math.random() * 7)) });
  }

  private admitted(path: string, actor: Actor): Standing | Problem {
    try {
      return this.admit(path, actor);
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
  }

  private watched(standing: Standing | Problem, every: number, actor: Actor): Watched {
    if (standing instanceof Problem) return { refusal: refusalOf(standing) };
    const key = `${actor.scope} ${every} ${standing.path}`;
    let watch = this.watches.get(key);
    if (watch === undefined) {
      if (this.watches.size >= this.limits.watches) return { refusal: refusalOf(busy(this.limits.watches)) };
      watch = new Watch(standing, every * 1000, this.clock, this.versions, this.limits);
      this.watches.set(key, watch);
    }
    return { watch, audit: () => standing.audit(actor) };
  }
}

const sourceOfActor = ({ ip }: Actor): string | undefined => (ip === undefined || isLoopback(ip) ? undefined : sourceOf(ip));

const busy = (most: number): Problem =>
  new Problem(503, 'WATCHES_BUSY', `${most} different paths are watched already. Close other pages, and load this one again`);

/** Versions of an id that this stream gave for the same paths. */
function versionsOf(id: string | null, prefix: string, count: number): readonly number[] | undefined {
  if (id === null || !id.startsWith(`${prefix}.`)) return undefined;
  const versions = id.slice(prefix.length + 1).split('.');
  return versions.length === count && versions.every((text) => /^\d{1,15}$/.test(text)) ? versions.map(Number) : undefined;
}
