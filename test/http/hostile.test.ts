import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Outcome } from '../../lib/http/api';
import type { HttpOptions } from '../../lib/http/options';
import { tracked } from './tracked';

const raising = (): never => {
  throw new Error('refused');
};
const rejecting = (): never => Promise.reject(new Error('later')) as never;
const nonsense = (): never => 7 as never;

const callback = fc.constantFrom(
  undefined,
  raising,
  rejecting,
  nonsense,
  () => '' as never,
  () => null as never,
  () => new Proxy({}, { ownKeys: raising, get: raising }) as never,
);
const options: fc.Arbitrary<HttpOptions> = fc
  .record({
    routeOf: callback,
    classOf: callback,
    fields: callback,
    context: callback,
    ignore: fc.constantFrom(undefined, raising, nonsense),
    make: callback,
    trustProxy: fc.constantFrom(false, 1, ['private', '192.0.2.0/24']),
    answerErrors: fc.boolean(),
    maxEndpoints: fc.constantFrom(1, 500),
  })
  .map(({ make, ...rest }) => ({ ...rest, requestId: { ...(make && { make }) } }) as unknown as HttpOptions);

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('/', '/a?b', '*', 'http://[::1]/x', '//', '__proto__', '/%', '\u0000'),
);
const header = fc.oneof(
  text.map((value) => () => value as unknown),
  fc.constantFrom(
    raising,
    () => undefined,
    () => null,
    () => 7,
    () => ['a'],
  ),
);
/** Made where they are used: the generator looks at what it is given. */
const things: Readonly<Record<string, () => unknown>> = {
  nothing: () => undefined,
  proxy: () => new Proxy({}, { get: raising, has: raising, ownKeys: raising, getPrototypeOf: raising }),
  frozen: () => Object.freeze(new Error('x')),
  getter: () => ({
    status: 404,
    get message() {
      return raising();
    },
  }),
  text: () => 'x',
};
const thing = fc.constantFrom(...Object.keys(things)).map((name) => ({ thing: name }));
const made = (value: unknown): unknown => {
  const name = (value as { readonly thing?: string } | null)?.thing;
  return name === undefined ? value : things[name]!();
};
const step = fc.oneof(
  fc.record({ call: fc.constantFrom('fail', 'answer', 'report'), value: fc.oneof(thing, text) }),
  fc.record({ call: fc.constantFrom('setRoute', 'matched', 'classify'), value: text }),
  fc.record({ call: fc.constant('set'), value: fc.oneof(fc.dictionary(text, text), thing) }),
  fc.record({ call: fc.constantFrom('durationText', 'idText', 'end'), value: fc.constant({ status: 200 }) }),
);
const outcome: fc.Arbitrary<Outcome> = fc.record({
  status: fc.constantFrom(undefined, 200, 404, 500),
  aborted: fc.boolean(),
  upgraded: fc.boolean(),
  responseBytes: fc.constantFrom(undefined, 0, 12),
});

test('whatever a request and an application bring, nothing is thrown, and each request has one start and one end', () => {
  fc.assert(
    fc.property(
      options,
      fc.record({ method: text, target: text, peer: fc.option(text, { nil: undefined }) }),
      header,
      fc.array(step, { maxLength: 8 }),
      outcome,
      (given, head, get, steps, end) => {
        const { begin, heard, tracking } = tracked(given);
        const exchange = begin({ ...head, headers: { get: get as () => string } });
        exchange.run(() => {
          for (const { call, value } of steps) (exchange as unknown as Record<string, (value: unknown) => unknown>)[call]!(made(value));
        });
        exchange.end(end);
        assert.is(heard.filter(({ event }) => event === 'start').length, 1);
        assert.is(heard.filter(({ event }) => event !== 'start').length, 1);
        assert.equal([tracking.stats().inFlight, tracking.stats().total], [0, 1]);
        assert.ok(tracking.current() === undefined && tracking.endpoints().length === 1);
        JSON.stringify([tracking.report(), tracking.stats()]);
        for (const key of ['method', 'route', 'path']) assert.type(heard[0]!.metadata[key], 'string');
        tracking.close();
      },
    ),
    { numRuns: 300 },
  );
});

test('options that throw are counted, and said once each', () => {
  const { request, tracking, warnings } = tracked({
    routeOf: raising,
    classOf: raising,
    fields: raising,
    context: raising,
    ignore: raising,
    requestId: { make: raising },
  });
  request();
  request();
  assert.equal(tracking.stats().faults, { requestId: 2, routeOf: 2, ignore: 2, classOf: 2, fields: 2, context: 2 });
  assert.equal(
    warnings.map(({ code }) => code),
    Array(6).fill('HANDLER_FAILED'),
  );
});

test('headers that can not be read count as missing', () => {
  const { request, tracking, warnings, heard } = tracked();
  request({ headers: { get: raising } });
  assert.is(heard.length, 2);
  assert.ok(tracking.stats().faults.headers! > 0);
  assert.is(warnings.length, 1);
});

test.run();
