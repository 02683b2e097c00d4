/**
 * Which test an emission belongs to, where the platform has async context (Node 20.16 and later, Bun, Deno): captures
 * of tests that run at once do not see each other's events.
 *
 * A capture marks the async context it is made in; what the test awaits and starts inherits the mark. Two captures made
 * in one context share its mark unless they could catch the same event: then they belong to different tests, because a
 * test that wants an event once captures it once.
 *
 * An emission is hidden from a capture only if it carries the mark of another test whose captures are still on. What
 * comes from elsewhere, a server or a timer started before, is seen by all.
 */
export interface Scope {
  readonly captures: Set<ScopedCapture>;
}

export interface ScopedCapture {
  readonly bus: object;
  readonly kind: 'events' | 'records';
  /** Dotted keys; `undefined` for every event. */
  readonly keys: ReadonlySet<string> | undefined;
}

interface AsyncStorage {
  getStore(): Scope | undefined;
  enterWith(scope: Scope): void;
}

type AsyncHooks = { readonly AsyncLocalStorage?: new () => AsyncStorage };
type Platform = { readonly process?: { readonly getBuiltinModule?: (name: string) => AsyncHooks | undefined } };

// Asked for at run time, so that bundles for browsers hold no trace of it.
const { AsyncLocalStorage } = (globalThis as Platform).process?.getBuiltinModule?.('node:async_hooks') ?? {};
const storage = AsyncLocalStorage && new AsyncLocalStorage();

/** Puts a capture into the scope of the current context; `undefined` where the platform knows no contexts. */
export function enterScope(capture: ScopedCapture): Scope | undefined {
  if (storage === undefined) return undefined;
  let scope = storage.getStore();
  if (scope === undefined || [...scope.captures].some((other) => overlap(other, capture))) {
    scope = { captures: new Set() };
    storage.enterWith(scope);
  }
  scope.captures.add(capture);
  return scope;
}

/** Whether an emission in the current context is for a capture of this scope. */
export function isInScope(scope: Scope | undefined): boolean {
  const current = storage?.getStore();
  return current === undefined || current === scope || current.captures.size === 0;
}

function overlap(one: ScopedCapture, other: ScopedCapture): boolean {
  if (one.bus !== other.bus || one.kind !== other.kind) return false;
  const { keys } = other;
  return one.keys === undefined || keys === undefined || [...one.keys].some((key) => keys.has(key));
}
