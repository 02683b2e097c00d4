import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { timelineOf } from '../../lib/dashboard/page/views/log-timeline';
import type { Followed, LogLine } from '../../lib/dashboard/wire/logs';

const START = Date.parse('2026-02-13T19:00:00.000Z');
const at = (ms: number, more: LogLine = {}): LogLine => ({ timestamp: new Date(START + ms).toISOString(), ...more });
const followed = (records: readonly LogLine[], request: Followed['request'] = null): Followed => ({
  id: 'r-1',
  records: records.map((record) => ({ found_in: 'memory', record })),
  request,
  searched: { files: 0, is_complete: true },
});

test('lines are told by their time since the first, and as bars of how long they took', () => {
  const { moments, span, start } = timelineOf(followed([at(0), at(50, { duration_ms: 25 }), at(100, { duration_seconds: 0.1 })]));
  assert.is(start, START);
  assert.is(span, 100);
  assert.equal(
    moments.map(({ offset, from, length }) => [offset, from, length]),
    [
      [0, 0, 0],
      [50, 25, 25],
      [100, 0, 100],
    ],
  );
});

test('what began before the first line widens it all', () => {
  const { moments, span } = timelineOf(followed([at(0), at(60, { data: { duration_seconds: 0.2 } })]));
  assert.is(span, 200);
  assert.equal(
    moments.map(({ from, length }) => [from, length]),
    [
      [70, 0],
      [0, 100],
    ],
  );
});

test('something that took a day does not press the rest into a corner', () => {
  const { span, moments } = timelineOf(followed([at(0), at(1000, { duration_ms: 86_400_000 })]));
  assert.is(span, 61_000);
  assert.equal(moments[1] && [moments[1].from, moments[1].length], [0, 100]);
});

test('lines without a time, or all at one, are there', () => {
  const { moments, span } = timelineOf(followed([at(0), {}, at(0)]));
  assert.is(span, 0);
  assert.equal(
    moments.map(({ offset, from, length }) => [offset, from, length]),
    [
      [0, 0, 0],
      [null, 0, 0],
      [0, 0, 0],
    ],
  );
  assert.equal(timelineOf(followed([])), { moments: [], span: 0, start: null, related: [] });
});

test('durations that are none are left out', () => {
  for (const duration_ms of [-1, '5', null, Number.NaN])
    assert.is(timelineOf(followed([at(0, { duration_ms })])).moments[0]?.duration, null);
});

test('ids beside the one that is followed are told once, without spans', () => {
  const records = [at(0, { request_id: 'r-1', session_id: 's', span_id: 'x' }), at(1, { trace_id: 't', session_id: 's' })];
  assert.equal(timelineOf(followed(records)).related, [
    ['session_id', 's'],
    ['trace_id', 't'],
  ]);
  const many = Array.from({ length: 100 }, (_, index) => at(index, { session_id: `s-${index}` }));
  assert.is(timelineOf(followed(many)).related.length, 12);
});

test.run();
