import mitt from 'mitt';

/**
 * Who is subscribed to what: mitt's registry, used for `on`, `off` and its exposed map.
 *
 * mitt's own `emit` copies the list and stops at the first throw, so it is not used; see dispatch.ts. Two of its edges
 * are covered here: `off` without a handler would empty a list, and empty lists would stay behind for ever.
 *
 * Keys are dotted names, dotted prefixes, and `*` for everything; segments hold neither dots nor asterisks.
 */
export interface Subscriptions<Subscriber> {
  add(key: string, subscriber: Subscriber): void;
  remove(key: string, subscriber: Subscriber): void;
  /** Subscribers of exactly this key, in the order they came. */
  at(key: string): readonly Subscriber[];
}

// mitt never looks at what it stores, so a subscriber need not be a function, as its types would have it. Under
// NodeNext resolution those types also call the default export a module; one cast suits both.
const createRegistry = mitt as unknown as <Subscriber>() => {
  readonly all: Map<string, Subscriber[]>;
  on(key: string, subscriber: Subscriber): void;
  off(key: string, subscriber: Subscriber): void;
};

const NOBODY: readonly never[] = [];

export function createSubscriptions<Subscriber>(): Subscriptions<Subscriber> {
  const registry = createRegistry<Subscriber>();
  return {
    add: registry.on,
    remove(key, subscriber) {
      registry.off(key, subscriber);
      if (registry.all.get(key)?.length === 0) registry.all.delete(key);
    },
    at: (key) => registry.all.get(key) ?? NOBODY,
  };
}
