import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError } from '../../../lib/core/errors';
import { lokiSink, type OtlpSinkOptions, otlpSink } from '../../../lib/node/shipping/index';
import { makeCertificate } from '../../support/alerts/certificates';
import { bed, KINDS, lineOf, newReceiver, range } from '../../support/shipping/bed';
import { testUnless } from '../../support/test-with';

const SECRET = 'hunter2-hunter2-hunter2';

function refused(make: () => unknown, code: string, mention?: string): void {
  assert.throws(make, (error: unknown) => {
    assert.ok(isTelemetryError(error), String(error));
    const text = `${error.message} ${error.stack}`;
    assert.is(error.code, code);
    assert.not.match(text, new RegExp(SECRET));
    if (mention !== undefined) assert.ok(error.message.includes(mention), error.message);
    return true;
  });
}

const otlp =
  (options: unknown): (() => unknown) =>
  () =>
    otlpSink({ env: {}, ...(options as OtlpSinkOptions) });

test('unknown and wrong options are refused, and none of their values is repeated', () => {
  refused(otlp({ spol: SECRET }), 'OPTION_UNKNOWN', 'spool');
  for (const name of [
    'name',
    'headers',
    'allowInsecure',
    'ca',
    'compression',
    'timeoutMs',
    'gatherMs',
    'spool',
    'maxQueuedBytes',
    'closeDeadlineMs',
    'onWarning',
    'clock',
    'url',
    'resource',
    'env',
  ]) {
    refused(otlp({ [name]: name === 'name' ? `${SECRET}\n` : SECRET }), 'OPTION_INVALID', name);
  }
  refused(otlp({ spool: {} }), 'OPTION_INVALID', 'folder');
  refused(otlp({ spool: { folder: 'x', maxbytes: 1 } }), 'OPTION_UNKNOWN', 'maxBytes');
  refused(otlp({ timeoutMs: 0 }), 'OPTION_INVALID', 'timeoutMs');
  refused(otlp({ maxQueuedBytes: Number.POSITIVE_INFINITY }), 'OPTION_INVALID', 'maxQueuedBytes');
  refused(otlp({ resource: { a: Number.NaN } }), 'OPTION_INVALID', 'resource');
  refused(() => otlpSink(`https://x/${SECRET}` as never), 'OPTION_INVALID');
  refused(() => lokiSink(undefined as never), 'OPTION_INVALID');
  refused(() => lokiSink(`https://x/${SECRET}` as never), 'OPTION_INVALID');
});

test('URLs of other protocols, with a password, or that are none, are refused without being shown', () => {
  for (const url of [
    '',
    SECRET,
    `ftp://${SECRET}.example`,
    `https://user:${SECRET}@example.com`,
    `http://${SECRET}@localhost`,
    `https://x/${'a'.repeat(3000)}`,
    7,
    'https://',
  ]) {
    refused(otlp({ url }), 'OPTION_INVALID', 'url');
    refused(() => lokiSink({ url: url as string }), 'OPTION_INVALID', 'url');
  }
});

test('credentials do not go over http: to other hosts, unless somebody says that they may', async () => {
  const other = 'http://collector.example.com:4318';
  for (const name of [
    'Authorization',
    'x-api-key',
    'DD-API-KEY',
    'api_key',
    'X-Auth-Token',
    'cookie',
    'X-Sentry-Auth',
    'x-honeycomb-team',
    'uptrace-dsn',
    'x-license-key',
  ]) {
    refused(otlp({ url: other, headers: { [name]: SECRET } }), 'OPTION_INVALID', 'allowInsecure');
  }
  for (const name of ['token', 'key', 'sig']) refused(otlp({ url: `${other}/?${name}=${SECRET}` }), 'OPTION_INVALID', 'allowInsecure');
  refused(
    () => otlpSink({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: other, OTEL_EXPORTER_OTLP_HEADERS: `authorization=${SECRET}` } }),
    'CONFIG_INVALID',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
  );
  const headers = { authorization: SECRET };
  const sinks = [
    otlpSink({ url: other, headers, allowInsecure: true, env: {} }),
    otlpSink({ url: other, headers: { 'x-scope-orgid': 'a' }, env: {} }),
    otlpSink({ url: 'https://collector.example.com', headers, env: {} }),
    ...['localhost', 'a.localhost', '127.0.0.1', '127.8.9.1', '[::1]'].map((host) =>
      otlpSink({ url: `http://${host}:4318`, headers, env: {} }),
    ),
    lokiSink({ url: 'http://loki.example.com:3100', tenant: 'a' }),
  ];
  for (const sink of sinks) await sink.close();
  for (const host of ['localhost.example.com', '127.0.0.1.example.com', '10.0.0.1', '[::2]']) {
    refused(otlp({ url: `http://${host}`, headers }), 'OPTION_INVALID', 'allowInsecure');
  }
});

test('headers that are none are refused', () => {
  const cases: unknown[] = [
    { 'content-length': '1' },
    { Host: 'x' },
    { 'a b': 'x' },
    { a: `${SECRET}\r\nb: c` },
    { a: 1 },
    { a: 'ä€' },
    { A: 'x', a: 'y' },
    { a: 'x'.repeat(8193) },
    Object.fromEntries(range(1, 65).map((n) => [`h${n}`, 'x'])),
    ['a'],
  ];
  for (const headers of cases) refused(otlp({ headers }), 'OPTION_INVALID', 'headers');
});

test('the variables of OpenTelemetry say where to, with what headers; those of logs win; options win over all', async () => {
  const receiver = await newReceiver('otlp');
  const send = async (env: Record<string, string>, options: OtlpSinkOptions = {}): Promise<(typeof receiver.got)[0]> => {
    const sink = otlpSink({ env, ...options });
    sink.write(lineOf(1), 'info');
    await sink.close();
    return receiver.got.at(-1)!;
  };
  const base = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/base/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b==, x=1',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
  };
  const one = await send(base);
  assert.equal(
    [one.path, one.headers['api-key'], one.headers.x, one.headers['content-encoding']],
    ['/base/v1/logs', 'a b==', '1', undefined],
  );
  const own = {
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `${receiver.url}/own?a=b`,
    OTEL_EXPORTER_OTLP_LOGS_HEADERS: 'y=2',
    OTEL_EXPORTER_OTLP_LOGS_COMPRESSION: 'gzip',
  };
  const two = await send({ ...base, ...own });
  assert.equal([two.path, two.headers['api-key'], two.headers.y, two.headers['content-encoding']], ['/own?a=b', undefined, '2', 'gzip']);
  assert.is((await send({ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: receiver.url })).path, '/');
  const three = await send({ ...base, ...own }, { headers: { Y: '3' }, compression: 'none' });
  assert.equal([three.headers.y, three.headers['content-encoding']], ['3', undefined]);
  // Headers of the variables are for the endpoint of the variables.
  const four = await send(base, { url: `${receiver.url}/given` });
  assert.equal([four.path, four.headers['api-key']], ['/given/v1/logs', undefined]);
  await receiver.goDown();
});

test('wrong variables are named, without their values', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['OTEL_EXPORTER_OTLP_HEADERS', SECRET],
    ['OTEL_EXPORTER_OTLP_HEADERS', `a=1,a=${SECRET}`],
    ['OTEL_EXPORTER_OTLP_HEADERS', `a=%zz${SECRET}`],
    ['OTEL_EXPORTER_OTLP_HEADERS', `a=%0d%0a${SECRET}`],
    ['OTEL_EXPORTER_OTLP_LOGS_HEADERS', `host=${SECRET}`],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', SECRET],
    ['OTEL_EXPORTER_OTLP_LOGS_TIMEOUT', '0'],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', SECRET],
  ];
  for (const [name, value] of cases) refused(() => otlpSink({ env: { [name]: value } }), 'CONFIG_INVALID', name);
  refused(() => otlpSink({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: SECRET } }), 'CONFIG_INVALID', 'OTEL_EXPORTER_OTLP_ENDPOINT');
  const grpc = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
  refused(() => otlpSink({ env: grpc }), 'CONFIG_INVALID', 'OTEL_EXPORTER_OTLP_PROTOCOL');
});

test('a timeout of the variables is one', async () => {
  const receiver = await newReceiver('otlp');
  receiver.behave = (_, number) => (number === 1 ? 'hang' : undefined);
  const sink = otlpSink({
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_EXPORTER_OTLP_TIMEOUT: '50' },
    onWarning: () => undefined,
  });
  sink.write(lineOf(1), 'info');
  await sink.flush();
  assert.is(sink.stats().failure, 'TIMEOUT');
  await sink.close();
  assert.is(sink.stats().written, 1);
  await receiver.goDown();
});

const certificate = makeCertificate('IP:127.0.0.1');
const other = makeCertificate('IP:127.0.0.1');
for (const kind of KINDS) {
  testUnless(
    certificate === undefined && 'there is no openssl',
    `${kind}: a certificate is verified: lines go to a receiver that ca knows, and to no other`,
    async () => {
      const one = await bed(kind, { tls: certificate!, ca: certificate!.cert });
      one.write(20);
      await one.sink.flush();
      assert.equal([one.arrived(), one.sink.stats().failure], [range(1, 20), undefined]);
      await one.end();
      for (const ca of [undefined, other!.cert]) {
        const two = await bed(kind, { tls: certificate!, ...(ca !== undefined && { ca }), closeDeadlineMs: 50 });
        two.write(20);
        await two.sink.flush();
        assert.equal([two.receiver.got.length, two.sink.stats().queued], [0, 20]);
        assert.match(two.sink.stats().failure!, /CERT|SELF_SIGNED/);
        await two.end();
      }
    },
  );
}

test.run();
