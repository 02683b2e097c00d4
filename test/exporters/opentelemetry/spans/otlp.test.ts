import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { agentEvents } from '../../../../lib/catalogues/agent';
import { openTelemetryResource } from '../../../../lib/entries/opentelemetry';
import { createTelemetry, defineEvent, defineEvents } from '../../../../lib/index';
import { withCollector } from '../../../support/otel/collector';
import { plainAttributes } from '../../../support/otel/flat';
import { traced } from '../traced';

const shop = defineEvents('shop', {
  tool: { start: defineEvent(), stop: defineEvent(), exception: defineEvent(), heartbeat: defineEvent() },
});

interface Heard {
  readonly key: string;
  readonly measurements: Record<string, number>;
  readonly metadata: Record<string, unknown>;
}

test('what a collector is sent over OTLP is what the events said: names, parents, times, attributes, events and status', async () => {
  await withCollector(async (collector) => {
    const resource = resourceFromAttributes(openTelemetryResource(createTelemetry({ log: { app: 'shop', sinks: [] } }), { env: {} }));
    const processor = new BatchSpanProcessor(new OTLPTraceExporter({ url: `${collector.url}/v1/traces` }));
    const heard: Heard[] = [];
    await traced({ events: [shop, agentEvents], sdk: { spanProcessors: [processor], resource } }, async ({ telemetry, provider }) => {
      telemetry.attachPrefix('heard', [], (event, measurements, metadata) => {
        heard.push({ key: event.join('.'), measurements: measurements as never, metadata: metadata as never });
      });
      const { llm } = agentEvents;
      const model = { start: llm.request, stop: llm.response, exception: llm.error };
      await telemetry.measure(['shop', 'tool'], { name: 'grep', depth: 2, share: 0.5, dry: false, paths: ['a', 'b'] }, async (own) => {
        telemetry.measure(model, { model: 'm1', sessionId: 's', prompt: 'secret thoughts' }, () => 1);
        telemetry.execute(shop.tool.heartbeat, { elapsed: 5, beat: 1 }, heard[0]!.metadata);
        await new Promise((resolve) => setTimeout(resolve, 5));
        own.add({ files: 12 });
      });
      assert.throws(() =>
        telemetry.measure(['shop', 'tool'], { name: 'rm' }, () => {
          throw new RangeError('not that one');
        }),
      );
      await provider.forceFlush();
    });
    await collector.waitUntil('three spans', ({ spans }) => spans().length === 3);
    assert.equal(collector.refused, []);
    const found = collector.spans();
    const named = (name: string) => found.filter(({ item }) => item.name === name).map(({ item }) => item);
    const [grep, rm] = named('shop.tool');
    const [chat] = named('chat m1');
    assert.equal([chat!.parentSpanId, chat!.traceId], [grep!.spanId, grep!.traceId]);
    // Kinds have one more in front than in the API: unspecified.
    assert.equal([grep!.kind, chat!.kind], [1, 3]);
    assert.equal(plainAttributes(grep!.attributes), { name: 'grep', depth: 2, share: 0.5, dry: false, paths: ['a', 'b'], files: 12 });
    assert.not.ok(JSON.stringify(found).includes('secret thoughts'));
    assert.equal(rm!.status, { message: 'not that one', code: 2 });
    assert.equal(
      rm!.events!.map(({ name, attributes }) => [name, plainAttributes(attributes)['exception.type']]),
      [['exception', 'RangeError']],
    );
    assert.equal(
      grep!.events!.map(({ name, attributes }) => [name, plainAttributes(attributes)]),
      [['shop.tool.heartbeat', { elapsed: 5, beat: 1 }]],
    );
    assert.is(found[0]!.resource['service.name'], 'shop');
    assert.is(found[0]!.scope.name, 'telemetry-bus');

    // Each span beside its own events.
    for (const [span, name] of [
      [grep!, 'grep'],
      [rm!, 'rm'],
    ] as const) {
      const own = heard.filter(({ key, metadata }) => key !== 'shop.tool.heartbeat' && metadata.name === name);
      const [start, end] = [own[0]!.measurements, own.at(-1)!.measurements];
      const [from, to] = [BigInt(span.startTimeUnixNano), BigInt(span.endTimeUnixNano)];
      assert.ok(Math.abs(Number(from) / 1e6 - start.systemTime!) < 1, 'start');
      assert.ok(Math.abs(Number(to - from) / 1e6 - (end.monotonicTime! - start.monotonicTime!)) < 0.01, 'duration');
    }
  });
});

test.run();
