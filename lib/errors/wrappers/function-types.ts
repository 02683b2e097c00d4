/** Any function or method that can be called. */
export type AnyFunction = (...args: never[]) => unknown;

/** What a standard decorator is told of a method (TC39 stage 3, TypeScript 5). */
export interface MethodContext {
  readonly kind: 'method';
  readonly name: string | symbol;
  readonly static: boolean;
  readonly private: boolean;
}

/** What options are and the contexts of other decorators are not: those stand above getters, fields, classes. */
export interface NoContext {
  readonly kind?: never;
}

/** Wraps a function, or stands above a method as its decorator. The type stays: overloads, generics, `this`. */
export type FunctionWrapper = <Fn extends AnyFunction>(fn: Fn, context?: MethodContext) => Fn;

/** What a promise comes to; other values stay. */
export type Settled<Fn extends AnyFunction> = Awaited<ReturnType<Fn>>;

/** A result that may be another value as well: in a promise where the result is one. */
export type ResultOr<Result, Other> = Result extends PromiseLike<infer Value> ? Promise<Value | Awaited<Other>> : Result | Other;

/** A function whose result may be another value; the function itself, overloads and all, where that value is a result already. */
export type FunctionOr<Fn extends AnyFunction, Other> = [Awaited<Other>] extends [Settled<Fn>]
  ? Fn
  : (this: ThisParameterType<Fn>, ...args: Parameters<Fn>) => ResultOr<ReturnType<Fn>, Other>;
