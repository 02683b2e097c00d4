import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type * as core from '../../lib/core/index';
import type { Bus, EventName, Warning } from '../../lib/core/index';

/** One build of the library, or two at once: buses from one, definitions from the other. */
export interface Subject {
  readonly createTelemetry: typeof core.createTelemetry;
  readonly defineEvents: typeof core.defineEvents;
  readonly defineEvent: typeof core.defineEvent;
  readonly isTelemetryError: typeof core.isTelemetryError;
}

const A = ['app', 'part', 'a'] as const;
const B = ['app', 'part', 'b'] as const;
const C = ['app', 'part', 'c'] as const;
const FAILURE = ['telemetry', 'handler', 'failure'] as const;
const noop = () => {};

/**
 * What a bus promises: the numbered statements of the `:telemetry` contract that apply here, and the rules of this
 * library's design that go beyond them. Registers one uvu suite.
 */
export function busConformance(name: string, subject: Subject): void {
  const test = suite(`bus from ${name}`);
  const { defineEvent, defineEvents } = subject;

  function create(): { bus: Bus; calls: unknown[]; warnings: Warning[]; log: (what: unknown) => () => void } {
    const calls: unknown[] = [];
    const warnings: Warning[] = [];
    const bus = subject.createTelemetry({ onWarning: (warning) => warnings.push(warning) });
    return { bus, calls, warnings, log: (what) => () => void calls.push(what) };
  }

  function refuses(run: () => unknown, code: string, pattern?: RegExp): void {
    try {
      run();
    } catch (error) {
      assert.ok(subject.isTelemetryError(error), `a TelemetryError, not ${error}`);
      assert.is(error.code, code);
      assert.match(error.message, `[${code}]`);
      assert.ok(error.what && error.why && error.fix);
      if (pattern) assert.match(error.message, pattern);
      return;
    }
    assert.unreachable(`${code} should have been thrown`);
  }

  // --- Attaching -----------------------------------------------------------------------------------------------------

  test('1.1 attach is attachMany of one event', () => {
    const { bus, calls, log } = create();
    bus.attach('one', A, log('one'));
    bus.attachMany('many', [A], log('many'));
    bus.execute(A);
    assert.equal(calls, ['one', 'many']);
    assert.equal(
      bus.listHandlers().map(({ event }) => event),
      [A, A],
    );
  });

  test('1.3 attaching an id twice throws HANDLER_EXISTS and changes nothing', () => {
    const { bus, calls, log } = create();
    bus.attach('id', A, log(1));
    refuses(() => bus.attach('id', A, log(2)), 'HANDLER_EXISTS', /"id".*app\.part\.a.*onConflict/s);
    bus.execute(A);
    assert.equal(calls, [1]);
  });

  test('1.4, 1.5 ids are unique across events', () => {
    const { bus } = create();
    bus.attach('id', A, noop);
    refuses(() => bus.attach('id', B, noop), 'HANDLER_EXISTS');
    assert.is(bus.detach('id'), true);
    assert.is(bus.listHandlers().length, 0);
  });

  test('1.6 names that are not three segments are refused, with the value in the message', () => {
    const { bus } = create();
    const wrong: unknown[] = [
      [],
      ['a'],
      ['a', 'b'],
      ['a', 'b', 'c', 'd'],
      'a.b.c',
      ['a', 'b', 5],
      ['a', 'b', ''],
      ['a', 'b', '1c'],
      ['a', 'b', 'c.d'],
      ['a', 'b', '*'],
      ['a', 'b', 'x'.repeat(65)],
      ['__proto__', 'b', 'c'],
      ['a', 'b c', 'd'],
      null,
      undefined,
      {},
    ];
    for (const value of wrong) {
      refuses(() => bus.attach('id', value as EventName, noop), 'EVENT_NAME_INVALID', /Got /);
      refuses(() => bus.emitter(value as EventName), 'EVENT_NAME_INVALID');
      refuses(() => bus.attachMany('id', [A, value as EventName], noop), 'EVENT_NAME_INVALID');
    }
    assert.is(bus.listHandlers().length, 0);
    bus.attach('id', ['a', 'b', 'x'.repeat(64)], noop);
    bus.attach('id2', ['a-1', 'b_2', 'Cache_hit'], noop);
  });

  test('1.7, 1.12 attachMany is all or nothing', () => {
    const { bus, calls, log } = create();
    refuses(() => bus.attachMany('id', [A, ['bad name'] as never, B], log(1)), 'EVENT_NAME_INVALID');
    refuses(() => bus.attachMany('id', 'x' as never, log(1)), 'OPTION_INVALID');
    bus.execute(A);
    bus.execute(B);
    assert.equal(calls, []);
    bus.attach('id', A, log(2));
  });

  test('1.8 a handler that is not a function, or an id that is not a string, is refused', () => {
    const { bus } = create();
    for (const handler of [undefined, null, 5, 'x', {}])
      refuses(() => bus.attach('id', A, handler as never), 'HANDLER_INVALID', /function/);
    for (const id of [undefined, null, 5, '', {}, Symbol('x')])
      refuses(() => bus.attach(id as never, A, noop), 'HANDLER_INVALID', /string/);
    refuses(() => bus.attachPrefix('id', [], 5 as never), 'HANDLER_INVALID');
  });

  test('1.9 a handler of several events is told which one it is', () => {
    const { bus, calls } = create();
    bus.attachMany('many', [A, B, C], (event) => calls.push(event[2]));
    for (const event of [C, A, B]) bus.execute(event);
    assert.equal(calls, ['c', 'a', 'b']);
  });

  test('1.10 attachMany of no event attaches nothing and leaves the id free', () => {
    const { bus } = create();
    const handle = bus.attachMany('id', [], noop);
    assert.is(handle.detach(), false);
    assert.is(bus.detach('id'), false);
    bus.attach('id', A, noop);
  });

  test('1.11 naming an event twice attaches it once', () => {
    const { bus, calls, log } = create();
    bus.attachMany('id', [A, ['app', 'part', 'a'], A], log(1));
    bus.execute(A);
    assert.equal(calls, [1]);
    assert.is(bus.listHandlers().length, 1);
  });

  test('1.14, 1.15 names match exactly: neither a prefix nor a longer name fires', () => {
    const { bus, calls, log } = create();
    bus.attach('id', A, log(1));
    for (const event of [['app', 'part'], ['app'], [], ['app', 'part', 'a', 'b'], ['app', 'part', 'A']]) bus.execute(event as never);
    assert.equal(calls, []);
  });

  test('unknown and wrong options are refused, with the nearest name', () => {
    const { bus } = create();
    refuses(() => bus.attach('id', A, noop, undefined, { onConflct: 'replace' } as never), 'OPTION_UNKNOWN', /Did you mean "onConflict"/);
    refuses(() => bus.attach('id', A, noop, undefined, { whatever: 1 } as never), 'OPTION_UNKNOWN', /signal, once, onConflict, onError/);
    refuses(() => bus.attach('id', A, noop, undefined, { onError: 'explode' } as never), 'OPTION_INVALID', /detach\|keep\|breaker/);
    refuses(() => bus.attach('id', A, noop, undefined, { once: 'yes' } as never), 'OPTION_INVALID', /boolean/);
    refuses(() => bus.attach('id', A, noop, undefined, { signal: {} } as never), 'OPTION_INVALID', /AbortSignal/);
    refuses(() => bus.attach('id', A, noop, undefined, 5 as never), 'OPTION_INVALID');
    bus.attach('id', A, noop, undefined, { once: undefined, signal: undefined } as never);
  });

  // --- Detaching -----------------------------------------------------------------------------------------------------

  test('2.16 detach removes a handler from all its events', () => {
    const { bus, calls, log } = create();
    bus.attachMany('id', [A, B], log(1));
    assert.is(bus.detach('id'), true);
    bus.execute(A);
    bus.execute(B);
    assert.equal(calls, []);
  });

  test('2.17 detach of an unknown id is false', () => {
    const { bus } = create();
    assert.is(bus.detach('id'), false);
    assert.is(bus.detach(undefined as never), false);
  });

  test('2.18 a detached handler is not called', () => {
    const { bus, calls, log } = create();
    const emit = bus.emitter(A);
    bus.attach('id', A, log(1));
    emit();
    bus.detach('id');
    emit();
    bus.execute(A);
    assert.equal(calls, [1]);
  });

  test('a handle detaches once, and disposing a stale one never touches a namesake', () => {
    const { bus, calls, log } = create();
    const first = bus.attach('id', A, log(1));
    assert.is(first.id, 'id');
    assert.is(first.detach(), true);
    assert.is(first.detach(), false);
    bus.attach('id', A, log(2));
    first[Symbol.dispose]();
    bus.execute(A);
    assert.equal(calls, [2]);
  });

  test('signal: aborting detaches, detaching lets go of the signal, an aborted one attaches nothing', () => {
    const { bus, calls, log } = create();
    const controller = new AbortController();
    const { signal } = controller;
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: never[]) => {
      listeners++;
      Reflect.apply(addEventListener, signal, args);
    };
    signal.removeEventListener = (...args: never[]) => {
      listeners--;
      Reflect.apply(removeEventListener, signal, args);
    };
    bus.attach('gone', A, log('gone'), undefined, { signal });
    assert.is(listeners, 1);
    bus.detach('gone');
    assert.is(listeners, 0);
    bus.attach('id', A, log(1), undefined, { signal });
    bus.execute(A);
    controller.abort();
    bus.execute(A);
    assert.equal(calls, [1]);
    assert.is(bus.detach('id'), false);
    const handle = bus.attach('id', A, log(2), undefined, { signal });
    assert.is(handle.detach(), false);
    bus.attach('id', A, log(3));
    bus.execute(A);
    assert.equal(calls, [1, 3]);
  });

  test('once: called once in all, detached from all its events, also when it emits its own event', () => {
    const { bus, calls } = create();
    bus.attachMany(
      'id',
      [A, B],
      (event) => {
        calls.push(event[2]);
        bus.execute(A);
      },
      undefined,
      { once: true },
    );
    bus.execute(B);
    bus.execute(A);
    assert.equal(calls, ['b']);
    assert.is(bus.listHandlers().length, 0);
  });

  test('onConflict: replace moves to the end and frees the old handle, ignore keeps the old handler', () => {
    const { bus, calls, log } = create();
    const old = bus.attach('id', A, log('old'));
    bus.attach('other', A, log('other'));
    bus.attach('id', A, log('new'), undefined, { onConflict: 'replace' });
    bus.execute(A);
    assert.equal(calls.splice(0), ['other', 'new']);
    assert.is(old.detach(), false);
    const kept = bus.attach('id', A, log('ignored'), undefined, { onConflict: 'ignore' });
    bus.execute(A);
    assert.equal(calls.splice(0), ['other', 'new']);
    assert.is(kept.detach(), true);
    bus.execute(A);
    assert.equal(calls, ['other']);
  });

  // --- Emitting ------------------------------------------------------------------------------------------------------

  test('3.21 handlers run synchronously, with what was emitted as it is, and their config', () => {
    const { bus, calls } = create();
    const [measurements, metadata, config] = [{ count: 1 }, Object.freeze({ id: 'x' }), { any: 'config' }];
    bus.attach('id', A, (...args) => calls.push(args), config);
    bus.execute(A, measurements, metadata);
    const [event, gotMeasurements, gotMetadata, gotConfig] = calls[0] as unknown[];
    assert.equal(event, A);
    assert.is(gotMeasurements, measurements);
    assert.is(gotMetadata, metadata);
    assert.is(gotConfig, config);
    assert.is(Object.isFrozen(measurements), false);
  });

  test('3.22 missing and null payloads arrive as one frozen empty object', () => {
    const { bus, calls } = create();
    bus.attach('id', A, (_event, measurements, metadata) => calls.push(measurements, metadata));
    bus.execute(A);
    bus.execute(A, null, null);
    bus.execute(A, undefined, { x: 1 });
    bus.emitter(A)();
    assert.is(new Set(calls.filter((value) => Object.keys(value as object).length === 0)).size, 1);
    assert.ok(Object.isFrozen(calls[0]));
    assert.equal(calls[0], {});
  });

  test('3.23 execute returns nothing, whatever handlers return', () => {
    const { bus } = create();
    bus.attach('id', A, () => 'value');
    assert.is(bus.execute(A), undefined);
    assert.is(bus.emitter(A)(), undefined);
  });

  test('3.25 an emission without a valid name reaches nobody, throws nothing and is counted', () => {
    const { bus, calls, log } = create();
    bus.attachPrefix('all', [], log(1));
    const revoked = Proxy.revocable([], {});
    revoked.revoke();
    const wrong = [
      null,
      undefined,
      5,
      'abc',
      'a.b.c',
      [],
      ['a'],
      ['a', 'b', 'c', 'd'],
      ['a', 'b', '*'],
      { 0: 'a', 1: 'b', 2: 'c', length: 3 },
      revoked.proxy,
    ];
    for (const event of wrong) bus.execute(event as never, { x: 1 });
    assert.equal(calls, []);
    assert.is(bus.stats().dropped.invalidName, wrong.length);
  });

  test('3.27 handlers run in attach order, exact and prefix handlers in one sequence', () => {
    const { bus, calls, log } = create();
    bus.attach('1', A, log(1));
    bus.attachPrefix('2', [], log(2));
    bus.attach('3', A, log(3));
    bus.attachPrefix('4', ['app', 'part'], log(4));
    bus.attachPrefix('5', ['app'], log(5));
    bus.attachPrefix('6', A, log(6));
    for (const id of ['7', '8', '9']) bus.attach(id, A, log(Number(id)));
    bus.execute(A);
    assert.equal(calls, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('3.28, 3.29 an emission walks the list as it was: attached later means from the next emission, a nested one included', () => {
    const { bus, calls } = create();
    bus.attach('first', A, () => {
      calls.push('first');
      if (calls.length === 1) {
        bus.attach('late', A, () => calls.push('late'));
        bus.execute(A);
        calls.push('outer');
      }
    });
    bus.execute(A);
    assert.equal(calls, ['first', 'first', 'late', 'outer']);
  });

  test('a handler detached during an emission is not called later in it', () => {
    for (const attach of ['exact', 'prefix'] as const) {
      const { bus, calls, log } = create();
      bus.attach('first', A, () => void bus.detach('second'));
      if (attach === 'exact') bus.attach('second', A, log('second'));
      else bus.attachPrefix('second', ['app'], log('second'));
      bus.attach('third', A, log('third'));
      bus.execute(A);
      assert.equal(calls, ['third']);
    }
  });

  test('a prefix handler detached mid-emission stays silent even when its event was forgotten first', () => {
    const { bus, calls, log } = create();
    bus.attach('exact', A, () => {
      bus.detach('exact');
      bus.detach('prefix');
    });
    bus.attachPrefix('prefix', [], log('prefix'));
    bus.execute(A);
    assert.equal(calls, []);
  });

  test('a replaced handler is not called later in the emission that replaced it', () => {
    const { bus, calls, log } = create();
    bus.attach('first', A, () => void bus.attach('second', A, log('new'), undefined, { onConflict: 'replace' }));
    bus.attach('second', A, log('old'));
    bus.execute(A);
    assert.equal(calls, []);
    bus.execute(A);
    assert.equal(calls, []);
    bus.detach('first');
    bus.execute(A);
    assert.equal(calls, ['new']);
  });

  test('3.30 handlers may emit, depth first', () => {
    const { bus, calls, log } = create();
    bus.attach('a', A, () => {
      calls.push('a begins');
      bus.execute(B);
      calls.push('a ends');
    });
    bus.attach('b', B, log('b'));
    bus.execute(A);
    assert.equal(calls, ['a begins', 'b', 'a ends']);
  });

  test('nesting is capped at 16: deeper emissions are dropped, counted and named once', () => {
    const { bus, calls, warnings, log } = create();
    bus.attach('self', A, () => {
      calls.push(1);
      bus.execute(A);
      bus.execute(B);
    });
    bus.attach('other', B, log('b'));
    bus.execute(A);
    assert.is(calls.filter((call) => call === 1).length, 16);
    assert.is(bus.stats().dropped.nested, 2);
    assert.equal(
      warnings.map(({ code }) => code),
      ['NESTING_LIMIT', 'NESTING_LIMIT'],
    );
    bus.execute(A);
    assert.is(warnings.length, 2);
    calls.length = 0;
    bus.execute(B);
    assert.equal(calls, ['b']);
  });

  test('an event nobody declared reaches exact and prefix handlers', () => {
    const { calls, log } = create();
    const catalogue = defineEvents('app', { part: { a: defineEvent() } });
    const bus: Bus = subject.createTelemetry({ events: catalogue }) as never;
    bus.attach('exact', ['other', 'x', 'y'], log('exact'));
    bus.attachPrefix('prefix', ['other'], log('prefix'));
    bus.execute(['other', 'x', 'y']);
    assert.equal(calls, ['exact', 'prefix']);
  });

  test('a definition, its literal tuple and its emitter are the same event', () => {
    const { calls } = create();
    const catalogue = defineEvents('app', { part: { a: defineEvent(), b: defineEvent() } });
    const bus = subject.createTelemetry({ events: catalogue });
    bus.attach('a', catalogue.part.a, (event) => calls.push(event));
    bus.execute(catalogue.part.a);
    bus.execute(['app', 'part', 'a']);
    bus.emitter(['app', 'part', 'a'])();
    bus.emitter(catalogue.part.a)();
    assert.is(calls.length, 4);
    for (const event of calls) assert.is(event, catalogue.part.a);
  });

  test('a definition the bus was not made with works, before and after its tuple was seen', () => {
    const { bus, calls, log } = create();
    const catalogue = defineEvents('app', { part: { a: defineEvent(), b: defineEvent() } });
    bus.execute(['app', 'part', 'a']);
    bus.attach('a', ['app', 'part', 'a'], log('a'));
    bus.attach('b', catalogue.part.b, log('b'));
    bus.execute(catalogue.part.a);
    bus.execute(['app', 'part', 'b']);
    assert.equal(calls, ['a', 'b']);
    const twin = defineEvents('app', { part: { a: defineEvent() } });
    bus.execute(twin.part.a);
    assert.equal(calls, ['a', 'b', 'a']);
  });

  test('hasHandlers tells whether anybody would hear', () => {
    const { bus } = create();
    assert.is(bus.hasHandlers(A), false);
    bus.attachPrefix('p', ['app'], noop);
    assert.is(bus.hasHandlers(A), true);
    assert.is(bus.hasHandlers(['other', 'x', 'y']), false);
    assert.is(bus.hasHandlers('nonsense' as never), false);
    bus.detach('p');
    assert.is(bus.hasHandlers(A), false);
  });

  test('attachPrefix hears what begins with it, names first seen later included; a bad prefix is refused', () => {
    const { bus, calls, log } = create();
    bus.attachPrefix('app', ['app'], log('app'));
    bus.attachPrefix('part', ['app', 'part'], log('part'));
    bus.attachPrefix('b', B, log('b'));
    bus.execute(B);
    bus.execute(['app', 'other', 'x']);
    bus.execute(['apps', 'part', 'b']);
    assert.equal(calls, ['app', 'part', 'b', 'app']);
    for (const prefix of ['app', null, ['a', 'b', 'c', 'd'], ['a b'], [5]]) {
      refuses(() => bus.attachPrefix('bad', prefix as never, noop), 'EVENT_NAME_INVALID');
    }
  });

  test('attachEach makes one handler per event, with its definition, and asks again when a definition arrives', () => {
    const { bus, calls } = create();
    const made: unknown[] = [];
    const catalogue = defineEvents('app', { part: { a: defineEvent({ doc: 'A' }) } });
    bus.execute(['app', 'part', 'a']);
    bus.attachEach('each', ['app'], (event, definition) => {
      made.push([event[2], definition?.doc]);
      return () => calls.push(event[2]);
    });
    bus.execute(A);
    bus.execute(A);
    bus.execute(B);
    bus.attach('other', A, noop);
    bus.execute(catalogue.part.a);
    bus.execute(A);
    assert.equal(made, [
      ['a', undefined],
      ['b', undefined],
      ['a', 'A'],
    ]);
    assert.equal(calls, ['a', 'a', 'b', 'a', 'a']);
  });

  test('a factory of attachEach that throws is a failed handler, not an exception', () => {
    const { bus, calls, log } = create();
    bus.attach('watch', FAILURE, (_event, _measurements, { handlerId, kind }) => calls.push([handlerId, kind]));
    bus.attachEach('each', ['app'], () => {
      throw new Error('factory');
    });
    bus.attach('a', A, log('a'));
    bus.execute(A);
    assert.equal(calls, [['each', 'error'], 'a']);
    assert.is(bus.detach('each'), false);
    assert.is(bus.stats().failures, 1);
  });

  test('names met are remembered up to a bound; beyond it events still reach everybody', () => {
    const calls: string[] = [];
    const bus = subject.createTelemetry({ maxNames: 3 });
    bus.attachPrefix('all', [], ([, , action]) => calls.push(action));
    for (let i = 0; i < 10; i++) bus.execute(['app', 'part', `e${i}`]);
    assert.is(calls.length, 10);
    assert.equal(bus.stats().names, { declared: 0, undeclared: 3, limit: 3 });
    const late = bus.emitter(['app', 'part', 'late']);
    late();
    bus.attach('late', ['app', 'part', 'late'], () => calls.push('exact'));
    late();
    assert.equal(calls.slice(10), ['late', 'late', 'exact']);
    bus.detach('late');
    bus.detach('all');
    late();
    assert.is(calls.length, 13);
    assert.is(bus.stats().names.undeclared, 3);
  });

  test('beyond the bound a handler detached mid-emission is not called either', () => {
    const bus = subject.createTelemetry({ maxNames: 0 });
    const calls: string[] = [];
    bus.attachPrefix('first', [], () => void bus.detach('second'));
    bus.attachPrefix('second', [], () => calls.push('second'));
    bus.execute(A);
    assert.equal(calls, []);
  });

  test('attaching and detaching 100,000 names leaves nothing behind', () => {
    const { bus } = create();
    bus.attachPrefix('all', [], noop);
    for (let i = 0; i < 100_000; i++) bus.attach('id', i % 2 ? ['app', 'part', `e${i}`] : [`a${i}`, `p${i}`, 'x'], noop).detach();
    assert.is(bus.stats().names.undeclared, 0);
    assert.is(bus.stats().handlers, 1);
  });

  // --- Failing handlers ----------------------------------------------------------------------------------------------

  test('4.32 to 4.37 a handler that throws is detached from all its events, the others run, the failure is announced', () => {
    const { bus, calls, log } = create();
    const reason = new TypeError('x is undefined');
    bus.attach('watch', FAILURE, (...args) => calls.push(args));
    bus.attach('before', A, log('before'));
    bus.attachMany(
      'bad',
      [A, B],
      () => {
        throw reason;
      },
      'its config',
    );
    bus.attach('after', A, log('after'));
    assert.is(bus.execute(A, { count: 1 }), undefined);
    bus.execute(A);
    bus.execute(B);
    assert.is(calls.length, 5);
    const [event, measurements, metadata] = calls[1] as [unknown, Record<string, number>, Record<string, unknown>];
    assert.equal(event, FAILURE);
    assert.equal(Object.keys(measurements).sort(), ['monotonicTime', 'systemTime']);
    assert.ok(Math.abs(measurements.systemTime! - Date.now()) < 5000);
    assert.equal(
      { ...metadata, stacktrace: '' },
      { eventName: A, handlerId: 'bad', handlerConfig: 'its config', kind: 'error', reason, stacktrace: '' },
    );
    assert.is(metadata.reason, reason);
    assert.match(metadata.stacktrace as string, 'x is undefined');
    assert.equal(
      bus.listHandlers().map(({ id }) => id),
      ['watch', 'before', 'after'],
    );
  });

  test('whatever is thrown, the emitter sees nothing and the failure has a stack or a sentence', () => {
    const hostile = {
      get message() {
        throw new Error('message');
      },
      get stack() {
        throw new Error('stack');
      },
      toString() {
        throw new Error('toString');
      },
    };
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const thrown = [
      undefined,
      null,
      0,
      '',
      'text',
      Symbol('s'),
      10n,
      Object.freeze(new Error('frozen')),
      hostile,
      revoked.proxy,
      [],
      () => {},
      Object.create(null),
      { stack: 5 },
    ];
    for (const value of thrown) {
      const { bus, calls, log } = create();
      bus.attach('watch', FAILURE, (_event, _measurements, metadata) =>
        calls.push(metadata.reason === value, typeof metadata.stacktrace, metadata.stacktrace !== ''),
      );
      bus.attach('bad', A, () => {
        throw value;
      });
      bus.attach('after', A, log('after'));
      bus.execute(A);
      assert.equal(calls, [true, 'string', true, 'after']);
    }
  });

  test('4.40 a failing failure handler meets its policy and is not announced again', () => {
    const { bus, calls, warnings } = create();
    for (const id of ['one', 'two']) {
      bus.attach(id, FAILURE, () => {
        calls.push(id);
        throw new Error(id);
      });
    }
    bus.attach('watch', FAILURE, (_event, _measurements, { handlerId }) => calls.push(handlerId));
    bus.attach('bad', A, () => {
      throw new Error('bad');
    });
    bus.execute(A);
    assert.equal(calls, ['one', 'two', 'bad']);
    assert.equal(
      bus.listHandlers().map(({ id }) => id),
      ['watch'],
    );
    assert.equal(
      warnings.map(({ code }) => code),
      ['HANDLER_FAILED', 'HANDLER_FAILED'],
    );
  });

  test('a failure nobody listens for is told to onWarning, instruments do not count as listeners', () => {
    const { bus, warnings } = create();
    bus.attachEach('instrument', [], () => noop);
    bus.attach('bad', A, () => {
      throw new Error('bad');
    });
    bus.execute(A);
    assert.is(warnings.length, 1);
    assert.is(warnings[0]!.code, 'HANDLER_FAILED');
    assert.match(warnings[0]!.message, /"bad" failed on app\.part\.a.*detached.*Error: bad/s);
  });

  test('a warning callback that throws is ignored', () => {
    const bus = subject.createTelemetry({
      onWarning() {
        throw new Error('warning');
      },
    });
    bus.attach('bad', A, () => {
      throw new Error('bad');
    });
    bus.execute(A);
    assert.is(bus.stats().failures, 1);
  });

  test('not even a broken clock lets a failure through to the emitter', () => {
    const clock = {
      monotonicTime(): number {
        throw new Error('clock');
      },
      systemTime: () => 0,
      setTimer: () => noop,
    };
    const bus = subject.createTelemetry({ clock, onWarning: noop });
    const calls: string[] = [];
    bus.attach('bad', A, () => {
      throw new Error('bad');
    });
    bus.attach('after', A, () => calls.push('after'));
    for (let i = 0; i < 20; i++) bus.execute(A);
    assert.is(calls.length, 20);
    assert.is(bus.stats().failures, 1);
  });

  test('onError keep: stays attached, every failure is announced, listHandlers counts them', () => {
    const { bus, calls, log } = create();
    bus.attach('watch', FAILURE, log('failure'));
    bus.attach(
      'bad',
      A,
      () => {
        throw new Error('bad');
      },
      undefined,
      { onError: 'keep' },
    );
    for (let i = 0; i < 3; i++) bus.execute(A);
    assert.is(calls.length, 3);
    assert.equal(
      bus.listHandlers(A).map(({ failures, onError, state }) => [failures, onError, state]),
      [[3, 'keep', 'attached']],
    );
  });

  test('onError breaker: five failures in a row open it, one trial after 30 s, doubling to 5 min, success closes it', () => {
    let now = 0;
    let fails = true;
    const calls: number[] = [];
    const clock = { monotonicTime: () => now, systemTime: () => now, setTimer: () => noop };
    const bus = subject.createTelemetry({ clock, onWarning: noop });
    bus.attach(
      'bad',
      A,
      () => {
        calls.push(now);
        if (fails) throw new Error('bad');
      },
      undefined,
      { onError: 'breaker' },
    );
    const state = () => bus.listHandlers(A)[0]!.state;
    for (let i = 0; i < 4; i++) bus.execute(A);
    fails = false;
    bus.execute(A);
    fails = true;
    for (let i = 0; i < 4; i++) bus.execute(A);
    assert.is(state(), 'attached');
    for (let i = 0; i < 10; i++) bus.execute(A);
    assert.is(state(), 'open');
    assert.is(calls.length, 10);
    for (const pause of [30, 60, 120, 240, 300, 300]) {
      now += pause * 1000 - 1;
      bus.execute(A);
      assert.is(calls.length, 10, `nothing before ${pause} s`);
      now += 1;
      bus.execute(A);
      bus.execute(A);
      assert.is(calls.splice(10).length, 1, `one trial after ${pause} s`);
    }
    fails = false;
    now += 300_000;
    bus.execute(A);
    bus.execute(A);
    assert.is(calls.splice(10).length, 2);
    assert.is(state(), 'attached');
  });

  test('onError breaker counts promises too, and gives up a trial that never ends', async () => {
    let now = 0;
    let result: () => unknown = () => Promise.reject(new Error('async'));
    let calls = 0;
    const bus = subject.createTelemetry({
      clock: { monotonicTime: () => now, systemTime: () => now, setTimer: () => noop },
      onWarning: noop,
    });
    bus.attach(
      'bad',
      A,
      () => {
        calls++;
        return result();
      },
      undefined,
      { onError: 'breaker' },
    );
    for (let i = 0; i < 7; i++) bus.execute(A);
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.is(bus.listHandlers(A)[0]!.state, 'open');
    assert.is(bus.listHandlers(A)[0]!.failures, 7);
    assert.is(calls, 7);
    result = () => new Promise(noop);
    now += 30_000;
    bus.execute(A);
    bus.execute(A);
    assert.is(calls, 8);
    now += 30_000;
    result = async () => {};
    bus.execute(A);
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.is(bus.listHandlers(A)[0]!.state, 'attached');
    bus.execute(A);
    assert.is(calls, 10);
  });

  test('4.41 a promise that rejects fails its handler once, however many reject later', async () => {
    const { bus, calls } = create();
    bus.attach('watch', FAILURE, (_event, _measurements, metadata) =>
      calls.push([metadata.handlerId, metadata.kind, (metadata.reason as Error).message]),
    );
    bus.attach('bad', A, async () => {
      await Promise.resolve();
      throw new Error('late');
    });
    for (let i = 0; i < 100; i++) bus.execute(A);
    assert.equal(calls, []);
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(calls, [['bad', 'rejection', 'late']]);
    assert.is(bus.detach('bad'), false);
    assert.is(bus.stats().failures, 100);
  });

  test('thenables: one that settles twice fails once, one whose then throws fails, a pending one is not awaited', async () => {
    const { bus, calls } = create();
    bus.attach('watch', FAILURE, (_event, _measurements, metadata) => calls.push(metadata.handlerId));
    const thenables: Record<string, unknown> = {
      twice: { then: (_: unknown, reject: (reason: unknown) => void) => [reject(1), reject(2)] },
      throwing: {
        then: () => {
          throw new Error('then');
        },
      },
      getter: {
        get then() {
          throw new Error('getter');
        },
      },
      pending: new Promise(noop),
      notThenable: { then: 5 },
    };
    for (const [id, value] of Object.entries(thenables)) bus.attach(id, A, () => value);
    bus.execute(A);
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(calls.sort(), ['getter', 'throwing', 'twice']);
    assert.equal(
      bus.listHandlers(A).map(({ id }) => id),
      ['pending', 'notThenable'],
    );
  });

  test('the rejection of a once handler is announced although it is detached already', async () => {
    const { bus, calls } = create();
    bus.attach('watch', FAILURE, (_event, _measurements, metadata) => calls.push(metadata.handlerId));
    bus.attach('once', A, () => Promise.reject(new Error('x')), undefined, { once: true });
    bus.execute(A);
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(calls, ['once']);
  });

  test('a handler that fails at the deepest level is announced all the same', () => {
    const { bus, calls } = create();
    let depth = 0;
    bus.attach('watch', FAILURE, (_event, _measurements, metadata) => calls.push(metadata.handlerId));
    bus.attach('self', A, () => {
      if (++depth === 16) bus.execute(B);
      else bus.execute(A);
    });
    bus.attach('deep', A, () => {
      if (depth === 16) throw new Error('deep');
    });
    bus.execute(A);
    assert.equal(calls, ['deep']);
  });

  // --- Spans ---------------------------------------------------------------------------------------------------------

  type Emitted = { action: string; measurements: Record<string, number>; metadata: Record<string, unknown> };

  function spans(): { bus: Bus; emitted: Emitted[]; advance: (ms: number) => void } {
    let now = 1000;
    const timers: { due: number; run: () => void }[] = [];
    const clock = {
      monotonicTime: () => now,
      systemTime: () => 5000 + now,
      setTimer: (run: () => void, delay: number) => {
        const timer = { due: now + delay, run };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer) >>> 0, 1);
      },
    };
    const bus = subject.createTelemetry({ clock });
    const emitted: Emitted[] = [];
    bus.attachPrefix('capture', [], ([, , action], measurements, metadata) =>
      emitted.push({ action, measurements: measurements as never, metadata }),
    );
    const advance = (ms: number) => {
      const end = now + ms;
      for (;;) {
        const next = timers.filter(({ due }) => due <= end).sort((one, other) => one.due - other.due)[0];
        if (next === undefined) break;
        timers.splice(timers.indexOf(next), 1);
        now = next.due;
        next.run();
      }
      now = end;
    };
    return { bus, emitted, advance };
  }
  const tool = ['app', 'tool'] as const;

  test('5.43 to 5.45, 5.54 span: start, stop, the result; times; one context for both, a new one for the next', () => {
    const { bus, emitted, advance } = spans();
    const result = bus.span(tool, { name: 'grep' }, () => {
      advance(5);
      return ['found', { files: 2 }];
    });
    assert.is(result, 'found');
    const context = emitted[0]!.metadata.telemetrySpanContext;
    assert.ok(context !== undefined);
    assert.equal(emitted, [
      {
        action: 'start',
        measurements: { systemTime: 6000, monotonicTime: 1000 },
        metadata: { name: 'grep', telemetrySpanContext: context },
      },
      {
        action: 'stop',
        measurements: { duration: 5, monotonicTime: 1005 },
        metadata: { name: 'grep', files: 2, telemetrySpanContext: context },
      },
    ]);
    bus.span(tool, {}, () => [1, {}]);
    assert.is.not(emitted[2]!.metadata.telemetrySpanContext, context);
  });

  test('5.46 start metadata is merged into stop, what the function returns wins', () => {
    const { bus, emitted } = spans();
    bus.span(tool, { name: 'grep', status: 'running' }, () => [1, { status: 'ok' }]);
    assert.is(emitted[1]!.metadata.name, 'grep');
    assert.is(emitted[1]!.metadata.status, 'ok');
  });

  test('5.47, 5.48 a triple adds measurements; duration and monotonicTime always win', () => {
    const { bus, emitted, advance } = spans();
    const result = bus.span(tool, {}, () => {
      advance(3);
      return [1, { bytes: 10, duration: 999, monotonicTime: 1 }, { ok: true }];
    });
    assert.is(result, 1);
    assert.equal(emitted[1]!.measurements, { bytes: 10, duration: 3, monotonicTime: 1003 });
    assert.is(emitted[1]!.metadata.ok, true);
  });

  test('5.50 any other value comes back unchanged, and stop is emitted', () => {
    for (const value of [
      5,
      'text',
      null,
      undefined,
      { a: 1 },
      [],
      [1],
      [1, 2],
      [1, null],
      [1, {}, 5],
      [1, 5, {}],
      [1, {}, {}, {}],
      new Map(),
    ]) {
      const { bus, emitted } = spans();
      assert.is(
        bus.span(tool, {}, () => value as never),
        value,
      );
      assert.equal(
        emitted.map(({ action }) => action),
        ['start', 'stop'],
      );
    }
  });

  test('5.51 to 5.53 a function that throws: exception with kind, reason, stacktrace; the same error goes on', async () => {
    for (const form of ['sync', 'async'] as const) {
      const { bus, emitted, advance } = spans();
      const reason = new RangeError('too far');
      const work = () => {
        advance(7);
        throw reason;
      };
      try {
        if (form === 'sync') bus.span(tool, { name: 'x', kind: 'mine' }, work);
        else await bus.span(tool, { name: 'x', kind: 'mine' }, async () => work());
        assert.unreachable();
      } catch (error) {
        assert.is(error, reason);
      }
      assert.equal(
        emitted.map(({ action }) => action),
        ['start', 'exception'],
      );
      const { measurements, metadata } = emitted[1]!;
      assert.equal(measurements, { duration: 7, monotonicTime: 1007 });
      assert.is(metadata.name, 'x');
      assert.is(metadata.kind, form === 'sync' ? 'error' : 'rejection');
      assert.is(metadata.reason, reason);
      assert.match(metadata.stacktrace as string, 'too far');
      assert.is(metadata.telemetrySpanContext, emitted[0]!.metadata.telemetrySpanContext);
    }
  });

  test('5.55, 5.56 a context given in the start metadata is kept in all events', () => {
    const { bus, emitted } = spans();
    const mine = { mine: true };
    bus.span(tool, { telemetrySpanContext: mine }, () => [1, {}]);
    try {
      bus.measure(tool, { telemetrySpanContext: mine }, () => {
        throw new Error('x');
      });
    } catch {}
    assert.is(emitted.length, 4);
    for (const { metadata } of emitted) assert.is(metadata.telemetrySpanContext, mine);
  });

  test("5.57 handlers' time is not part of the duration", () => {
    const { bus, emitted, advance } = spans();
    bus.attach('slow', ['app', 'tool', 'start'], () => advance(1000));
    bus.attach('slow2', ['app', 'tool', 'stop'], () => advance(1000));
    bus.measure(tool, {}, () => advance(4));
    assert.is(emitted[1]!.measurements.duration, 4);
  });

  test('span and measure work for asynchronous functions and settle after the stop event', async () => {
    const { bus, emitted, advance } = spans();
    const found = await bus.span(tool, {}, async () => {
      advance(2);
      await Promise.resolve();
      advance(3);
      return ['found', { files: 1 }];
    });
    assert.is(found, 'found');
    assert.equal(emitted[1]!.measurements, { duration: 5, monotonicTime: 1005 });
    const text = await bus.measure(tool, {}, async (span) => {
      span.add({ tokens: 5 });
      span.set({ cached: false });
      return ['a', {}];
    });
    assert.equal(text, ['a', {}]);
    assert.is(emitted[3]!.measurements.tokens, 5);
    assert.is(emitted[3]!.metadata.cached, false);
  });

  test('measure returns what its function returns; add and set accumulate, later ones win, also on failure', () => {
    const { bus, emitted } = spans();
    const pair = [1, { a: 1 }];
    const result = bus.measure(tool, { name: 'wc', status: '?' }, (span) => {
      span.add({ bytes: 10 });
      span.add({ lines: 2, bytes: 11, duration: -1 });
      span.set({ status: 'ok' });
      span.set({ more: true });
      return pair;
    });
    assert.is(result, pair);
    assert.equal(emitted[1]!.measurements, { bytes: 11, lines: 2, duration: 0, monotonicTime: 1000 });
    assert.is(emitted[1]!.metadata.status, 'ok');
    assert.is(emitted[1]!.metadata.more, true);
    try {
      bus.measure(tool, {}, (span) => {
        span.add({ bytes: 3 });
        span.set({ phase: 'late', kind: 'mine' });
        throw new Error('x');
      });
    } catch {}
    assert.is(emitted[3]!.measurements.bytes, 3);
    assert.is(emitted[3]!.metadata.phase, 'late');
    assert.is(emitted[3]!.metadata.kind, 'error');
  });

  test('measure takes events by name; without exception, that of the start event is used', () => {
    const { bus, emitted } = spans();
    const [start, stop, failed] = [
      ['app', 'llm', 'request'],
      ['app', 'llm', 'response'],
      ['app', 'llm', 'error'],
    ] as const;
    bus.measure({ start, stop, exception: failed }, {}, () => 1);
    for (const events of [
      { start, stop, exception: failed },
      { start, stop },
    ]) {
      try {
        bus.measure(events, {}, () => {
          throw new Error('x');
        });
      } catch {}
    }
    assert.equal(
      emitted.map(({ action }) => action),
      ['request', 'response', 'request', 'error', 'request', 'exception'],
    );
  });

  test('executeWithTelemetry emits one event with its duration, also on failure', async () => {
    const { bus, emitted, advance } = spans();
    const complete = ['app', 'agent', 'complete'] as const;
    assert.is(
      bus.executeWithTelemetry(complete, { agent: 'planner' }, () => {
        advance(4);
        return 'done';
      }),
      'done',
    );
    assert.equal(emitted[0]!.measurements, { duration: 4, monotonicTime: 1004 });
    assert.is(emitted[0]!.metadata.agent, 'planner');
    const reason = new Error('x');
    let caught: unknown;
    await bus
      .executeWithTelemetry(complete, { agent: 'planner' }, async () => Promise.reject(reason))
      .catch((error: unknown) => (caught = error));
    assert.is(caught, reason);
    assert.equal([emitted[1]!.action, emitted[1]!.metadata.kind, emitted[1]!.metadata.reason], ['complete', 'rejection', reason]);
    assert.is(emitted.length, 2);
  });

  test('executeWithStartComplete emits one event before and one after, also on failure', () => {
    const { bus, emitted, advance } = spans();
    const [dispatch, complete] = [
      ['app', 'agent', 'dispatch'],
      ['app', 'agent', 'complete'],
    ] as const;
    assert.is(
      bus.executeWithStartComplete(dispatch, complete, { agent: 'planner' }, () => {
        advance(4);
        return 5;
      }),
      5,
    );
    const reason = new Error('x');
    assert.throws(() =>
      bus.executeWithStartComplete(dispatch, complete, { agent: 'planner' }, () => {
        throw reason;
      }),
    );
    assert.equal(
      emitted.map(({ action }) => action),
      ['dispatch', 'complete', 'dispatch', 'complete'],
    );
    assert.equal(emitted[0]!.measurements, { systemTime: 6000, monotonicTime: 1000 });
    assert.equal(emitted[1]!.measurements, { duration: 4, monotonicTime: 1004 });
    assert.is(emitted[0]!.metadata.telemetrySpanContext, emitted[1]!.metadata.telemetrySpanContext);
    assert.is(emitted[3]!.metadata.reason, reason);
    assert.is(emitted[3]!.metadata.kind, 'error');
  });

  test('the duration of a span is in the unit of its definition', () => {
    const timed = (unit: 'ns' | 'us' | 'ms' | 's') => defineEvent<{ duration: number }, object>({ measurements: { duration: { unit } } });
    const events = defineEvents('unit', {
      job: { start: defineEvent(), stop: timed('us'), exception: timed('ns') },
      slow: { done: timed('s') },
    });
    const { bus, emitted, advance } = spans();
    bus.measure(events.job, {}, () => advance(4));
    try {
      bus.measure(events.job, {}, () => {
        advance(2);
        throw new Error('x');
      });
    } catch {}
    bus.executeWithTelemetry(events.slow.done, {}, () => advance(1500));
    assert.equal(
      emitted.map(({ measurements }) => measurements.duration).filter((duration) => duration !== undefined),
      [4000, 2_000_000, 1.5],
    );
  });

  test('heartbeat: one beat each period while a promise is pending, never after the end', async () => {
    for (const ending of ['stop', 'exception'] as const) {
      const { bus, emitted, advance } = spans();
      let end: () => void = noop;
      const pending = new Promise<void>((resolve, reject) => (end = ending === 'stop' ? resolve : () => reject(new Error('x'))));
      const measured = bus.measure(tool, { name: 'long' }, () => pending, { heartbeat: '8s' });
      advance(25_000);
      end();
      await measured.catch(noop);
      advance(60_000);
      assert.equal(
        emitted.map(({ action }) => action),
        ['start', 'heartbeat', 'heartbeat', 'heartbeat', ending],
      );
      assert.equal(
        emitted.slice(1, 4).map(({ measurements }) => measurements),
        [
          { elapsed: 8000, beat: 1 },
          { elapsed: 16_000, beat: 2 },
          { elapsed: 24_000, beat: 3 },
        ],
      );
      assert.is(emitted[1]!.metadata.name, 'long');
      assert.is(emitted[1]!.metadata.telemetrySpanContext, emitted[0]!.metadata.telemetrySpanContext);
    }
  });

  test('heartbeat: in ms as well, from every kind of span, in the component of its event; none for synchronous work', async () => {
    const { bus, emitted, advance } = spans();
    const wait = () =>
      new Promise<void>((resolve) =>
        queueMicrotask(() => {
          advance(250);
          resolve();
        }),
      );
    await bus.span(tool, {}, wait, { heartbeat: 100 });
    await bus.executeWithTelemetry(['app', 'agent', 'complete'], {}, wait, { heartbeat: 100 });
    await bus.executeWithStartComplete(['app', 'agent', 'dispatch'], ['app', 'agent', 'complete'], {}, wait, { heartbeat: 100 });
    await bus.measure({ start: ['app', 'llm', 'request'], stop: ['app', 'llm', 'response'] }, {}, wait, { heartbeat: 100 });
    assert.is(emitted.filter(({ action }) => action === 'heartbeat').length, 8);
    emitted.length = 0;
    bus.measure(tool, {}, () => advance(1000), { heartbeat: 100 });
    advance(1000);
    assert.equal(
      emitted.map(({ action }) => action),
      ['start', 'stop'],
    );
  });

  test('heartbeat: beats nobody hears are not emitted, nor built', async () => {
    const bus = subject.createTelemetry({});
    await bus.measure(tool, {}, () => new Promise((resolve) => setTimeout(resolve, 20)), { heartbeat: 5 });
    assert.is(bus.stats().failures, 0);
  });

  test('wrong span options are refused before anything runs', () => {
    const { bus, emitted } = spans();
    let ran = false;
    const work = () => (ran = true);
    for (const heartbeat of ['8 parsecs', 0, -1, Number.NaN, Number.POSITIVE_INFINITY, 3e9, null, {}]) {
      refuses(() => bus.measure(tool, {}, work, { heartbeat } as never), 'OPTION_INVALID', /heartbeat/);
    }
    refuses(() => bus.span(tool, {}, work, { hartbeat: 5 } as never), 'OPTION_UNKNOWN', /Did you mean "heartbeat"/);
    assert.is(ran, false);
    assert.equal(emitted, []);
  });

  test('a span of names that are none, and metadata that cannot be read, run the function all the same', () => {
    const { bus, emitted } = spans();
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('ownKeys');
        },
      },
    );
    const getter = {
      get name() {
        throw new Error('getter');
      },
    };
    for (const target of [
      null,
      undefined,
      5,
      [],
      ['a'],
      ['a', 'b', 'c'],
      ['bad name', 'x'],
      {},
      { start: 5, stop: null },
      {
        get start() {
          throw new Error('x');
        },
      },
    ]) {
      assert.is(
        bus.measure(target as unknown as typeof tool, {}, () => 1),
        1,
      );
      assert.is(
        bus.span(target as unknown as typeof tool, {}, () => [2, {}]),
        2,
      );
    }
    assert.equal(emitted, []);
    for (const metadata of [hostile, getter])
      assert.is(
        bus.measure(tool, metadata, () => 1),
        1,
      );
    assert.is(emitted.length, 4);
    for (const added of [hostile, getter]) {
      const result = bus.measure(tool, {}, (span) => {
        span.add({ a: 1 });
        span.add(added);
        span.set(added);
        return 1;
      });
      assert.is(result, 1);
    }
    assert.is(emitted.length, 8);
    assert.is(
      bus.executeWithTelemetry(null as unknown as EventName, {}, () => 3),
      3,
    );
    assert.is(
      bus.executeWithStartComplete(undefined as unknown as EventName, 'x' as unknown as EventName, {}, () => 3),
      3,
    );
    assert.is(emitted.length, 8);
  });

  test('5.59 a span survives its handlers: attached during it, detached during it, forgotten names', () => {
    const { bus } = create();
    const calls: string[] = [];
    const handle = bus.attach('start', ['app', 'tool', 'start'], () => calls.push('start'));
    bus.measure(tool, {}, () => {
      handle.detach();
      bus.attach('stop', ['app', 'tool', 'stop'], () => calls.push('stop'));
    });
    bus.measure(tool, {}, () => void bus.detach('stop'));
    assert.equal(calls, ['start', 'stop']);
  });

  // --- Introspection and set-up --------------------------------------------------------------------------------------

  test('6.61 to 6.63 listHandlers: one entry per event, by any prefix, in attach order', () => {
    const { bus } = create();
    const config = { any: 1 };
    bus.attachMany('many', [A, B], noop, config);
    bus.attach('one', ['other', 'x', 'y'], noop);
    bus.attachPrefix('prefix', ['app'], noop);
    const row = { config: undefined, match: 'exact', onError: 'detach', failures: 0, state: 'attached' };
    assert.equal(bus.listHandlers(), [
      { ...row, id: 'many', event: A, config },
      { ...row, id: 'many', event: B, config },
      { ...row, id: 'one', event: ['other', 'x', 'y'] },
      { ...row, id: 'prefix', event: ['app'], match: 'prefix' },
    ]);
    assert.equal(
      bus.listHandlers(['app', 'part', 'b']).map(({ id }) => id),
      ['many'],
    );
    assert.equal(
      bus.listHandlers(['app']).map(({ id }) => id),
      ['many', 'many', 'prefix'],
    );
    assert.equal(bus.listHandlers(['app', 'part', 'b', 'more']), []);
  });

  test('6.64 listHandlers refuses what is not a list of segments', () => {
    const { bus } = create();
    for (const prefix of ['app', 5, null, [5], ['a b']]) refuses(() => bus.listHandlers(prefix as never), 'EVENT_NAME_INVALID');
  });

  test('createTelemetry refuses unknown and wrong options', () => {
    refuses(() => subject.createTelemetry({ evnts: 1 } as never), 'OPTION_UNKNOWN', /Did you mean "events"/);
    refuses(() => subject.createTelemetry({ events: {} } as never), 'OPTION_INVALID', /defineEvents/);
    refuses(() => subject.createTelemetry({ events: [1] } as never), 'OPTION_INVALID');
    refuses(() => subject.createTelemetry({ clock: {} } as never), 'OPTION_INVALID', /Clock/);
    refuses(() => subject.createTelemetry({ onWarning: 1 } as never), 'OPTION_INVALID', /function/);
    for (const maxNames of [-1, 1.5, 1e9, '5']) refuses(() => subject.createTelemetry({ maxNames } as never), 'OPTION_INVALID');
    refuses(() => subject.createTelemetry(null as never), 'OPTION_INVALID');
  });

  test('catalogues combine; one name twice with two definitions is EVENT_DUPLICATE and declares nothing', () => {
    const one = defineEvents('app', { part: { a: defineEvent() } });
    const two = defineEvents('app', { part: { b: defineEvent() }, other: { x: defineEvent() } });
    const clash = defineEvents('app', { fresh: { y: defineEvent() }, part: { a: defineEvent() } });
    const bus = subject.createTelemetry({ events: [one, two, one] as never });
    assert.is(bus.stats().names.declared, 3);
    refuses(() => bus.declareEvents(clash), 'EVENT_DUPLICATE', /app\.part\.a/);
    refuses(() => subject.createTelemetry({ events: [one, clash] as never }), 'EVENT_DUPLICATE');
    assert.is(bus.stats().names.declared, 3);
    bus.declareEvents(defineEvents('more', { x: { y: defineEvent() } }));
    assert.is(bus.stats().names.declared, 4);
  });

  test('a bus is frozen', () => {
    const { bus } = create();
    assert.ok(Object.isFrozen(bus));
  });

  test.run();
}
