import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../../core/clock';

/** Whom a ticket lets in. */
export interface Holder {
  /** Name of the token that it was made with. */
  readonly name: string;
  readonly scope: 'read' | 'write';
  /** A session that made the ticket: what follows from it ends no later than this, in ms since the epoch. */
  readonly until: number | undefined;
  /** Id of the session that made the ticket. */
  readonly session: string | undefined;
}

/** A ticket that was just made: the only time that it is told. */
export interface MadeTicket {
  readonly ticket: string;
  /** ms since the epoch. */
  readonly expiresAt: number;
}

interface Kept extends Holder {
  /** Monotonic. */
  readonly ends: number;
}

const MAX_TICKETS = 100;
/** 128 bits: nobody guesses them while a ticket is good, and a link with them fits into a line of a terminal. */
const TICKET_BYTES = 16;
/** As base64url. */
const TICKET = /^[\w-]{22}$/;

/**
 * One-time tickets of this process. A ticket is 16 random bytes, of which only the SHA-256 is kept; it counts once, and only until it ends. Of
 * more than 100, the oldest gives way.
 */
export class Tickets {
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly clock: Clock) {}

  make(holder: Holder, lifeMs: number): MadeTicket {
    const now = this.clock.monotonicTime();
    this.forget(now);
    for (const oldest of this.kept.keys()) {
      if (this.kept.size < MAX_TICKETS) break;
      this.kept.delete(oldest);
    }
    const ticket = randomBytes(TICKET_BYTES).toString('base64url');
    this.kept.set(digestOf(ticket), { ...holder, ends: now + lifeMs });
    return { ticket, expiresAt: this.clock.systemTime(now) + Math.round(lifeMs) };
  }

  /** Takes a ticket, which is worth nothing afterwards. `undefined` for one that there is not, or no longer. */
  take(ticket: string): Holder | undefined {
    if (!TICKET.test(ticket)) return undefined;
    // Looked up by its digest: how long that takes says nothing about the ticket.
    const digest = digestOf(ticket);
    const found = this.kept.get(digest);
    this.kept.delete(digest);
    return found === undefined || found.ends <= this.clock.monotonicTime() ? undefined : found;
  }

  /** Ends the tickets that a session made. */
  dropOf(session: string): void {
    for (const [digest, kept] of this.kept) if (kept.session === session) this.kept.delete(digest);
  }

  clear(): void {
    this.kept.clear();
  }

  private forget(now: number): void {
    for (const [digest, { ends }] of this.kept) if (ends <= now) this.kept.delete(digest);
  }
}

const digestOf = (ticket: string): string => createHash('sha256').update(ticket, 'latin1').digest('base64url');
