/** What is sent, returned and called back is what it would be without tracking, but for two headers. */
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { trackHttp } from '../../../lib/node/http/index';
import { recording, until } from '../../support/http/recording';
import { BODIES } from './wire-bodies';
import { HEADS } from './wire-heads';
import type { Shape } from './wire-shape';

interface Answer {
  readonly text: string;
  readonly notes: readonly string[];
}

/** Serves one request, and takes down all there is to see of it. */
async function answerOf(shape: Shape, track: (listener: RequestListener) => RequestListener): Promise<Answer> {
  const notes: string[] = [];
  let closed = false;
  const listener: RequestListener = (request, response) => {
    response.on('close', () => {
      closed = true;
    });
    return shape.answer(response, (what, value) => notes.push(`${what}: ${String(value)}`), request) as never;
  };
  const server = createServer(track(listener));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  let isOver = false;
  socket.on('close', () => {
    isOver = true;
  });
  socket.write(shape.request ?? 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  await until(
    () => isOver && closed,
    `the end of "${shape.name}"`,
    () => notes.join(', '),
  );
  await new Promise((resolve) => server.close(resolve));
  return { text: Buffer.concat(chunks).toString('latin1'), notes };
}

/** The date of two answers may differ. */
const dated = (text: string): string => text.replace(/^Date: .*\r$/m, 'Date: …\r');
const OURS = /^X-Request-(Id: [0-9a-f]{32}|Duration: \d+\.\d{3}s)\r\n/gm;

for (const shape of [...HEADS, ...BODIES]) {
  test(`answered as without tracking: ${shape.name}`, async () => {
    const { telemetry, ended, ends, stop } = recording();
    const tracking = trackHttp(telemetry, { propagate: false });
    const bare = await answerOf(shape, (listener) => listener);
    const tracked = await answerOf(shape, (listener) => tracking.listener(listener) as RequestListener);
    assert.is(dated(tracked.text.replace(OURS, '')), dated(bare.text));
    assert.equal(tracked.notes, bare.notes);
    const finalHead = /(^|\r\n\r\n)HTTP\/1\.1 [2-9][\s\S]*?\r\n\r\n/.exec(tracked.text)?.[0] ?? '';
    const saysItself = shape.name.startsWith('headers of ours');
    assert.is(finalHead.match(OURS)?.length ?? 0, finalHead === '' || saysItself ? 0 : 2, 'both headers are there, once');
    await ended(1);
    assert.is(ends().length, 1);
    assert.is(tracking.stats().inFlight, 0);
    tracking.close();
    stop();
  });
}

test.run();
