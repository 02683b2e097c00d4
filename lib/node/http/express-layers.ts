import { type UnsaidLayer, unsaid } from './express-unsaid';

/** What is read of a layer in a router of Express: a route, or a router that is mounted. */
interface Layer extends UnsaidLayer {
  readonly route?: unknown;
  readonly handle?: unknown;
  /** Of the last path that was looked at, where `match` says no more than whether it fits. */
  readonly path?: string;
  readonly params?: object;
  /** Since 5.2 an object; `pattern` is the template. */
  match(path: string): boolean | { readonly path: string; readonly params: object; readonly pattern?: unknown };
}

export interface RouterLike {
  readonly stack?: readonly Layer[];
}

/** The layers on the way to a route, its own the last. */
export type Chain = readonly Layer[];

const known = new WeakMap<object, readonly Chain[]>();
const MAX_DEPTH = 10;
const MAX_CHAINS = 100;

/** All ways to a route: a router may be mounted several times. Looked for once per route. */
export function chainsTo(router: RouterLike | undefined, route: object): readonly Chain[] {
  let chains = known.get(route);
  if (chains === undefined) {
    const found: Chain[] = [];
    search(router, route, [], found);
    chains = found;
    // Mounted after its first request perhaps; what was not found is looked for again.
    if (found.length > 0) known.set(route, chains);
  }
  return chains;
}

function search(router: RouterLike | undefined, route: object, way: Chain, found: Chain[]): void {
  if (!Array.isArray(router?.stack) || way.length > MAX_DEPTH) return;
  for (const layer of router.stack as readonly Layer[]) {
    if (found.length >= MAX_CHAINS) return;
    if (layer.route === route) found.push([...way, layer]);
    else if (typeof layer.handle === 'function') search(layer.handle as RouterLike, route, [...way, layer], found);
  }
}

/**
 * The templates of the routers on a way; `undefined` when a path does not go that way.
 *
 * @param isChecked - Also looks whether the route itself fits.
 */
export function prefixOf(chain: Chain, path: string, isChecked: boolean): string | undefined {
  let rest = path;
  let prefix = '';
  for (const [index, layer] of chain.entries()) {
    const isLast = index === chain.length - 1;
    if (isLast && !isChecked) break;
    const found = layer.match(rest);
    if (found === false) return undefined;
    if (isLast) break;
    const { path: matched = '', params = {} } = typeof found === 'object' ? found : layer;
    const pattern = typeof found === 'object' ? found.pattern : undefined;
    prefix += (pattern === undefined ? unsaid(layer, matched, params) : textOf(pattern)).replace(/\/+$/, '');
    rest = rest.slice(matched.length);
    if (!rest.startsWith('/')) rest = `/${rest}`;
  }
  return prefix;
}

/** A path of Express as a text: it may be a RegExp, and a list of such. */
export const textOf = (path: unknown): string => (Array.isArray(path) ? path.map(textOf).join('|') : String(path));
