import type { Audit } from '../audit';
import type { Gatekeeper } from '../gatekeeper';
import { isProblem, Problem } from '../problem';
import { readQuery } from '../query';
import type { Actor, Route } from '../route';
import type { Router } from '../router';
import type { Visitor } from '../visitor';

/** A `GET` of this API that somebody may make, to be made again and again by the API itself. */
export interface Standing {
  /** The path and the query in their usual form: the same for all who ask the same. Without the base path. */
  readonly path: string;
  /** Writes down that this actor reads it, where reading it is itself a security event. */
  audit(actor: Actor): void;
  /**
   * The answer as JSON text.
   *
   * @throws {Problem} rejecting: what the request would be refused with; what fails is a 500 whose error is in the log by its id.
   */
  ask(signal: AbortSignal): Promise<string>;
}

/**
 * Admits what a request of this actor would be answered, and nothing else.
 *
 * @param path - Path and query, without the base path.
 * @throws {Problem} what the request would be refused with, and 400 `NOT_WATCHABLE` for answers that can't be watched.
 */
export type Admit = (path: string, actor: Actor) => Standing;

interface Inside {
  readonly router: () => Router;
  readonly gatekeeper: Pick<Gatekeeper, 'authorise'>;
  readonly audit: Pick<Audit, 'read'>;
  /** Throws a {@link Problem} where nothing is answered any more. */
  readonly checkOpen: () => void;
  /** Writes an error to the log and gives its id. */
  readonly report: (error: unknown, endpoint: string) => string;
}

export const STREAM_PATH: string = '/admin/stream';
/** Own addresses of a request that nobody sent: no handler is told another one. */
const ORIGIN = 'http://localhost';

/** Makes what asks routes of this API from inside, by the rules of those who ask from outside. */
export function createAdmit({ router, gatekeeper, audit, checkOpen, report }: Inside): Admit {
  return (given, asking) => {
    checkOpen();
    const url = urlOf(given);
    const match = router().match('GET', url.pathname);
    if (match === undefined)
      throw new Problem(404, 'NOT_FOUND', 'There is nothing at this path. GET /admin/openapi.json tells what there is');
    const { route, template, params } = match;
    // Nobody in particular: the answer is for all of this scope.
    const actor: Actor = { ...asking, name: 'stream', ip: undefined, userAgent: undefined };
    const visitOf = (request: Request): Visitor => ({ request, host: undefined, peer: undefined, encrypted: false, endpoint: template });
    // Told by who it was.
    gatekeeper.authorise(visitOf(new Request(url)), asking, route?.scope ?? (match.isPublic ? 'public' : 'read'), route);
    if (route === undefined)
      throw new Problem(405, 'METHOD_NOT_ALLOWED', `Only a GET can be watched. This path has ${match.methods.join(', ')}`);
    if (!isWatchable(route))
      throw new Problem(
        400,
        'NOT_WATCHABLE',
        'This path can not be watched: only routes whose answer is JSON, the same for all who may read it',
      );
    readQuery(url.searchParams, route.query);
    const resource = match.isPublic ? template : url.pathname;

    async function ask(signal: AbortSignal): Promise<string> {
      checkOpen();
      const request = new Request(url, { signal });
      const visitor = visitOf(request);
      gatekeeper.authorise(visitor, actor, route!.scope, route);
      try {
        const query = readQuery(url.searchParams, route!.query);
        const reply = await route!.handle({ request, url, params, query, body: undefined, actor, visitor, signal });
        if (reply instanceof Response) {
          await reply.body?.cancel().catch(() => undefined);
          throw new Problem(400, 'NOT_WATCHABLE', 'The answer of this path is no JSON, and can not be watched');
        }
        return JSON.stringify(reply.json) ?? 'null';
      } catch (error) {
        if (isProblem(error)) throw error;
        throw new Problem(500, 'INTERNAL', `The error is in the log by its id ${report(error, template)}`);
      }
    }

    return {
      path: `${url.pathname}${url.search}`,
      audit: (who) => {
        if (route.isSensitive) audit.read(who, resource);
      },
      ask,
    };
  };
}

function urlOf(path: string): URL {
  const url = /^\/(?![/\\])/.test(path) && URL.canParse(path, ORIGIN) ? new URL(path, ORIGIN) : undefined;
  if (url === undefined || url.origin !== ORIGIN || url.hash !== '')
    throw new Problem(400, 'PATH_INVALID', 'What is watched is a path of this API, such as /admin/alerts?limit=10, without the base path');
  url.searchParams.sort();
  return url;
}

/** JSON that does not depend on who asks. */
function isWatchable({ path, isPage, isQuestion, isLogin, responses }: Route): boolean {
  if (isPage || isQuestion || isLogin) return false;
  const { schema, contentType = 'application/json' } = responses[200] ?? {};
  return path !== STREAM_PATH && schema !== undefined && contentType === 'application/json';
}
