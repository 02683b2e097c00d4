import type { Clock } from '../../core/clock';
import { sourceOf } from '../server/source-of';
import type { AdminSettings } from './admin-options';
import { Attempts } from './attempts';
import type { Audit } from './audit';
import { shownBy } from './credentials';
import { createOriginGuard } from './origin-guard';
import { Problem } from './problem';
import type { Actor, Route } from './route';
import { createVerify } from './tokens';

/** A request as the gatekeeper sees it. */
export interface Visitor {
  readonly request: Request;
  /** `undefined` when there was none, or more than one. */
  readonly host: string | undefined;
  readonly peer: string | undefined;
  /** Template of the route, for the security stream: a path may hold what is private. */
  readonly endpoint: string;
}

/** Lets in who may come in, and writes down who may not. All throw a {@link Problem}. */
export interface Gatekeeper {
  /** Refuses other hosts and sites, before anything else is looked at: 403. */
  checkOrigin(visitor: Visitor): void;
  /**
   * Whose token it is; nobody's without one. A wrong one is a 401, and after ten a 429: where the peer is known, without being looked at, so
   * the right one is refused as well until the minute is over. Without a peer all who call would be one, and anybody could keep the others
   * out: the right token is let in then, and 32 random bytes are not guessed.
   */
  identify(visitor: Visitor): Actor;
  /** 401 without a token, 403 for one that may not. */
  authorise(visitor: Visitor, actor: Actor, scope: Route['scope']): void;
}

const MAX_AGENT_CHARS = 512;
const INTRUSIONS = {
  host: 'The Host is none that this API answers for. Call it by localhost, or name the host in allowedHosts',
  origin: 'The request comes from a page of another origin',
  site: 'The request comes from a page of another site',
} as const;

/** All that is wrong with a token gets the same answer. */
const unauthorized = (): Problem =>
  new Problem(401, 'TOKEN_INVALID', 'A token is needed, in X-Admin-Token or Authorization: Bearer', { 'www-authenticate': 'Bearer' });

export function createGatekeeper(settings: AdminSettings, audit: Audit, clock: Clock): Gatekeeper {
  const { tokens, allowedHosts, clientAddress } = settings;
  const intrusionOf = createOriginGuard(allowedHosts);
  const verify = createVerify(tokens);
  const attempts = new Attempts();

  function nobody({ request, peer }: Visitor): Actor {
    const ip = clientAddress(peer, { forwardedFor: () => request.headers.get('x-forwarded-for') ?? undefined });
    const userAgent = request.headers.get('user-agent')?.slice(0, MAX_AGENT_CHARS);
    return { name: 'anonymous', ip, userAgent, scope: 'none' };
  }

  function checkOrigin(visitor: Visitor): void {
    const { host, request, endpoint } = visitor;
    const intrusion = host === undefined ? 'host' : intrusionOf(host, request.headers);
    if (intrusion === undefined) return;
    audit.refused('unauthorized_access', nobody(visitor), endpoint, { reason: intrusion });
    throw new Problem(403, 'ORIGIN_REFUSED', INTRUSIONS[intrusion]);
  }

  function identify(visitor: Visitor): Actor {
    const actor = nobody(visitor);
    const shown = shownBy(visitor.request.headers);
    if (shown.kind === 'none') return actor;
    const source = sourceOf(actor.ip);
    const now = clock.monotonicTime();
    const blockedMs = attempts.blockedFor(source, now);
    const verified = shown.kind === 'token' && visitor.peer === undefined ? verify(shown.token) : undefined;
    if (verified !== undefined) return { ...actor, ...verified };
    if (blockedMs > 0) {
      audit.refused('rate_limit_exceeded', actor, visitor.endpoint, { blocked: true });
      const seconds = Math.max(1, Math.ceil(blockedMs / 1000));
      throw new Problem(429, 'TOO_MANY_ATTEMPTS', 'Too many wrong tokens came from this address. Wait for the seconds of Retry-After', {
        'retry-after': String(seconds),
      });
    }
    const found = shown.kind === 'token' ? verify(shown.token) : undefined;
    if (found !== undefined) return { ...actor, ...found };
    attempts.failed(source, now);
    audit.refused('unauthorized_access', actor, visitor.endpoint, { reason: 'token' });
    throw unauthorized();
  }

  function authorise(visitor: Visitor, actor: Actor, scope: Route['scope']): void {
    if (scope === 'public' || actor.scope === 'write' || actor.scope === scope) return;
    const isNobody = actor.scope === 'none';
    const who = isNobody ? {} : { user: actor.name };
    audit.refused('unauthorized_access', actor, visitor.endpoint, { reason: isNobody ? 'no token' : 'scope', ...who });
    if (isNobody) throw unauthorized();
    throw new Problem(403, 'SCOPE_MISSING', 'This token may read, but not change anything. Use one of scope write');
  }

  return { checkOrigin, identify, authorise };
}
