import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Health } from '../../../health/api';
import type { ProbeName } from '../../../health/options';
import { healthResponse } from '../../../health/response';
import { pathOf } from '../../../http/head';
import type { Admin, AdminRequestInfo } from '../../admin';
import { exchangeOf } from '../node-exchange';

/** What answers a request that is not the application's. */
interface OwnPath {
  /** Its route, for tracking: never the path as it came. */
  readonly route: string;
  node(request: IncomingMessage, response: ServerResponse): void;
  web(request: Request, info: AdminRequestInfo): Response | Promise<Response>;
}

/** Finds what answers a request; `undefined` for one that is the application's. */
export type FindOwn = (target: string, header: (name: string) => unknown) => OwnPath | undefined;

const PROBES: Readonly<Record<string, ProbeName | 'all'>> = { '': 'all', '/live': 'live', '/ready': 'ready', '/startup': 'startup' };
const HEADERS: Readonly<Record<string, string>> = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/**
 * The paths that an integration answers: health, and those of the admin API where there is one. Health tells one word to whoever asks; who
 * brings `X-Admin-Token` is answered by the admin API, which tells more.
 */
export function ownPaths(health: { readonly of: Health; readonly path: string } | undefined, admin: Admin | undefined): FindOwn {
  const probes = new Map<string, OwnPath>();
  if (health !== undefined) {
    for (const [suffix, probe] of Object.entries(PROBES))
      probes.set(health.path + suffix, healthPath(health.of, health.path + suffix, probe));
  }
  return (target, header) => {
    const path = pathOf(target);
    const probe = probes.get(path);
    // `Authorization` may be for the application: whoever sends that along must not be taken for somebody who guesses tokens.
    const hasToken = header('x-admin-token') != null;
    if (admin === undefined || (probe !== undefined && !hasToken) || !admin.handles(path)) return probe;
    return adminPath(admin, path);
  };
}

function healthPath(health: Health, route: string, probe: ProbeName | 'all'): OwnPath {
  const answer = (method: string | undefined) => {
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, headers: { ...HEADERS, allow: 'GET, HEAD' }, body: '' };
    const { status, contentType, body } = healthResponse(health, probe);
    return { status, headers: { ...HEADERS, 'content-type': contentType }, body: JSON.stringify(body) };
  };
  return {
    route,
    node(request, response) {
      const { status, headers, body } = answer(request.method);
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
      response.end(request.method === 'HEAD' ? undefined : body);
    },
    web(request) {
      const { status, headers, body } = answer(request.method);
      return new Response(request.method === 'HEAD' ? null : body, { status, headers });
    },
  };
}

const adminPath = (admin: Admin, path: string): OwnPath => ({
  // Below, there are names that people choose.
  route: /\/admin(\/|$)/.test(path) ? `${path.slice(0, path.indexOf('/admin'))}/admin/*` : path,
  node: (request, response) => admin.listener(request, response),
  web: (request, info) => admin.fetch(request, info),
});

/** Answers a request of Node's that is not the application's. @returns `false` for one that is. */
export function answerOwn(find: FindOwn, request: IncomingMessage, response: ServerResponse): boolean {
  const { originalUrl } = request as { readonly originalUrl?: unknown };
  const own = find(typeof originalUrl === 'string' ? originalUrl : (request.url ?? '/'), (name) => request.headers[name]);
  if (own === undefined) return false;
  exchangeOf(response)?.exchange.setRoute(own.route);
  own.node(request, response);
  return true;
}
