import { withActiveTrace } from './active-trace';
import { shared } from './shared';

/** Fields that a scope adds to everything said within it. */
export type ContextFields = Readonly<Record<string, unknown>>;

/** Keeps the fields of the current scope; an AsyncLocalStorage is one. */
export interface ContextStorage {
  getStore(): ContextFields | undefined;
  run<Result, Args extends unknown[]>(fields: ContextFields | undefined, fn: (...args: Args) => Result, ...args: Args): Result;
}

/** Under which key a scope has what it was opened for, such as a request. A symbol of all copies of the library; records show no symbols. */
export const OWNER: unique symbol = Symbol.for('telemetry-bus/scope-owner') as never;

/** What a scope was opened for. */
export interface ScopeOwner {
  /** What records of errors within the scope have besides their own fields. Never throws. */
  errorFields(): ContextFields;
  /** Whether an id of the scope was made for it, of hex digits: it holds no secret, and needs no escape. Another copy's may not tell. */
  isMadeId?(id: unknown): boolean;
}

type AsyncHooks = { readonly AsyncLocalStorage?: new () => ContextStorage };
type Platform = { readonly process?: { readonly getBuiltinModule?: (name: string) => AsyncHooks | undefined } };

/** A scope that ends when its function returns: all there is without async context. */
function synchronousStorage(): ContextStorage {
  let current: ContextFields | undefined;
  return {
    getStore: () => current,
    run(fields, fn, ...args) {
      const outer = current;
      current = fields;
      try {
        return fn(...args);
      } finally {
        current = outer;
      }
    },
  };
}

// Asked for at run time, so that bundles for browsers hold no trace of it.
function detectStorage(): ContextStorage {
  const { AsyncLocalStorage } = (globalThis as Platform).process?.getBuiltinModule?.('node:async_hooks') ?? {};
  return AsyncLocalStorage ? new AsyncLocalStorage() : synchronousStorage();
}

/** Installs a storage where the platform has one that can't be found by asking; keeps one that is in use. */
export function provideContextStorage(storage: () => ContextStorage): void {
  shared.context ??= storage();
}

/**
 * Runs a function in a scope: every record, error and captured event within carries the fields, across awaits, timers,
 * streams and callbacks, as far as the platform's async context reaches (Node, Bun, Deno; a custom thenable or a pool
 * may lose it, see `bindContext`). Without async context (browsers) the scope ends when the function returns.
 *
 * Scopes nest: inner fields are added to the outer ones, an inner field replaces an outer one of the same name. The
 * fields are copied once, when the scope begins.
 *
 * `request_id`, `trace_id` and `span_id` become fields of the record itself; the rest stand beside its own.
 *
 * @param fields - An object; its own enumerable fields count.
 * @param fn - Called at once; what it returns is returned, what it throws is thrown.
 * @example
 * runWithContext({ request_id: 'r-1' }, () => contextFields()); // => { request_id: 'r-1' }
 * contextFields(); // => undefined
 */
export function runWithContext<Result>(fields: ContextFields, fn: () => Result): Result {
  const storage = (shared.context ??= detectStorage());
  return storage.run(Object.freeze(merge(storage.getStore(), fields)), fn);
}

/**
 * Runs a function in a scope that was put together beforehand, for hot paths: nothing is merged or copied.
 *
 * @param fields - Frozen, with the fields of the outer scope in it; see `contextFields`.
 */
export function runInScope<Result, Args extends unknown[]>(fields: ContextFields, fn: (...args: Args) => Result, ...args: Args): Result {
  return (shared.context ??= detectStorage()).run(fields, fn, ...args);
}

/** Runs a function outside of any scope: for what goes on by itself, whoever began it. */
export function withoutContext<Result>(fn: () => Result): Result {
  const { context } = shared;
  return context === undefined ? fn() : context.run(undefined, fn);
}

/** A field whose getter throws is left out: the function must run all the same. Each is asked once. */
function merge(outer: ContextFields | undefined, inner: ContextFields): ContextFields {
  const entries: [string, unknown][] = [];
  for (const key of keysOf(inner)) {
    try {
      entries.push([key, inner[key]]);
    } catch {
      // Nothing can be said of it.
    }
  }
  // Assigning to `__proto__` would not make a field of it.
  return { ...outer, ...Object.fromEntries(entries) };
}

function keysOf(fields: object): string[] {
  try {
    return Object.keys(fields);
  } catch {
    return [];
  }
}

/**
 * Ties a function to the current scope: called later, from a pool, an emitter or a queue, it runs in the scope it was
 * bound in. `this`, arguments and result pass through.
 *
 * @example
 * const later = runWithContext({ request_id: 'r-1' }, () => bindContext(() => contextFields()));
 * later(); // => { request_id: 'r-1' }
 */
export function bindContext<This, Args extends unknown[], Result>(
  fn: (this: This, ...args: Args) => Result,
): (this: This, ...args: Args) => Result {
  const storage = (shared.context ??= detectStorage());
  const fields = storage.getStore();
  return function bound(...args) {
    return storage.run(fields, () => fn.apply(this, args));
  };
}

/**
 * The fields of the current scope, outer ones included; `undefined` outside of any. Where a bridge to OpenTelemetry runs and one of
 * its spans is active, `trace_id` and `span_id` are those of the span. Costs some nanoseconds, and less where no scope was ever
 * opened.
 *
 * @example
 * runWithContext({ user: 'u1' }, () => runWithContext({ task: 't1' }, () => contextFields())); // => { user: 'u1', task: 't1' }
 */
export const contextFields = (): ContextFields | undefined => {
  const fields = shared.context?.getStore();
  return shared.traceSources === undefined ? fields : withActiveTrace(fields);
};

/** What the current scope, or one around it, was opened for. */
export const scopeOwner = (fields: ContextFields | undefined = shared.context?.getStore()): ScopeOwner | undefined =>
  (fields as { readonly [OWNER]?: ScopeOwner } | undefined)?.[OWNER];
