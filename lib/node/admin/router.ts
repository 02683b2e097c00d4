import type { Route } from './route';

/** What a path leads to. */
export interface Match {
  /** Methods that the path has routes for, `HEAD` with each `GET`, in a fixed order. */
  readonly methods: readonly string[];
  /** `undefined`: the path is there, the method is not. */
  readonly route: Route | undefined;
  /** The path as the routes write it: what is told of a request, since parts of its path may be private. */
  readonly template: string;
  readonly params: Readonly<Record<string, string>>;
  /** One of its routes is for anybody: that it is there is no secret. */
  readonly isPublic: boolean;
}

/** Finds the route of a path. */
export interface Router {
  match(method: string, pathname: string): Match | undefined;
}

interface Entry {
  readonly template: string;
  readonly parts: readonly string[];
  readonly byMethod: Map<string, Route>;
}

const MAX_PART_CHARS = 512;
const ORDER = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'];

/**
 * Creates a router. Plain parts of a path go before named ones; a named part is exactly one part of the path, decoded once, and may hold
 * neither a slash nor a control character however it was written.
 *
 * Cost: one comparison for each part of each route with as many parts.
 */
export function createRouter(routes: readonly Route[]): Router {
  const entries = new Map<string, Entry>();
  for (const route of routes) {
    const entry = entries.get(route.path) ?? { template: route.path, parts: route.path.split('/'), byMethod: new Map() };
    entries.set(route.path, entry);
    entry.byMethod.set(route.method, route);
  }
  // Plain parts sort first: `{` comes after all letters.
  const sorted = [...entries.values()].sort((a, b) => (a.template < b.template ? -1 : 1));

  function match(method: string, pathname: string): Match | undefined {
    const parts = pathname.split('/');
    for (const entry of sorted) {
      const params = paramsOf(entry.parts, parts);
      if (params === undefined) continue;
      const { byMethod, template } = entry;
      const route = byMethod.get(method === 'HEAD' ? 'GET' : method);
      const methods = ORDER.filter((name) => byMethod.has(name === 'HEAD' ? 'GET' : name));
      const isPublic = [...byMethod.values()].some(({ scope }) => scope === 'public');
      return { methods, route, template, params, isPublic };
    }
    return undefined;
  }
  return { match };
}

/** The named parts, if the path fits. */
function paramsOf(template: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (template.length !== parts.length) return undefined;
  const params: Record<string, string> = Object.create(null);
  for (let at = 0; at < template.length; at++) {
    const wanted = template[at]!;
    const part = parts[at]!;
    if (wanted.startsWith('{')) {
      const value = decoded(part);
      if (value === undefined) return undefined;
      params[wanted.slice(1, -1)] = value;
    } else if (wanted !== part) return undefined;
  }
  return params;
}

/** `undefined` for what is no single part of a path: dots that climb, slashes, control characters, broken encoding. */
function decoded(part: string): string | undefined {
  if (part === '' || part.length > MAX_PART_CHARS) return undefined;
  try {
    const value = decodeURIComponent(part);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    return value === '.' || value === '..' || /[/\\\u0000-\u001f\u007f-\u009f]/.test(value) ? undefined : value;
  } catch {
    return undefined;
  }
}
