import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { describeConfig } from '../../lib/config/explain';
import { loadConfig, type TelemetryConfig } from '../../lib/config/load';
import type { ConfigRows } from '../../lib/config/row';
import { CONFIG_ROWS } from '../../lib/config/table';
import { isTelemetryError } from '../../lib/core/errors';

const RUNS = 10_000;

const KEYS = Object.keys(CONFIG_ROWS);
const VARIABLES = [...new Set(Object.values(CONFIG_ROWS).flatMap(({ variables }) => variables as readonly string[]))];
const RIGHT = [
  'production',
  'true',
  '8080',
  'info',
  'info,coder.llm=debug',
  'json',
  '%(asctime)s - %(message)s',
  '50MB',
  'logs',
  'utc',
  'ecs',
  '',
];

/** A right text with some of it replaced, doubled or cut. */
const mutated = fc
  .tuple(fc.constantFrom(...RIGHT), fc.nat(30), fc.nat(5), fc.string({ unit: 'binary', maxLength: 4 }))
  .map(([text, at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut));
const text = fc.oneof(fc.constantFrom(...RIGHT), mutated, fc.string({ unit: 'binary' }));
const hostile = fc.constantFrom<() => unknown>(
  () => new Proxy({}, { ownKeys: () => [] as never, get: () => ({}), getOwnPropertyDescriptor: () => ({ value: 1, configurable: true }) }),
  () => ({
    get coder() {
      throw 5;
    },
  }),
  () => Object.create(null),
  () => Symbol('x'),
  () => ({ toString: 5, valueOf: null }),
);
const anything = fc.oneof(
  text,
  fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true }),
  hostile.map((make) => make()),
);
const name = (names: readonly string[]) =>
  fc.oneof(
    { arbitrary: fc.constantFrom(...names), weight: 9 },
    fc.constantFrom('__proto__', 'constructor', 'TELEMETRY_X', 'prot'),
    fc.string(),
  );
const bag = (names: readonly string[], value: fc.Arbitrary<unknown>) => fc.dictionary(name(names), value, { maxKeys: 6 });

const options = fc.oneof(
  { arbitrary: fc.record({ env: bag(VARIABLES, text) }), weight: 4 },
  {
    arbitrary: fc.record(
      { env: bag(VARIABLES, anything), values: bag(KEYS, anything), profiles: bag(['development', 'production'], bag(KEYS, anything)) },
      { requiredKeys: [] },
    ),
    weight: 4,
  },
  fc.record({ env: anything, values: anything, profiles: anything }, { requiredKeys: [] }),
  anything,
);

test('a configuration made of anything is loaded or refused with CONFIG_INVALID, and what is loaded is sound', () => {
  let [loaded, refused] = [0, 0];
  fc.assert(
    fc.property(options, (given) => {
      let config: TelemetryConfig;
      try {
        config = loadConfig(given as never);
      } catch (error) {
        assert.ok(isTelemetryError(error) && error.code === 'CONFIG_INVALID', String(error));
        refused++;
        return;
      }
      loaded++;
      const { explain: _, warnings: __, ...values } = config;
      // Secrets are there for who names them.
      const isHidden = (key: string): boolean => (CONFIG_ROWS as ConfigRows)[key]!.secret === true && config[key as never] !== undefined;
      assert.equal(
        Object.keys(values),
        KEYS.filter((key) => !isHidden(key)),
      );
      // What came out is right, so it can be given again.
      const again = loadConfig({ values, env: {} });
      assert.equal(Object.fromEntries(Object.keys(values).map((key) => [key, again[key as never]])), values);
      assert.is(describeConfig(config).split('\n').length, KEYS.length + 1);
    }),
    { numRuns: RUNS },
  );
  assert.ok(loaded > RUNS / 10 && refused > RUNS / 10, `${loaded} loaded, ${refused} refused`);
  assert.is(({} as { port?: unknown }).port, undefined);
});

test.run();
