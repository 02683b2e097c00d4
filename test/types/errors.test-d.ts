// Compiled by `npm run types`, never run: what wrappers keep of a function's type, and what messages for people give.
import { expectTypeOf } from 'expect-type';
import { createErrorFunctions } from '../../lib/errors/errors';
import type { ErrorHost } from '../../lib/errors/host';
import type { MessageObject } from '../../lib/errors/messages/format';
import { germanMessages } from '../../lib/errors/messages/german';
import type { UserErrorKind } from '../../lib/errors/messages/kind-table';
import { userMessage } from '../../lib/errors/messages/user-messages';

declare const host: ErrorHost;
const errors = createErrorFunctions(host);
const { capture, handleErrors, logAndFormat, logCalls, report, timed } = errors;

function overloaded(value: string): string;
function overloaded(value: number): number;
function overloaded(value: string | number): string | number {
  return value;
}
const generic = <Value>(value: Value): Value[] => [value];
function withThis(this: Date, days: number): number {
  return this.getTime() + days;
}
const withProperty = Object.assign((a: number) => a, { version: 1 });
const add = (a: number, b?: number): number => a + (b ?? 0);
const load = async (id: string): Promise<{ id: string }> => ({ id });

// Where the result stays, the type stays: overloads, generics, this, own properties.
expectTypeOf(logCalls(overloaded)).toEqualTypeOf<typeof overloaded>();
expectTypeOf(logCalls(generic)('x')).toEqualTypeOf<string[]>();
expectTypeOf(logCalls(generic)(5)).toEqualTypeOf<number[]>();
expectTypeOf(logCalls(withThis)).toEqualTypeOf<typeof withThis>();
expectTypeOf(logCalls(withProperty)).toEqualTypeOf<typeof withProperty>();
expectTypeOf(logCalls(load)).toEqualTypeOf<typeof load>();
expectTypeOf(timed(overloaded)).toEqualTypeOf<typeof overloaded>();
expectTypeOf(timed(generic)('x')).toEqualTypeOf<string[]>();
expectTypeOf(timed(generic)(5)).toEqualTypeOf<number[]>();
expectTypeOf(timed(withThis)).toEqualTypeOf<typeof withThis>();
expectTypeOf(timed(withProperty)).toEqualTypeOf<typeof withProperty>();
expectTypeOf(timed(load)).toEqualTypeOf<typeof load>();
expectTypeOf(handleErrors(overloaded)).toEqualTypeOf<typeof overloaded>();
expectTypeOf(handleErrors(generic)('x')).toEqualTypeOf<string[]>();
expectTypeOf(handleErrors(generic)(5)).toEqualTypeOf<number[]>();
expectTypeOf(handleErrors(withThis)).toEqualTypeOf<typeof withThis>();
expectTypeOf(handleErrors(withProperty)).toEqualTypeOf<typeof withProperty>();
expectTypeOf(handleErrors(load)).toEqualTypeOf<typeof load>();
expectTypeOf(logCalls({ level: 'info' })(overloaded)).toEqualTypeOf<typeof overloaded>();
expectTypeOf(capture({ component: 'bot' })(generic)('x')).toEqualTypeOf<string[]>();
expectTypeOf(handleErrors(add, { rethrow: true, level: 'critical' })).toEqualTypeOf<typeof add>();

// A fallback that is a result leaves the type; another one joins it.
expectTypeOf(handleErrors(add, { fallback: 0 })).toEqualTypeOf<typeof add>();
expectTypeOf(handleErrors(add, { fallback: () => 0 })).toEqualTypeOf<typeof add>();
expectTypeOf(handleErrors(add, { fallback: null })).toEqualTypeOf<(a: number, b?: number) => number | null>();
expectTypeOf(handleErrors(add, { fallback: (error) => String(error) })).toEqualTypeOf<(a: number, b?: number) => number | string>();
expectTypeOf(handleErrors(add, { rethrow: false })).toEqualTypeOf<(a: number, b?: number) => number | undefined>();
expectTypeOf(handleErrors(load, { fallback: null })).toEqualTypeOf<(id: string) => Promise<{ id: string } | null>>();
expectTypeOf(handleErrors(load, { fallback: async () => null })).toEqualTypeOf<(id: string) => Promise<{ id: string } | null>>();
expectTypeOf(handleErrors(load, { rethrow: false })).toEqualTypeOf<(id: string) => Promise<{ id: string } | undefined>>();
expectTypeOf(handleErrors(withThis, { fallback: null })).toEqualTypeOf<(this: Date, days: number) => number | null>();
expectTypeOf(handleErrors({ fallback: null })(add)).toEqualTypeOf<(a: number, b?: number) => number | null>();
// @ts-expect-error an error is either thrown or replaced
handleErrors(add, { rethrow: true, fallback: 0 });
// @ts-expect-error no such option
handleErrors(add, { falback: 0 });
// @ts-expect-error no such level
handleErrors(add, { level: 'silent' });
// @ts-expect-error no class
handleErrors(class {});

// A scope returns what its function returns.
expectTypeOf(capture({ component: 'bot' }, () => 5)).toEqualTypeOf<number>();
expectTypeOf(capture({ component: 'bot', fields: { a: 1 } }, async () => 'x')).toEqualTypeOf<Promise<string>>();
expectTypeOf(capture({ rethrow: false }, () => 5)).toEqualTypeOf<number | undefined>();
expectTypeOf(capture({ rethrow: false }, async () => 'x')).toEqualTypeOf<Promise<string | undefined>>();

// What picks knows arguments and result.
logCalls(add, {
  args: (a, b) => {
    expectTypeOf([a, b] as const).toEqualTypeOf<readonly [number, number | undefined]>();
    return { a };
  },
  result: (sum) => expectTypeOf(sum).toEqualTypeOf<number>(),
});
logCalls(load, { result: ({ id }) => id });

// Above methods, as standard decorators: static, private, generic, asynchronous.
export class Service {
  @logCalls
  plain(a: number): number {
    return a;
  }

  @logCalls({ level: 'info', args: (user: string, _password: string) => ({ user }) })
  login(user: string, password: string): boolean {
    return user !== password;
  }

  @timed
  static make<Value>(value: Value): Value {
    return value;
  }

  @timed({ name: 'hidden' })
  #hidden(): void {}

  @capture({ component: 'service' })
  async load(id: string): Promise<string> {
    this.#hidden();
    return id;
  }

  @handleErrors
  rethrown(): void {}

  @handleErrors({ fallback: null })
  async maybe(id: string): Promise<string | null> {
    return id;
  }

  @handleErrors({ rethrow: false })
  nothing(): void {}

  // @ts-expect-error the fallback is no result of this method
  @handleErrors({ fallback: 'text' })
  number(): number {
    return 5;
  }

  // @ts-expect-error nothing is no result of this method
  @capture({ rethrow: false })
  scope(): number {
    return 5;
  }

  // @ts-expect-error above methods only
  @timed
  get size(): number {
    return 5;
  }

  // @ts-expect-error above methods only
  @logCalls()
  field = (): number => 5;
}

// A message is text, or an object where that is asked for.
expectTypeOf(userMessage(new Error('x'))).toEqualTypeOf<string>();
expectTypeOf(userMessage('x', { format: 'markdown' })).toEqualTypeOf<string>();
expectTypeOf(userMessage('x', { format: 'json', locale: 'de' })).toEqualTypeOf<MessageObject<UserErrorKind>>();
expectTypeOf(logAndFormat('x', { component: 'bot' })).toEqualTypeOf<string>();
expectTypeOf(logAndFormat('x', { format: 'json' }).kind).toEqualTypeOf<UserErrorKind>();
expectTypeOf(report('x')).toEqualTypeOf<string>();
// @ts-expect-error no such kind
userMessage('x', { kind: 'quota_exceeded' });
// @ts-expect-error no such format
userMessage('x', { format: 'html' });

// Kinds of one's own are kinds, and can be translated.
const text = { title: 'Quota', message: 'Nothing is left.', action: 'Wait.' };
const own = createErrorFunctions(host, {
  kinds: { quota_exceeded: { ...text, matches: (error) => error instanceof RangeError } },
  messages: { de: { ...germanMessages, quota_exceeded: text } },
  format: 'json',
});
expectTypeOf(own.kindOf('x')).toEqualTypeOf<UserErrorKind | 'quota_exceeded'>();
expectTypeOf(own.userMessage('x')).toEqualTypeOf<MessageObject<UserErrorKind | 'quota_exceeded'>>();
expectTypeOf(own.logAndFormat('x', { format: 'text' })).toEqualTypeOf<string>();
own.userMessage('x', { kind: 'quota_exceeded' });
// @ts-expect-error a kind that is not declared
createErrorFunctions(host, { kinds: { quota: text }, messages: { de: { qouta: text } } });
// @ts-expect-error a text is missing
createErrorFunctions(host, { kinds: { quota: { title: 'x', message: 'y' } } });
