import * as api from '@opentelemetry/api';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createErrors } from '../../../../lib/entries/errors';
import { createPrometheusExporter } from '../../../../lib/exporters/prometheus/index';
import { contextFields, defineEvent, defineEvents, distribution, runWithContext } from '../../../../lib/index';
import { traced } from '../traced';

const shop = defineEvents('shop', { order: { paid: defineEvent<{ duration: number }, object>() } });
const ids = (fields: object | undefined) => {
  const { trace_id, span_id } = (fields ?? {}) as Record<string, unknown>;
  return [trace_id, span_id];
};

test('lines, records of events and errors within a span of other code carry its ids, and none after it', async () => {
  await traced({ events: shop, bridge: { spans: false } }, async ({ telemetry, provider, records }) => {
    telemetry.attachLogHandler();
    const log = telemetry.logger('bot');
    const { capture } = createErrors(telemetry);
    const wanted = await provider.getTracer('theirs').startActiveSpan('theirs', async (span) => {
      log.info('line');
      await Promise.resolve();
      telemetry.execute(shop.order.paid, { duration: 1 }, {});
      capture({ component: 'cart', rethrow: false }, () => {
        throw new Error('broken');
      });
      span.end();
      const { traceId, spanId } = span.spanContext();
      return [traceId, spanId];
    });
    log.info('after');
    const written = records();
    assert.is(written.length, 4);
    assert.equal(written.slice(0, 3).map(ids), [wanted, wanted, wanted]);
    assert.equal(ids(written[3]), [undefined, undefined]);
  });
});

test('the fields of a span are one object, its ids win over those of a scope, and the other fields stay', async () => {
  await traced({ bridge: { spans: false } }, ({ provider }) => {
    provider.getTracer('theirs').startActiveSpan('theirs', (span) => {
      assert.is(contextFields(), contextFields());
      runWithContext({ trace_id: 'mine', user: 'u1' }, () => {
        assert.equal(ids(contextFields()), [span.spanContext().traceId, span.spanContext().spanId]);
        assert.is(contextFields()!.user, 'u1');
      });
      span.end();
    });
    assert.is(contextFields(), undefined);
  });
});

test('a span without valid ids is none, and one that came from afar counts', async () => {
  await traced({ bridge: { spans: false } }, () => {
    const within = (spanContext: api.SpanContext): unknown =>
      api.context.with(api.trace.setSpanContext(api.ROOT_CONTEXT, spanContext), contextFields);
    assert.is(within(api.INVALID_SPAN_CONTEXT), undefined);
    const [traceId, spanId] = ['a'.repeat(32), 'b'.repeat(16)];
    assert.equal(within({ traceId, spanId, traceFlags: 0, isRemote: true }), { trace_id: traceId, span_id: spanId });
  });
});

test('with { context: false } records keep their own ids, and after stop they have them again', async () => {
  await traced({ bridge: { spans: false, context: false } }, ({ provider }) => {
    provider.getTracer('theirs').startActiveSpan('theirs', () => assert.is(contextFields(), undefined));
  });
  await traced({ bridge: { spans: false } }, async ({ provider, bridge }) => {
    await provider.getTracer('theirs').startActiveSpan('theirs', async () => {
      assert.ok(contextFields());
      await bridge.stop();
      assert.is(contextFields(), undefined);
    });
  });
});

test('samples carry the trace of the active span as exemplars', async () => {
  const definitions = [distribution('took', shop.order.paid, { measurement: 'duration', bounds: [10] })];
  await traced(
    { events: shop, bus: { metrics: { exemplars: true, definitions } }, bridge: { spans: false } },
    async ({ telemetry, provider }) => {
      telemetry.attachMetricsHandler();
      const { traceId, spanId } = provider.getTracer('theirs').startActiveSpan('theirs', (span) => {
        telemetry.execute(shop.order.paid, { duration: 3 }, {});
        return span.spanContext();
      });
      const { body } = await createPrometheusExporter(telemetry).render('application/openmetrics-text');
      assert.match(body, `trace_id="${traceId}",span_id="${spanId}"`);
    },
  );
});

test.run();
