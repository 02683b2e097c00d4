import { appendFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createAdmin } from '../../../../lib/node/admin/admin';
import { serveAdminWithin } from '../../../../lib/node/admin/serve';
import { SERVER_LIMITS } from '../../../../lib/node/server/limits';
import { quietTerminal } from '../../../support/admin/served';
import { READ_TOKEN, TOKENS } from '../../../support/admin/tokens';
import { ask } from '../../../support/admin/validate';
import { withStart } from '../../../support/started';

test('rotation lists the files it made, and a tail goes on through it without a gap', async () => {
  await withStart({ monitor: false, streams: { app: { rotate: { maxBytes: 4096 }, keep: { files: 50 } } } }, async ({ app }) => {
    using admin = createAdmin(app, { tokens: TOKENS });
    const log = app.logger('cart');
    log.info('line 0');
    await app.flush();
    let { json } = await ask(admin, 'GET', '/admin/files/app.log/tail');
    const seen: string[] = json.lines.map(({ message }: { message: string }) => message);
    for (let number = 1; number <= 60; number++) {
      log.info(`line ${number}`, { text: 'x'.repeat(300) });
      if (number % 5 === 0) await app.flush();
      if (number % 15 !== 0) continue;
      do {
        ({ json } = await ask(admin, 'GET', `/admin/files/app.log/tail?after=${encodeURIComponent(json.cursor)}`));
        assert.is(json.has_gap, false);
        seen.push(...json.lines.map(({ message }: { message: string }) => message));
      } while (json.has_more);
    }
    const lines = seen.filter((message) => message.startsWith('line '));
    assert.equal(lines, Array.from({ length: 61 }, (_, number) => `line ${number}`)); // biome-ignore format: short
    const { files } = (await ask(admin, 'GET', '/admin/files')).json;
    const names = files.filter(({ stream }: { stream: string }) => stream === 'app').map(({ name }: { name: string }) => name);
    assert.ok(names.length >= 3 && names[0] === 'app.log' && /^app\.log\.1(\.gz)?$/.test(names[1]), names.join());
  });
});

test('a client that leaves in the middle of a download gives its place back', async () => {
  await withStart({ monitor: false }, async ({ app, dir }) => {
    app.logger('cart').info('one');
    await app.flush();
    appendFileSync(join(dir, 'app.log'), `${'x'.repeat(999)}\n`.repeat(20_000));
    const server = await serveAdminWithin(SERVER_LIMITS, app, { port: 0, tokens: TOKENS }, quietTerminal());
    try {
      const sockets = await Promise.all([1, 2, 3, 4].map(() => download(server.port)));
      const ask5 = async (): Promise<number> => {
        const headers = { authorization: `Bearer ${READ_TOKEN}`, range: 'bytes=0-9', connection: 'close' };
        const response = await fetch(`${server.url}/admin/files/app.log`, { headers });
        await response.arrayBuffer();
        return response.status;
      };
      assert.is(await ask5(), 503);
      for (const socket of sockets) socket.destroy();
      let status = 0;
      for (const until = Date.now() + 20_000; status !== 206 && Date.now() < until; await new Promise((next) => setTimeout(next, 20))) {
        status = await ask5();
      }
      assert.is(status, 206);
    } finally {
      await server.close();
    }
  });
});

/** Asks for a file, and reads no more than the beginning of the answer. */
const download = (port: number) =>
  new Promise<ReturnType<typeof connect>>((resolve) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(`GET /admin/files/app.log HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${READ_TOKEN}\r\n\r\n`),
    );
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.pause();
      resolve(socket);
    });
  });

test.run();
