import { read } from '../../core/read';

/** What is read of a layer that does not tell its template. */
export interface UnsaidLayer {
  /** Express 4: what the template was made into, and the names of its parameters. */
  readonly regexp?: RegExp;
  readonly keys?: readonly unknown[];
  /** Express 5: one for each path. */
  readonly matchers?: readonly { readonly name: string }[];
}

const UNKNOWN = '/*';
/** What Express 4 puts behind a path that others follow. */
const MOUNT_END = String.raw`\/?(?=\/|$)`;
/** What it makes of a fixed part, and of a parameter that is all of a segment. */
const MOUNT_PART = /\\\/((?:[\w~@!%-]|\\[.-])+)(?=\\\/|\(|$)|(?:\(\?:\\\/|\\\/(?:\(\?:)?)\(\[\^\\?\/\]\+\?\)\)?(?=\\\/|\(|$)/y;

/**
 * The template of a mounted router, as far as it can be told without the text that came: of that, anybody can make up as much as he likes.
 *
 * @param matched - The text that led to it.
 * @returns `/*` when in doubt.
 */
export function unsaid({ regexp, keys, matchers }: UnsaidLayer, matched: string, params: object): string {
  if (matched === '') return '';
  if (regexp !== undefined) return templateOf(regexp.source, keys ?? []);
  // What Express 5 makes of a RegExp.
  if (matchers === undefined || matchers.some(({ name }) => name === 'regexpMatcher')) return UNKNOWN;
  return masked(matched, params);
}

/** Reads the template back from what Express 4 made of it, where that is fixed parts and whole parameters. */
function templateOf(source: string, keys: readonly unknown[]): string {
  if (!source.startsWith('^') || !source.endsWith(MOUNT_END)) return UNKNOWN;
  const parts = source.slice(1, -MOUNT_END.length);
  const part = new RegExp(MOUNT_PART);
  let template = '';
  let parameters = 0;
  while (part.lastIndex < parts.length) {
    const found = part.exec(parts);
    if (found === null) return UNKNOWN;
    const [, fixed] = found;
    if (fixed === undefined) {
      const name = read(keys[parameters++], 'name');
      if (typeof name !== 'string') return UNKNOWN;
      template += `/:${name}`;
    } else template += `/${fixed.replaceAll('\\', '')}`;
  }
  return parameters === keys.length ? template : UNKNOWN;
}

/**
 * Puts the names of parameters where their values are, if there is but one place for each. What is left is of the template, but for its
 * case, which routers ignore.
 */
function masked(path: string, params: object): string {
  const segments = path.split('/').map(decoded);
  const names = new Map<number, string>();
  for (const [name, value] of Object.entries(params)) {
    if (typeof value !== 'string' || value === '') return UNKNOWN;
    const [at, ...others] = segments.flatMap((segment, index) => (segment.includes(value) ? [index] : []));
    if (at === undefined || others.length > 0 || names.has(at) || segments[at] !== value) return UNKNOWN;
    names.set(at, name);
  }
  return segments.map((segment, index) => (names.has(index) ? `:${names.get(index)}` : segment.toLowerCase())).join('/');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
