import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExpressErrorMiddleware, ExpressNext } from '../express';
import { exchangeOf } from '../node-exchange';
import { replace } from './replace';

/** A layer of a router of Express 4 or 5. What it is given of errors, a method of all layers passes to its handler. */
interface Layer {
  readonly handle?: { readonly length: number };
}

export interface Router {
  readonly stack: Layer[];
  use(handler: unknown): unknown;
}

type HandleError = (this: Layer, error: unknown, request: IncomingMessage, response: ServerResponse, next: ExpressNext) => unknown;
type Layers = Record<string, HandleError>;

/** Of Express 5, and of 4. */
const METHODS = ['handleError', 'handle_error'] as const;

/** Marks answers of applications that are integrated: others of the process have the same layers. */
const TOLD: unique symbol = Symbol('told of errors');
type Told = ServerResponse & { [TOLD]?: true };

const patched = new WeakMap<object, { users: number; readonly restore: () => void }>();

/**
 * Errors of an application of Express. Its error handlers, and those of routers and applications that are mounted in it, are many and may
 * be added at any time; so what hands errors to them tells of errors. A layer of ours behind all others tells of those that nobody handles.
 */
export class ExpressErrors {
  private router: Router | undefined = undefined;
  private last: Layer | undefined = undefined;
  private unpatch: (() => void) | undefined = undefined;

  constructor(private readonly errors: ExpressErrorMiddleware) {}

  /** A request begins. Routes may have been added since the last one. Costs a comparison when none were. */
  begin(router: Router | undefined, response: ServerResponse): void {
    (response as Told)[TOLD] = true;
    const stack = router?.stack;
    if (router === undefined || !Array.isArray(stack)) return;
    if (this.last !== undefined && stack[stack.length - 1] === this.last) return;
    this.removeLast();
    const { errors } = this;
    router.use((error: unknown, request: IncomingMessage, answer: ServerResponse, next: ExpressNext) =>
      errors(error, request, answer, next),
    );
    this.router = router;
    this.last = stack[stack.length - 1];
    if (this.last !== undefined) this.unpatch ??= patchLayers(Object.getPrototypeOf(this.last) as Layers);
  }

  private removeLast(): void {
    const { router, last } = this;
    const index = router !== undefined && last !== undefined ? router.stack.indexOf(last) : -1;
    if (index >= 0) router!.stack.splice(index, 1);
    this.last = undefined;
  }

  remove(): void {
    this.removeLast();
    this.unpatch?.();
    this.unpatch = undefined;
  }
}

/** @returns What takes it out, when no other application needs it any more. */
function patchLayers(layers: Layers): () => void {
  const entry = patched.get(layers) ?? { users: 0, restore: patchMethod(layers) };
  patched.set(layers, entry);
  entry.users++;
  return () => {
    if (--entry.users > 0) return;
    patched.delete(layers);
    entry.restore();
  };
}

function patchMethod(layers: Layers): () => void {
  const method = METHODS.find((name) => typeof layers[name] === 'function');
  if (method === undefined) return () => {};
  let isOn = true;
  const restore = replace(
    layers,
    method,
    (before) =>
      function handleTold(error, request, response, next) {
        // Express tells error handlers by their four parameters; all other layers are passed by.
        if (isOn && this.handle?.length === 4 && (response as Told)[TOLD]) exchangeOf(response)?.fail(error);
        return before.call(this, error, request, response, next);
      },
  );
  return () => {
    isOn = false;
    restore();
  };
}
