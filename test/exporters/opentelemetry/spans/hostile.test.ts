import type { Context, Span, Tracer, TracerProvider } from '@opentelemetry/api';
import * as api from '@opentelemetry/api';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defineEvent, defineEvents } from '../../../../lib/index';
import { traced } from '../traced';

const shop = defineEvents('shop', {
  tool: { start: defineEvent(), stop: defineEvent(), exception: defineEvent() },
  login: { attempt: defineEvent({ private: ['note'] }), done: defineEvent() },
});
const TOOL = ['shop', 'tool'] as const;
const TOKEN = `ghp_${'a1B2'.repeat(9)}`;

test('secrets are in no attribute, status, name or event of a span, and private fields are in none of their component', async () => {
  const name = (): string => `named ${TOKEN}`;
  await traced({ events: shop, bridge: { spans: { name } } }, ({ telemetry, spans }) => {
    const { attempt, done } = shop.login;
    telemetry.measure(
      { start: attempt, stop: done },
      { user: 'u1', password: 'hunter22', note: 'dear diary', url: `https://x/?token=${TOKEN}` },
      (own) => {
        own.set({ list: ['ok', TOKEN], [TOKEN]: 'key', pin: 1234, api_key: 5, nested: { password: 'hunter22' } });
      },
    );
    const failing = (): never => {
      throw new Error(`refused: Bearer ${TOKEN}`);
    };
    assert.throws(() => telemetry.measure(TOOL, {}, failing));
    telemetry.execute(shop.tool.start, { systemTime: 1 }, { telemetrySpanContext: 1 });
    telemetry.execute(done, {}, { telemetrySpanContext: 1, note: 'dear diary', text: TOKEN });
    telemetry.execute(shop.tool.stop, { duration: 1 }, { telemetrySpanContext: 1, note: 'of a tool' });
    const told = JSON.stringify(spans().map(({ name: called, attributes, events, status }) => [called, attributes, events, status]));
    assert.is(spans().length, 3);
    for (const secret of [TOKEN, 'hunter22', 'dear diary']) assert.not.ok(told.includes(secret), secret);
    const [login] = spans();
    assert.is(login!.attributes.user, 'u1');
    assert.is(login!.attributes.password, '***');
    assert.is(login!.attributes.api_key, '***');
    assert.is(spans()[2]!.attributes.note, 'of a tool');
  });
});

test('what the beginning of a span keeps private, an end of another component does not tell', async () => {
  await traced({ events: shop }, ({ telemetry, spans }) => {
    telemetry.executeWithStartComplete(shop.login.attempt, shop.tool.stop, { user: 'u1', note: 'dear diary' }, () => 1);
    assert.equal(spans()[0]!.attributes, { user: 'u1' });
  });
});

test('what people and models write to each other is told only where OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT is true', async () => {
  const chat = defineEvents('app', { llm: { start: defineEvent(), stop: defineEvent({ private: ['prompt'] }) } });
  for (const [OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT, answer] of [
    ['true', 'forty-two'],
    ['false', undefined],
    [undefined, undefined],
  ] as const) {
    await traced({ events: chat, bridge: { env: { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT } } }, ({ telemetry, span }) => {
      telemetry.measure(['app', 'llm'], { model: 'm1', prompt: 'why' }, (own) => own.set({ answer: 'forty-two' }));
      const { attributes } = span('chat m1');
      assert.equal([attributes.answer, attributes.prompt], [answer, undefined]);
    });
  }
});

test('lists of names and values, flat or in pairs, tell no secret that a name in them stands for', async () => {
  await traced({}, ({ telemetry, span }) => {
    const metadata = {
      rawHeaders: ['Accept', 'text/html', 'Cookie', 'sid=12345678', 'X-Api-Key', 'k-1234'],
      pairs: [['cookie', 'sid=12345678']],
      words: ['password', 'strength', 'meter'],
    };
    telemetry.measure(['app', 'job'], metadata, () => 1);
    const { attributes } = span('app.job');
    assert.equal(attributes.rawHeaders, ['Accept', 'text/html', 'Cookie', '***', 'X-Api-Key', '***']);
    assert.equal(attributes.pairs, ['<object>']);
    assert.equal(attributes.words, metadata.words);
  });
});

test('secrets are in no name of a request either', async () => {
  await traced({}, ({ telemetry, spans }) => {
    telemetry.measure(['http', 'request'], { method: 'GET', route: `/reset/${TOKEN}` }, () => 1);
    telemetry.measure(['http', 'client'], { method: TOKEN }, () => 1);
    assert.equal(
      spans().map(({ name }) => name),
      ['GET /reset/***', '***'],
    );
  });
});

test('the rules of the log hold from the moment it is configured again', async () => {
  await traced({ events: shop }, ({ telemetry, spans }) => {
    telemetry.measure(TOOL, { shoe: 'size 9' }, () => 1);
    telemetry.configureLog({ redact: { keys: ['shoe'] } });
    telemetry.measure(TOOL, { shoe: 'size 9' }, () => 1);
    assert.equal(
      spans().map(({ attributes }) => attributes.shoe),
      ['size 9', '***'],
    );
  });
});

/** What refuses to be read. */
const refusing = new Proxy({}, { get: boom, ownKeys: boom, has: boom, getPrototypeOf: boom });
function boom(): never {
  throw new Error('hostile');
}

test('hostile metadata never reaches the emitter, and what can be told of it is told, within bounds', async () => {
  await traced({ events: shop }, ({ telemetry, spans, bridge }) => {
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`key${index}`, index]));
    const hostile = {
      ...cyclic,
      cyclic,
      refusing,
      revoked: proxy,
      huge: 'x '.repeat(5e6),
      list: Array.from({ length: 1000 }, () => 'y'),
      mixed: [1, 'a', null, refusing],
      big: 10n,
      not: Number.NaN,
      nothing: null,
      missing: undefined,
      symbol: Symbol('s'),
      get getter() {
        return boom();
      },
      ['__proto__']: 'p',
      '': 'empty',
      ...many,
    };
    assert.is(
      telemetry.measure(TOOL, hostile as never, () => 1),
      1,
    );
    telemetry.execute(
      shop.tool.start,
      { systemTime: Date.now() },
      Object.defineProperty(hostile, 'telemetrySpanContext', { value: 'hostile' }),
    );
    telemetry.execute(shop.tool.stop, { duration: 5 }, { telemetrySpanContext: 'hostile' });
    telemetry.execute(shop.tool.start, refusing as never, refusing as never);
    telemetry.execute(shop.tool.stop, { duration: 1 }, refusing as never);
    telemetry.execute(shop.tool.stop, { duration: Number.NaN }, { telemetrySpanContext: 'a' });
    telemetry.execute(shop.tool.stop, { duration: Number.POSITIVE_INFINITY }, { telemetrySpanContext: 'b' });
    telemetry.execute(shop.tool.stop, { duration: -5 }, { telemetrySpanContext: 'c' });
    telemetry.execute(shop.tool.start, { systemTime: -1 }, { telemetrySpanContext: 'd' });
    telemetry.execute(
      shop.tool.stop,
      { duration: 10n },
      { telemetrySpanContext: 'd', reason: refusing, kind: 'error', stacktrace: 'at x' },
    );
    const { attributes } = spans()[1]!;
    assert.ok(Object.keys(attributes).length <= 65, `${Object.keys(attributes).length}`);
    assert.is(String(attributes.huge).length, 1024);
    assert.is((attributes.list as string[]).length, 64);
    assert.equal(attributes.mixed, ['1', 'a', 'null', '<object>']);
    assert.is(attributes.big, '10');
    assert.is(attributes.not, 'NaN');
    assert.not.ok('nothing' in attributes || 'missing' in attributes || '' in attributes);
    assert.is(spans().length, 4);
    const { started, ended, abandoned, open } = bridge.stats().spans!;
    assert.is(started, ended + abandoned + open);
    assert.ok(telemetry.listHandlers().some(({ id }) => id === 'telemetry-opentelemetry'));
  });
});

test('contexts of any kind tell spans apart, and texts that are too long to be ids make none', async () => {
  await traced({ events: shop }, ({ telemetry, spans, bridge }) => {
    const contexts = [{}, {}, Symbol('a'), 'id', 0, Number.NaN, 1n, true, refusing, boom];
    for (const [index, telemetrySpanContext] of contexts.entries())
      telemetry.execute(shop.tool.start, { systemTime: 1e12 }, { telemetrySpanContext, index });
    for (const telemetrySpanContext of ['x'.repeat(1e6), null, undefined])
      telemetry.execute(shop.tool.start, { systemTime: 1e12 }, { telemetrySpanContext });
    assert.is(bridge.stats().spans!.open, contexts.length);
    for (const telemetrySpanContext of contexts) telemetry.execute(shop.tool.stop, { duration: 1 }, { telemetrySpanContext });
    assert.equal(
      spans().map(({ attributes }) => attributes.index),
      [...contexts.keys()],
    );
    assert.is(bridge.stats().spans!.open, 0);
  });
});

test('more spans than may be under way end the oldest, which are counted', async () => {
  await traced({ events: shop, bridge: { spans: { maxOpen: 100 } } }, ({ telemetry, spans, bridge }) => {
    for (let id = 0; id < 1000; id++) telemetry.execute(shop.tool.start, { systemTime: 1e12 }, { telemetrySpanContext: id, id });
    assert.equal(bridge.stats().spans, { started: 1000, ended: 0, open: 100, abandoned: 900, failed: 0 });
    assert.equal([spans()[0]!.attributes.id, spans()[0]!.attributes['telemetry_bus.span.abandoned']], [0, 'limit']);
    assert.is(spans()[899]!.attributes.id, 899);
  });
});

test('a span that was ended because there were too many is not told again by its own end', async () => {
  await traced({ events: shop, bridge: { spans: { maxOpen: 2 } } }, ({ telemetry, spans, bridge }) => {
    for (const id of [1, 2, 3]) telemetry.execute(shop.tool.start, { systemTime: 1e12 }, { telemetrySpanContext: id, id });
    for (const id of [1, 2, 3]) telemetry.execute(shop.tool.stop, { duration: 1 }, { telemetrySpanContext: id });
    assert.equal(
      spans().map(({ attributes }) => attributes.id),
      [1, 2, 3],
    );
    assert.equal(bridge.stats().spans, { started: 3, ended: 2, open: 0, abandoned: 1, failed: 0 });
  });
});

test('whatever order beginnings, ends and events of shared contexts come in, each span is ended once, and the account is exact', async () => {
  const part = fc.record({ context: fc.nat(3), kind: fc.constantFrom('start', 'stop', 'note', 'run'), of: fc.constantFrom('a', 'b') });
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 60 }), fc.integer({ min: 1, max: 6 }), async (parts, maxOpen) => {
      await traced({ bridge: { spans: { maxOpen } } }, async ({ telemetry, spans, bridge }) => {
        for (const { context: telemetrySpanContext, kind, of } of parts) {
          const metadata = { telemetrySpanContext };
          if (kind === 'start') telemetry.execute(['app', of, 'start'], { systemTime: 1e12 }, metadata);
          else if (kind === 'stop') telemetry.execute(['app', of, 'stop'], { duration: 1 }, metadata);
          else if (kind === 'note') telemetry.execute(['app', of, 'note'], {}, metadata);
          else telemetry.executeWithTelemetry(['app', of, 'ran'], metadata, () => telemetry.execute(['app', of, 'note'], {}, metadata));
          const { started, ended, open, abandoned, failed } = bridge.stats().spans!;
          assert.is(started, ended + open + abandoned);
          assert.is(spans().length, ended + abandoned);
          assert.ok(open <= maxOpen && failed === 0);
        }
        await bridge.stop();
        const { started, open } = bridge.stats().spans!;
        assert.equal([spans().length, open], [started, 0]);
        assert.is(new Set(spans().map((span) => span.spanContext().spanId)).size, started);
      });
    }),
    { numRuns: 100 },
  );
});

test('of a context that all spans of a program have, 64 are under way at most', async () => {
  await traced({}, ({ telemetry, bridge }) => {
    for (let id = 0; id < 1000; id++) telemetry.execute(['app', 'job', 'start'], { systemTime: 1e12 }, { telemetrySpanContext: 'main' });
    assert.equal(bridge.stats().spans, { started: 1000, ended: 0, open: 64, abandoned: 936, failed: 0 });
  });
});

/** A provider whose tracer and spans throw, each when its turn comes. */
function failing(when: (method: string) => boolean): TracerProvider {
  const throwing = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get(of, name) {
        const value = Reflect.get(of, name) as unknown;
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (when(String(name))) throw new Error(`${String(name)} failed`);
          return Reflect.apply(value, of, args) as unknown;
        };
      },
    });
  const span: Span = throwing(api.trace.wrapSpanContext({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 }));
  const tracer = throwing({ startSpan: () => span, startActiveSpan: () => undefined as never } as unknown as Tracer);
  return { getTracer: () => tracer };
}

for (const broken of ['startSpan', 'isRecording', 'setAttributes', 'setStatus', 'addEvent', 'updateName', 'end', 'spanContext']) {
  test(`a tracer whose ${broken} throws is counted and said, and the function runs once`, async () => {
    const tracerProvider = failing((method) => method === broken || (method === 'isRecording' && broken === 'isRecording'));
    await traced({ events: shop, bridge: { tracerProvider } }, ({ telemetry, bridge, warnings }) => {
      let calls = 0;
      const run = (work: () => number): unknown =>
        telemetry.measure(TOOL, { a: 1 }, () => telemetry.executeWithTelemetry(shop.login.done, {}, work));
      assert.is(
        run(() => ++calls),
        1,
      );
      assert.throws(() => run(boom), /hostile/);
      assert.is(calls, 1);
      const { failed, started, ended, open, abandoned } = bridge.stats().spans!;
      // Spans of this kind record nothing, so only some methods are called at all.
      if (['startSpan', 'isRecording', 'end', 'spanContext'].includes(broken)) {
        assert.ok(failed > 0);
        assert.is(warnings.length, 1);
        assert.match(warnings[0]!.message, new RegExp(`${broken} failed`));
      }
      assert.is(started, ended + open + abandoned);
      assert.is(open, 0);
    });
  });
}

test('a context manager that throws runs the function once all the same', async () => {
  for (const when of ['before', 'after', 'active'] as const) {
    await traced({ events: shop }, ({ telemetry, bridge }) => {
      const manager = {
        active: (): Context => (when === 'active' ? boom() : api.ROOT_CONTEXT),
        with(_context: Context, fn: (...args: unknown[]) => unknown): unknown {
          if (when === 'before') boom();
          const result = fn();
          return when === 'after' ? boom() : result;
        },
        bind: <Target>(_context: Context, target: Target): Target => target,
        enable: () => manager,
        disable: () => manager,
      };
      api.context.disable();
      api.context.setGlobalContextManager(manager as never);
      let calls = 0;
      assert.is(
        telemetry.measure(TOOL, {}, () => ++calls),
        1,
        when,
      );
      assert.is(calls, 1, when);
      assert.throws(() => telemetry.measure(TOOL, {}, boom), /hostile/);
      assert.ok(bridge.stats().spans!.failed > 0, when);
    });
  }
});

test('a context manager that calls twice, never, or keeps what is thrown to itself changes nothing of the function', async () => {
  type Call = () => unknown;
  const managers: readonly ((fn: Call) => unknown)[] = [
    (fn) => [fn(), fn()],
    () => undefined,
    (fn) => {
      try {
        return fn();
      } catch {
        return 'kept';
      }
    },
  ];
  for (const call of managers) {
    await traced({ events: shop }, ({ telemetry }) => {
      const manager = {
        active: (): Context => api.ROOT_CONTEXT,
        with: (_context: Context, fn: Call): unknown => call(fn),
        bind: <Target>(_context: Context, target: Target): Target => target,
        enable: () => manager,
        disable: () => manager,
      };
      api.context.disable();
      api.context.setGlobalContextManager(manager as never);
      let calls = 0;
      assert.is(
        telemetry.measure(TOOL, {}, () => ++calls),
        1,
      );
      assert.is(calls, 1);
      assert.throws(() => telemetry.measure(TOOL, {}, boom), /hostile/);
    });
  }
});

test('options that throw or return nonsense leave things as they are', async () => {
  const bridge = { spans: { name: (): never => boom(), include: (): never => boom() } };
  await traced({ events: shop, bridge }, ({ telemetry, span, bridge: started }) => {
    telemetry.measure(TOOL, {}, () => 1);
    assert.ok(span('shop.tool'));
    assert.ok(started.stats().spans!.failed > 0);
  });
  for (const given of ['', 5, null, {}]) {
    await traced({ events: shop, bridge: { spans: { name: () => given as never } } }, ({ telemetry, span }) => {
      telemetry.measure(TOOL, {}, () => 1);
      assert.ok(span('shop.tool'));
    });
  }
});

test.run();
