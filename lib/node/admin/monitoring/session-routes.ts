import type { SessionInfo, SessionRequest } from '../../../dashboard/wire/session';
import type { AdminSettings } from '../admin-options';
import type { Gatekeeper } from '../gatekeeper';
import type { AdminParts } from '../parts';
import { Problem } from '../problem';
import type { Call, JsonSchema, Route } from '../route';
import { object, oneOf, orNull, refused, TEXT, TIME, YES_NO } from '../schemas';
import type { Visitor } from '../visitor';
import { type CookieSettings, cookieName, setCookie } from './session-cookie';
import type { Sessions } from './sessions';
import type { TicketOffice, TicketOptions } from './ticket-office';
import type { Tickets } from './tickets';

/** What lets people in with a browser. */
export interface Entrance {
  readonly gatekeeper: Gatekeeper;
  readonly sessions: Sessions;
  readonly tickets: Tickets;
  readonly office: TicketOffice;
}

const TAG = 'monitoring';
const SCOPE = oneOf('read', 'write');
const SESSION: JsonSchema = object({
  name: { ...TEXT, description: 'Name of the token' },
  scope: SCOPE,
  expires_at: orNull({ ...TIME, description: 'ms since the epoch; null for whoever sends a token with each request' }),
});
const TICKET: JsonSchema = object({
  ticket: { ...TEXT, description: 'Counts once' },
  expires_at: TIME,
  scope: SCOPE,
  path: { ...TEXT, description: 'Where it is used, behind the host' },
});
const SET_COOKIE = 'The cookie is HttpOnly and SameSite=Strict, and holds for 12 hours, unless the token is replaced before.';

/** `/admin/session` and `/admin/tickets`: for browsers, which can't send a token with each request. */
export function sessionRoutes(
  { audit, clock }: Pick<AdminParts, 'audit' | 'clock'>,
  { basePath, isSecure }: Pick<AdminSettings, 'basePath' | 'isSecure'>,
  { gatekeeper, sessions, tickets, office }: Entrance,
): readonly Route[] {
  const cookieFor = ({ host, encrypted, request }: Visitor): CookieSettings => ({
    name: cookieName(host),
    basePath,
    // Whose page is one of https is told by the browser itself; that it is of this host was checked.
    isSecure: isSecure || encrypted || /^https:/i.test(request.headers.get('origin') ?? ''),
  });

  const ask: Route = {
    method: 'GET',
    path: '/admin/session',
    scope: 'read',
    tag: TAG,
    summary: 'Who is asking, and until when',
    isQuestion: true,
    responses: { 200: { description: 'By token or by session', schema: SESSION } },
    handle: ({ actor }) => ({ json: infoOf(actor) }),
  };

  const open: Route = {
    method: 'POST',
    path: '/admin/session',
    scope: 'public',
    tag: TAG,
    summary: 'Opens a session with a ticket or a token',
    description: `${SET_COOKIE} Each change with it needs the header \`x-telemetry-request: 1\`. A wrong ticket counts as a wrong token does.`,
    body: object({ ticket: { ...TEXT, maxLength: 512 }, token: { ...TEXT, maxLength: 512 } }, ['ticket', 'token']),
    isLogin: true,
    responses: {
      200: { description: 'The session, with its cookie', schema: SESSION },
      422: refused('Neither a ticket nor a token, or both'),
    },
    handle({ body, actor, visitor }) {
      const { ticket, token } = body as SessionRequest;
      if ((ticket === undefined) === (token === undefined))
        throw new Problem(422, 'BODY_INVALID', 'A session is opened with either a ticket or a token. Send one of them');
      const holder =
        ticket === undefined
          ? { ...gatekeeper.admitToken(visitor, actor, token as string), until: undefined }
          : gatekeeper.admit(visitor, actor, 'ticket', () => tickets.take(ticket));
      const { value, session } = sessions.open(holder.name, holder.scope, holder.until);
      const { name, scope, expiresAt } = session;
      const means = ticket === undefined ? 'token' : 'ticket';
      audit.changed({ ...actor, name }, 'session_opened', { target: name, before: null, after: { scope, expires_at: expiresAt }, means });
      const seconds = Math.max(1, Math.ceil((expiresAt - clock.systemTime()) / 1000));
      const json = infoOf(session);
      return { json, headers: { 'set-cookie': setCookie(cookieFor(visitor), value, seconds) } };
    },
  };

  const end: Route = {
    method: 'DELETE',
    path: '/admin/session',
    scope: 'public',
    tag: TAG,
    summary: 'Ends a session, and removes its cookie',
    description: 'Tickets that it made and nobody used end with it. Needs the header `x-telemetry-request: 1`.',
    responses: { 200: { description: 'There is no session now', schema: object({ ended: { ...YES_NO, description: 'There was one' } }) } },
    handle({ actor, visitor }: Call) {
      const { session: id, name, scope, expiresAt } = actor;
      if (id !== undefined && expiresAt !== undefined) {
        sessions.revoke({ id, expiresAt });
        tickets.dropOf(id);
        audit.changed(actor, 'session_ended', { target: name, before: { scope, expires_at: expiresAt }, after: null });
      }
      return { json: { ended: id !== undefined }, headers: { 'set-cookie': setCookie(cookieFor(visitor), '', 0) } };
    },
  };

  const issue: Route = {
    method: 'POST',
    path: '/admin/tickets',
    scope: 'read',
    tag: TAG,
    summary: 'Makes a one-time ticket for a browser',
    description:
      'It opens one session through `POST /admin/session`, of no more than the scope of who makes it, and none that outlasts the session it was made with. At most 100 at a time; the oldest gives way.',
    body: object({ for: { ...TEXT, maxLength: 32, default: '30s', description: 'How long it can be used: 1s to 1h' }, scope: SCOPE }, [
      'for',
      'scope',
    ]),
    responses: {
      201: { description: 'The ticket, which is told only here', schema: TICKET },
      403: refused('It would do more than who makes it'),
      422: refused('No time from 1s to 1h, or another scope'),
    },
    handle({ body, actor }) {
      const { ticket, ...told } = office.forActor(actor, body as TicketOptions);
      const { expires_at, scope } = told;
      audit.changed(actor, 'ticket_made', { target: actor.name, before: null, after: { scope, expires_at } });
      return { status: 201, json: { ticket, ...told } };
    },
  };
  return [ask, open, end, issue];
}

/** @param who - An actor that was let in, or a session. */
function infoOf({ name, scope, expiresAt }: Pick<Call['actor'], 'name' | 'scope' | 'expiresAt'>): SessionInfo {
  return { name, scope: scope === 'write' ? 'write' : 'read', expires_at: expiresAt ?? null };
}
