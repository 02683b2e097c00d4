import * as api from '@opentelemetry/api';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { agentEvents } from '../../../../lib/catalogues/agent';
import { trackHttp } from '../../../../lib/entries/http';
import type { Telemetry } from '../../../../lib/index';
import { incoming, type Request } from '../../../http/tracked';
import { idOf, parentOf, traced, traceOf } from '../traced';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const FROM_AFAR = { traceparent: `00-${TRACE}-${CALLER}-01`, tracestate: 'vendor=1' };

/** A tracked request from its beginning to its end. */
async function asked(telemetry: Telemetry, request: Request, status: number, work: () => unknown = () => undefined): Promise<void> {
  using tracking = trackHttp(telemetry, { routes: ['/users/:id'] });
  const exchange = tracking.tracker.begin(incoming(request))!;
  try {
    await exchange.run(async () => work());
  } catch (error) {
    exchange.fail(error);
  }
  exchange.end({ status, responseBytes: 12 });
}

test('a tracked request with a caller is a server span of its trace; records, tools and models within belong to it', async () => {
  await traced({ events: agentEvents }, async ({ telemetry, span, records }) => {
    await asked(telemetry, { target: '/users/7?token=x', headers: { ...FROM_AFAR, 'user-agent': 'curl' } }, 200, async () => {
      const events = { start: agentEvents.llm.request, stop: agentEvents.llm.response, exception: agentEvents.llm.error };
      await telemetry.measure(events, { model: 'm1', sessionId: 's' }, async () => {
        await Promise.resolve();
        telemetry.measure(['agent', 'tool'], { tool: 'grep', sessionId: 's' }, () => telemetry.logger('bot').info('inside'));
      });
    });
    const [server, chat, tool] = [span('GET /users/:id'), span('chat m1'), span('execute_tool grep')];
    assert.is(server.kind, SpanKind.SERVER);
    assert.equal([server, chat, tool].map(traceOf), [TRACE, TRACE, TRACE]);
    assert.equal([server, chat, tool].map(parentOf), [CALLER, idOf(server), idOf(chat)]);
    assert.is(server.parentSpanContext!.isRemote, true);
    assert.is(server.spanContext().traceState?.serialize(), 'vendor=1');
    assert.is(server.status.code, SpanStatusCode.UNSET);
    assert.equal(server.attributes, {
      'http.request.method': 'GET',
      'url.path': '/users/7',
      'client.address': '192.0.2.1',
      'user_agent.original': 'curl',
      'http.route': '/users/:id',
      'http.response.status_code': 200,
      'http.response.body.size': 12,
      class: 'non-tools',
    });
    const byMessage = new Map(records().map((record) => [record.message, record]));
    assert.equal([byMessage.get('inside')!.trace_id, byMessage.get('inside')!.span_id], [TRACE, idOf(tool)]);
    const access = byMessage.get('request_complete')!;
    assert.equal([access.trace_id, access.span_id], [TRACE, idOf(server)]);
  });
});

test('what the caller did not sample is not told, and passed on as it came', async () => {
  await traced({}, async ({ telemetry, spans, records }) => {
    const headers = { traceparent: `00-${TRACE}-${CALLER}-00` };
    let flags: number | undefined;
    await asked(telemetry, { headers }, 200, () => {
      flags = api.trace.getSpan(api.context.active())?.spanContext().traceFlags;
    });
    assert.equal([flags, spans().length, records()[0]!.trace_id], [0, 0, TRACE]);
  });
});

test('a request that is answered within another span is run with its own, and with what else that context has', async () => {
  await traced({}, ({ telemetry, provider }) => {
    using tracking = trackHttp(telemetry);
    const exchange = tracking.tracker.begin(incoming())!;
    const key = api.createContextKey('baggage');
    provider.getTracer('theirs').startActiveSpan('pool', (pool) => {
      api.context.with(api.context.active().setValue(key, 'kept'), () => {
        exchange.run(() => {
          assert.is(api.context.active().getValue(key), 'kept');
          assert.is(api.trace.getSpan(api.context.active())!.spanContext().spanId, exchange.trace.spanId);
        });
      });
      assert.is.not(pool.spanContext().spanId, exchange.trace.spanId);
      pool.end();
    });
    exchange.end({ status: 200 });
  });
});

test('a tracked request without a caller is the root of a trace, whose ids its records have', async () => {
  await traced({}, async ({ telemetry, span, records }) => {
    await asked(telemetry, { target: '/nowhere' }, 404);
    const server = span('GET');
    assert.is(parentOf(server), undefined);
    assert.is(server.status.code, SpanStatusCode.UNSET);
    assert.not.ok('http.route' in server.attributes);
    assert.equal([records()[0]!.trace_id, records()[0]!.span_id], [traceOf(server), idOf(server)]);
  });
});

test('a request that fails is a span with the status error, and its record of the error belongs to it', async () => {
  await traced({ bridge: { logs: false } }, async ({ telemetry, span, records }) => {
    await asked(telemetry, { target: '/users/7' }, 500, () => {
      throw new RangeError('too far');
    });
    const server = span('GET /users/:id');
    assert.equal(server.status, { code: SpanStatusCode.ERROR, message: 'too far' });
    assert.is(server.attributes['error.type'], 'RangeError');
    const error = records().find((record) => record.exception !== undefined)!;
    assert.equal([error.trace_id, error.span_id], [traceOf(server), idOf(server)]);
  });
  for (const [status, code, type] of [
    [503, SpanStatusCode.ERROR, '503'],
    [499, SpanStatusCode.UNSET, undefined],
  ] as const) {
    await traced({}, async ({ telemetry, span }) => {
      await asked(telemetry, { target: '/users/7' }, status);
      const server = span('GET /users/:id');
      assert.equal([server.status.code, server.attributes['error.type']], [code, type]);
    });
  }
});

test.run();
