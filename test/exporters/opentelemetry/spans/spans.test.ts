import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { agentEvents } from '../../../../lib/catalogues/agent';
import { defineEvent, defineEvents } from '../../../../lib/index';
import { idOf, msOf, parentOf, traced, traceOf } from '../traced';

const shop = defineEvents('shop', {
  tool: { start: defineEvent(), stop: defineEvent({ tags: ['name'] }), exception: defineEvent(), heartbeat: defineEvent() },
  order: {
    import_start: defineEvent(),
    import_done: defineEvent({ measurements: { duration: { unit: 'us' } } }),
    paid: defineEvent(),
    complete: defineEvent(),
  },
});
const TOOL = ['shop', 'tool'] as const;
const boom = (): never => {
  throw new TypeError('no such file');
};

test('a measured function is a span of its component with the attributes and times of its events', async () => {
  await traced({ events: shop }, async ({ telemetry, span }) => {
    const seen: Record<string, number>[] = [];
    telemetry.attachPrefix('seen', ['shop'], (_event, measurements) => void seen.push(measurements as never));
    const result = telemetry.measure(TOOL, { name: 'wc', retries: 2, fast: true }, (own) => {
      own.add({ files: 10 });
      own.set({ found: ['a', 'b'] });
      return 3;
    });
    assert.is(result, 3);
    const found = span('shop.tool');
    assert.is(found.kind, SpanKind.INTERNAL);
    assert.is(found.status.code, SpanStatusCode.UNSET);
    assert.equal(found.attributes, { name: 'wc', retries: 2, fast: true, files: 10, found: ['a', 'b'] });
    const [start, stop] = seen as [Record<string, number>, Record<string, number>];
    assert.ok(Math.abs(msOf(found.startTime) - start.systemTime!) < 1, 'start');
    const lasted = stop.monotonicTime! - start.monotonicTime!;
    assert.ok(Math.abs(msOf(found.endTime) - msOf(found.startTime) - lasted) < 1e-3, 'duration');
    assert.is(found.instrumentationScope.name, 'telemetry-bus');
  });
});

test('a function that throws is a span with the status error, the type and the message, and throws the same error', async () => {
  await traced({ events: shop }, async ({ telemetry, span }) => {
    assert.throws(() => telemetry.measure(TOOL, {}, boom), /no such file/);
    const found = span('shop.tool');
    assert.equal(found.status, { code: SpanStatusCode.ERROR, message: 'no such file' });
    assert.equal(found.attributes, { 'error.type': 'TypeError' });
    // Nobody takes log records, so the exception is told here.
    assert.equal(
      found.events.map(({ name, attributes }) => [name, attributes!['exception.type'], attributes!['exception.message']]),
      [['exception', 'TypeError', 'no such file']],
    );
    assert.match(String(found.events[0]!.attributes!['exception.stacktrace']), /boom/);
  });
});

test('a function that rejects is a span with the status error', async () => {
  await traced({ events: shop }, async ({ telemetry, span }) => {
    const failing = telemetry.measure(TOOL, {}, async () => boom()) as Promise<unknown>;
    await failing.then(
      () => assert.unreachable(),
      (error) => assert.is((error as Error).message, 'no such file'),
    );
    assert.is(span('shop.tool').status.code, SpanStatusCode.ERROR);
  });
});

test('what is thrown and is no error has the type _OTHER', async () => {
  await traced({ events: shop }, async ({ telemetry, span }) => {
    const work = (): never => {
      throw 'a text';
    };
    assert.throws(() => telemetry.measure(TOOL, {}, work));
    assert.is(span('shop.tool').attributes['error.type'], '_OTHER');
    assert.is(span('shop.tool').status.message, 'a text');
  });
});

test('nested spans belong to those around them, in all four ways to run a function', async () => {
  await traced({ events: shop }, async ({ telemetry, span }) => {
    const { order } = shop;
    await telemetry.span(TOOL, {}, async () => {
      await Promise.resolve();
      await telemetry.executeWithStartComplete(order.import_start, order.import_done, {}, async () => {
        await Promise.resolve();
        telemetry.executeWithTelemetry(order.complete, { customer: 'c1' }, () => {
          telemetry.measure({ start: order.paid, stop: order.paid }, {}, () => 1);
        });
      });
      return [1, {}] as never;
    });
    const chain = ['shop.tool', 'shop.order.import', 'shop.order.complete', 'shop.order.paid'].map(span);
    assert.equal(chain.map(parentOf), [undefined, ...chain.slice(0, -1).map(idOf)]);
    assert.is(new Set(chain.map(traceOf)).size, 1);
    // No event tells of its beginning, and it is a span all the same, with what its end says.
    assert.equal(chain[2]!.attributes, { customer: 'c1' });
    assert.ok(chain.every((inner, index) => index === 0 || msOf(inner.startTime) >= msOf(chain[index - 1]!.startTime)));
    assert.ok(chain.every((inner, index) => index === 0 || msOf(inner.endTime) <= msOf(chain[index - 1]!.endTime)));
  });
});

test('records of the end of a span, its heartbeats and its exception belong to the span', async () => {
  await traced({ events: shop }, async ({ telemetry, span, records }) => {
    telemetry.attachLogHandler();
    await telemetry.measure(TOOL, {}, () => new Promise((resolve) => setTimeout(resolve, 30)), { heartbeat: 10 });
    assert.throws(() => telemetry.measure({ start: shop.order.paid, stop: shop.order.paid }, {}, boom));
    const [tool, paid] = [span('shop.tool'), span('shop.order.paid')];
    const idsOf = (key: string) => [...new Set(records().flatMap((record) => (record.event_name === key ? [record.span_id] : [])))];
    assert.equal(idsOf('shop.tool.stop'), [idOf(tool)]);
    assert.equal(idsOf('shop.tool.heartbeat'), [idOf(tool)]);
    assert.equal(idsOf('shop.order.exception'), [idOf(paid)]);
    const beats = tool.events.filter(({ name }) => name === 'shop.tool.heartbeat');
    assert.ok(beats.length > 0);
    assert.is(beats[0]!.attributes!.beat, 1);
    assert.ok(Number(beats[0]!.attributes!.elapsed) >= 9);
  });
});

test('events with the context of a span that is under way are events of the span', async () => {
  await traced({ events: shop }, ({ telemetry, span }) => {
    telemetry.execute(shop.tool.start, { systemTime: Date.now() }, { telemetrySpanContext: 'own', name: 'a' });
    telemetry.execute(shop.order.paid, { cents: 5 }, { telemetrySpanContext: 'own', name: 'a', by: 'card' });
    telemetry.execute(shop.tool.stop, { duration: 4 }, { telemetrySpanContext: 'own', name: 'a' });
    const found = span('shop.tool');
    assert.equal(
      found.events.map(({ name, attributes }) => [name, attributes]),
      [['shop.order.paid', { cents: 5, by: 'card' }]],
    );
  });
});

test('a span whose beginning nobody heard is as long as its end says, in the unit of its event', async () => {
  await traced({ events: shop }, ({ telemetry, span, bridge }) => {
    const before = Date.now();
    telemetry.execute(shop.order.import_done, { duration: 5e6 }, { telemetrySpanContext: Symbol('s'), rows: 3 });
    const found = span('shop.order.import_done');
    assert.ok(Math.abs(msOf(found.duration) - 5000) < 1e-3);
    assert.ok(msOf(found.endTime) >= before - 1 && msOf(found.endTime) <= Date.now() + 1);
    assert.is(found.attributes.rows, 3);
    assert.equal(bridge.stats().spans, { started: 1, ended: 1, open: 0, abandoned: 0, failed: 0 });
  });
});

test('an event that comes after the end of its span begins none', async () => {
  await traced({ events: shop }, ({ telemetry, spans, bridge }) => {
    telemetry.measure(TOOL, { telemetrySpanContext: 7 }, () => 1);
    telemetry.execute(shop.order.paid, { cents: 5 }, { telemetrySpanContext: 7 });
    telemetry.execute(shop.tool.heartbeat, { elapsed: 5, beat: 1 }, { telemetrySpanContext: 8 });
    assert.is(spans().length, 1);
    assert.is(bridge.stats().spans!.open, 0);
  });
});

test('spans of models, tools and agents are called and told as the conventions have it', async () => {
  await traced({ events: agentEvents }, ({ telemetry, span }) => {
    const { agent, llm } = agentEvents;
    telemetry.executeWithStartComplete(agent.dispatch, agent.complete, { sessionId: 's-1', agent: 'planner' }, () => {
      const events = { start: llm.request, stop: llm.response, exception: llm.error };
      telemetry.measure(events, { model: 'm1', sessionId: 's-1', prompt: 'to be or not' }, (own) => {
        own.add({ inputTokens: 10, outputTokens: 20 });
        telemetry.measure(['agent', 'tool'], { tool: 'grep', sessionId: 's-1' }, () => 1);
      });
    });
    const [chat, tool, outer] = [span('chat m1'), span('execute_tool grep'), span('invoke_agent planner')];
    assert.is(chat.kind, SpanKind.CLIENT);
    assert.is(tool.kind, SpanKind.INTERNAL);
    assert.equal([parentOf(tool), parentOf(chat), parentOf(outer)], [idOf(chat), idOf(outer), undefined]);
    assert.equal(chat.attributes, {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'm1',
      'gen_ai.conversation.id': 's-1',
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 20,
    });
    assert.is(tool.attributes['gen_ai.tool.name'], 'grep');
  });
});

test('options name spans, choose events and attributes', async () => {
  const name = (event: readonly string[], metadata: Readonly<Record<string, unknown>>): string | undefined =>
    event[1] === 'tool' ? `tool ${String(metadata.name)}` : undefined;
  const include = (event: readonly string[]): boolean => event[2] !== 'import_start';
  await traced({ events: shop, bridge: { spans: { name, include, attributes: 'tags' } } }, ({ telemetry, spans, span }) => {
    telemetry.measure(TOOL, { name: 'wc', other: 'x' }, () => {
      telemetry.measure({ start: shop.order.import_start, stop: shop.order.paid }, {}, () => {
        telemetry.executeWithTelemetry(shop.order.complete, {}, () => 1);
      });
    });
    assert.equal(
      spans().map((each) => each.name),
      ['shop.order.complete', 'shop.order.paid', 'tool wc'],
    );
    assert.equal(span('tool wc').attributes, { name: 'wc' });
    assert.is(parentOf(span('shop.order.complete')), idOf(span('tool wc')));
  });
  await traced({ events: shop, bridge: { spans: { attributes: 'none' } } }, ({ telemetry, span }) => {
    assert.throws(() => telemetry.measure(TOOL, { name: 'wc' } as never, boom));
    assert.equal(span('shop.tool').attributes, { 'error.type': 'TypeError' });
  });
});

test('stopping ends what is under way, and the account is exact', async () => {
  await traced({ events: shop }, async ({ telemetry, bridge, span, spans }) => {
    telemetry.execute(shop.tool.start, {}, { telemetrySpanContext: 1 });
    telemetry.measure({ start: shop.order.paid, stop: shop.order.paid }, {}, () => 1);
    assert.equal(bridge.stats().spans, { started: 2, ended: 1, open: 1, abandoned: 0, failed: 0 });
    await bridge.stop();
    assert.equal(bridge.stats().spans, { started: 2, ended: 1, open: 0, abandoned: 1, failed: 0 });
    assert.is(span('shop.tool').attributes['telemetry_bus.span.abandoned'], 'stop');
    telemetry.measure(TOOL, {}, () => 1);
    assert.is(spans().length, 2);
    assert.equal(telemetry.listHandlers(), []);
  });
});

test.run();
