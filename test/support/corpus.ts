/** Values that break loggers, and the places where an application may put them. */
import { runInNewContext } from 'node:vm';
import { bindContext, runWithContext, type Telemetry } from '../../lib/index';

/** Makes a value anew each time; `reads`, if there is one, counts how often a property was asked for. */
export interface HostileValue {
  readonly name: string;
  readonly make: () => unknown;
}

/** How often each property of a value was read, by key. */
export const reads: Map<string, number> = new Map();
const read = (key: PropertyKey): undefined => {
  if (typeof key === 'string') reads.set(key, (reads.get(key) ?? 0) + 1);
  return undefined;
};

const boom = (): never => {
  throw new Error('hostile');
};
const throwing = (): object =>
  new Proxy(
    { a: 1 },
    { get: boom, has: boom, ownKeys: boom, getOwnPropertyDescriptor: boom, getPrototypeOf: boom, set: boom, defineProperty: boom },
  );

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

/** Makes a value that is large, and that nothing changes, only once. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function cyclic(): object {
  const value: Record<string, unknown> = { a: { b: [] } };
  value.self = value;
  (value.a as { b: unknown[] }).b.push(value, value.a);
  return value;
}

function deep(levels: number): object {
  let value: Record<string, unknown> = { end: true };
  for (let level = 0; level < levels; level++) value = level % 2 ? { in: value } : { in: [value] };
  return value;
}

function wide(keys: number): object {
  const value: Record<string, number> = {};
  for (let key = 0; key < keys; key++) value[`key${key}`] = key;
  return value;
}

function countingGetters(): object {
  const value = {};
  for (const key of ['alpha', 'beta', 'gamma', 'toJSON']) {
    Object.defineProperty(value, key, { enumerable: true, get: () => read(key) ?? (key === 'toJSON' ? undefined : `${key} value`) });
  }
  return value;
}

const countingProxy = (): object =>
  new Proxy({ first: 1, second: 'two', third: { inner: true } }, { get: (target, key) => read(key) ?? Reflect.get(target, key) });

function throwingError(): Error {
  const error = new Error('unreadable');
  for (const key of ['stack', 'name', 'message', 'cause', 'code', 'errors'])
    Object.defineProperty(error, key, { enumerable: true, get: boom });
  return error;
}

function selfCause(): Error {
  const error = new Error('its own cause');
  error.cause = error;
  return error;
}

/** Every character that may end a line, drive a terminal, reorder text or break UTF-8. */
const EVIL_TEXT: string = [
  ...Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code)),
  ...Array.from({ length: 0x21 }, (_, code) => String.fromCharCode(0x7f + code)),
  '\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069\ufeff\ud800\udfff\udc00\ud83d',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what a template engine would read
  '"\\/\r\n{"level":"CRITICAL"}\u001b[31m${jndi:ldap://x}{{7*7}}%s %d %o',
].join('x');

const aggregate = (levels: number): Error => {
  let error: Error = new Error('leaf');
  for (let level = 0; level < levels; level++) error = new AggregateError(Array(10).fill(error), `level ${level}`, { cause: error });
  return error;
};

const hugeKeys = (text: string): object => Object.fromEntries(Array.from({ length: 300 }, (_, key) => [text.repeat(250) + key, key]));

export const CORPUS: readonly HostileValue[] = (
  [
    ['undefined', () => undefined],
    ['null', () => null],
    ['NaN', () => Number.NaN],
    ['-Infinity', () => -Infinity],
    ['-0', () => -0],
    ['a bigint', () => 2n ** 70n],
    ['a bigint of 300,000 digits', () => 1n << 1_000_000n],
    ['a symbol', () => Symbol('s\n"')],
    ['a function', () => function named() {}],
    ['a function that can not be text', () => Object.assign(() => 1, { toString: boom, valueOf: boom })],
    ['a proxy of a function', () => new Proxy(() => 1, { get: boom, apply: boom })],
    ['a class', () => class Thing {}],
    ['evil text', () => EVIL_TEXT],
    ['a text of 10 MiB', once(() => 'x'.repeat(10 * 1_048_576))],
    ['10 MiB of escapes', once(() => '\u0001'.repeat(10 * 1_048_576))],
    ['wide characters', () => '漢字😀'.repeat(20_000)],
    ['a cycle', cyclic],
    ['a Map', () => new Map<unknown, unknown>([['a', 1], [{ o: 1 }, new Map([[Symbol('k'), 2]])], ['__proto__', { polluted: 1 }], [1n << 100_000n, 1]])],
    ['a Map that holds itself', () => { const map = new Map<unknown, unknown>(); return map.set('self', map).set(map, 1); }],
    ['a Set', () => new Set([1, 'a', { b: 2 }, new Set([3])])],
    ['an invalid Date', () => new Date(Number.NaN)],
    ['a Date that lies', () => Object.assign(new Date(0), { toISOString: () => '"},{"level":"CRITICAL'.repeat(10_000), getTime: () => 0 })],
    ['a typed array', () => new Float64Array(1000)],
    ['a Buffer of 5 MiB', once(() => Buffer.alloc(5 * 1_048_576, 'x'))],
    ['an ArrayBuffer', () => new ArrayBuffer(10)],
    ['a RegExp', () => /a"b\n/gu],
    ['a URL', () => new URL('https://user:pw@example.com/?token=x')],
    ['a promise', () => Promise.resolve(1)],
    ['a WeakMap', () => new WeakMap()],
    ['boxed values', () => [Object('text'), Object(1), Object(true), Object(1n), Object(Symbol('s'))]],
    ['an object without prototype', () => Object.assign(Object.create(null), { a: 1 })],
    ['inherited fields', () => Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true } })],
    ['a throwing getter', () => Object.defineProperty({ before: 1 }, 'bad', { enumerable: true, get: boom })],
    ['a throwing toJSON', () => ({ a: 1, toJSON: boom })],
    ['a toJSON that returns itself', () => ({ a: 1, toJSON() { return this; } })],
    ['a toJSON that never ends', () => { const make = (): object => ({ toJSON: make }); return make(); }],
    ['a toJSON of text', () => ({ toJSON: () => EVIL_TEXT })],
    ['a proxy whose traps throw', throwing],
    ['a revoked proxy', () => revoked({})],
    ['a revoked proxy of an array', () => revoked([])],
    ['a revoked proxy of a function', () => revoked(() => 1)],
    ['a proxy of an array with a wrong length', () => new Proxy([1], { get: (target, key) => (key === 'length' ? '1,"level":"X"' : Reflect.get(target, key)) })],
    ['a proxy that counts reads', countingProxy],
    ['getters that count reads', countingGetters],
    ['10,000 levels', once(() => deep(10_000))],
    ['200,000 keys', once(() => wide(200_000))],
    ['1,000,000 items', once(() => new Array(1_000_000).fill(7))],
    ['a sparse array', () => { const list: number[] = []; list[4_000_000_000] = 1; return list; }],
    ['a matrix of 256 × 256 numbers', () => Array.from({ length: 256 }, () => Array.from({ length: 256 }, (_, at) => Math.PI * (at + 1)))],
    ['a matrix of empty objects', () => Array.from({ length: 256 }, () => Array.from({ length: 256 }, () => ({})))],
    ['a matrix of dates', () => Array.from({ length: 256 }, () => Array.from({ length: 256 }, (_, at) => new Date(at)))],
    ['300 long keys', () => hugeKeys('k')],
    ['300 long keys of wide characters', () => hugeKeys('漢')],
    ['300 long keys of controls', () => hugeKeys('\u0007')],
    ['300 markers', () => Object.fromEntries([['…', 0], ['…_', 1], ...Array.from({ length: 300 }, (_, key) => [`k${key}`, key])])],
    ['core fields', () => ({ timestamp: 1, level: 'X', logger: 1, message: 2, event_name: 3, pid: 4, thread: 5, exception: 6, error_id: 7, error_type: 8, line: 9 })],
    ['keys of prototypes', () => JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"prototype":{"polluted":1}}')],
    ['keys of evil text', () => ({ [EVIL_TEXT]: EVIL_TEXT, '': 1, ' ': 2 })],
    ['a getter that changes the object', () => ({ get a() { delete (this as { b?: number }).b; return 1; }, b: 2, c: 3 })],
    ['an error', () => new TypeError('plain')],
    ['an error that is its own cause', selfCause],
    ['an error that can not be read', throwingError],
    ['an error with odd parts', () => Object.assign(new Error('x'), { name: { toString: boom }, message: 5, stack: { a: 1 }, errors: new Proxy([], { get: boom }) })],
    ['an error with a symbol for a name', () => Object.assign(new Error('x'), { name: Symbol('n'), stack: 'a\nb\nc' })],
    ['a frozen error', () => Object.freeze(new RangeError('frozen'))],
    ['an error of another realm', () => runInNewContext('new TypeError("elsewhere")')],
    ['an object of another realm', () => runInNewContext('({ a: [1, new Map([["k", 1]]), new Date(0)] })')],
    ['a proxy of an error', () => new Proxy(new Error('behind'), {})],
    ['a tree of 10^8 errors', () => aggregate(8)],
    ['a DOMException', () => new DOMException('aborted', 'AbortError')],
    ['a frozen object', () => Object.freeze({ a: Object.freeze([1, Object.freeze({ b: 2 })]) })],
    ['an object that is no string tag', () => ({ get [Symbol.toStringTag](): string { return boom(); }, a: 1 })],
    ['a generator', function* () { yield 1; }],
    ['globalThis', () => globalThis],
  ] as readonly (readonly [string, () => unknown])[]
).map(([name, make]) => ({ name, make })); // biome-ignore format: a table

export interface Position {
  readonly name: string;
  /** What the record says of where it comes from. */
  readonly from: { readonly level: string; readonly logger: string };
  readonly put: (telemetry: Telemetry, value: unknown) => void;
}

const EVENT = ['app', 'part', 'done'] as const;
const event = { level: 'INFO', logger: 'app.part' };
const plain = { level: 'INFO', logger: 'app.bot' };

export const POSITIONS: readonly Position[] = [
  { name: 'metadata', from: event, put: (telemetry, value) => telemetry.execute(EVENT, { count: 1 }, value as object) },
  { name: 'a metadata field', from: event, put: (telemetry, value) => telemetry.execute(EVENT, {}, { before: 1, value, after: 2 }) },
  { name: 'nested in an object', from: event, put: (telemetry, value) => telemetry.execute(EVENT, {}, { outer: { inner: { value } } }) },
  { name: 'nested in an array', from: event, put: (telemetry, value) => telemetry.execute(EVENT, {}, { list: [1, [value], 2] }) },
  { name: 'in a Map and a Set', from: event, put: (telemetry, value) => telemetry.execute(EVENT, {}, { map: new Map([['k', value]]), set: new Set([value]) }) },
  { name: 'measurements', from: event, put: (telemetry, value) => telemetry.execute(EVENT, value as object, { a: 1 }) },
  { name: 'a measurement', from: event, put: (telemetry, value) => telemetry.execute(EVENT, { duration: value, value }, { a: 1 }) },
  { name: 'a secret, a session and a reason', from: event, put: (telemetry, value) => telemetry.execute(EVENT, {}, { password: value, session_id: value, kind: 'error', reason: value, stacktrace: value }) },
  { name: 'a child field', from: plain, put: (telemetry, value) => telemetry.logger('bot').child({ value }).info('line', { a: 1 }) },
  { name: 'a context field', from: event, put: (telemetry, value) => runWithContext({ value, request_id: value }, () => bindContext(() => telemetry.execute(EVENT))()) },
  { name: 'first argument', from: plain, put: (telemetry, value) => telemetry.logger('bot').info(value as object) },
  { name: 'first argument before a message', from: plain, put: (telemetry, value) => telemetry.logger('bot').info(value as object, 'line') },
  { name: 'second argument', from: plain, put: (telemetry, value) => telemetry.logger('bot').info('line', value as object) },
  { name: 'second and third argument', from: plain, put: (telemetry, value) => telemetry.logger('bot').info(new Error('x'), value as string, value as object) },
  { name: 'an own field of an error', from: plain, put: (telemetry, value) => telemetry.logger('bot').info(Object.assign(new Error('x'), { value }), 'line') },
  { name: 'the cause of an error', from: plain, put: (telemetry, value) => telemetry.logger('bot').info(new Error('x', { cause: value }), 'line') },
  { name: 'an error of several', from: plain, put: (telemetry, value) => telemetry.logger('bot').info(new AggregateError([value, value], 'x'), 'line') },
  { name: 'what a lazy function returns', from: plain, put: (telemetry, value) => telemetry.logger('bot').info('line', () => value as object) },
  { name: 'what a lazy function throws', from: plain, put: (telemetry, value) => telemetry.logger('bot').info('line', () => { throw value; }) },
]; // biome-ignore format: a table

type Random = () => number;

/** A random value of any kind, hostile ones among them, some levels deep. */
export function randomValue(random: Random, depth = 4): unknown {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const kind = Math.floor(random() * (depth > 0 ? 18 : 10));
  const list = (): unknown[] => Array.from({ length: random() * 5 }, () => randomValue(random, depth - 1));
  switch (kind) {
    case 0:
    case 1:
      return randomText(random, 40);
    case 2:
      return pick([0, -0, 1.5, -1e300, 5e-324, Number.NaN, Infinity, 2 ** 53, random() * 1e6]);
    case 3:
      return pick([true, false, null, undefined]);
    case 4:
      return pick([1n, -(2n ** 64n), 10n ** 2000n]);
    case 5:
      return pick<unknown>([Symbol('s'), Symbol.iterator, boom, class A {}, Math, JSON, globalThis.console]);
    case 6:
      return new Date(pick([0, 8.64e15, Number.NaN, 1.7e12]));
    case 7:
      return pick<() => unknown>([
        () => new Uint8Array(3),
        () => Buffer.from('a'),
        () => new ArrayBuffer(2),
        () => /a/g,
        () => new URL('http://a/'),
      ])();
    case 8:
      return pick([throwing, () => revoked({}), () => revoked([]), countingProxy, countingGetters, cyclic, throwingError, selfCause])();
    case 9:
      return random() < 0.02 ? randomText(random, 50_000) : randomText(random, 5);
    case 10:
    case 11:
    case 12:
      return randomFields(random, depth - 1);
    case 13:
      return list();
    case 14:
      return new Map(list().map((value) => [random() < 0.7 ? randomKey(random) : value, value]));
    case 15:
      return new Set(list());
    case 16:
      return Object.defineProperties(
        new (pick([Error, TypeError, RangeError]))(randomText(random, 20), { cause: randomValue(random, depth - 1) }),
        Object.getOwnPropertyDescriptors(randomFields(random, depth - 2)),
      );
    default:
      return pick<(inner: unknown) => unknown>([
        (inner) => Object.freeze({ inner }),
        (inner) => ({ toJSON: () => inner }),
        (inner) => Object.defineProperty({ ok: 1 }, 'lazy', { enumerable: true, get: () => inner }),
        (inner) => new Proxy({ inner }, {}),
        (inner) => new AggregateError([inner, inner]),
        (inner) => Object.assign(Object.create(null), { inner }),
      ])(randomValue(random, depth - 1));
  }
}

const KEYS = ['a', 'b', 'user', 'level', 'message', 'timestamp', 'duration', 'duration_ms', 'password', 'session_id', 'request_id', 'error', 'reason', 'kind', 'stacktrace', 'error_type', 'line', '__proto__', 'constructor', 'prototype', 'toJSON', 'length', '…', '', '0']; // biome-ignore format: a list

const randomKey = (random: Random): string => (random() < 0.8 ? KEYS[Math.floor(random() * KEYS.length)]! : randomText(random, 8));

/** An object of random fields, as metadata and the like have them. */
export function randomFields(random: Random, depth = 3): Record<string, unknown> {
  const entries = Array.from({ length: random() * 6 }, (): [string, unknown] => [randomKey(random), randomValue(random, depth)]);
  return Object.fromEntries(entries);
}

/** Text of any code units: letters, controls, halves of pairs, what looks like JSON. */
export function randomText(random: Random, most: number): string {
  let text = '';
  const length = random() * most;
  while (text.length < length) {
    const kind = random();
    if (kind < 0.5) text += String.fromCharCode(0x20 + random() * 0x5f);
    else if (kind < 0.6) text += String.fromCharCode(random() * 0x20);
    else if (kind < 0.7) text += String.fromCharCode(0x7f + random() * 0x30);
    else if (kind < 0.8) text += String.fromCharCode(0x2000 + random() * 0x80);
    else if (kind < 0.9) text += String.fromCharCode(random() * 0x10000);
    else if (kind < 0.95) text += String.fromCodePoint(0x10000 + Math.floor(random() * 0xffff));
    else text += '"\\\n{}[]:,'[Math.floor(random() * 10)];
  }
  return text;
}
