import * as api from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defineEvent, defineEvents, runWithContext, type Telemetry } from '../../../../lib/index';
import { idOf, parentOf, type Traced, traced, traceOf } from '../traced';

const shop = defineEvents('shop', { tool: { start: defineEvent(), stop: defineEvent(), exception: defineEvent() } });
const TOOL = ['shop', 'tool'] as const;
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

/** A piece of work: how long it waits before and after its parts, whether these run at once, how it is told, and whether it fails. */
interface Work {
  readonly before: number;
  readonly after: number;
  readonly together: boolean;
  readonly way: 'measure' | 'span' | 'executeWithTelemetry' | 'executeWithStartComplete' | 'sync';
  readonly fails: boolean;
  readonly parts: readonly Work[];
}

const work = fc.letrec<{ work: Work }>((tie) => ({
  work: fc.record({
    before: fc.nat(2),
    after: fc.nat(2),
    together: fc.boolean(),
    way: fc.constantFrom('measure', 'span', 'executeWithTelemetry', 'executeWithStartComplete', 'sync'),
    fails: fc.boolean(),
    parts: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.constant([]), fc.array(tie('work'), { maxLength: 4 })),
  }),
})).work;

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
};

/** Runs a tree; each span is named by its place in it, such as `0.2.1`. */
async function run(telemetry: Telemetry, { before, after, together, way, fails, parts }: Work, place: string): Promise<void> {
  const inside = async (): Promise<void> => {
    await turns(before);
    const children = parts.map((part, index) => () => run(telemetry, part, `${place}.${index}`));
    if (together) await Promise.all(children.map((child) => child()));
    else for (const child of children) await child();
    await turns(after);
    if (fails) throw new Error(place);
  };
  const metadata = { place };
  const { start, stop } = shop.tool;
  let running: unknown;
  if (way === 'measure') running = telemetry.measure(TOOL, metadata, inside);
  else if (way === 'span') running = telemetry.span(TOOL, metadata, async () => [await inside(), {}] as const);
  else if (way === 'executeWithTelemetry') running = telemetry.executeWithTelemetry(stop, metadata, inside);
  else if (way === 'executeWithStartComplete') running = telemetry.executeWithStartComplete(start, stop, metadata, inside);
  // What a function that returns at once has begun goes on in its context.
  else telemetry.measure(TOOL, metadata, () => void (running = inside()));
  await Promise.resolve(running).catch(() => undefined);
}

const placeOf = (span: ReadableSpan): string => String(span.attributes.place);

test('in any tree of spans, at once or one after the other, each has the parent it was run in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(work, { minLength: 1, maxLength: 3 }), async (trees) => {
      await traced({ events: shop }, async ({ telemetry, spans, bridge }: Traced) => {
        await Promise.all(trees.map((tree, index) => run(telemetry, tree, `${index}`)));
        const byPlace = new Map(spans().map((span) => [placeOf(span), span]));
        assert.is(byPlace.size, spans().length);
        for (const [place, span] of byPlace) {
          const outer = place.lastIndexOf('.') === -1 ? undefined : byPlace.get(place.slice(0, place.lastIndexOf('.')))!;
          assert.is(parentOf(span), outer && idOf(outer), place);
          if (outer !== undefined) assert.is(traceOf(span), traceOf(outer));
        }
        const { started, ended, open, abandoned, failed } = bridge.stats().spans!;
        assert.equal([started, ended, open, abandoned, failed], [byPlace.size, byPlace.size, 0, 0, 0]);
      });
    }),
    { numRuns: 60 },
  );
});

test('a span begins within the active span of other code, and that code within ours', async () => {
  await traced({ events: shop }, async ({ telemetry, provider, span }) => {
    const tracer = provider.getTracer('theirs');
    await tracer.startActiveSpan('outer', async (outer) => {
      await telemetry.measure(TOOL, {}, async () => {
        await Promise.resolve();
        tracer.startActiveSpan('inner', (inner) => inner.end());
      });
      outer.end();
    });
    assert.is(parentOf(span('shop.tool')), idOf(span('outer')));
    assert.is(parentOf(span('inner')), idOf(span('shop.tool')));
  });
});

test('outside of any span, the span that the scope names is the parent', async () => {
  await traced({ events: shop }, ({ telemetry, span, spans }) => {
    runWithContext({ trace_id: TRACE, span_id: SPAN }, () => telemetry.measure(TOOL, {}, () => 1));
    assert.equal([traceOf(span('shop.tool')), parentOf(span('shop.tool'))], [TRACE, SPAN]);
    assert.is(span('shop.tool').parentSpanContext!.isRemote, true);
    for (const fields of [{ trace_id: 'nonsense', span_id: SPAN }, { trace_id: TRACE }, { trace_id: '0'.repeat(32), span_id: SPAN }])
      runWithContext(fields, () => telemetry.measure(TOOL, {}, () => 1));
    assert.equal(spans().slice(1).map(parentOf), [undefined, undefined, undefined]);
  });
});

test('without a context manager, spans belong to those around them all the same', async () => {
  await traced({ events: shop, withoutContexts: true }, async ({ telemetry, spans, records }) => {
    await telemetry.measure(TOOL, { place: 'outer' }, async () => {
      await Promise.resolve();
      telemetry.measure(TOOL, { place: 'inner' }, () => telemetry.logger('bot').info('within'));
    });
    const [inner, outer] = spans();
    assert.is(parentOf(inner!), idOf(outer!));
    assert.equal([records()[0]!.trace_id, records()[0]!.span_id], [traceOf(inner!), idOf(inner!)]);
  });
});

test('what is not sampled is passed on, costs no attributes, and makes no span', async () => {
  await traced({ events: shop, sdk: { sampler: new AlwaysOffSampler() } }, ({ telemetry, spans, bridge }) => {
    let flags: number | undefined;
    telemetry.measure(TOOL, {}, () => {
      flags = api.trace.getSpan(api.context.active())?.spanContext().traceFlags;
    });
    assert.is(flags, 0);
    assert.is(spans().length, 0);
    assert.equal(bridge.stats().spans, { started: 1, ended: 1, open: 0, abandoned: 0, failed: 0 });
  });
});

test('spans with one context, as of metadata that is passed on, are spans within each other, and each has its own end', async () => {
  await traced({ events: shop }, async ({ telemetry, span, spans, bridge }) => {
    const shared = { telemetrySpanContext: 'shared' };
    await telemetry.measure(['app', 'job'], shared, async () => {
      telemetry.executeWithTelemetry(['app', 'mail', 'sent'], shared, () => 1);
      await telemetry.measure(['app', 'query'], shared, async () => {
        await Promise.resolve();
        telemetry.execute(['app', 'query', 'row'], {}, shared);
      });
      // Begun within, and over after it.
      telemetry.execute(['app', 'late', 'start'], { systemTime: Date.now() }, shared);
      telemetry.execute(['app', 'job', 'note'], {}, { ...shared, telemetrySpanContext: 'nobody' });
    });
    assert.equal(bridge.stats().spans!.open, 1);
    telemetry.execute(['app', 'late', 'stop'], { duration: 1 }, shared);
    assert.equal(
      spans().map(({ name }) => name),
      ['app.mail.sent', 'app.query', 'app.job', 'app.late'],
    );
    for (const name of ['app.mail.sent', 'app.query', 'app.late']) assert.is(parentOf(span(name)), idOf(span('app.job')), name);
    assert.equal([span('app.query').events.length, span('app.job').events.length], [1, 0]);
    assert.equal(bridge.stats().spans, { started: 4, ended: 4, open: 0, abandoned: 0, failed: 0 });
  });
});

test('a value that other code puts into the context is there within a span', async () => {
  await traced({ events: shop }, ({ telemetry }) => {
    const key = api.createContextKey('baggage');
    api.context.with(api.context.active().setValue(key, 'kept'), () => {
      telemetry.measure(TOOL, {}, () => assert.is(api.context.active().getValue(key), 'kept'));
    });
  });
});

test.run();
