import type { Clock } from '../../core/clock';
import { sourceOf } from '../server/source-of';
import type { AdminSettings } from './admin-options';
import { Attempts } from './attempts';
import type { Audit } from './audit';
import { shownBy } from './credentials';
import { cookieName, cookieOf } from './monitoring/session-cookie';
import type { Sessions } from './monitoring/sessions';
import { createOriginGuard } from './origin-guard';
import { Problem } from './problem';
import type { Actor, Route } from './route';
import { createVerify, type Verified } from './tokens';
import type { Visitor } from './visitor';

/** What of a route decides who may ask it. */
type Guarded = Pick<Route, 'isPage' | 'isQuestion' | 'isLogin'>;

/** Lets in who may come in, and writes down who may not. All throw a {@link Problem}. */
export interface Gatekeeper {
  /** Refuses other hosts and sites, before anything else is looked at: 403. */
  checkOrigin(visitor: Visitor, route?: Guarded): void;
  /**
   * Whose token it is, or else whose session; nobody's without one. A session that does not hold is nobody's, and nothing is counted: that
   * one is over is usual. A change by a session needs what no other site can make a browser send, or is a 403.
   *
   * A wrong token is a 401, and after ten a 429: where the peer is known, without being looked at, so the right one is refused as well until
   * the minute is over. Without a peer all who call would be one, and anybody could keep the others out: the right token is let in then, and
   * 32 random bytes are not guessed.
   */
  identify(visitor: Visitor, route?: Guarded): Actor;
  /** 401 without a token, 403 for one that may not. */
  authorise(visitor: Visitor, actor: Actor, scope: Route['scope'], route?: Guarded): void;
  /** Lets in by a token that did not come in a header. A wrong one counts as it does there. */
  admitToken(visitor: Visitor, actor: Actor, token: string): Verified;
  /** Lets in by something else that is worth a token; `find` is not asked while wrong ones are not looked at. */
  admit<Found extends object>(visitor: Visitor, actor: Actor, what: 'token' | 'ticket', find: () => Found | undefined): Found;
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

/** Only to who sent a cookie: that there are sessions is told by the page as well. */
const sessionOver = (): Problem =>
  new Problem(
    401,
    'SESSION_INVALID',
    'The session is over, or is none of this program. Log in again, with a new one-time URL or with the token',
    { 'www-authenticate': 'Bearer' },
  );

/** A header that a page of another site can't send without asking first, which nobody answers. */
const CONFIRMING = 'x-telemetry-request';

/** @param sessions - Where there are some: what no token is shown for may be one of these. */
export function createGatekeeper(settings: AdminSettings, audit: Audit, clock: Clock, sessions?: Sessions): Gatekeeper {
  const { tokens, allowedHosts, clientAddress } = settings;
  const intrusionOf = createOriginGuard(allowedHosts);
  const verify = createVerify(tokens);
  const attempts = new Attempts();

  function nobody({ request, peer }: Visitor): Actor {
    const ip = clientAddress(peer, { forwardedFor: () => request.headers.get('x-forwarded-for') ?? undefined });
    const userAgent = request.headers.get('user-agent')?.slice(0, MAX_AGENT_CHARS);
    return { name: 'anonymous', ip, userAgent, scope: 'none', via: 'none', expiresAt: undefined, session: undefined };
  }

  function checkOrigin(visitor: Visitor, route: Guarded = {}): void {
    const { host, request, endpoint } = visitor;
    const isPage = route.isPage === true && (request.method === 'GET' || request.method === 'HEAD');
    const intrusion = host === undefined ? 'host' : intrusionOf(host, request.headers, isPage);
    if (intrusion === undefined) return;
    audit.refused('unauthorized_access', nobody(visitor), endpoint, { reason: intrusion });
    throw new Problem(403, 'ORIGIN_REFUSED', INTRUSIONS[intrusion]);
  }

  function admit<Found extends object>(visitor: Visitor, actor: Actor, what: 'token' | 'ticket', find: () => Found | undefined): Found {
    const source = sourceOf(actor.ip);
    const now = clock.monotonicTime();
    const blockedMs = attempts.blockedFor(source, now);
    const found = blockedMs > 0 && visitor.peer !== undefined ? undefined : find();
    if (found !== undefined) return found;
    if (blockedMs > 0) {
      audit.refused('rate_limit_exceeded', actor, visitor.endpoint, { blocked: true });
      const seconds = Math.max(1, Math.ceil(blockedMs / 1000));
      throw new Problem(429, 'TOO_MANY_ATTEMPTS', 'Too many wrong tokens came from this address. Wait for the seconds of Retry-After', {
        'retry-after': String(seconds),
      });
    }
    attempts.failed(source, now);
    audit.refused('unauthorized_access', actor, visitor.endpoint, { reason: what });
    throw unauthorized();
  }

  const admitToken = (visitor: Visitor, actor: Actor, token: string): Verified => admit(visitor, actor, 'token', () => verify(token));

  const cookieBy = ({ request, host }: Visitor): ReturnType<typeof cookieOf> => cookieOf(request.headers, cookieName(host));

  function identify(visitor: Visitor, route: Guarded = {}): Actor {
    const actor = nobody(visitor);
    const shown = shownBy(visitor.request.headers);
    if (shown.kind !== 'none') {
      const found = admit(visitor, actor, 'token', () => (shown.kind === 'token' ? verify(shown.token) : undefined));
      return { ...actor, ...found, via: 'token' };
    }
    const cookie = sessions === undefined || route.isLogin ? undefined : cookieBy(visitor);
    const session = cookie?.kind === 'one' ? sessions?.read(cookie.value) : undefined;
    if (session === undefined) return actor;
    const { id, name, scope, expiresAt } = session;
    const known: Actor = { ...actor, name, scope, via: 'session', expiresAt, session: id };
    confirm(visitor, known);
    return known;
  }

  /** A browser sends the cookie along with each request to this host, whoever made it do that. */
  function confirm({ request, endpoint }: Visitor, actor: Actor): void {
    const { method, headers } = request;
    if (method === 'GET' || method === 'HEAD') return;
    const site = headers.get('sec-fetch-site');
    const isOwn = site === null || site === 'same-origin';
    if (isOwn && headers.get(CONFIRMING) === '1') return;
    audit.refused('unauthorized_access', actor, endpoint, { reason: isOwn ? 'unconfirmed' : 'site', user: actor.name });
    const detail = `A change by a session needs the header ${CONFIRMING}: 1, sent by a page of this origin. Send it, or a token in X-Admin-Token`;
    throw new Problem(403, 'SESSION_UNCONFIRMED', detail);
  }

  function authorise(visitor: Visitor, actor: Actor, scope: Route['scope'], route: Guarded = {}): void {
    if (scope === 'public' || actor.scope === 'write' || actor.scope === scope) return;
    const isNobody = actor.scope === 'none';
    const who = isNobody ? {} : { user: actor.name };
    const isOver = isNobody && sessions !== undefined && cookieBy(visitor).kind !== 'none';
    if (!(route.isQuestion && isNobody && !isOver)) {
      const reason = isOver ? 'session' : isNobody ? 'no token' : 'scope';
      audit.refused('unauthorized_access', actor, visitor.endpoint, { reason, ...who });
    }
    if (isNobody) throw isOver ? sessionOver() : unauthorized();
    const hint = actor.via === 'session' ? 'This session' : 'This token';
    throw new Problem(403, 'SCOPE_MISSING', `${hint} may read, but not change anything. Use one of scope write`);
  }

  return { checkOrigin, identify, authorise, admit, admitToken };
}
