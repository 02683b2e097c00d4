/** A receiver with a certificate of its own. */
import { type AddressInfo, connect } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Network } from '../../../../lib/node/alerts/request/network';
import { webhookTargetOver } from '../../../../lib/node/alerts/webhook/webhook-target';
import { makeCertificate } from '../../../support/alerts/certificates';
import { failureOf, refusalOf, send } from '../../../support/alerts/failure';
import { until } from '../../../support/alerts/until';
import { testUnless } from '../../../support/test-with';

const certificate = makeCertificate('DNS:hooks.internal,IP:127.0.0.1');
const tls = (name: string, body: () => Promise<void>): void => testUnless(certificate === undefined && 'there is no openssl', name, body);

/** Answers 200 to everything, and notes what name it was asked for. */
async function served(body: (server: { port: number; names: unknown[]; open(): number }) => Promise<unknown>): Promise<void> {
  const names: unknown[] = [];
  const sockets = new Set<TLSSocket>();
  const server = createServer({ ...certificate! }, (socket) => {
    sockets.add(socket);
    names.push(socket.servername);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await body({ port: (server.address() as AddressInfo).port, names, open: () => sockets.size });
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** All names lead to loopback. */
const network: Network = { resolve: async () => ['127.0.0.1'], dial: (address, port) => connect(port, address) };
const allowPrivate = ['127.0.0.1', 'hooks.internal', 'other.internal'];

tls('the certificate is verified against the name, which the server is told', () =>
  served(async ({ port, names, open }) => {
    const { cert: ca } = certificate!;
    await send(webhookTargetOver(network, { url: `https://hooks.internal:${port}/`, allowPrivate, ca }));
    await send(webhookTargetOver(network, { url: `https://HOOKS.internal.:${port}/`, allowPrivate, ca: [ca] }));
    await send(webhookTargetOver(network, { url: `https://127.0.0.1:${port}/`, allowPrivate, ca: Buffer.from(ca) }));
    assert.equal(names, ['hooks.internal', 'hooks.internal', false]);
    await until('connections are closed', () => open() === 0);
  }),
);

tls('a certificate of somebody else, or of an authority that nobody knows, is a failure for good', () =>
  served(async ({ port, open }) => {
    const { cert: ca } = certificate!;
    const other = await failureOf(send(webhookTargetOver(network, { url: `https://other.internal:${port}/`, allowPrivate, ca })));
    assert.equal([other.code, other.mayPass], ['ERR_TLS_CERT_ALTNAME_INVALID', false]);
    const unknown = await failureOf(send(webhookTargetOver(network, { url: `https://hooks.internal:${port}/`, allowPrivate })));
    assert.equal([unknown.code, unknown.mayPass], ['DEPTH_ZERO_SELF_SIGNED_CERT', false]);
    await until('connections are closed', () => open() === 0);
  }),
);

tls('an environment variable does not switch verification off', () =>
  served(async ({ port }) => {
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    const { emitWarning } = process;
    process.emitWarning = () => {};
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      const { code } = await failureOf(send(webhookTargetOver(network, { url: `https://hooks.internal:${port}/`, allowPrivate })));
      assert.is(code, 'DEPTH_ZERO_SELF_SIGNED_CERT');
    } finally {
      process.emitWarning = emitWarning;
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    }
  }),
);

test('authorities that can not be read are refused', () => {
  const broken = '-----BEGIN CERTIFICATE-----\ncanary\n-----END CERTIFICATE-----\n';
  const refusal = refusalOf(() => webhookTargetOver(network, { url: 'https://hooks.example.com/', ca: broken }));
  assert.match(refusal, 'OPTION_INVALID webhookTarget: ca is not valid');
  assert.not.match(refusal, 'canary');
  assert.match(
    refusalOf(() => webhookTargetOver(network, { url: 'https://hooks.example.com/', ca: 7 as never })),
    'webhookTarget: ca is not valid',
  );
});

test.run();
