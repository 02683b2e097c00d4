import { connect } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Followed, follow } from '../support/admin/event-stream';
import { raw, rawRequest, statusOf, withServer } from '../support/admin/served';
import { pathOf } from '../support/admin/streams';
import { READ_TOKEN } from '../support/admin/tokens';
import { fact, until } from '../support/faults/fact';

type Came = { readonly status: number; readonly retryAfter: number; readonly stream: Followed | undefined };

/** Opens a stream over a connection of its own. */
async function come(url: string, lastEventId?: string, before?: Pick<Followed, 'answers' | 'versions'>): Promise<Came> {
  const headers = { authorization: `Bearer ${READ_TOKEN}`, ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) };
  const response = await fetch(`${url}${pathOf(['/admin/levels', '/admin/alerts'])}`, { headers });
  const stream = response.status === 200 ? follow(response.body!, before) : undefined;
  if (stream === undefined) await response.text();
  return { status: response.status, retryAfter: Number(response.headers.get('retry-after')), stream };
}

fact(
  '198 · K8',
  'when all who follow are cut off and come again at once, with others, 64 are served and the others told when to come',
  (bench) =>
    withServer({}, async ({ server: { url, port } }) => {
      const first: Came[] = [];
      for (let at = 0; at < 64; at++) first.push(await come(url));
      for (const { stream } of first) await until('it has all', () => stream!.events.length === 3);
      assert.is(statusOf(await raw(port, rawRequest(['GET /health HTTP/1.1', 'Host: localhost']))), 200);
      const [one] = first;
      // One stays, so that the answers are kept.
      for (const { stream } of first.slice(1)) stream!.leave();
      await until('there is room again', async () => true);
      let again: Came[] = [];
      const all: Came[] = [];
      const storm = bench.size(150, 1000);
      for (let turn = 0; turn < 100 && all.filter(({ status }) => status === 200).length < 63; turn++) {
        again = await Promise.all(Array.from({ length: Math.ceil(storm / 5) }, () => come(url, one!.stream!.lastId(), one!.stream)));
        all.push(...again);
      }
      const tally = (wanted: number): Came[] => all.filter(({ status }) => status === wanted);
      assert.is(tally(200).length, 63);
      assert.is(tally(200).length + tally(503).length, all.length);
      for (const { retryAfter } of tally(503)) assert.ok(retryAfter >= 1 && retryAfter <= 8);
      for (const { stream } of tally(200)) {
        await stream!.next('hello');
        assert.is(stream!.events.filter(({ event }) => event === 'full').length, 0, 'it has what is current');
      }
      bench.note(`${all.length} came again: ${tally(200).length} served without the whole, ${tally(503).length} told 503`);
      for (const { stream } of [one!, ...tally(200)]) stream!.leave();
    }),
  { limit: [120_000, 120_000] },
);

fact('198 · K8', 'closing the server ends all streams, also of those who read nothing, within its second', (bench) =>
  withServer({}, async ({ server }) => {
    const head = `GET ${pathOf(['/admin/openapi.json', '/admin'])} HTTP/1.1\r\nHost: localhost\r\nX-Admin-Token: ${READ_TOKEN}\r\n\r\n`;
    let over = 0;
    const ends: string[] = [];
    for (let at = 0; at < 40; at++) {
      const socket = connect(server.port, '127.0.0.1', () => socket.write(head));
      let got = '';
      socket
        .on('error', () => undefined)
        .on('close', () => {
          over++;
          if (at % 2 === 0) ends.push(got.slice(-200));
        });
      if (at % 2 === 0)
        socket.on('data', (part) => (got += part.toString('latin1'))); // biome-ignore format: short
      else await new Promise((resolve) => socket.once('readable', resolve));
      bench.undo(() => socket.destroy());
    }
    const begin = performance.now();
    await server.close();
    bench.note(`closed after ${(performance.now() - begin).toFixed(0)} ms`);
    await until('those who read are told and over', () => ends.length === 20);
    assert.ok(ends.every((text) => text.includes('event: bye')), ends[0]); // biome-ignore format: short
    assert.ok(over >= 20);
  }),
);

test.run();
