/** Receivers that misbehave, on loopback. */
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AlertTarget, DeliveryError } from '../../../../lib/alerts/target';
import { type Network, systemNetwork } from '../../../../lib/node/alerts/request/network';
import { slackTarget } from '../../../../lib/node/alerts/slack/slack-target';
import { webhookTarget, webhookTargetOver } from '../../../../lib/node/alerts/webhook/webhook-target';
import { failureOf, send } from '../../../support/alerts/failure';
import { notificationOf } from '../../../support/alerts/notification';
import { answer, headOf, parts, type Receiver, type Reply, withReceiver } from '../../../support/alerts/receiver';
import { recordingNetwork } from '../../../support/alerts/recording-network';
import { until } from '../../../support/alerts/until';

const hook = ({ port }: { port: number }, scheme = 'http'): AlertTarget =>
  webhookTarget({ url: `${scheme}://127.0.0.1:${port}/in`, allowPrivate: ['127.0.0.1'] });
const bot = ({ port }: { port: number }): AlertTarget =>
  slackTarget({ botToken: 'xoxb-12345678', channel: 'C1' }, { apiUrl: `http://127.0.0.1:${port}/api/`, allowPrivate: ['127.0.0.1'] });

/** Sends to a receiver that replies so, and gives how it failed; nothing must stay open. */
async function failureWith(reply: Reply, make: (receiver: Receiver) => AlertTarget = hook): Promise<DeliveryError> {
  let failure: unknown;
  await withReceiver(reply, async (receiver) => {
    failure = await failureOf(send(make(receiver)));
    await until('the connection is closed', () => receiver.open === 0);
  });
  return failure as DeliveryError;
}

/** Sends, waits until something has happened, and aborts; it must fail with `TIMEOUT` at once, and close its connection. */
async function aborted(target: AlertTarget, isReady: () => boolean, receiver?: Receiver): Promise<void> {
  const patience = new AbortController();
  const failing = failureOf(send(target, notificationOf(), patience.signal));
  await until('it is under way', isReady);
  patience.abort(new Error('canary'));
  const { code, mayPass, message } = await failing;
  assert.equal([code, mayPass, message], ['TIMEOUT', true, 'TIMEOUT']);
  await until('the connection is closed', () => receiver === undefined || receiver.open === 0);
}

test('a request is one of HTTP/1.1 that nobody keeps alive, and 2xx is success', () =>
  withReceiver(answer(202), async (receiver) => {
    await send(hook(receiver));
    const { line, headers, body } = parts(receiver.requests[0]!);
    assert.is(line, 'POST /in HTTP/1.1');
    assert.is(headers.connection, 'close');
    assert.is(headers.host, `127.0.0.1:${receiver.port}`);
    assert.is(headers['content-type'], 'application/json; charset=utf-8');
    assert.is(headers['content-length'], String(Buffer.byteLength(body)));
    await until('the connection is closed', () => receiver.open === 0);
  }));

test('a receiver that keeps the connection alive is left', () =>
  withReceiver(
    (socket) => socket.write(`${headOf(200, { connection: 'keep-alive', 'content-length': '2' })}ok`),
    async (receiver) => {
      for (let times = 0; times < 3; times++) await send(hook(receiver));
      await until('all connections are closed', () => receiver.open === 0);
      assert.is(receiver.connections, 3);
    },
  ));

test('statuses say whether trying again can help', async () => {
  for (const [status, mayPass] of [[400, false], [401, false], [403, false], [404, false], [408, true], [410, false], [425, true], [429, true], [500, true], [502, true], [503, true]] as const) {
    const failure = await failureWith(answer(status));
    assert.equal([failure.code, failure.mayPass], [`HTTP_${status}`, mayPass]);
  }
}); // biome-ignore format: a list

test('Retry-After of 429 and 503 is told: seconds, a date by the clock of the receiver, and nothing absurd', async () => {
  const after = async (status: number, headers: Record<string, string>): Promise<number | undefined> =>
    (await failureWith(answer(status, headers))).retryAfterMs;
  assert.is(await after(429, { 'retry-after': '17' }), 17_000);
  assert.is(await after(503, { 'retry-after': '3' }), 3000);
  const date = 'Sat, 21 Nov 2026 12:00:00 GMT';
  assert.is(await after(429, { 'retry-after': 'Sat, 21 Nov 2026 12:01:30 GMT', date }), 90_000);
  assert.is(await after(429, { 'retry-after': '99999999999999999999999999' }), 300_000);
  assert.is(await after(429, { 'retry-after': 'a while' }), undefined);
  assert.is(await after(429, {}), undefined);
  assert.is(await after(500, { 'retry-after': '17' }), undefined);
});

test('a receiver that hangs is left when the time is over', () =>
  withReceiver(
    () => {},
    (receiver) => aborted(hook(receiver), () => receiver.requests.length === 1, receiver),
  ));

test('a receiver that drips its head is left when the time is over', () => {
  let dripped = 0;
  return withReceiver(
    (socket) => {
      const drip = setInterval(() => socket.write(dripped++ === 0 ? 'HTTP/1.1 200 OK\r\nx: ' : 'x'), 5);
      socket.on('close', () => clearInterval(drip));
    },
    (receiver) => aborted(hook(receiver), () => dripped > 3, receiver),
  );
});

test('a receiver that has taken it and drips its body has taken it', () =>
  withReceiver(
    (socket) => {
      socket.write(headOf(200, { 'content-length': '1000' }));
      const drip = setInterval(() => socket.write('.'), 5);
      socket.on('close', () => clearInterval(drip));
    },
    async (receiver) => {
      await send(hook(receiver));
      await until('the connection is closed', () => receiver.open === 0);
    },
  ));

test('a body that is wanted and drips is left when the time is over', () => {
  let dripped = 0;
  return withReceiver(
    (socket) => {
      socket.write(headOf(200, { 'content-length': '1000' }));
      const drip = setInterval(() => ++dripped && socket.write('.'), 5);
      socket.on('close', () => clearInterval(drip));
    },
    (receiver) => aborted(bot(receiver), () => dripped > 3, receiver),
  );
});

test('of an answer without end 64 KiB are read', async () => {
  let written = 0;
  const endless: Reply = (socket) => {
    socket.write(headOf(200));
    const more = (): void => {
      while (!socket.destroyed && socket.write('x'.repeat(16_384))) written += 16_384;
      if (!socket.destroyed) socket.once('drain', more);
    };
    more();
  };
  await withReceiver(endless, async (receiver) => {
    await send(hook(receiver));
    await until('the connection is closed', () => receiver.open === 0);
  });
  assert.is((await failureWith(endless, bot)).code, 'SLACK_FAILED');
  assert.ok(written < 64 * 1024 * 1024, `${written} bytes`);
});

test('a head of 10 MiB is refused', async () => {
  const failure = await failureWith((socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(10 * 1024 * 1024)}\r\n\r\n`));
  assert.equal([failure.code, failure.mayPass], ['HPE_HEADER_OVERFLOW', true]);
});

test('a receiver that closes before it answers, or says no HTTP, or wants another protocol, is a failure that may pass', async () => {
  for (const reply of [
    (socket: Socket) => socket.end(),
    (socket: Socket) => socket.destroy(),
    (socket: Socket) => socket.resetAndDestroy(),
    (socket: Socket) => socket.end('220 mail.example.com ESMTP\r\n'),
    (socket: Socket) => socket.end(headOf(101, { connection: 'upgrade', upgrade: 'websocket' })),
  ]) {
    const { code, mayPass, message } = await failureWith(reply);
    assert.match(code, /^(ECONNRESET|NETWORK_FAILED|HPE_[A-Z_]+|EPIPE)$/);
    assert.equal([mayPass, message], [true, code]);
  }
});

test('a body that is wanted and cut off is a failure that may pass', async () => {
  const { mayPass } = await failureWith((socket) => socket.end(`${headOf(200, { 'content-length': '100' })}{"ok":true`), bot);
  assert.ok(mayPass);
});

test('what comes after the answer changes nothing', () =>
  withReceiver(
    (socket) => socket.end(`${headOf(204)}more than there should be`),
    (receiver) => send(hook(receiver)),
  ));

test('a body that nobody reads may be cut off', () =>
  withReceiver(
    (socket) => socket.end(`${headOf(200, { 'content-length': '100' })}cut`),
    (receiver) => send(hook(receiver)),
  ));

test('nobody listening is a failure that may pass', async () => {
  let free = 0;
  await withReceiver(answer(200), async ({ port }) => (free = port));
  const { code, mayPass } = await failureOf(send(hook({ port: free })));
  assert.equal([code, mayPass], ['ECONNREFUSED', true]);
});

test('a resolver that hangs, a connection that is never made, and a handshake that does not end are left when the time is over', async () => {
  let asked = 0;
  const over = (network: Network): AlertTarget => webhookTargetOver(network, { url: 'https://hooks.example.com/in' });
  const never = recordingNetwork(() => new Promise(() => asked++));
  await aborted(over(never), () => asked === 1);
  const sockets: Socket[] = [];
  const silent: Network = { resolve: async () => ['8.8.8.8', '8.8.4.4'], dial: () => sockets[sockets.push(new Socket()) - 1]! };
  await aborted(over(silent), () => sockets.length > 0);
  await until('sockets are closed', () => sockets.every(({ destroyed }) => destroyed));
  // An error that nobody hears would throw here.
  for (const socket of sockets) socket.emit('error', new Error('late'));
  await withReceiver(answer(200), (receiver) => aborted(hook(receiver, 'https'), () => receiver.connections === 1, receiver));
});

test('while an address does not answer, the next one is tried', () =>
  withReceiver(answer(200), async (receiver) => {
    const working = recordingNetwork(() => [], receiver.port);
    const sockets: Socket[] = [];
    const silent = (): Socket => sockets[sockets.push(new Socket()) - 1]!;
    const dial: Network['dial'] = (address, port) => (address === '10.0.0.1' ? silent() : working.dial(address, port));
    const target = webhookTargetOver(
      { resolve: async () => ['10.0.0.1', '10.0.0.2'], dial },
      { url: 'http://hooks.internal/', allowPrivate: ['hooks.internal'] },
    );
    await send(target);
    assert.equal([working.dialled, sockets.map(({ destroyed }) => destroyed)], [['10.0.0.2'], [true]]);
  }));

test('a signal that is aborted already sends nothing', () =>
  withReceiver(answer(200), async (receiver) => {
    const { code } = await failureOf(send(hook(receiver), notificationOf(), AbortSignal.abort()));
    assert.equal([code, receiver.connections], ['TIMEOUT', 0]);
    const network = recordingNetwork(() => new Promise(() => {}));
    const named = webhookTargetOver(network, { url: 'https://hooks.example.com/' });
    assert.is((await failureOf(send(named, notificationOf(), AbortSignal.abort()))).code, 'TIMEOUT');
    assert.equal(network.asked, []);
  }));

test('a signal that is aborted in the moment of connecting is heard', () =>
  withReceiver(
    () => {},
    async (receiver) => {
      const patience = new AbortController();
      const working = recordingNetwork(() => [], receiver.port);
      const dial: Network['dial'] = (address, port) => {
        const socket = working.dial(address, port);
        // After those who wait for it.
        queueMicrotask(() => socket.on('connect', () => patience.abort()));
        return socket;
      };
      const target = webhookTargetOver({ resolve: working.resolve, dial }, { url: 'http://10.0.0.1/', allowPrivate: ['10.0.0.1'] });
      assert.is((await failureOf(send(target, notificationOf(), patience.signal))).code, 'TIMEOUT');
      await until('the connection is closed', () => receiver.open === 0);
      assert.equal(receiver.requests, []);
    },
  ));

test('a signal is left without listeners', () =>
  withReceiver(answer(200), async (receiver) => {
    const { signal } = new AbortController();
    let listeners = 0;
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    Object.assign(signal, {
      addEventListener(...args: Parameters<typeof add>) {
        listeners++;
        add(...args);
      },
      removeEventListener(...args: Parameters<typeof remove>) {
        listeners--;
        remove(...args);
      },
    });
    await send(hook(receiver), notificationOf(), signal);
    await until('no listener is left', () => listeners === 0);
  }));

test('the resolver of the system is asked once for a name at a time', async () => {
  const network = systemNetwork();
  const [first, second] = [network.resolve('localhost'), network.resolve('localhost')];
  assert.is(first, second);
  assert.ok((await first).every((address) => address === '127.0.0.1' || address === '::1'));
  assert.is.not(network.resolve('localhost'), first);
});

test('a name of this machine may be sent to when it is allowed', () =>
  withReceiver(answer(200), async ({ port, requests }) => {
    await send(webhookTarget({ url: `http://localhost:${port}/in`, allowPrivate: ['localhost'] }));
    assert.is(parts(requests[0]!).headers.host, `localhost:${port}`);
  }));

test('a request under way does not keep the process alive', () =>
  withReceiver(
    () => {},
    async (receiver) => {
      const entry = JSON.stringify(new URL('../../../../lib/node/alerts/index.ts', import.meta.url).href);
      const program = `import { webhookTarget } from ${entry};
        const keep = setInterval(() => {}, 1000);
        process.stdin.on('data', () => { clearInterval(keep); process.stdin.destroy(); });
        for (const scheme of ['http', 'https']) {
          const target = webhookTarget({ url: scheme + '://127.0.0.1:${receiver.port}/in', allowPrivate: ['127.0.0.1'] });
          target.send(${JSON.stringify(notificationOf())}, { signal: new AbortController().signal }).then(() => {}, () => {});
        }`;
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
        stdio: ['pipe', 'ignore', 'inherit'],
      });
      const watchdog = setTimeout(() => child.kill('SIGKILL'), 60_000);
      const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code)));
      await until('the requests are under way', () => receiver.requests.length === 1 && receiver.connections === 2);
      child.stdin.write('end\n');
      assert.is(await ended, 0);
      clearTimeout(watchdog);
    },
  ));

test.run();
