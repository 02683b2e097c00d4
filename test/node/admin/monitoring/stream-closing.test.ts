import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import express from 'express';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Admin } from '../../../../lib/node/admin/admin';
import { onServerClosing } from '../../../../lib/node/http/closing-server';
import { type Followed, follow } from '../../../support/admin/event-stream';
import { withAdmin } from '../../../support/admin/served';
import { pathOf } from '../../../support/admin/streams';
import { READ_TOKEN } from '../../../support/admin/tokens';
import { until } from '../../../support/faults/fact';

const listening = (listener: RequestListener): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer(listener);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

async function followOver(port: number): Promise<Followed> {
  const response = await fetch(`http://127.0.0.1:${port}${pathOf(['/admin/levels'])}`, { headers: { 'x-admin-token': READ_TOKEN } });
  const stream = follow(response.body!);
  await stream.next('full');
  return stream;
}

const mounted = {
  'a plain server': ({ listener }: Admin) => listener,
  'Express': ({ listener }: Admin) => express().use(listener) as RequestListener,
}; // biome-ignore format: short

for (const [name, mount] of Object.entries(mounted)) {
  test(`${name} that is closed does not wait for streams, although nobody closed the API`, async () => {
    await withAdmin({}, async ({ admin }) => {
      const server = await listening(mount(admin));
      const stream = await followOver(portOf(server));
      let isClosed = false;
      server.close(() => {
        isClosed = true;
      });
      await until('it is closed', () => isClosed);
      await until('the stream is over', () => stream.end() !== undefined);
      assert.is(stream.end(), 'done');
    });
  });
}

test('nor does it wait for who takes nothing of a stream', async () => {
  await withAdmin({}, async ({ admin, clock }) => {
    const server = await listening(admin.listener);
    const waiting: (() => number)[] = [];
    server.on('request', (_, response) => waiting.push(() => response.writableLength));
    const head = `GET ${pathOf(['/admin/openapi.json', '/admin/pulse'])} HTTP/1.1\r\nHost: localhost\r\nX-Admin-Token: ${READ_TOKEN}\r\n\r\n`;
    const socket = connect(portOf(server), '127.0.0.1', () => socket.write(head));
    socket.pause().on('error', () => undefined);
    await until('it asked', () => waiting.length === 1);
    clock.advance(1000);
    let isClosed = false;
    server.close(() => {
      isClosed = true;
    });
    await until('it is closed', () => isClosed);
    socket.destroy();
  });
});

test('a server that never listened, but is handed its connections, is never taken for one that closes', async () => {
  const told: string[] = [];
  const watch = (name: string, server: object | undefined): (() => void) =>
    onServerClosing({ socket: { server } } as unknown as IncomingMessage, () => told.push(name));
  const closing = { listening: true };
  const ends = [watch('handed', { listening: false }), watch('none', undefined), watch('open', { listening: true })];
  watch('closing', closing);
  closing.listening = false;
  await until('the one that closes is told', () => told.length > 0);
  assert.equal(told, ['closing']);
  for (const end of ends) end();
});

test.run();
