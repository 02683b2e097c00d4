import * as assert from 'uvu/assert';
import { until } from '../../../../support/http/recording';
import { CHUNKS } from '../app';
import type { WIRE_CASES } from '../driver';
import { type Cases, HOST, type Running, withApp, withClient } from './running';

const STREAM_BYTES = Buffer.byteLength(CHUNKS.join(''));
const MIB = 1_048_576;

/** By the time a further request has ended, what a handler did before is done. */
async function answersAnother(url: string, ended: Running['ended']): Promise<void> {
  await (await fetch(`${url}/users/9`)).text();
  await ended(2);
}

/** Bodies, connections, and clients that leave. */
export const wireCases: Cases<(typeof WIRE_CASES)[number]> = {
  'streamed bytes are counted': (driver) =>
    withApp(driver, async ({ url, ended, access }) => {
      const response = await fetch(`${url}/stream`);
      assert.is(await response.text(), CHUNKS.join(''));
      const [end] = await ended(1);
      assert.equal([end!.metadata.status, end!.measurements.responseBytes], [200, STREAM_BYTES]);
      assert.is(access()[0]!.content_length, STREAM_BYTES);
    }),

  'the scope holds in a body that is read later': (driver) =>
    withApp(driver, async ({ url, seen }) => {
      await (await fetch(`${url}/stream`, { headers: { 'x-request-id': 'r-6' } })).text();
      assert.equal(
        seen,
        CHUNKS.map((_, index) => ({ where: `chunk ${index}`, id: 'r-6' })),
      );
    }),

  'a client that leaves before the head is told as aborted': (driver) =>
    withClient(driver, async ({ url, ended, ends, errors, seen, waits, served, access }, client) => {
      client.write(`GET /slow HTTP/1.1\r\n${HOST}\r\n`);
      await until(() => seen.length > 0, 'the handler');
      client.destroy();
      const [end] = await ended(1);
      assert.equal([end!.action, end!.metadata.aborted, end!.metadata.status, end!.metadata.route], ['stop', true, 499, '/slow']);
      assert.equal([access()[0]!.aborted, access()[0]!.status], [true, 499]);
      waits.open();
      // The handler answers nobody; that is neither a second end nor an error.
      await answersAnother(url, ended);
      assert.equal([ends().length, errors().length, served.tracking.stats().aborted], [2, 0, 1]);
    }),

  'a client that leaves within the body is told as aborted': (driver) =>
    withClient(
      driver,
      async ({ url, ended, ends, errors, access, waits }, client) => {
        client.write(`GET /stream HTTP/1.1\r\n${HOST}\r\n`);
        await client.seen(CHUNKS[0]!);
        client.destroy();
        const [end] = await ended(1);
        assert.equal([end!.action, end!.metadata.aborted, end!.metadata.status], ['stop', true, 200]);
        assert.equal([end!.measurements.responseBytes, access()[0]!.aborted], [CHUNKS[0]!.length, true]);
        waits.open();
        await answersAnother(url, ended);
        assert.equal([ends().length, errors().length], [2, 0]);
      },
      { isHeld: true },
    ),

  'two requests on one connection have ids of their own': (driver) =>
    withClient(driver, async ({ ended, seen }, client) => {
      const ids: unknown[] = [];
      for (const id of ['1', '2']) {
        client.write(`GET /users/${id} HTTP/1.1\r\n${HOST}\r\n`);
        const answer = await client.answer();
        assert.is((JSON.parse(answer.body.toString()) as { id: string }).id, id);
        ids.push(answer.headers['x-request-id']);
      }
      const ends = await ended(2);
      assert.is(new Set(ids).size, 2);
      assert.equal(
        ends.map(({ context }) => context.request_id),
        ids,
      );
      assert.equal(
        seen.map(({ id }) => id),
        ids,
      );
    }),

  'five pipelined requests are answered in order and mix no scopes': (driver) =>
    withClient(driver, async ({ ended, seen }, client) => {
      const numbers = ['1', '2', '3', '4', '5'];
      client.write(numbers.map((number) => `GET /users/${number} HTTP/1.1\r\n${HOST}X-Request-Id: p-${number}\r\n\r\n`).join(''));
      for (const number of numbers) {
        const { headers, body } = await client.answer();
        assert.is(headers['x-request-id'], `p-${number}`);
        const { id, request_id } = JSON.parse(body.toString()) as { id: string; request_id: string };
        assert.equal([id, request_id], [number, `p-${number}`]);
      }
      const ends = await ended(5);
      assert.equal(
        new Set(ends.map(({ context, metadata }) => `${context.request_id} ${metadata.path}`)),
        new Set(numbers.map((number) => `p-${number} /users/${number}`)),
      );
      assert.equal(new Set(seen.map(({ where, id }) => `${where} ${id}`)), new Set(numbers.map((number) => `user ${number} p-${number}`)));
    }),

  'a body of 1 MiB is counted both ways': (driver) =>
    withApp(driver, async ({ url, ended }) => {
      const sent = Buffer.alloc(MIB, 'abcdefg');
      const response = await fetch(`${url}/echo`, { method: 'POST', body: sent, headers: { 'content-type': 'application/octet-stream' } });
      assert.ok(Buffer.from(await response.arrayBuffer()).equals(sent));
      const [end] = await ended(1);
      assert.equal([end!.measurements.requestBytes, end!.measurements.responseBytes], [MIB, MIB]);
    }),

  'Expect: 100-continue is answered': (driver) =>
    withClient(driver, async ({ ended, ends }, client) => {
      client.write(
        `POST /echo HTTP/1.1\r\n${HOST}Content-Type: application/octet-stream\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n`,
      );
      assert.is((await client.answer()).status, 100);
      client.write('hello');
      const { status, body, headers } = await client.answer();
      assert.equal([status, body.toString()], [200, 'hello']);
      assert.ok(headers['x-request-id']);
      const [end] = await ended(1);
      assert.equal([ends().length, end!.metadata.status, end!.measurements.requestBytes], [1, 200, 5]);
    }),

  'an upgrade is told as 101': (driver) =>
    withClient(driver, async ({ ended, seen }, client) => {
      client.write(`GET /ws HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: test\r\nX-Request-Id: u-1\r\n\r\n`);
      await client.seen(' 101 ');
      const [end] = await ended(1);
      assert.equal([end!.action, end!.metadata.status, end!.metadata.upgraded], ['stop', 101, true]);
      assert.equal(seen, [{ where: 'upgraded', id: 'u-1' }]);
    }),
};
