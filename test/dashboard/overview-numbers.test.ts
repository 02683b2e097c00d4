import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { partsOf, totalsOf } from '../../lib/dashboard/page/views/endpoints-totals';
import { attachCode, nameCode } from '../../lib/dashboard/page/views/event-code';
import { isSeen, matching, seenCount } from '../../lib/dashboard/page/views/events-rows';
import { apdexTone, errorTone } from '../../lib/dashboard/page/views/overview-tones';
import { isUnused } from '../../lib/dashboard/page/views/overview-unused';
import type { EndpointRow } from '../../lib/dashboard/wire/endpoints';
import type { EventRow } from '../../lib/dashboard/wire/events';

test('errors are worth a look above 1 %, and bad above 5 %', () => {
  assert.equal([null, 0, 0.01, 0.0101, 0.05, 0.051].map(errorTone), ['neutral', 'good', 'good', 'warn', 'warn', 'bad']);
});

test('Apdex is worth a look below 0.85, and bad below 0.7', () => {
  assert.equal([undefined, 1, 0.85, 0.849, 0.7, 0.69].map(apdexTone), ['neutral', 'good', 'good', 'warn', 'warn', 'bad']);
});

test('a program is unused while only the library tells of itself', () => {
  const top = (name: string) => [{ name, per_second: 1, count: 1, p95_ms: null }];
  const nothing = { top_events: [...top('telemetry.health.check'), ...top('nodejs.gc.pause')], errors: [], requests: null };
  assert.ok(isUnused(nothing));
  assert.not(isUnused({ ...nothing, top_events: top('telemetry_shop.order.paid') }));
  assert.not(isUnused({ ...nothing, requests: { in_flight: 0, total: 1 } }));
  assert.not(isUnused({ ...nothing, errors: [{} as never] }));
});

const endpoint = (count: number, more: Partial<EndpointRow>): EndpointRow => ({
  endpoint: 'GET /a',
  method: 'GET',
  route: '/a',
  count,
  errors: 0,
  error_rate: 0,
  avg_ms: 1,
  min_ms: 1,
  max_ms: 1,
  slow_count: 0,
  very_slow_count: 0,
  ...more, // biome-ignore format: short
});

test('in the mean of all endpoints each request counts the same', () => {
  const rows = [
    endpoint(3, { avg_ms: 10, errors: 1, max_ms: 50, slow_count: 2 }),
    endpoint(1, { avg_ms: 30, max_ms: 30, very_slow_count: 1 }),
  ];
  assert.equal(totalsOf(rows), { count: 4, errors: 1, errorRate: 0.25, average: 15, slowest: 50, slow: 2, verySlow: 1 });
});

test('without requests there is no rate and no mean', () => {
  assert.equal(totalsOf([]), { count: 0, errors: 0, errorRate: null, average: null, slowest: null, slow: 0, verySlow: 0 });
});

test('an endpoint is its method and its route', () => {
  assert.equal(partsOf('GET /a b/:id'), { method: 'GET', route: '/a b/:id' });
  assert.equal(partsOf('/a'), { method: '', route: '/a' });
});

const event = (name: string, more: Partial<EventRow>): EventRow =>
  ({ name, is_declared: true, count: null, watched_count: 0, last_seen: null, ...more }) as EventRow;

const EVENTS = [
  event('shop.order.paid', { count: 2 }),
  event('shop.order.lost', {}),
  event('other.job.done', { watched_count: 3, is_declared: false }),
];

test('an event was seen when metrics or the watch counted it, or somebody saw it', () => {
  assert.equal(EVENTS.map(isSeen), [true, false, true]);
  assert.equal(EVENTS.map(seenCount), [2, null, 3]);
  assert.ok(isSeen(event('a.b.c', { last_seen: '2026-01-01T00:00:00Z' })));
});

test('events are found by a part of their name, and by kind', () => {
  const found = (text: string, kind: string) => matching(EVENTS, text, kind).map(({ name }) => name);
  assert.equal(found(' ORDER ', ''), ['shop.order.paid', 'shop.order.lost']);
  assert.equal([found('', 'seen'), found('', 'never'), found('', 'undeclared')], [['shop.order.paid', 'other.job.done'], ['shop.order.lost'], ['other.job.done']]); // biome-ignore format: short
});

test('code to copy names the event, and its duration where it has one', () => {
  assert.is(nameCode('shop.order.paid'), "['shop', 'order', 'paid']");
  assert.match(attachCode({ name: 'a.b.c', durations: null }), /\['a', 'b', 'c'\], \(event, measurements, metadata\)/);
  assert.match(attachCode({ name: 'a.b.c', durations: {} as never }), /\(event, \{ duration \}, metadata\)/);
});

test.run();
