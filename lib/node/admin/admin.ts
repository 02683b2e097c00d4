import type { IncomingMessage, ServerResponse } from 'node:http';
import { optionInvalid } from '../../core/options';
import type { Ticket } from '../../dashboard/wire/session';
import { createErrors } from '../../entries/errors';
import { type TellingListener, tellingListener } from '../http/node-listener';
import { type AdminOptions, type AdminSettings, readAdminOptions } from './admin-options';
import { answerOf, problemAnswer, sendProblem } from './answers';
import { allRoutes } from './endpoints/index';
import { createGatekeeper } from './gatekeeper';
import { readBody } from './json-body';
import { type AdminTarget, makeParts } from './make-parts';
import { Assets } from './monitoring/assets';
import { createCrowd } from './monitoring/crowd';
import { pageRoutes, slashRoute } from './monitoring/page-routes';
import { sessionRoutes } from './monitoring/session-routes';
import { Sessions } from './monitoring/sessions';
import { createAdmit } from './monitoring/standing';
import { streamRoute } from './monitoring/stream-route';
import { TicketOffice, type TicketOptions } from './monitoring/ticket-office';
import { Tickets } from './monitoring/tickets';
import { openApiRoute } from './open-api';
import { isProblem, Problem } from './problem';
import { readQuery } from './query';
import type { Reply, Route } from './route';
import { createRouter, type Match, type Router } from './router';
import type { Visitor } from './visitor';

/** Of the connection that a request came over, which a `Request` does not tell. */
export interface AdminRequestInfo {
  /**
   * Address of the other end. Ten wrong tokens from it, and for a minute none of it is looked at, the right one neither: who is behind one
   * proxy needs `trustProxy`, or is blocked with all the others. Without an address a right token is always let in, and only wrong ones wait.
   */
  readonly peer?: string | undefined;
  readonly encrypted?: boolean | undefined;
}

/** The admin API of a bus, as a handler that can be mounted in any server. */
export interface Admin extends Disposable {
  /** Answers a request. Never rejects. */
  fetch(request: Request, info?: AdminRequestInfo): Promise<Response>;
  /** Whether a path belongs to it, for servers that have other paths as well. */
  handles(pathname: string): boolean;
  /** The same for Node: `http.createServer(admin.listener)`, `app.use(...)`. */
  readonly listener: (request: IncomingMessage, response: ServerResponse) => void;
  /**
   * Makes a one-time ticket for the monitoring page: whoever opens `path` behind the host with it has a session of 12 hours. It is as
   * good as a token until it ends, by default in 30 s.
   *
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`, also with `monitoring: false`.
   */
  ticket(options?: TicketOptions): Ticket;
  /** Answers 503 from now on, ends the streams that are followed, and puts back what was changed for a time. */
  close(): void;
}

/**
 * Creates the admin API of a bus: what it logs, measures and checks, and what may be changed while it runs. Described by itself at
 * `/admin/openapi.json`.
 *
 * It is closed: each request needs a token, in `X-Admin-Token` or `Authorization: Bearer` (never in the query), or the cookie of a session,
 * but for the status word of `/health` and the files of the monitoring page, which hold no data. Refused are other hosts than those of
 * loopback and `allowedHosts`, pages of other sites, and for a minute the address that sent ten wrong tokens (where no address is known:
 * wrong tokens only). Each refusal and each change is an event of the security stream. Errors are `application/problem+json`.
 *
 * @param target - What `startTelemetry` returned, or a bus of `createTelemetry`.
 * @param options - See {@link AdminOptions}. A mounted handler can't know who reaches it: it needs a token of 32 random bytes.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; never shows a token.
 */
export const createAdmin = <Events>(target: AdminTarget<Events>, options: AdminOptions = {}): Admin =>
  createAdminOf('createAdmin', target as AdminTarget, readAdminOptions('createAdmin', options, 'anywhere')).admin;

/** Headers by which a request is judged before it is read. */
const JUDGED: readonly string[] = ['origin', 'sec-fetch-site', 'user-agent', 'x-forwarded-for'];
const METHODS: readonly string[] = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'];

/** {@link createAdmin} with options that were checked. */
export function createAdminOf(
  where: string,
  target: AdminTarget,
  settings: AdminSettings,
): { readonly admin: Admin; readonly listener: TellingListener } {
  const closing = new Set<() => void>();
  const parts = makeParts(where, target, settings, (listener) => void closing.add(listener));
  const { audit } = parts;
  const { basePath } = settings;
  const hasPage = settings.monitoring !== undefined;
  const sessions = new Sessions(settings.tokens, parts.clock);
  const tickets = new Tickets(parts.clock);
  closing.add(() => tickets.clear());
  const office = new TicketOffice(settings.tokens, basePath, tickets);
  const gatekeeper = createGatekeeper(settings, audit, parts.clock, hasPage ? sessions : undefined);
  const { report } = createErrors(parts.telemetry, { logger: 'admin' });
  let isClosed = false;
  const admit = createAdmit({
    router: () => router,
    gatekeeper,
    audit,
    checkOpen: () => {
      if (isClosed) throw closedProblem();
    },
    report: (error, endpoint) => report(error, { component: 'admin', fields: { endpoint: `${basePath}${endpoint}`, method: 'GET' } }),
  });
  const stream = settings.monitoring && streamRoute(parts, settings.monitoring.streams, admit);
  sessions.onEnd = (id) => stream?.streams.endSession(id);
  const entrance =
    stream === undefined
      ? []
      : [...pageRoutes(PAGE), ...sessionRoutes(parts, settings, { gatekeeper, sessions, tickets, office }), stream.route];
  const routes: readonly Route[] = [...allRoutes(parts, entrance), openApiRoute(() => routes, basePath === '' ? '/' : basePath)];
  const router: Router = createRouter(hasPage ? [...routes, slashRoute] : routes);

  const within = (pathname: string): string | undefined =>
    pathname.startsWith(`${basePath}/`) ? pathname.slice(basePath.length) : undefined;

  async function answer(request: Request, visitor: Visitor, url: URL, match: Match | undefined): Promise<Reply> {
    // What is refused from now on is no longer counted, but would be written line by line.
    if (isClosed) throw closedProblem();
    gatekeeper.checkOrigin(visitor, match?.route);
    // The same for each path: which there are is told to nobody.
    if (!METHODS.includes(request.method)) throw methodProblem(METHODS);
    const route = match?.route;
    const actor = gatekeeper.identify(visitor, route);
    gatekeeper.authorise(visitor, actor, route?.scope ?? (match?.isPublic ? 'public' : 'read'), route);
    if (match === undefined)
      throw new Problem(404, 'NOT_FOUND', 'There is nothing at this path. GET /admin/openapi.json tells what there is');
    if (route === undefined) throw methodProblem(match.methods);
    const query = route.isPage ? {} : readQuery(url.searchParams, route.query);
    const body = await readBody(request, route);
    const reply = await route.handle({ request, url, params: match.params, query, body, actor, visitor, signal: request.signal });
    if (route.isSensitive && (reply.status ?? 200) < 400)
      audit.read(actor, match.isPublic ? match.template : (within(url.pathname) as string));
    return reply;
  }

  async function exchange(request: Request, info: AdminRequestInfo, hosts: readonly string[] | undefined): Promise<Response> {
    const isHead = request.method === 'HEAD';
    let endpoint = '(unknown)';
    try {
      const url = new URL(request.url);
      const path = within(url.pathname);
      const match = path === undefined ? undefined : router.match(request.method, path);
      if (match !== undefined) endpoint = `${basePath}${match.template}`;
      const given = hosts ?? [request.headers.get('host') ?? url.host];
      const host = given.length === 1 ? given[0] : undefined;
      const encrypted = info.encrypted ?? url.protocol === 'https:';
      const reply = await answer(request, { request, host, peer: info.peer, encrypted, endpoint }, url, match);
      return answerOf(reply, isHead, match?.route?.protection);
    } catch (error) {
      if (isProblem(error)) return problemAnswer(error, isHead);
      const error_id = report(error, { component: 'admin', fields: { endpoint, method: request.method } });
      return problemAnswer(new Problem(500, 'INTERNAL', 'The error is in the log by its id', {}, { error_id }), isHead);
    }
  }

  /** What no `Request` can be made of is refused by the same rules. */
  function unreadable(status: 400 | 405, incoming: IncomingMessage): Response {
    const { headers, socket, method } = incoming;
    const told = Object.entries(headers).filter(([name, value]) => JUDGED.includes(name) && typeof value === 'string') as [
      string,
      string,
    ][];
    const hosts = hostsOf(incoming);
    const host = hosts.length === 1 ? hosts[0] : undefined;
    try {
      if (isClosed) throw closedProblem();
      const request = new Request('http://localhost/', { headers: told });
      gatekeeper.checkOrigin({ request, host, peer: socket.remoteAddress, encrypted: false, endpoint: '(unknown)' });
      throw status === 405 ? methodProblem(METHODS) : new Problem(400, 'REQUEST_MALFORMED', 'The target of the request is no path');
    } catch (error) {
      return problemAnswer(error as Problem, method === 'HEAD');
    }
  }

  // A `Request` has one Host, whatever was sent.
  const answerNode = tellingListener(
    (request, { peer, encrypted, incoming }) => exchange(request, { peer, encrypted }, hostsOf(incoming)),
    unreadable,
  );
  const turnAway =
    stream &&
    createCrowd({
      path: `${basePath}${stream.route.path}`,
      route: stream.route,
      gatekeeper,
      isFull: () => stream.streams.isFull,
      checkRoom: (actor) => stream.streams.checkRoom(actor),
    });
  const listener: TellingListener = (incoming, outgoing, written) => {
    const problem = isClosed ? undefined : turnAway?.(incoming, () => hostsOf(incoming));
    if (problem === undefined) return answerNode(incoming, outgoing, written);
    // It comes again later, if at all, and its connection has no other use.
    outgoing.shouldKeepAlive = false;
    sendProblem(problem, outgoing);
    written();
  };

  function close(): void {
    if (isClosed) return;
    isClosed = true;
    for (const listener of closing) {
      try {
        listener();
      } catch (error) {
        report(error, { component: 'admin' });
      }
    }
    audit.close();
  }

  const admin = Object.freeze<Admin>({
    fetch: (request, info = {}) => exchange(request, info, undefined),
    handles: (pathname) => {
      const path = within(pathname);
      return path !== undefined && router.match('GET', path) !== undefined;
    },
    // A framework hands over more than these two.
    listener: (request, response) => listener(request, response, () => undefined),
    ticket: (options) => {
      if (!hasPage) throw optionInvalid('ticket', undefined, 'an admin API with its monitoring page: it was made with monitoring: false');
      return office.forProgram('ticket', options);
    },
    close,
    [Symbol.dispose]: close,
  });
  return { admin, listener };
}

/** One of all admin APIs: what the page is made of is read when the first asks for it. */
const PAGE = new Assets(async () => (await import('./monitoring/page-assets')).PAGE_ASSETS);

const closedProblem = (): Problem => new Problem(503, 'CLOSED', 'The admin API of this application was closed');

const methodProblem = (allowed: readonly string[]): Problem =>
  new Problem(405, 'METHOD_NOT_ALLOWED', `Use ${allowed.join(', ')}`, { allow: allowed.join(', ') });

/** Every `Host` that was sent, or the authority of HTTP/2. */
function hostsOf({ rawHeaders }: IncomingMessage): readonly string[] {
  const names = rawHeaders.map((name, at) => (at % 2 === 0 ? name.toLowerCase() : ''));
  const values = (wanted: string): string[] => names.flatMap((name, at) => (name === wanted ? [rawHeaders[at + 1] as string] : []));
  const authority = values(':authority');
  return authority.length > 0 ? authority : values('host');
}
