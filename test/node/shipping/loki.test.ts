import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError } from '../../../lib/core/errors';
import { createTelemetry } from '../../../lib/index';
import type { JsonValue } from '../../../lib/log/record';
import { type LokiSinkOptions, lokiSink } from '../../../lib/node/shipping/index';
import { labelName } from '../../../lib/node/shipping/loki/labels';
import { fakeClock } from '../../../lib/testing/fake-clock';
import { newReceiver } from '../../support/shipping/bed';
import type { Got } from '../../support/shipping/receiver';

const MS = Date.UTC(2026, 1, 13, 19, 6, 35, 545);
const line = (fields: Readonly<Record<string, JsonValue>>): string =>
  `${JSON.stringify({ timestamp: '2026-02-13T19:06:35.545Z', level: 'INFO', logger: 'shop.bot', message: 'line', ...fields })}\n`;
const ns = (n: number): string => `${MS}${String(n).padStart(6, '0')}`;

interface Stream {
  readonly stream: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [time: string, line: string, metadata?: Readonly<Record<string, string>>])[];
}

async function sent(
  lines: readonly string[],
  options: Partial<LokiSinkOptions> = {},
): Promise<{ readonly streams: readonly Stream[]; readonly got: Got }> {
  const receiver = await newReceiver('loki');
  const sink = lokiSink({ url: receiver.url, clock: fakeClock(MS), ...options });
  for (const one of lines) sink.write(one, 'info');
  await sink.close();
  await receiver.goDown();
  const [got] = receiver.got;
  return { streams: (JSON.parse(got!.text) as { readonly streams: readonly Stream[] }).streams, got: got! };
}

test('a line is what it is, in the stream of its app, environment, instance and level, at its time, in order', async () => {
  const of = { app: 'shop', environment: 'production', instance: 'a', hostname: 'box' };
  const [one, two, three] = [line(of), line({ ...of, level: 'ERROR' }), line({ ...of, n: 3 })];
  const { streams } = await sent([one, two, three]);
  const labels = { app: 'shop', environment: 'production', instance: 'a' };
  const cut = (text: string): string => text.slice(0, -1);
  assert.equal(streams, [
    {
      stream: { ...labels, level: 'INFO' },
      values: [
        [ns(1), cut(one)],
        [ns(3), cut(three)],
      ],
    },
    { stream: { ...labels, level: 'ERROR' }, values: [[ns(2), cut(two)]] },
  ]);
});

test('equal lines of one moment are told apart, as Loki would take them for one', async () => {
  const { streams } = await sent([line({}), line({}), line({})]);
  assert.equal(
    streams[0]!.values.map(([time]) => time),
    [ns(1), ns(2), ns(3)],
  );
});

test('a line that is no record has constant labels only, or one that says so, and the time of sending', async () => {
  const { streams } = await sent(['ready\n']);
  assert.equal(streams, [{ stream: { service_name: 'unknown_service' }, values: [[ns(1), 'ready']] }]);
  assert.equal((await sent(['ready\n'], { labels: { job: 'x' } })).streams[0]!.stream, { job: 'x' });
});

test('ids stand beside the line, unless that is not wanted', async () => {
  const ids = { request_id: 'r1', trace_id: 't1', span_id: 's1', error_id: 'e1' };
  assert.equal((await sent([line({ ...ids, n: 1 })])).streams[0]!.values[0]![2], ids);
  assert.is((await sent([line(ids)], { structuredMetadata: false })).streams[0]!.values[0]!.length, 2);
});

test('labels are constants and chosen fields, with names and values as Loki takes them', async () => {
  const fields = { 'user.id': 'é'.repeat(1000), ok: true, n: 5, none: null, map: { a: 1 }, empty: '', logger: 'shop.bot' };
  const { streams } = await sent([line(fields)], {
    labels: { region: 'eu', '1st': 'x' },
    labelsFrom: ['user.id', 'ok', 'n', 'none', 'map', 'empty', 'logger', 'toString'],
  });
  assert.equal(streams[0]!.stream, { region: 'eu', _1st: 'x', user_id: 'é'.repeat(512), ok: 'true', n: '5', logger: 'shop.bot' });
  const euros = (await sent([line({ e: `a${'€'.repeat(500)}` })], { labelsFrom: ['e'] })).streams[0]!.stream.e!;
  assert.is(euros, `a${'€'.repeat(341)}`);
});

test('halves of characters in labels and ids become U+FFFD', async () => {
  const { streams } = await sent(['{"timestamp":"2026-02-13T19:06:35.545Z","message":"a","app":"a\\ud800","trace_id":"\\udc00"}\n']);
  assert.equal([streams[0]!.stream, streams[0]!.values[0]![2]], [{ app: 'a\ufffd' }, { trace_id: '\ufffd' }]);
});

test('names of labels are letters, digits and underscores, never those that Loki keeps for itself', () => {
  const names = ['a.b', '9', '__name__', 'ä', ''].map(labelName);
  assert.equal(names, ['a_b', '_9', '_name__', '_', '']);
});

test('a tenant is a header, and wins over one among the headers', async () => {
  const { got } = await sent([line({})], { tenant: 'shop', headers: { 'X-Scope-OrgID': 'other', authorization: 'Bearer abc' } });
  assert.equal([got.headers['x-scope-orgid'], got.headers.authorization], ['shop', 'Bearer abc']);
});

test('a URL with the path of pushes is taken as it is', async () => {
  const receiver = await newReceiver('loki');
  for (const path of ['', '/', '/loki/api/v1/push', '/behind/a/proxy/']) {
    const sink = lokiSink({ url: `${receiver.url}${path}` });
    sink.write(line({}), 'info');
    await sink.close();
  }
  const push = '/loki/api/v1/push';
  assert.equal(
    receiver.got.map(({ path }) => path),
    [push, push, push, `/behind/a/proxy${push}`],
  );
  await receiver.goDown();
});

test('labels that can not be are refused', () => {
  const cases: readonly Partial<Record<keyof LokiSinkOptions, unknown>>[] = [
    { labels: { a: 1 } },
    { labels: { a: '' } },
    { labels: { '': 'a' } },
    { labels: 'a' },
    { labels: { a_b: 'x', 'a.b': 'y' } },
    { labels: { level: 'x' } },
    { labelsFrom: 'level' },
    { labelsFrom: [''] },
    { labelsFrom: ['a', 'a'] },
    { labelsFrom: Array.from({ length: 16 }, (_, n) => `f${n}`) },
    { tenant: 'a b' },
    { tenant: 'a/b' },
    { structuredMetadata: 1 },
    { url: undefined },
  ];
  for (const options of cases) {
    assert.throws(
      () => lokiSink({ url: 'http://localhost:3100', ...options } as LokiSinkOptions),
      (error: unknown) => isTelemetryError(error) && error.code === 'OPTION_INVALID',
      JSON.stringify(options),
    );
  }
});

test('a bus gives it JSON lines, whatever its own format is', async () => {
  const receiver = await newReceiver('loki');
  const sink = lokiSink({ url: receiver.url });
  const telemetry = createTelemetry({ environment: 'development', log: { app: 'shop', sinks: [], format: 'minimal', schema: 'pino' } });
  telemetry.addSink(sink);
  telemetry.logger('bot').info('ready');
  await sink.close();
  const { streams } = JSON.parse(receiver.got[0]!.text) as { readonly streams: readonly Stream[] };
  assert.equal([streams[0]!.stream.app, JSON.parse(streams[0]!.values[0]![1]).message], ['shop', 'ready']);
  await receiver.goDown();
});

test.run();
