/** Real programs against a tracked server: every request is counted, written and told, whatever the load. */
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry, type Sink } from '../../../lib/index';
import { trackHttp } from '../../../lib/node/http/index';
import { testWith } from '../../support/test-with';

const run = promisify(execFile);

/** A server whose access records are counted, and kept as long as they are few. */
async function serve() {
  const bus = createTelemetry();
  const lines: string[] = [];
  let written = 0;
  const sink: Sink = {
    name: 'counting',
    write(line) {
      written++;
      if (lines.length < 10) lines.push(line);
    },
  };
  bus.configureLog({ level: 'info', sinks: [{ sink, format: 'json', stream: 'access' }] });
  bus.attachMetricsHandler();
  const tracking = trackHttp(bus, { routes: ['/hello/:name'] });
  const server = createServer(tracking.listener((_request, response) => void response.end('hello world')));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    bus,
    lines,
    tracking,
    url: `http://127.0.0.1:${port}/hello/ann?token=s3cret`,
    written: () => written,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      // What was cut off ends with its connection.
      for (let turn = 0; turn < 5_000 && tracking.stats().inFlight > 0; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
      tracking.close();
    },
  };
}

testWith(['wrk'], 'under the load of wrk, requests, events, access records and counts agree to the last one', async () => {
  const { bus, tracking, url, written, close } = await serve();
  const { stdout } = await run('wrk', ['-t1', '-c20', '-d1s', url]);
  await close();
  const answered = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  const { total, inFlight, aborted } = tracking.stats();
  assert.ok(answered > 0 && !/Non-2xx|Socket errors/.test(stdout), stdout);
  assert.is(inFlight, 0);
  // Those that were under way when wrk left are no answers of its account.
  assert.ok(total >= answered && total - answered <= 20, `${total} requests, ${answered} of them answered, ${aborted} cut off`);
  const counters = bus.getCounters();
  assert.is(counters['http.request.start'], total);
  assert.is(counters['http.request.stop'], total);
  assert.is(written(), total);
  assert.equal(
    tracking.endpoints().map(({ endpoint, count, errors }) => [endpoint, count, errors]),
    [['GET /hello/:name', total, 0]],
  );
  assert.is(bus.getDurationStats()['http.request.stop']?.count, total);
});

testWith(['curl'], 'curl is told the id that it sent, and how long it took; the record has what C5 asks for', async () => {
  const { lines, url, close } = await serve();
  const { stdout } = await run('curl', ['-sS', '-i', '-A', 'curl/test', '-H', 'X-Request-Id: order-7', url]);
  await close();
  assert.match(stdout, /^x-request-id: order-7\r$/im);
  assert.match(stdout, /^x-request-duration: \d+\.\d{3}s\r$/im);
  assert.ok(stdout.endsWith('hello world'));
  assert.is(lines.length, 1);
  const { request_id, message, method, path, status, duration_ms, content_length, ip, user_agent } = JSON.parse(lines[0]!);
  assert.equal(
    { request_id, message, method, path, status, content_length, ip, user_agent },
    {
      request_id: 'order-7',
      message: 'request_complete',
      method: 'GET',
      path: '/hello/ann',
      status: 200,
      content_length: 11,
      ip: '127.0.0.1',
      user_agent: 'curl/test',
    },
  );
  assert.type(duration_ms, 'number');
  assert.not.match(lines[0]!, /s3cret/);
});

test.run();
