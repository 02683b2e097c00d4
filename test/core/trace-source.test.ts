import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ActiveTrace, provideTraceSource } from '../../lib/core/active-trace';
import { OWNER } from '../../lib/core/context';
import { createPrometheusExporter } from '../../lib/exporters/prometheus/index';
import { contextFields, createTelemetry, distribution, runWithContext } from '../../lib/index';
import { traceHeaders } from '../../lib/node/http/outgoing/trace';
import { tracked } from '../http/tracked';
import { createLog } from '../support/records';

const trace = (digit: string): ActiveTrace => ({
  fields: Object.freeze({ trace_id: digit.repeat(32), span_id: digit.repeat(16) }),
  flags: 1,
  state: 'a=1',
});

/** Runs something while a span of another system is active. */
function within<Result>(active: ActiveTrace | undefined, work: () => Result): Result {
  const end = provideTraceSource(() => active);
  try {
    return work();
  } finally {
    end();
  }
}

test('lines and events carry the ids of the active span, as core fields, and only as long as it is told', () => {
  const { telemetry, records } = createLog();
  const log = telemetry.logger('bot');
  within(trace('a'), () => {
    log.info('plain');
    log.error(new Error('lost'), 'failed');
    telemetry.execute(['app', 'part', 'done'], { count: 1 });
  });
  log.info('after');
  const ids = records().map(({ trace_id, span_id }) => [trace_id, span_id]);
  const [traceId, spanId] = ['a'.repeat(32), 'a'.repeat(16)];
  assert.equal(ids, [[traceId, spanId], [traceId, spanId], [traceId, spanId], [undefined, undefined]]); // biome-ignore format: short
  assert.is(contextFields(), undefined);
});

test('the active span wins over the ids of the scope, whose other fields and owner stay', () => {
  const owner = { errorFields: () => ({}) };
  const { telemetry, records } = createLog();
  runWithContext({ user: 'ann', trace_id: 'b'.repeat(32), span_id: 'b'.repeat(16), [OWNER]: owner } as never, () =>
    within(trace('a'), () => {
      telemetry.logger('bot').info('here');
      assert.equal({ ...contextFields() }, { user: 'ann', trace_id: 'a'.repeat(32), span_id: 'a'.repeat(16) });
      assert.is(contextFields(), contextFields(), 'put together once');
    }),
  );
  const [record] = records();
  assert.equal([record?.user, record?.trace_id], ['ann', 'a'.repeat(32)]);
});

test('a span id of digits only is not masked as the number of a card', () => {
  // Passes the check digit of cards, and begins as one.
  const active: ActiveTrace = { fields: { trace_id: 'a'.repeat(32), span_id: '4111111111111111' }, flags: 1, state: undefined };
  const { telemetry, records } = createLog();
  within(active, () => telemetry.logger('bot').info('here'));
  assert.is(records()[0]?.span_id, '4111111111111111');
});

test('a source that throws, or has nothing to tell, changes nothing; another one is asked', () => {
  const { telemetry, records } = createLog();
  const ends = [
    provideTraceSource(() => {
      throw new Error('mine');
    }),
    provideTraceSource(() => undefined),
  ];
  runWithContext({ trace_id: 'b'.repeat(32) }, () => telemetry.logger('bot').info('scope'));
  within(trace('a'), () => telemetry.logger('bot').info('span'));
  for (const end of ends) end();
  assert.equal(records().map(({ trace_id }) => trace_id), ['b'.repeat(32), 'a'.repeat(32)]); // biome-ignore format: short
});

test('exemplars are of the active span', async () => {
  const telemetry = createTelemetry({
    metrics: { exemplars: true, definitions: [distribution('took', ['app', 'part', 'done'], { measurement: 'took', bounds: [10] })] },
  });
  telemetry.attachMetricsHandler();
  within(trace('a'), () => telemetry.execute(['app', 'part', 'done'], { took: 5 }));
  const { body } = await createPrometheusExporter(telemetry).render('application/openmetrics-text');
  assert.match(body, `trace_id="${'a'.repeat(32)}",span_id="${'a'.repeat(16)}"`);
});

test('a request that is answered within a span of another system has its ids, and what it sends on is of that span', () => {
  const headers = { traceparent: `00-${'a'.repeat(32)}-${'c'.repeat(16)}-01` };
  within(trace('a'), () => {
    const { request, heard } = tracked();
    const exchange = request({ headers }, { status: 200 }, () => {
      assert.equal(traceHeaders(), {
        spanId: 'a'.repeat(16),
        traceparent: `00-${'a'.repeat(32)}-${'a'.repeat(16)}-01`,
        tracestate: 'a=1',
      });
    });
    assert.equal(exchange.trace, { traceId: 'a'.repeat(32), spanId: 'a'.repeat(16), parentId: 'c'.repeat(16), flags: 1, state: 'a=1' });
    assert.is(heard.length, 2);
    // A trace of its own is no child of the caller's.
    const other = request({ headers: { traceparent: `00-${'d'.repeat(32)}-${'c'.repeat(16)}-01` } }, { status: 200 });
    assert.equal([other.trace.traceId, other.trace.parentId], ['a'.repeat(32), undefined]);
  });
});

test.run();
