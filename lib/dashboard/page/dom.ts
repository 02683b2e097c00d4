/**
 * What is shown, as plain values, and the way they become elements. Texts become text nodes and nothing else: data can't make an element.
 * Elements that stay are changed in place, so that focus, selection and scroll positions stay as well.
 */

export type Child = VNode | string | number | null | undefined | false | readonly Child[];

/** What an element has. Names of attributes, but for those named here. */
export interface Props {
  /** Tells it from its neighbours when they change places. */
  readonly key?: string;
  readonly class?: string;
  /** Listeners by event. */
  readonly on?: Readonly<Record<string, (event: Event) => void>>;
  /** Of what is typed or chosen: set only when it differs. */
  readonly value?: string;
  readonly checked?: boolean;
  /** Width in per cent, for bars. */
  readonly percent?: number;
  /** Other attributes; `undefined` and `false` are absent, `true` is present. */
  readonly [attribute: string]: unknown;
}

/** Something that draws into an element by itself: a chart. */
export interface Island<Given> {
  update(given: Given): void;
  destroy(): void;
}

export interface VNode {
  readonly tag: string;
  readonly key: string | undefined;
  readonly props: Props;
  readonly children: readonly (VNode | string)[];
  readonly island?: { readonly make: (host: HTMLElement) => Island<never>; readonly given: unknown };
}

/** Attributes that can be set; whatever could run or load something is not among them. */
const ATTRIBUTES =
  /^(?:id|title|role|type|name|placeholder|for|scope|colspan|tabindex|autocomplete|min|max|maxlength|disabled|selected|open|datetime|href|download|hidden|inert|lang|list|autofocus|spellcheck|aria-[a-z]+|data-[a-z-]+)$/;
/** A place within the page, never another scheme or host. */
const PLACE = /^(?:[#?]|\/(?!\/)|\.\/)/;
const TAGS =
  /^(?:a|abbr|article|aside|b|button|caption|code|datalist|dd|details|dialog|div|dl|dt|fieldset|footer|form|h1|h2|h3|header|input|kbd|label|legend|li|main|nav|ol|option|p|pre|section|select|small|span|strong|summary|table|tbody|td|textarea|tfoot|th|thead|time|tr|ul)$/;

interface Known {
  node: VNode;
  island?: Island<never>;
}

const known = new WeakMap<Node, Known>();

/** Makes what is shown of an element. */
export function h(tag: string, props: Props = {}, ...children: readonly Child[]): VNode {
  if (!TAGS.test(tag)) throw new TypeError(`No element ${tag}`);
  return { tag, key: props.key, props, children: flat(children) };
}

/** Makes an element that something draws into. `make` is called once; `given` goes to it now, and whenever it is shown again. */
export function island<Given>(key: string, props: Props, make: (host: HTMLElement) => Island<Given>, given: Given): VNode {
  return { tag: 'div', key, props, children: [], island: { make: make as (host: HTMLElement) => Island<never>, given } };
}

function flat(children: readonly Child[]): readonly (VNode | string)[] {
  const all: (VNode | string)[] = [];
  for (const child of children) {
    if (child === null || child === undefined || child === false || child === '') continue;
    if (Array.isArray(child)) all.push(...flat(child as readonly Child[]));
    else all.push(typeof child === 'object' ? (child as VNode) : String(child));
  }
  return all;
}

/** Makes the children of an element what is given. */
export function show(host: Element, ...children: readonly Child[]): void {
  patchChildren(host, flat(children));
}

function patchChildren(host: Element, wanted: readonly (VNode | string)[]): void {
  const keyed = new Map<string, ChildNode>();
  for (const child of host.childNodes) {
    const key = known.get(child)?.node.key;
    if (key !== undefined) keyed.set(key, child);
  }
  let place = host.firstChild;
  for (const one of wanted) {
    const found = reusable(one, place, keyed);
    if (found === undefined) {
      host.insertBefore(made(one), place);
      continue;
    }
    if (typeof one === 'string') {
      if (found.nodeValue !== one) found.nodeValue = one;
    } else update(found as HTMLElement, one);
    if (found === place) place = place.nextSibling;
    else host.insertBefore(found, place);
  }
  while (place !== null) {
    const next: ChildNode | null = place.nextSibling;
    forget(place);
    place.remove();
    place = next;
  }
}

function reusable(one: VNode | string, place: ChildNode | null, keyed: Map<string, ChildNode>): ChildNode | undefined {
  if (typeof one === 'string') return place?.nodeType === Node.TEXT_NODE ? place : undefined;
  if (one.key !== undefined) {
    const same = keyed.get(one.key);
    keyed.delete(one.key);
    return same !== undefined && isSameKind(same, one) ? same : undefined;
  }
  return place !== null && isSameKind(place, one) && known.get(place)?.node.key === undefined ? place : undefined;
}

const isSameKind = (node: Node, one: VNode): boolean => {
  const before = known.get(node)?.node;
  return before !== undefined && before.tag === one.tag && before.island?.make === one.island?.make;
};

function made(one: VNode | string): Node {
  if (typeof one === 'string') return document.createTextNode(one);
  const element = document.createElement(one.tag);
  const entry: Known = { node: { ...one, props: {}, children: [] } };
  known.set(element, entry);
  if (one.island !== undefined) entry.island = one.island.make(element);
  update(element, one);
  if (one.props.autofocus === true) queueMicrotask(() => element.focus());
  return element;
}

function update(element: HTMLElement, one: VNode): void {
  const entry = known.get(element) as Known;
  const before = entry.node.props;
  entry.node = one;
  for (const name of Object.keys(before)) if (!(name in one.props)) assign(element, name, undefined, before[name]);
  for (const [name, value] of Object.entries(one.props)) if (name !== 'value') assign(element, name, value, before[name]);
  if (entry.island !== undefined) entry.island.update(one.island?.given as never);
  else patchChildren(element, one.children);
  // A choice can be made only among options that are there.
  if (one.props.value !== undefined) assign(element, 'value', one.props.value, before.value);
}

function assign(element: HTMLElement, name: string, value: unknown, before: unknown): void {
  if (name === 'key') return;
  if (name === 'on') {
    listen(element, (before ?? {}) as Listeners, (value ?? {}) as Listeners);
    return;
  }
  if (name === 'value' || name === 'checked') {
    const field = element as HTMLInputElement;
    // Also when it was said before: somebody may have typed since.
    if (name === 'value' && field.value !== value) field.value = String(value ?? '');
    if (name === 'checked' && field.checked !== (value === true)) field.checked = value === true;
    return;
  }
  if (value === before) return;
  if (name === 'class') element.className = String(value ?? '');
  else if (name === 'percent') element.style.width = value === undefined ? '' : `${Math.max(0, Math.min(100, Number(value)))}%`;
  else if (!ATTRIBUTES.test(name)) throw new TypeError(`No attribute ${name}`);
  else if (value === undefined || value === false || value === null) element.removeAttribute(name);
  else if (name === 'href' && !PLACE.test(String(value))) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : String(value));
}

type Listeners = Readonly<Record<string, (event: Event) => void>>;

/** One listener for each event stays; which function it calls changes with each look. */
const listeners = new WeakMap<HTMLElement, Map<string, (event: Event) => void>>();

function listen(element: HTMLElement, before: Listeners, after: Listeners): void {
  let own = listeners.get(element);
  if (own === undefined) listeners.set(element, (own = new Map()));
  for (const name of Object.keys(before)) if (!(name in after)) own.delete(name);
  const all = own;
  for (const [name, listener] of Object.entries(after)) {
    if (!(name in before)) element.addEventListener(name, (event) => all.get(name)?.(event));
    all.set(name, listener);
  }
}

/** Ends what draws by itself within something that goes. */
function forget(node: Node): void {
  known.get(node)?.island?.destroy();
  for (const child of node.childNodes) forget(child);
}
