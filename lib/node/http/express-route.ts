import { pathOf } from '../../http/head';
import { type Chain, chainsTo, prefixOf, type RouterLike, textOf } from './express-layers';

/** What is read of an application of Express. */
interface ExpressApp {
  /** Express 4. Its `router` throws when it is looked at. */
  readonly _router?: RouterLike;
  /** Express 5. */
  readonly router?: RouterLike;
  /** Of an application that is mounted in another. */
  readonly mountpath?: unknown;
  readonly parent?: ExpressApp;
}

/** What is read of a request of Express. */
export interface ExpressRouted {
  readonly route?: { readonly path?: unknown };
  readonly app?: ExpressApp;
  readonly originalUrl?: string;
}

const MAX_PARENTS = 10;

/**
 * The template that Express matched, with those of the routers around it. `baseUrl` would tell the path instead, and is reset by the time
 * an error is answered; so the prefix is found in the routers themselves.
 *
 * @returns `undefined` where no route answered.
 */
export function routeOfExpress(request: ExpressRouted): string | undefined {
  const { route, app } = request;
  if (route === undefined || route === null || route.path === undefined) return undefined;
  const own = textOf(route.path);
  const router = app?._router ?? app?.router;
  const outer = mountOf(app);
  const path = withoutSegments(pathOf(request.originalUrl), outer);
  const prefix = prefixIn(chainsTo(router, route), path) ?? strayPrefix(own, path);
  return joined(outer, prefix, own);
}

/** One chain needs no check: it is how the request came there. */
function prefixIn(chains: readonly Chain[], path: string): string | undefined {
  for (const chain of chains) {
    const prefix = prefixOf(chain, path, chains.length > 1);
    if (prefix !== undefined) return prefix;
  }
  return undefined;
}

/** Templates under which an application is mounted in others. */
function mountOf(app: ExpressApp | undefined): string {
  let prefix = '';
  let current = app;
  for (let depth = 0; current?.parent !== undefined && depth < MAX_PARENTS; depth++) {
    prefix = joined(textOf(current.mountpath), prefix, '');
    current = current.parent;
  }
  return prefix === '/' ? '' : prefix;
}

/** The rest of a path behind as many segments as a template has. */
function withoutSegments(path: string, template: string): string {
  if (template === '') return path;
  const rest = path.split('/').slice(template.split('/').length);
  return `/${rest.join('/')}`;
}

/**
 * What stands for a prefix that no router tells: its text came with the request, so anybody can make it up, and there may be secrets in it.
 *
 * @returns Nothing where a route alone has all segments of the path.
 */
const strayPrefix = (own: string, path: string): string => (/^[\w/:.~-]*$/.test(own) && segmentsOf(own) === segmentsOf(path) ? '' : '/*');

const segmentsOf = (path: string): number => path.split('/').filter((segment) => segment !== '').length;

/** `/` of a route within a router is the router's own path. */
function joined(outer: string, prefix: string, own: string): string {
  const before = `${outer}${prefix}`.replace(/\/+$/, '');
  return own === '/' && before !== '' ? before : `${before}${own}`;
}
