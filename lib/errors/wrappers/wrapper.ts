import { TelemetryError } from '../../core/errors';
import { optionInvalid } from '../../core/options';
import type { AnyFunction, FunctionWrapper } from './function-types';
import { keepShape } from './keep-shape';

/** How one wrapper is made, whichever way it is asked for. */
export interface WrapperParts<Settings> {
  /** `logCalls`, in messages. */
  readonly where: string;
  /** Refuses options; fills in what is missing. */
  readonly settle: (options: unknown) => Settings;
  /** Makes the function that stands in for another. It must be a method of an object literal: those can't be called with `new`. */
  readonly wrap: (fn: Callable, settings: Settings, name: string) => AnyFunction;
}

/** A function as a wrapper calls it. */
export type Callable = (this: unknown, ...args: unknown[]) => unknown;

/**
 * The three ways to ask for a wrapper: `wrap(fn, options?)`, `@wrap` above a method, and `wrap(options)`, which is a
 * decorator and a function to wrap others with.
 */
export function createWrapper<Settings>(parts: WrapperParts<Settings>): (...given: unknown[]) => unknown {
  return (...given) => {
    const [first, second] = given;
    refuseLegacy(parts.where, second);
    if (typeof first === 'function')
      return isContext(second)
        ? apply(parts, first, second, parts.settle(undefined))
        : apply(parts, first, undefined, parts.settle(second));
    if (given.length > 0 && (typeof first !== 'object' || first === null || isContext(second)))
      throw optionInvalid(`${parts.where}: function`, first, EXPECTED);
    return decoratorOf(parts, parts.settle(first));
  };
}

/** A decorator whose options are settled already. */
export function decoratorOf<Settings>(parts: WrapperParts<Settings>, settings: Settings): FunctionWrapper {
  return ((fn: unknown, context: unknown) => {
    refuseLegacy(parts.where, context);
    return apply(parts, fn, context, settings);
  }) as FunctionWrapper;
}

const EXPECTED = 'a function, or a standard decorator above a method';

function apply<Settings>({ where, wrap }: WrapperParts<Settings>, fn: unknown, context: unknown, settings: Settings): AnyFunction {
  if (isContext(context) && context.kind !== 'method')
    throw new TelemetryError(
      'OPTION_INVALID',
      `${where} can't decorate this`,
      `It stands above a ${context.kind}`,
      'Put it above a method',
    );
  if (typeof fn !== 'function') throw optionInvalid(`${where}: function`, fn, EXPECTED);
  if (isClass(fn))
    throw new TelemetryError(
      'OPTION_INVALID',
      `${where} can't wrap a class`,
      `Got ${nameOf(fn, undefined)}`,
      'Wrap its methods, or a function that creates it',
    );
  const wrapped = wrap(fn as Callable, settings, nameOf(fn, context));
  keepShape(wrapped, fn as AnyFunction);
  return wrapped;
}

interface Context {
  readonly kind: string;
  readonly name?: unknown;
}

/** Every kind of decorator has these; options don't. */
const isContext = (value: unknown): value is Context =>
  typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string' && 'addInitializer' in value;

/** Decorators of before the standard are given the name of the method and not its context. */
function refuseLegacy(where: string, second: unknown): void {
  if (typeof second !== 'string' && typeof second !== 'symbol') return;
  throw new TelemetryError(
    'OPTION_INVALID',
    `${where} is a standard decorator`,
    'It was called the way of experimentalDecorators',
    'Turn experimentalDecorators off, or wrap the function',
  );
}

function isClass(fn: unknown): boolean {
  try {
    return /^class\b/.test(Function.prototype.toString.call(fn).slice(0, 6));
  } catch {
    return false;
  }
}

/** What lines call the function: compilers rename private methods, their context does not. */
function nameOf(fn: unknown, context: unknown): string {
  try {
    const name = isContext(context) ? context.name : (fn as { readonly name?: unknown }).name;
    return String(name ?? '').slice(0, 128) || 'anonymous';
  } catch {
    return 'anonymous';
  }
}
