import diagnostics from 'node:diagnostics_channel';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry, defineEvent, defineEvents } from '../../../lib/index';
import { emitFromChannel, publishToChannels } from '../../../lib/node/http/channels';
import { errorOf } from '../../support/started';

const shop = defineEvents('shop', {
  cart: { add: defineEvent<{ count: number }, { item: string }>(), clear: defineEvent() },
  order: { start: defineEvent(), stop: defineEvent(), exception: defineEvent() },
});

/** Listens to channels while something runs; the messages by the name of their channel, in order. */
async function heard(
  names: readonly string[],
  body: (messages: [name: string, message: Record<string, unknown>][]) => unknown,
): Promise<void> {
  const messages: [string, Record<string, unknown>][] = [];
  const listener = (message: unknown, name: string | symbol): void =>
    void messages.push([String(name), message as Record<string, unknown>]);
  for (const name of names) diagnostics.subscribe(name, listener);
  try {
    await body(messages);
  } finally {
    for (const name of names) diagnostics.unsubscribe(name, listener);
  }
}

test('an event is published on the channel of its name with what handlers see', () =>
  heard(['telemetry-bus:shop.cart.add'], (messages) => {
    const telemetry = createTelemetry({ events: shop });
    using published = publishToChannels(telemetry);
    const [measurements, metadata] = [{ count: 1 }, { item: 'tea' }];
    telemetry.execute(shop.cart.add, measurements, metadata);
    assert.is(published.id, 'telemetry-channels');
    assert.is(messages.length, 1);
    const [, message] = messages[0]!;
    assert.equal(message, { event: ['shop', 'cart', 'add'], measurements: { count: 1 }, metadata: { item: 'tea' } });
    assert.is(message.measurements, measurements);
    assert.is(message.metadata, metadata);
  }));

test('nothing is published after its end, nor of events that were not named', () =>
  heard(['mine:shop.cart.add', 'mine:shop.cart.clear', 'telemetry-bus:shop.cart.add'], (messages) => {
    const telemetry = createTelemetry({ events: shop });
    const published = publishToChannels(telemetry, { prefix: 'mine', events: [shop.cart.clear] });
    assert.is(telemetry.hasHandlers(shop.cart.add), false);
    telemetry.execute(shop.cart.add, { count: 1 }, { item: 'tea' });
    telemetry.execute(shop.cart.clear);
    assert.is(published.detach(), true);
    assert.is(published.detach(), false);
    telemetry.execute(shop.cart.clear);
    assert.equal(
      messages.map(([name]) => name),
      ['mine:shop.cart.clear'],
    );
  }));

test('names within others, and names given twice, are published once', () =>
  heard(['telemetry-bus:shop.cart.clear'], (messages) => {
    const telemetry = createTelemetry({ events: shop });
    using _published = publishToChannels(telemetry, { events: [shop.cart.clear, ['shop', 'cart'], ['shop'], ['shop']] });
    telemetry.execute(shop.cart.clear);
    assert.is(messages.length, 1);
  }));

test('publishing twice is refused, and a refused call leaves nothing behind', async () => {
  const telemetry = createTelemetry({ events: shop });
  using _published = publishToChannels(telemetry, { events: [['shop', 'order']] });
  assert.is(
    (
      await errorOf(() =>
        publishToChannels(telemetry, {
          events: [
            ['shop', 'cart'],
            ['shop', 'order'],
          ],
        }),
      )
    ).code,
    'HANDLER_EXISTS',
  );
  assert.is(telemetry.hasHandlers(shop.cart.clear), false);
  for (const [options, code] of [
    [{ prefix: 'a b' }, 'OPTION_INVALID'],
    [{ events: [] }, 'OPTION_INVALID'],
    [{ events: ['shop'] }, 'EVENT_NAME_INVALID'],
    [{ event: [] }, 'OPTION_UNKNOWN'],
  ] as const) {
    assert.is((await errorOf(() => publishToChannels(telemetry, options as never))).code, code);
  }
});

test('the messages of a span are one object, which what listens to tracing channels is given', async () => {
  const telemetry = createTelemetry({ events: shop });
  using _published = publishToChannels(telemetry);
  const seen: [string, Record<string, unknown>][] = [];
  const note = (part: string) => (message: unknown) => void seen.push([part, message as Record<string, unknown>]);
  const listeners = {
    start: note('start'),
    end: note('end'),
    asyncStart: note('asyncStart'),
    asyncEnd: note('asyncEnd'),
    error: note('error'),
  };
  const tracing = diagnostics.tracingChannel('telemetry-bus:shop.order');
  tracing.subscribe(listeners);
  try {
    await Promise.all([1, 2].map((id) => telemetry.span(['shop', 'order'], { id }, async () => [id, { paid: true }] as const)));
    const broken = new Error('broken');
    await telemetry.measure(['shop', 'order'], {}, () => Promise.reject(broken)).catch(() => {});
    assert.equal(
      seen.map(([part]) => part),
      ['start', 'start', 'asyncEnd', 'asyncEnd', 'start', 'error', 'asyncEnd'],
    );
    const messages = seen.map(([, message]) => message);
    assert.is(messages[2], messages[0]);
    assert.is(messages[3], messages[1]);
    assert.is.not(messages[0], messages[1]);
    assert.is((messages[2]!.metadata as { paid: boolean }).paid, true);
    assert.is(messages[5], messages[4]);
    assert.is(messages[6], messages[4]);
    assert.is(messages[6]!.error, broken);
    assert.not.ok('error' in messages[2]!);
  } finally {
    tracing.unsubscribe(listeners);
  }
});

test('spans that never end are forgotten, the oldest first', () =>
  heard(['tracing:telemetry-bus:shop.order:start', 'tracing:telemetry-bus:shop.order:asyncEnd'], (messages) => {
    const telemetry = createTelemetry({ events: shop });
    using _published = publishToChannels(telemetry);
    for (let context = 0; context < 1001; context++) telemetry.execute(shop.order.start, {}, { telemetrySpanContext: context });
    const starts = messages.map(([, message]) => message);
    for (const context of [0, 1]) telemetry.execute(shop.order.stop, {}, { telemetrySpanContext: context });
    const [first, second] = messages.slice(1001).map(([, message]) => message);
    assert.not.ok(starts.includes(first!));
    assert.is(second, starts[1]);
  }));

test('the messages of a channel become events', () => {
  const telemetry = createTelemetry({ events: shop });
  const seen: unknown[] = [];
  telemetry.attach('seen', shop.cart.add, (_event, measurements, metadata) => void seen.push([measurements, metadata]));
  const source = emitFromChannel(telemetry, 'test:cart', shop.cart.add, (message, name) => {
    const { n } = message as { n: number };
    return n === 0 ? undefined : { measurements: { count: n }, metadata: { item: String(name) } };
  });
  const channel = diagnostics.channel('test:cart');
  for (const n of [0, 1, 2]) channel.publish({ n });
  source.stop();
  source.stop();
  channel.publish({ n: 3 });
  assert.is(channel.hasSubscribers, false);
  assert.equal(seen, [
    [{ count: 1 }, { item: 'test:cart' }],
    [{ count: 2 }, { item: 'test:cart' }],
  ]);
  assert.equal(source.stats(), { emitted: 2, ignored: 1, faults: 0, loops: 0 });
});

test('a map that throws, rejects or tells nonsense is counted, warned of once, and never met by the publisher', async () => {
  const warnings: string[] = [];
  const telemetry = createTelemetry({ events: shop, onWarning: ({ message }) => void warnings.push(message) });
  let emitted = 0;
  telemetry.attach('seen', shop.cart.clear, () => void emitted++);
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on('uncaughtException', note);
  process.on('unhandledRejection', note);
  const found: (() => unknown)[] = [
    () => {
      throw new Error('broken map');
    },
    () => Promise.reject(new Error('late')),
    () => 'text',
    () => ({ measurements: 3 }),
    () =>
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('unreadable');
          },
        },
      ),
  ];
  let next: () => unknown = () => undefined;
  const source = emitFromChannel(telemetry, 'test:faults', shop.cart.clear, (() => next()) as never);
  try {
    for (next of found) diagnostics.channel('test:faults').publish({});
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(source.stats(), { emitted: 0, ignored: 0, faults: found.length, loops: 0 });
    assert.is(emitted, 0);
    assert.is(warnings.filter((text) => text.includes('broken map')).length, 1);
    assert.is(warnings.filter((text) => text.includes('emitFromChannel')).length, 1);
    assert.equal(unhandled, []);
  } finally {
    source.stop();
    process.off('uncaughtException', note);
    process.off('unhandledRejection', note);
  }
});

test('our own channel does not lead back into the same event, directly or through another one', () => {
  const telemetry = createTelemetry({ events: shop });
  const seen: string[] = [];
  telemetry.attachPrefix('seen', ['shop'], (event) => void seen.push(event.join('.')));
  using _published = publishToChannels(telemetry);
  const direct = emitFromChannel(telemetry, 'telemetry-bus:shop.cart.clear', shop.cart.clear, () => ({}));
  telemetry.execute(shop.cart.clear);
  assert.equal(seen, ['shop.cart.clear']);
  assert.is(direct.stats().loops, 1);
  direct.stop();
  const there = emitFromChannel(telemetry, 'telemetry-bus:shop.order.start', shop.order.stop, () => ({}));
  const back = emitFromChannel(telemetry, 'telemetry-bus:shop.order.stop', shop.order.start, () => ({}));
  seen.length = 0;
  telemetry.execute(shop.order.start);
  assert.equal(seen, ['shop.order.start', 'shop.order.stop']);
  assert.is(back.stats().loops, 1);
  there.stop();
  back.stop();
});

test('a foreign channel that a handler publishes to again does not go round', () => {
  const telemetry = createTelemetry({ events: shop });
  const channel = diagnostics.channel('test:round');
  let seen = 0;
  telemetry.attach('again', shop.cart.clear, () => {
    seen++;
    channel.publish({});
  });
  const source = emitFromChannel(telemetry, 'test:round', shop.cart.clear, () => ({}));
  channel.publish({});
  assert.is(seen, 1);
  assert.is(source.stats().loops, 1);
  channel.publish({});
  assert.is(seen, 2);
  source.stop();
});

test('the same event of another bus is no loop', () => {
  const [one, two] = [createTelemetry({ events: shop }), createTelemetry({ events: shop })];
  let seen = 0;
  two.attach('seen', shop.cart.clear, () => void seen++);
  using _published = publishToChannels(one);
  using _source = emitFromChannel(two, 'telemetry-bus:shop.cart.clear', shop.cart.clear, () => ({}));
  one.execute(shop.cart.clear);
  assert.is(seen, 1);
});

test('wrong names and functions are refused, and nothing is listened to', async () => {
  const telemetry = createTelemetry({ events: shop });
  assert.is((await errorOf(() => emitFromChannel(telemetry, '', shop.cart.clear, () => ({})))).code, 'OPTION_INVALID');
  assert.is((await errorOf(() => emitFromChannel(telemetry, 'test:wrong', shop.cart.clear, 'map' as never))).code, 'OPTION_INVALID');
  assert.is((await errorOf(() => emitFromChannel(telemetry, 'test:wrong', ['shop'] as never, () => ({})))).code, 'EVENT_NAME_INVALID');
  assert.is(diagnostics.hasSubscribers('test:wrong'), false);
});

test.run();
