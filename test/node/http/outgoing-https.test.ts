import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runWithContext } from '../../../lib/core/context';
import { createTelemetry } from '../../../lib/index';
import { startPropagation } from '../../../lib/node/http/outgoing';
import { captureEvents } from '../../../lib/testing';
import { makeCertificate } from '../../support/alerts/certificates';
import { until } from '../../support/alerts/until';
import { testUnless } from '../../support/test-with';

const certificate = makeCertificate('IP:127.0.0.1');

testUnless(certificate === undefined && 'there is no openssl', 'https requests carry their trace and are told of', async () => {
  const telemetry = createTelemetry();
  using captured = captureEvents(telemetry, undefined, { scoped: false });
  const stop = startPropagation({ telemetry, client: true });
  const told: unknown[] = [];
  const server = https.createServer(certificate!, ({ headers }, response) => {
    told.push(headers.traceparent);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const agent = new https.Agent({ keepAlive: true, ca: certificate!.cert });
  const ask = (options: https.RequestOptions): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const asked = https.get(`https://127.0.0.1:${port}/a?b`, options, (response) => response.resume());
      asked.on('close', resolve).on('error', reject);
    });
  try {
    await runWithContext({ trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) }, async () => {
      await ask({ agent });
      await ask({ agent: false, ca: certificate!.cert });
    });
    await until('two ends', () => captured.events.filter(({ key }) => key === 'http.client.stop').length === 2);
    assert.is(told.length, 2);
    for (const value of told) assert.match(String(value), `00-${'a'.repeat(32)}-`);
    for (const { metadata } of captured.events) {
      assert.equal([(metadata as { host: string }).host, (metadata as { path: string }).path], [`127.0.0.1:${port}`, '/a']);
    }
  } finally {
    stop();
    agent.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

test.run();
