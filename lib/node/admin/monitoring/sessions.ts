import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../../core/clock';
import type { AdminToken } from '../admin-options';

/** A session that holds. */
export interface Session {
  /** Random, of this session alone; not secret. */
  readonly id: string;
  /** Name of the token it was opened with. */
  readonly name: string;
  readonly scope: 'read' | 'write';
  /** ms since the epoch. */
  readonly expiresAt: number;
}

interface Signer {
  readonly name: string;
  readonly scope: 'read' | 'write';
  readonly key: Uint8Array;
}

const LIFE_MS = 12 * 3_600_000;
const MAX_REVOKED = 1000;
const INFO = 'telemetry-bus admin session v1';
/** Name as base64url, scope, end as ms in base 36, id of 16 bytes, HMAC of all that stands before it. */
const VALUE = /^(v1\.([\w-]{2,86})\.([rw])\.([0-9a-z]{1,10})\.([\w-]{22}))\.([\w-]{43})$/;

/**
 * Sessions whose cookies say all there is to know: they are signed, and kept nowhere. The key of each is derived from the token that it was
 * opened with, so they outlive a restart with the same token, and end when it is replaced. What a token may no longer do, its sessions may not either.
 *
 * A session that was ended is remembered until it would have ended by itself: at most 1,000 of them. Beyond those, the one that would end next is
 * forgotten, and all sessions that would end before it end with it, so that none comes back. A restart forgets them.
 *
 * Cost of reading: one HMAC-SHA256 of some 150 bytes.
 */
export class Sessions {
  private readonly signers: ReadonlyMap<string, Signer>;
  /** For names that no token has, which take as long as the others. */
  private readonly nobody: Signer = { name: '', scope: 'read', key: randomBytes(32) };
  /** Ends of ended sessions by their ids. */
  private readonly revoked = new Map<string, number>();
  /** Sessions that end no later than this, in ms since the epoch, are over. */
  private overUntil = 0;
  /** Told of each session that was ended before its time. */
  onEnd: (id: string) => void = () => undefined;

  constructor(
    tokens: readonly AdminToken[],
    private readonly clock: Clock,
  ) {
    this.signers = new Map(
      tokens.map(({ name, scope, token }) => [name, { name, scope, key: new Uint8Array(hkdfSync('sha256', token, '', INFO, 32)) }]),
    );
  }

  /**
   * Opens a session of 12 hours.
   *
   * @param name - Of a token that there is.
   * @param until - It ends no later than this, in ms since the epoch.
   */
  open(
    name: string,
    scope: 'read' | 'write',
    until: number = Number.POSITIVE_INFINITY,
  ): { readonly value: string; readonly session: Session } {
    const signer = this.signers.get(name) ?? this.nobody;
    const id = randomBytes(16).toString('base64url');
    const session: Session = { id, name, scope, expiresAt: Math.min(Math.floor(until), this.clock.systemTime() + LIFE_MS) };
    const named = Buffer.from(name, 'latin1').toString('base64url');
    const signed = `v1.${named}.${scope === 'write' ? 'w' : 'r'}.${session.expiresAt.toString(36)}.${id}`;
    return { value: `${signed}.${signatureOf(signer, signed)}`, session };
  }

  /** The session of a cookie; `undefined` for one that is forged, over, ended, or of another token. */
  read(value: string): Session | undefined {
    const parts = VALUE.exec(value);
    if (parts === null) return undefined;
    const [, signed, named, letter, end, id, signature] = parts as unknown as readonly [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const signer = this.signers.get(Buffer.from(named, 'base64url').toString('latin1')) ?? this.nobody;
    // As texts: two texts of base64url may stand for the same bytes.
    if (!timingSafeEqual(Buffer.from(signatureOf(signer, signed)), Buffer.from(signature))) return undefined;
    if (signer === this.nobody) return undefined;
    const expiresAt = Number.parseInt(end, 36);
    if (expiresAt <= this.clock.systemTime() || expiresAt <= this.overUntil || this.revoked.has(id)) return undefined;
    return { id, name: signer.name, scope: signer.scope === 'write' && letter === 'w' ? 'write' : 'read', expiresAt };
  }

  /** Ends a session. */
  revoke({ id, expiresAt }: Pick<Session, 'id' | 'expiresAt'>): void {
    const now = this.clock.systemTime();
    for (const [one, ends] of this.revoked) if (ends <= now) this.forget(one, ends);
    this.revoked.set(id, expiresAt);
    this.onEnd(id);
    if (this.revoked.size <= MAX_REVOKED) return;
    const [next, ends] = [...this.revoked].reduce((a, b) => (b[1] < a[1] ? b : a));
    this.forget(next, ends);
  }

  /** It never counts again, also where the clock is set back. */
  private forget(id: string, ends: number): void {
    this.revoked.delete(id);
    this.overUntil = Math.max(this.overUntil, ends);
  }
}

const signatureOf = ({ key }: Signer, text: string): string => createHmac('sha256', key).update(text, 'latin1').digest('base64url');
