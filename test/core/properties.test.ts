import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry, type EventName, type EventPrefix } from '../../lib/index';

/** Repeats what fails: fast-check prints seed and path in the error. */
const RUNS = process.env.CI === 'true' ? 100_000 : 20_000;

const EVENTS: readonly EventName[] = [
  ['app', 'one', 'a'],
  ['app', 'one', 'b'],
  ['app', 'two', 'a'],
];
const PREFIXES: readonly EventPrefix[] = [[], ['app'], ['app', 'one'], ['other']];

/** What a handler does when it is called, or what happens between emissions. */
type Step =
  | { readonly do: 'emit'; readonly event: number }
  | { readonly do: 'attach'; readonly id: number; readonly events: readonly number[]; readonly steps: readonly Step[] }
  | { readonly do: 'attachPrefix'; readonly id: number; readonly prefix: number; readonly steps: readonly Step[] }
  | { readonly do: 'detach'; readonly id: number };

const { step } = fc.letrec<{ step: Step }>((tie) => {
  const steps = fc.array(tie('step'), { maxLength: 3 });
  const id = fc.nat(4);
  return {
    step: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.record({ do: fc.constant('emit' as const), event: fc.nat(2) }),
      fc.record({ do: fc.constant('detach' as const), id }),
      fc.record({ do: fc.constant('attach' as const), id, events: fc.uniqueArray(fc.nat(2), { minLength: 1 }), steps }),
      fc.record({ do: fc.constant('attachPrefix' as const), id, prefix: fc.nat(3), steps }),
    ),
  };
});

interface Attached {
  readonly id: number;
  readonly serial: number;
  readonly hears: (event: EventName) => boolean;
  readonly steps: readonly Step[];
  attached: boolean;
}

/** The rules written down plainly, with nothing prepared: a list, copied at each emission. */
function createModel(log: string[]) {
  let list: Attached[] = [];
  let serial = 0;
  let depth = 0;
  let budget = 500;
  function run(steps: readonly Step[]): void {
    for (const step of steps) {
      if (step.do === 'emit') emit(EVENTS[step.event]!);
      else if (step.do === 'detach') detach(step.id);
      else {
        const prefix = step.do === 'attachPrefix' ? PREFIXES[step.prefix]! : undefined;
        const names = step.do === 'attach' ? step.events.map((index) => EVENTS[index]!) : [];
        if (list.some(({ id }) => id === step.id)) {
          log.push(`exists ${step.id}`);
          continue;
        }
        const hears = (event: EventName) =>
          prefix === undefined ? names.includes(event) : prefix.every((segment, index) => event[index] === segment);
        list = [...list, { id: step.id, serial: serial++, hears, steps: step.steps, attached: true }];
      }
    }
  }
  function detach(id: number): void {
    const found = list.find((one) => one.id === id);
    if (found) found.attached = false;
    list = list.filter((one) => one.id !== id);
  }
  function emit(event: EventName): void {
    if (depth >= 16 || budget-- <= 0) return;
    depth++;
    for (const one of list) {
      if (!one.hears(event) || !one.attached) continue;
      log.push(`${one.serial} hears ${event.join('.')}`);
      run(one.steps);
    }
    depth--;
  }
  return run;
}

function createReal(log: string[]) {
  const bus = createTelemetry({ onWarning: () => {} });
  const emitters = EVENTS.map((event) => bus.emitter(event));
  let serial = 0;
  let depth = 0;
  let budget = 500;
  return function run(steps: readonly Step[]): void {
    for (const step of steps) {
      if (step.do === 'emit') {
        if (depth >= 16 || budget-- <= 0) continue;
        depth++;
        if (budget % 2) bus.execute([...EVENTS[step.event]!] as unknown as EventName);
        else emitters[step.event]!();
        depth--;
      } else if (step.do === 'detach') bus.detach(String(step.id));
      else {
        const mine = serial;
        const handler = (event: EventName): void => {
          log.push(`${mine} hears ${event.join('.')}`);
          run(step.steps);
        };
        try {
          if (step.do === 'attach')
            bus.attachMany(
              String(step.id),
              step.events.map((index) => EVENTS[index]!),
              handler,
            );
          else bus.attachPrefix(String(step.id), PREFIXES[step.prefix]!, handler);
          serial++;
        } catch {
          log.push(`exists ${step.id}`);
        }
      }
    }
  };
}

test('any interleaving of attach, detach and emit from inside handlers keeps the rules of dispatch', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
      const [expected, actual]: [string[], string[]] = [[], []];
      createModel(expected)(steps);
      createReal(actual)(steps);
      assert.equal(actual, expected);
    }),
    { numRuns: RUNS / 10 },
  );
});

/** Values that break libraries: proxies that throw, cycles, getters, exotic objects. Behind functions, or they break fast-check, too. */
function hostile(): fc.Arbitrary<() => unknown> {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const throwing = new Proxy(
    {},
    {
      get() {
        throw new Error('get');
      },
      ownKeys() {
        throw new Error('ownKeys');
      },
      has() {
        throw new Error('has');
      },
    },
  );
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  const getter = {
    get duration(): number {
      throw new Error('duration');
    },
  };
  const special = [
    null,
    undefined,
    Number.NaN,
    Infinity,
    -0,
    -1,
    2 ** 53,
    10n,
    -10n,
    Symbol('s'),
    () => {},
    revoked.proxy,
    throwing,
    cycle,
    getter,
  ];
  const some = fc.oneof(
    fc.constantFrom(...special.map((value) => () => value)),
    fc
      .anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true, withNullPrototype: true })
      .map((value) => () => value),
  );
  return fc.oneof(
    some,
    fc.tuple(some, some).map(([duration, other]) => () => ({ duration: duration(), other: other() })),
    fc.array(some, { maxLength: 4 }).map((thunks) => () => thunks.map((thunk) => thunk())),
  );
}

test('no value makes an emission, a span or a metric throw', () => {
  const telemetry = createTelemetry({ onWarning: () => {} });
  telemetry.attachMetricsHandler();
  telemetry.attachPrefix('noop', [], () => {});
  const name = fc.oneof(fc.constantFrom(...EVENTS.map((event) => () => event as unknown)), hostile());
  fc.assert(
    fc.property(name, hostile(), hostile(), (event, measurements, metadata) => {
      const [one, two, three] = [event(), measurements(), metadata()] as never[];
      telemetry.execute(one!, two, three);
      telemetry.emitter(EVENTS[0]!)(two, three);
      const value = {};
      assert.is(
        telemetry.measure(one!, three!, () => value),
        value,
      );
      assert.is(
        telemetry.measure(['app', 'one'], three!, (span) => {
          span.add(two!);
          span.set(three!);
          return value;
        }),
        value,
      );
      assert.is(
        telemetry.executeWithTelemetry(one!, three!, () => value),
        value,
      );
      telemetry.span(['app', 'one'], three!, () => [value, two, three] as never);
    }),
    { numRuns: RUNS },
  );
  for (const [key, stats] of Object.entries(telemetry.getDurationStats())) {
    for (const [field, value] of Object.entries(stats)) {
      if (field !== 'unit') assert.ok(Number.isFinite(value), `${key} ${field} is ${value}`);
    }
  }
});

test.run();
