import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry } from '../../../lib/index';
import type { JsonValue } from '../../../lib/log/record';
import { failureOf } from '../../../lib/node/delivery/receiver';
import type { HttpClient } from '../../../lib/node/shipping/http/http-client';
import { HttpReceiver, type WireFormat } from '../../../lib/node/shipping/http-receiver';
import { inSlices } from '../../../lib/node/shipping/in-slices';
import { type OtlpSinkOptions, otlpSink } from '../../../lib/node/shipping/index';
import { fakeClock } from '../../../lib/testing/fake-clock';
import { type Collector, withCollector } from '../../support/otel/collector';
import { plainAttributes } from '../../support/otel/flat';
import { bed, range } from '../../support/shipping/bed';

const MS = Date.UTC(2026, 1, 13, 19, 6, 35, 545);
const NS = `${MS}000000`;
const line = (fields: Readonly<Record<string, JsonValue>>): string =>
  `${JSON.stringify({ timestamp: '2026-02-13T19:06:35.545Z', level: 'INFO', logger: 'shop.bot', message: 'line', ...fields })}\n`;

/** Sends lines to a collector that reads them with the official definitions. */
async function sent(lines: readonly string[], options: OtlpSinkOptions = {}): Promise<Collector> {
  let result: Collector | undefined;
  await withCollector(async (collector) => {
    const sink = otlpSink({ url: collector.url, env: {}, clock: fakeClock(MS), ...options });
    for (const one of lines) sink.write(one, 'info');
    await sink.close();
    const { accepted, written } = sink.stats();
    assert.equal([collector.refused, written], [[], accepted]);
    result = collector;
  });
  return result!;
}

test('a record arrives with its time, severity, body, event and ids, as the definitions have them', async () => {
  const ids = { trace_id: '4BF92F3577B34DA6A3CE929D0E0E4736', span_id: '00f067aa0ba902b7' };
  const collector = await sent([line({ level: 'WARNING', event_name: 'shop.cart.slow', ...ids })]);
  const [{ item }] = collector.logRecords() as [ReturnType<Collector['logRecords']>[0]];
  const { timeUnixNano, observedTimeUnixNano, severityNumber, severityText, body, eventName, traceId, spanId } = item;
  assert.equal([timeUnixNano, observedTimeUnixNano, severityNumber, severityText], [NS, NS, 13, 'WARNING']);
  assert.equal([body, eventName], [{ stringValue: 'line' }, 'shop.cart.slow']);
  assert.equal([traceId, spanId], [ids.trace_id.toLowerCase(), ids.span_id]);
});

test('fields are attributes of their kinds; null is left out of objects, and keeps its place in lists', async () => {
  const fields = { text: 'a "b" ä 😀', whole: 42, most: Number.MAX_SAFE_INTEGER, half: 0.5, huge: 1e21, yes: true, no: false, none: null };
  const deep = { list: [1, 'two', null, [true]], map: { a: { b: 1.5 }, none: null } };
  const collector = await sent([line({ ...fields, ...deep })]);
  const { attributes } = collector.logRecords()[0]!.item;
  const raw = Object.fromEntries(attributes!.map(({ key, value }) => [key, value]));
  assert.equal(
    [raw.whole, raw.half, raw.huge, raw.no],
    [{ intValue: '42' }, { doubleValue: 0.5 }, { doubleValue: 1e21 }, { boolValue: false }],
  );
  const { none: _, ...present } = fields;
  assert.equal(plainAttributes(attributes), { ...present, list: [1, 'two', undefined, [true]], map: { a: { b: 1.5 } } });
});

test('records are grouped by resource and then by logger; order within a logger stays', async () => {
  const from = (app: string, logger: string, n: number): string => line({ app, logger, pid: 7, n });
  const collector = await sent([from('a', 'a.x', 1), from('b', 'b.x', 2), from('a', 'a.y', 3), from('a', 'a.x', 4)]);
  const seen = collector
    .logRecords()
    .map(({ resource, scope, item }) => [resource['service.name'], scope.name, plainAttributes(item.attributes).n]);
  assert.equal(seen, [
    ['a', 'a.x', 1],
    ['a', 'a.x', 4],
    ['a', 'a.y', 3],
    ['b', 'b.x', 2],
  ]);
  const body = collector.received[0]!.body as { readonly resourceLogs: readonly unknown[] };
  assert.equal([body.resourceLogs.length, collector.logRecords()[0]!.resource['process.pid']], [2, 7]);
});

test('the resource is what the record says, the variables, and the option, which wins', async () => {
  const env = { OTEL_RESOURCE_ATTRIBUTES: 'team=blue,service.version=1', OTEL_SERVICE_NAME: 'named' };
  const collector = await sent([line({ hostname: 'box' })], { env, resource: { 'service.version': '2', replicas: 3 } });
  assert.equal(collector.logRecords()[0]!.resource, {
    'service.name': 'named',
    team: 'blue',
    'service.version': '2',
    replicas: 3,
    'host.name': 'box',
  });
});

test('ids that are none do not have the request refused: they are attributes', async () => {
  const collector = await sent([line({ trace_id: 'abc', span_id: '0'.repeat(16) }), line({ trace_id: 'g'.repeat(32) })]);
  const [one, two] = collector.logRecords().map(({ item }) => item);
  assert.equal([one!.traceId, one!.spanId, two!.traceId], [undefined, undefined, undefined]);
  assert.equal(plainAttributes(one!.attributes), { trace_id: 'abc', span_id: '0'.repeat(16) });
});

test('numbers that are infinite and halves of characters are written as the definitions have them', async () => {
  const collector = await sent([
    '{"timestamp":"2026-02-13T19:06:35.545Z","message":"a\\ud800","app":"b\\udc00","\\ud800k":"\\\\ud800 \\ud83d\\ude00","more":1e999,"less":-1e999,"zero":-0.0}\n',
  ]);
  const [{ resource, item }] = collector.logRecords() as [ReturnType<Collector['logRecords']>[0]];
  assert.equal([resource['service.name'], item.body], ['b\ufffd', { stringValue: 'a\ufffd' }]);
  assert.equal(plainAttributes(item.attributes), {
    '\ufffdk': '\\ud800 😀',
    more: Number.POSITIVE_INFINITY,
    less: Number.NEGATIVE_INFINITY,
    zero: 0,
  });
});

test('a record with a field of any depth is sent with what is not too deep of it, and holds nothing up', async () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const text = `{"timestamp":"2026-02-13T19:06:35.545Z","message":"deep","app":${deep}}`;
  const collector = await sent([`${text}\n`, line({})]);
  assert.equal(
    collector.logRecords().map(({ item }) => item.body?.stringValue),
    ['deep', 'line'],
  );
  assert.ok(JSON.stringify(collector.logRecords()[0]!.resource).includes('[…]'));
});

test('lines that make no body are refused one by one', async () => {
  const client = { post: async () => ({ status: 200, headers: {}, body: '' }), close: () => undefined } as unknown as HttpClient;
  const wire: WireFormat = { body: () => Promise.reject(new RangeError('Invalid string length')), reception: () => undefined };
  const receiver = new HttpReceiver({ name: 'a', client, wire, compression: 'none', onRejected: () => undefined });
  const failure = await receiver.insert([{ key: 'a-1', line: '', more: [] }]).then(() => undefined, failureOf);
  assert.equal([failure?.kind, failure?.code, receiver.requests], ['refused', 'UNWRITABLE', 0]);
});

test('a line that is no record is a body, at the time of sending; so is one with a time that does not fit', async () => {
  const far = '{"timestamp":"9999-01-01T00:00:00.000Z","level":"?","message":"far"}\n';
  const collector = await sent([
    'INFO a.b ready\n',
    '{"other":1}\n',
    '[1]\n',
    '{"half\n',
    '\n',
    far,
    '{"__proto__":{"a":1},"timestamp":"","message":"p"}\n',
  ]);
  const records = collector.logRecords().map(({ item }) => [item.body?.stringValue, item.timeUnixNano]);
  assert.equal(
    records,
    ['INFO a.b ready', '{"other":1}', '[1]', '{"half', '', 'far', 'p'].map((body) => [body, NS]),
  );
});

test('whatever a bus logs is understood by the definitions', async () => {
  await withCollector(async (collector) => {
    const sink = otlpSink({ url: collector.url, env: {} });
    const telemetry = createTelemetry({ environment: 'production', log: { app: 'shop', sinks: [] } });
    telemetry.addSink(sink);
    const log = telemetry.logger('bot');
    log.error(new TypeError('broken', { cause: new Error('below') }), 'it broke', {
      nested: { list: [1, { a: 'b' }] },
      big: 12n,
      when: new Date(0),
    });
    log.info('plain', { password: 'hunter2', '': 'empty', 'a b': Number.NaN, text: '\ud800 \0' });
    await sink.close();
    assert.equal(collector.refused, []);
    const [broken, plain] = collector.logRecords();
    assert.is(broken!.resource['service.name'], 'shop');
    const attributes = plainAttributes(broken!.item.attributes);
    assert.equal([attributes['exception.type'], attributes['exception.message'], broken!.scope.name], ['TypeError', 'broken', 'shop.bot']);
    assert.match(String(attributes['exception.stacktrace']), /Caused by: Error: below/);
    assert.not.match(JSON.stringify(plain), /hunter2/);
  });
});

test('lines that a receiver rejects are dropped, counted and told of, without its secrets', async () => {
  const { receiver, sink, warnings, write, until, arrived, end } = await bed('otlp');
  const errorMessage = `too many attributes; authorization: Bearer abcdefghijklmnopqrstuvwxyz0123456789\n${'x'.repeat(5000)}`;
  receiver.behave = () => ({ status: 200, body: JSON.stringify({ partialSuccess: { rejectedLogRecords: '3', errorMessage } }) });
  write(10);
  await until('it is over', () => sink.stats().queued === 0);
  assert.equal([sink.stats().written, sink.stats().dropped, receiver.got.length, arrived()], [7, { rejected: 3 }, 1, range(1, 10)]);
  const [{ code, message }] = warnings as [(typeof warnings)[0]];
  assert.is(code, 'SINK_LOST');
  assert.match(message, /^Sink otlp: 127\.0\.0\.1:\d+ rejected 3 lines: too many attributes; /);
  assert.ok(message.length < 300 && !message.includes('abcdefgh'), message);
  receiver.behave = () => ({ status: 200, body: JSON.stringify({ partialSuccess: { rejectedLogRecords: 99 } }) });
  write(2);
  await until('no more than there are', () => sink.stats().queued === 0);
  assert.equal([sink.stats().written, sink.stats().dropped], [7, { rejected: 5 }]);
  await end();
});

test('an answer that says anything else is one of success', async () => {
  for (const body of [
    '',
    'ok',
    '{}',
    '[]',
    'null',
    '{"partialSuccess":null}',
    '{"partialSuccess":{"rejectedLogRecords":"-1"}}',
    '{"partialSuccess":{"rejectedLogRecords":{}}}',
  ]) {
    const { receiver, sink, warnings, write, until, end } = await bed('otlp');
    receiver.behave = () => ({ status: 200, body });
    write(2);
    await until('they are there', () => sink.stats().written === 2);
    assert.equal([warnings, sink.stats().dropped], [[], {}], body);
    await end();
  }
});

test('what people and models wrote stays here unless a variable says otherwise', async () => {
  const spoken = line({ event_name: 'agent.llm.response', prompt: 'a secret plan' });
  assert.not.match(JSON.stringify((await sent([spoken])).received), /secret plan/);
});

test('long work on a batch does not keep the event loop: others have their turn between its lines', async () => {
  const seen: string[] = [];
  const other = (): void => {
    seen.push('other');
    if (seen.length < 6) setImmediate(other);
  };
  setImmediate(other);
  await inSlices([1, 2, 3], (line) => {
    seen.push(`line ${line}`);
    for (const until = performance.now() + 3; performance.now() < until; );
  });
  assert.equal(seen.slice(0, 5), ['line 1', 'other', 'line 2', 'other', 'line 3']);
});

test.run();
