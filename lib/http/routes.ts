import { optionInvalid } from '../core/options';

/** Finds the template of a path. */
export interface RouteTable {
  /** The first template that matches. Costs a step per segment of the path, and no more than there are segments in all templates. */
  match(path: string): string | undefined;
}

interface Node {
  readonly fixed: Map<string, Node>;
  any: Node | undefined;
  /** Position of the template that ends here. */
  leaf: number | undefined;
  /** Position of the template whose `*` stands here. */
  rest: number | undefined;
}

const MAX_TEMPLATES = 1000;
const MAX_CHARS = 256;
const EXPECTED = 'templates such as "/users/:id" and "/files/*": a parameter is a whole segment, and * is the last one';
const FIXED = /^[^:*?#/]+$/;
const PARAMETER = /^:[A-Za-z_]\w{0,63}$/;

const newNode = (): Node => ({ fixed: new Map(), any: undefined, leaf: undefined, rest: undefined });

/**
 * Makes a table of templates. Of several that match a path, the first of the list counts. `:name` stands for one segment that is not
 * empty, `*` for whatever is behind its `/`; a `/` at the end of a path makes no difference. Case does, and nothing is decoded.
 *
 * @throws {TelemetryError} `OPTION_INVALID` for a template that is none, and for more than 1,000.
 */
export function routeTable(where: string, templates: readonly string[]): RouteTable {
  if (templates.length > MAX_TEMPLATES) throw optionInvalid(where, templates.length, `at most ${MAX_TEMPLATES} templates`);
  const root = newNode();
  for (const [position, template] of templates.entries()) add(root, where, template, position);
  return {
    match(path) {
      if (!path.startsWith('/')) return undefined;
      const found = find(root, path, 1);
      return found === NONE ? undefined : templates[found];
    },
  };
}

function add(root: Node, where: string, template: string, position: number): void {
  if (!template.startsWith('/') || template.length > MAX_CHARS) throw optionInvalid(where, template, EXPECTED);
  let node = root;
  const segments = template === '/' ? [] : template.slice(1).replace(/\/$/, '').split('/');
  for (const [index, segment] of segments.entries()) {
    if (segment === '*' && index === segments.length - 1) {
      node.rest ??= position;
      return;
    }
    if (PARAMETER.test(segment)) node = node.any ??= newNode();
    else if (FIXED.test(segment)) {
      const next = node.fixed.get(segment) ?? newNode();
      node.fixed.set(segment, next);
      node = next;
    } else throw optionInvalid(where, template, EXPECTED);
  }
  node.leaf ??= position;
}

const NONE = Number.POSITIVE_INFINITY;

/** The smallest position that matches. Each node is met once at most, as there is one way to it. @param begin - Of the segment. */
function find(node: Node, path: string, begin: number): number {
  let best = node.rest ?? NONE;
  if (begin >= path.length) return Math.min(node.leaf ?? NONE, begin === path.length ? best : NONE);
  const slash = path.indexOf('/', begin);
  const end = slash === -1 ? path.length : slash;
  // Beyond the last segment, so that `/files` is not what `/files/*` matches, and `/files/` is.
  const next = slash === -1 ? end + 1 : slash + 1;
  const fixed = node.fixed.get(path.slice(begin, end));
  if (fixed !== undefined) best = Math.min(best, find(fixed, path, next));
  if (node.any !== undefined && end > begin) best = Math.min(best, find(node.any, path, next));
  return best;
}
