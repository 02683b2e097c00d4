import { optionInvalid } from '../../core/options';

/** A place in the tree of exact paths. */
export interface PathNode {
  /** Whether what stands here is masked as a whole. */
  readonly isSecret: boolean;
  /** The place under a key or an index; `undefined` when no path goes on there. */
  child(key: string): PathNode | undefined;
}

/** What the paths share of their segments. */
interface Branch {
  isSecret: boolean;
  any: Branch | undefined;
  readonly named: Map<string, Branch>;
}

const newBranch = (): Branch => ({ isSecret: false, any: undefined, named: new Map() });
const SEGMENT = /\[(?:(\*|\d+)|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\]|([^.[\]]+)/y;
const MAX_SEGMENTS = 32;

/** Where a walk is on all paths at once: `*` and a name may both go on. */
class Place implements PathNode {
  readonly isSecret: boolean;
  private readonly known: ReadonlySet<string>;
  private readonly children = new Map<string, Place | undefined>();
  private other: Place | undefined = undefined;
  private hasOther = false;

  constructor(private readonly branches: readonly Branch[]) {
    this.isSecret = branches.some((branch) => branch.isSecret);
    this.known = new Set(branches.flatMap((branch) => [...branch.named.keys()]));
  }

  child(key: string): Place | undefined {
    // Only names that occur in a path are remembered, so the tree is bounded whatever keys the records have.
    if (!this.known.has(key)) {
      if (!this.hasOther) this.other = this.follow(undefined);
      this.hasOther = true;
      return this.other;
    }
    if (!this.children.has(key)) this.children.set(key, this.follow(key));
    return this.children.get(key);
  }

  private follow(key: string | undefined): Place | undefined {
    const next = this.branches.flatMap(({ any, named }) =>
      [any, key === undefined ? undefined : named.get(key)].filter((b) => b !== undefined),
    );
    return next.length === 0 ? undefined : new Place(next);
  }
}

/**
 * Builds the tree of exact paths: `user.address.street`, `items.*.pin`, `items[*].pin`, `items[0]`, `a["b.c"]`; `*` is any
 * one key or index. Names are compared exactly. A step down costs one set and one map lookup.
 *
 * @returns The root, or `undefined` when there are no paths.
 * @throws {TelemetryError} `OPTION_INVALID` for a path that cannot be read.
 * @example
 * parsePaths(['items[*].pin'])?.child('items')?.child('7')?.child('pin')?.isSecret; // => true
 */
export function parsePaths(paths: readonly string[]): PathNode | undefined {
  if (paths.length === 0) return undefined;
  const root = newBranch();
  for (const path of paths) {
    let branch = root;
    for (const segment of segmentsOf(path)) {
      if (segment === undefined) branch = branch.any ??= newBranch();
      else {
        const next = branch.named.get(segment) ?? newBranch();
        branch.named.set(segment, next);
        branch = next;
      }
    }
    branch.isSecret = true;
  }
  return new Place([root]);
}

/** The keys of a path; `undefined` stands for any. */
function segmentsOf(path: string): readonly (string | undefined)[] {
  const segments: (string | undefined)[] = [];
  let at = 0;
  while (at < path.length) {
    SEGMENT.lastIndex = at;
    const match = SEGMENT.exec(path);
    const isBracket = path[at] === '[';
    const needsDot = at > 0 && !isBracket && path[at - 1] !== '.';
    if (match === null || needsDot) throw invalidPath(path);
    const [whole, index, double, single, plain] = match;
    const quoted = double ?? single;
    const key = quoted === undefined ? (index ?? plain!) : quoted.replace(/\\(.)/g, '$1');
    segments.push(key === '*' && quoted === undefined ? undefined : key);
    at += whole.length;
    if (path[at] === '.') {
      if (++at === path.length || path[at] === '[') throw invalidPath(path);
    }
  }
  if (segments.length === 0 || segments.length > MAX_SEGMENTS) throw invalidPath(path);
  return segments;
}

const invalidPath = (path: string): Error =>
  optionInvalid(
    'createRedactor: paths',
    path,
    `paths such as user.address.street, items[*].pin or a["b.c"], of at most ${MAX_SEGMENTS} keys`,
  );
