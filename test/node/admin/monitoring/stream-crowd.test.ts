import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { raw, rawRequest, statusOf, withServer } from '../../../support/admin/served';
import { streamOf } from '../../../support/admin/streams';
import { READ_TOKEN } from '../../../support/admin/tokens';

const TARGET = '/admin/stream?watch=/admin/levels';
const HOST = 'Host: localhost';
const TOKEN = `X-Admin-Token: ${READ_TOKEN}`;

const get = (port: number, headers: readonly string[], target = TARGET): Promise<string> =>
  raw(port, rawRequest([`GET ${target} HTTP/1.1`, ...headers]));
const problemOf = (answer: string): { readonly code: string } => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));

test('while nobody more may have the stream, each is refused for the reason that it would be refused for anyway', async () => {
  await withServer({ monitoring: { streams: 1 } }, async ({ server: { admin, port }, events }) => {
    const first = await streamOf(admin, ['/admin/levels']);
    await first.next('full');
    const refusals: readonly (readonly [readonly string[], number, string])[] = [
      [[HOST, TOKEN], 503, 'STREAMS_BUSY'],
      [[HOST, `Authorization: Bearer ${READ_TOKEN}`], 503, 'STREAMS_BUSY'],
      [[HOST], 401, 'TOKEN_INVALID'],
      [[HOST, 'X-Admin-Token: wrong'], 401, 'TOKEN_INVALID'],
      [[HOST, TOKEN, TOKEN], 401, 'TOKEN_INVALID'],
      [[HOST, 'Cookie: telemetry_admin=v1.x'], 401, 'SESSION_INVALID'],
      [['Host: evil.example', TOKEN], 403, 'ORIGIN_REFUSED'],
      [[HOST, HOST, TOKEN], 403, 'ORIGIN_REFUSED'],
      [[TOKEN], 403, 'ORIGIN_REFUSED'],
      [[HOST, TOKEN, 'Origin: http://evil.example'], 403, 'ORIGIN_REFUSED'],
      [[HOST, TOKEN, 'Sec-Fetch-Site: cross-site'], 403, 'ORIGIN_REFUSED'],
    ];
    for (const [headers, status, code] of refusals) {
      const answer = await get(port, headers);
      assert.equal([statusOf(answer), problemOf(answer).code], [status, code], headers.join());
      assert.match(answer, 'cache-control: no-store');
      assert.match(answer, 'x-content-type-options: nosniff');
    }
    assert.match(await get(port, [HOST, TOKEN]), /retry-after: [2-8]\r\n/);
    // By one address they are one event a second.
    assert.ok(events('unauthorized_access').length > 0);
    assert.is(statusOf(await get(port, [HOST, TOKEN], '/admin/levels')), 200, 'whatever else is asked is answered');
    assert.is(statusOf(await get(port, [HOST, TOKEN], '/admin/stream/')), 404);
    first.leave();
  });
});

test('wrong tokens count there as well, and after ten of them nothing is looked at', async () => {
  await withServer({ monitoring: { streams: 1 } }, async ({ server: { admin, port } }) => {
    const first = await streamOf(admin, ['/admin/levels']);
    for (let turn = 0; turn < 10; turn++) assert.is(statusOf(await get(port, [HOST, 'X-Admin-Token: wrong'])), 401);
    assert.is(statusOf(await get(port, [HOST, TOKEN])), 429);
    first.leave();
  });
});

test('once there is room again, the next one is served', async () => {
  await withServer({ monitoring: { streams: 1 } }, async ({ server: { admin, port } }) => {
    const first = await streamOf(admin, ['/admin/levels']);
    assert.is(statusOf(await get(port, [HOST, TOKEN])), 503);
    first.leave();
    const answer = await raw(port, rawRequest([`GET ${TARGET} HTTP/1.1`, HOST, TOKEN]), (socket) =>
      socket.on('data', (part) => part.includes('event: full') && socket.destroy()),
    );
    assert.is(statusOf(answer), 200);
  });
});

test.run();
