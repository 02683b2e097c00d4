import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { enginesOf } from '../../lib/engines';
import type { HttpOptions } from '../../lib/http/options';
import { type Tracked, tracked } from './tracked';

type Fields = Record<string, unknown>;

const accessOf = (all: Tracked): Fields[] => all.records().filter(({ message }) => message === 'request_complete');
const one = (options: HttpOptions, ...args: Parameters<Tracked['request']>): Fields => {
  const all = tracked(options);
  all.request(...args);
  const [record, ...more] = accessOf(all);
  assert.is(more.length, 0);
  return record!;
};

test('the record of a request has the fields of C5 in their order, then what else there is', () => {
  const all = tracked();
  const { id } = all.request(
    { method: 'POST', target: '/orders/7?key=secret', headers: { 'user-agent': 'curl/8' }, httpVersion: '1.1' },
    { status: 201, responseBytes: 12 },
    (exchange) => {
      all.clock.advance(12.3456);
      exchange.matched('/orders/:id');
      exchange.set({ order: 7 });
    },
  );
  const [record] = accessOf(all);
  assert.equal([record!.level, record!.logger, record!.request_id], ['INFO', 'shop.access', id]);
  const keys = Object.keys(record!);
  const own = keys.slice(keys.indexOf('method')).map((key) => [key, record![key]]);
  assert.equal(own, [
    ['method', 'POST'],
    ['path', '/orders/7'],
    ['status', 201],
    ['duration_ms', 12.346],
    ['content_length', 12],
    ['ip', '192.0.2.1'],
    ['user_agent', 'curl/8'],
    ['route', '/orders/:id'],
    ['http_version', '1.1'],
    ['order', 7],
  ]);
});

test('no record has a query', () => {
  const all = tracked({}, 'trace');
  all.request({ target: '/a?token=t0ps3cret&b=1#c' }, { status: 500 }, (exchange) => exchange.fail(new Error('x')));
  assert.ok(all.records().length >= 4);
  all.request({ target: 'http://h/a?token=t0ps3cret' });
  const text = JSON.stringify([all.records(), all.heard, all.tracking.endpoints()]);
  assert.not.match(text, /t0ps3cret/);
});

test('what an application adds can not replace what the record says', () => {
  const lies = {
    status: 200,
    path: '/lie',
    request_id: 'lie',
    trace_id: 'lie',
    aborted: true,
    upgraded: true,
    http_version: '9',
    content_length: 1,
  };
  const record = one({ fields: () => ({ ...lies, tenant: 't1', by: 'fields' }) }, { target: '/truth' }, { status: 404 }, (exchange) =>
    exchange.set({ ...lies, by: 'set', plan: 'p1' }),
  );
  const { path, status, request_id, trace_id, tenant, by, plan, aborted, upgraded, http_version, content_length } = record;
  assert.equal([path, status, tenant, by, plan], ['/truth', 404, 't1', 'set', 'p1']);
  assert.equal([aborted, upgraded, http_version, content_length], [undefined, undefined, undefined, undefined]);
  assert.match(String(request_id), /^[0-9a-f]{32}$/);
  assert.match(String(trace_id), /^[0-9a-f]{32}$/);
});

test('added fields are bounded, and none of them is a way in', () => {
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`f${index}`, index]));
  const record = one({}, {}, { status: 200 }, (exchange) => {
    exchange.set(many);
    exchange.set(JSON.parse('{ "__proto__": { "polluted": true } }'));
    exchange.set({
      get broken() {
        throw new Error('no');
      },
    });
    exchange.set(null as never);
    exchange.set(new Proxy({}, { ownKeys: () => [][Symbol.iterator] as never }));
  });
  assert.is(Object.keys(record).filter((key) => /^f\d+$/.test(key)).length, 50);
  assert.is(({} as Fields).polluted, undefined);
});

test('fields of the scope are those of the option, but for the ids', () => {
  const all = tracked({ context: ({ path, header }) => ({ tenant: header('X-Tenant'), seen: path, request_id: 'lie', span_id: 'lie' }) });
  const { id, trace } = all.request({ target: '/a', headers: { 'x-tenant': 't1' } }, { status: 200 }, () =>
    all.telemetry.logger('bot').info('hello'),
  );
  for (const record of all.records())
    assert.equal([record.tenant, record.seen, record.request_id, record.span_id], ['t1', '/a', id, trace.spanId]);
});

test('without access records none is written, and events go on', () => {
  const all = tracked({ accessLog: false });
  all.request();
  assert.equal([accessOf(all).length, all.heard.length], [0, 2]);
});

test('what the configuration does not want is not written', () => {
  const all = tracked();
  const { http } = enginesOf('test', all.telemetry);
  http.wantAccess(false);
  all.request();
  assert.is(accessOf(all).length, 0);
  http.wantAccess(true);
  all.request();
  assert.is(accessOf(all).length, 1);
});

test('a client that left is told as aborted', () => {
  const record = one({}, {}, { status: undefined, aborted: true });
  assert.equal([record.status, record.aborted, record.content_length], [499, true, undefined]);
});

test('an agent is bounded', () => {
  assert.is(String(one({}, { headers: { 'user-agent': 'a'.repeat(5000) } }).user_agent).length, 512);
  assert.is(one({}, { headers: { 'user-agent': 'a'.repeat(9000) } }).user_agent, undefined);
});

test.run();
