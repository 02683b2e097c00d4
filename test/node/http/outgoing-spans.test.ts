import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import * as api from '@opentelemetry/api';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { trackHttp } from '../../../lib/node/http/index';
import { idOf, parentOf, traced, traceOf } from '../../exporters/opentelemetry/traced';
import { incoming } from '../../http/tracked';
import { until } from '../file/scratch';
import { farServer } from './far-server';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const FROM_AFAR = { traceparent: `00-${TRACE}-${CALLER}-01`, tracestate: 'vendor=1' };

test('within a server span of an instrumentation, the request is its child, and records and what is sent on have ids of OpenTelemetry', async () => {
  await traced({}, async ({ telemetry, provider, span, spans, records }) => {
    using _tracking = trackHttp(telemetry, { propagate: true });
    await farServer(async ({ url, headers }) => {
      const remote = api.trace.setSpanContext(api.ROOT_CONTEXT, { traceId: TRACE, spanId: CALLER, traceFlags: 1, isRemote: true });
      await provider.getTracer('theirs').startActiveSpan('theirs', {}, remote, async (theirs) => {
        const exchange = _tracking.tracker.begin(incoming({ target: '/here', headers: FROM_AFAR }))!;
        await exchange.run(async () => {
          telemetry.logger('bot').info('inside');
          await (await fetch(`${url}/far`)).text();
        });
        exchange.end({ status: 200 });
        theirs.end();
      });
      const [theirs, server] = [span('theirs'), spans().find(({ kind }) => kind === SpanKind.SERVER)!];
      assert.equal([parentOf(server), traceOf(server), traceOf(theirs)], [idOf(theirs), TRACE, TRACE]);
      const inside = records().find(({ message }) => message === 'inside')!;
      assert.equal([inside.trace_id, inside.span_id], [TRACE, idOf(server)]);
      assert.match(String(headers[0]!.traceparent), new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
      assert.ok(spans().some((each) => String(headers[0]!.traceparent).includes(idOf(each))));
    });
  });
});

test('requests that the program makes are client spans, of the host without its port', async () => {
  await traced({}, async ({ telemetry, spans }) => {
    using _tracking = trackHttp(telemetry, { propagate: true, client: true });
    await farServer(
      async ({ url }) => {
        await telemetry.measure(['app', 'job'], {}, async () => {
          await (await fetch(`${url}/far?x=1`)).text();
          await (await fetch(`${url}/bad`)).text();
        });
        const [good, bad] = spans().filter(({ kind }) => kind === SpanKind.CLIENT);
        const job = spans().find(({ name }) => name === 'app.job')!;
        assert.equal([good!.name, parentOf(good!), good!.status.code], ['GET', idOf(job), SpanStatusCode.UNSET]);
        assert.equal([good!.attributes['server.address'], good!.attributes['url.path']], ['127.0.0.1', '/far']);
        assert.is(good!.attributes['server.port'], Number(new URL(url).port));
        assert.equal([bad!.status.code, bad!.attributes['error.type']], [SpanStatusCode.ERROR, '404']);
      },
      (request, response) => void response.writeHead(request.url === '/bad' ? 404 : 200).end('ok'),
    );
  });
});

test('what a request carries is its own client span, whichever client sends it', async () => {
  await traced({}, async ({ telemetry, spans }) => {
    using _tracking = trackHttp(telemetry, { propagate: true, client: true });
    await farServer(async ({ url, headers }) => {
      await telemetry.measure(['app', 'job'], {}, async () => {
        await (await fetch(`${url}/far`)).text();
        const [answer] = (await once(get(`${url}/far`), 'response')) as [IncomingMessage];
        answer.resume();
        await once(answer, 'close');
      });
      const ended = (): readonly ReadableSpan[] => spans().filter(({ kind }) => kind === SpanKind.CLIENT);
      await until(() => ended().length === 2, 'both client spans have ended');
      const clients = ended();
      assert.equal(
        headers.map(({ traceparent }) => traceparent),
        clients.map((client) => `00-${traceOf(client)}-${idOf(client)}-01`),
      );
    });
  });
});

test.run();
