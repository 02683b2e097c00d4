import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Occurrence } from '../../lib/errors/group';
import { RecentCache } from '../../lib/errors/recent-cache';
import { ErrorTable } from '../../lib/errors/table';
import { HOUR_MS, HourCount } from '../../lib/errors/window';

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
let ids = 0;
const occurrence = (fingerprint: string, now: number, place: Partial<Occurrence['place']> = {}): Occurrence => ({
  fingerprint,
  type: 'TypeError',
  message: 'no user <*>',
  raw: 'no user 1',
  id: `id${ids++}`,
  place: { level: 'error', logger: 'app.bot', event: undefined, message: 'no user 1', ...place },
  now,
  time: START + now,
});

test('the count of an hour is that of the running minute and the 59 before it, like a list of all times', () => {
  const step = fc.oneof(fc.constant(0), fc.nat(5000), fc.nat(200_000), fc.nat(HOUR_MS), fc.constant(HOUR_MS), fc.constant(MINUTE));
  fc.assert(
    fc.property(fc.nat(200_000), fc.array(fc.tuple(step, fc.boolean()), { maxLength: 200 }), (start, steps) => {
      const hour = new HourCount();
      const times: number[] = [];
      let now = start;
      for (const [wait, isRead] of steps) {
        now += wait;
        if (!isRead) {
          hour.add(now);
          times.push(now);
        }
        const minute = Math.floor(now / MINUTE);
        assert.is(hour.read(now), times.filter((time) => Math.floor(time / MINUTE) > minute - 60).length);
        const ages = times.map((time) => minute - Math.floor(time / MINUTE)).filter((age) => age < 60);
        const parts = Array.from({ length: 12 }, (_, part) => ages.filter((age) => 11 - Math.floor(age / 5) === part).length);
        assert.equal(hour.parts(now), parts);
      }
    }),
  );
});

test('nothing older than an hour is counted, and all that is younger than 59 minutes', () => {
  const hour = new HourCount();
  assert.is(hour.read(5), 0);
  hour.add(30_000);
  assert.is(hour.read(30_000 + HOUR_MS - 30_001), 1);
  assert.is(hour.read(30_000 + HOUR_MS - 30_000), 0);
  hour.add(MINUTE);
  assert.equal([hour.read(HOUR_MS - 1), hour.read(HOUR_MS)], [2, 1]);
});

test('a clock that goes backwards loses nothing', () => {
  const hour = new HourCount();
  for (const now of [10 * MINUTE, 5 * MINUTE, 11 * MINUTE, 0]) hour.add(now);
  assert.is(hour.read(0), 4);
  assert.is(hour.read(11 * MINUTE), 4);
  const late = new HourCount();
  for (const now of [70 * MINUTE, 5 * MINUTE]) late.add(now);
  assert.is(late.read(70 * MINUTE), 2);
});

test('a group has its first and last times, ids and places', () => {
  const table = new ErrorTable(10);
  const seen = Array.from({ length: 12 }, (_, at) =>
    occurrence('a', at * 1000, at === 11 ? { level: 'critical', logger: 'app.llm', event: 'app.llm.error' } : {}),
  );
  for (const one of seen) assert.ok(table.add(one));
  const id = (at: number) => seen[at]!.id;
  assert.equal(table.get('a', 11_000), {
    fingerprint: 'a',
    type: 'TypeError',
    message: 'no user <*>',
    level: 'critical',
    logger: 'app.llm',
    event: 'app.llm.error',
    firstSeen: START,
    lastSeen: START + 11_000,
    total: 12,
    countLastHour: 12,
    lastHour: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12],
    lastErrorId: id(11),
    firstErrorIds: [id(0), id(1), id(2)],
    lastErrorIds: [id(7), id(8), id(9), id(10), id(11)],
  });
  assert.is(table.get('b', 0), undefined);
  table.add(occurrence('c', 0));
  assert.equal(table.get('c', 0)?.lastErrorIds, table.get('c', 0)?.firstErrorIds);
});

test('names of loggers and events are kept up to 256 characters', () => {
  const table = new ErrorTable(1);
  table.add(occurrence('a', 0, { logger: 'l'.repeat(1000), event: 'e'.repeat(1000) }));
  assert.equal([table.get('a', 0)?.logger.length, table.get('a', 0)?.event?.length], [256, 256]);
});

test('a full table counts new errors as overflow until one was not seen for an hour, which is then forgotten', () => {
  const table = new ErrorTable(2);
  table.add(occurrence('a', 0));
  table.add(occurrence('b', 1000));
  table.add(occurrence('a', 2000));
  assert.equal(table.overflow(2000), { total: 0, countLastHour: 0, firstSeen: undefined, lastSeen: undefined });
  assert.not(table.add(occurrence('c', HOUR_MS + 999)));
  assert.equal(table.overflow(HOUR_MS + 999), {
    total: 1,
    countLastHour: 1,
    firstSeen: START + HOUR_MS + 999,
    lastSeen: START + HOUR_MS + 999,
  });
  assert.ok(table.add(occurrence('c', HOUR_MS + 1000)));
  assert.is(table.get('b', HOUR_MS), undefined);
  assert.equal(table.forgotten(), { groups: 1, total: 1 });
  assert.not(table.add(occurrence('d', HOUR_MS + 1999)));
  assert.ok(table.add(occurrence('d', HOUR_MS + 2000)));
  assert.equal(table.forgotten(), { groups: 2, total: 3 });
  assert.is(table.overflow(3 * HOUR_MS).countLastHour, 0);
  assert.is(table.overflow(3 * HOUR_MS).total, 2);
  assert.is(table.overflow(3 * HOUR_MS).lastSeen, START + HOUR_MS + 1999);
});

test('totals of groups, overflow and forgotten make up all occurrences, and groups are ordered by when they were seen', () => {
  const step = fc.tuple(fc.nat(12), fc.oneof(fc.constant(0), fc.nat(1000), fc.nat(HOUR_MS)), fc.integer({ min: 1, max: 400 }));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.array(step, { maxLength: 150 }), (maxGroups, steps) => {
      const table = new ErrorTable(maxGroups);
      const alive = new Map<string, { count: number; seen: number }>();
      let [now, limit, overflow, forgotten] = [0, maxGroups, 0, 0];
      for (const [error, wait, chance] of steps) {
        now += wait;
        if (chance <= 8) {
          limit = chance;
          table.resize(limit);
          for (const [key, group] of [...alive]
            .sort((one, other) => one[1].seen - other[1].seen)
            .slice(0, Math.max(0, alive.size - limit))) {
            alive.delete(key);
            forgotten += group.count;
          }
        }
        const key = `e${error}`;
        const known = alive.get(key);
        if (known === undefined && alive.size >= limit) {
          const [oldest, group] = [...alive].reduce((one, other) => (other[1].seen < one[1].seen ? other : one));
          if (now - group.seen >= HOUR_MS) {
            alive.delete(oldest);
            forgotten += group.count;
          }
        }
        const isTracked = known !== undefined || alive.size < limit;
        if (isTracked) {
          alive.delete(key);
          alive.set(key, { count: (known?.count ?? 0) + 1, seen: now });
        } else overflow++;
        assert.is(table.add(occurrence(key, now)) !== undefined, isTracked);
        assert.is(table.size, alive.size);
      }
      const groups = [...table.latest()];
      assert.equal(
        groups.map(({ fingerprint, total }) => [fingerprint, total]),
        [...alive].reverse().map(([key, { count }]) => [key, count]),
      );
      assert.is(table.overflow(now).total, overflow);
      assert.is(table.forgotten().total, forgotten);
      assert.is(groups.reduce((sum, { total }) => sum + total, 0) + overflow + forgotten, steps.length);
    }),
  );
});

test('what is shown is asked for once for each group, and not for overflow', () => {
  const asked: string[] = [];
  const table = new ErrorTable(2, ({ raw }) => {
    asked.push(raw);
    return { type: 'Shown', message: 'shown' };
  });
  for (const name of ['a', 'b', 'a', 'c', 'b', 'a', 'c']) table.add({ ...occurrence(name, 0), raw: name });
  assert.equal(asked, ['a', 'b']);
  assert.equal([table.get('a', 0)?.type, table.get('a', 0)?.message], ['Shown', 'shown']);
  table.add({ ...occurrence('d', HOUR_MS), raw: 'd' });
  assert.equal(asked, ['a', 'b', 'd']);
});

test('an error that happens while another is prepared to be shown is counted, and no error has two groups', () => {
  for (const [inner, maxGroups] of [
    ['a', 2],
    ['a', 1],
    ['b', 1],
  ] as const) {
    let isNested = false;
    const table: ErrorTable = new ErrorTable(maxGroups, ({ type, message }) => {
      if (!isNested) {
        isNested = true;
        table.add(occurrence(inner, 0));
      }
      return { type, message };
    });
    table.add(occurrence('a', 0));
    const groups = [...table.latest()];
    assert.equal([table.size, groups.length], [1, 1]);
    assert.equal(
      [groups[0]!.fingerprint, groups[0]!.total, table.overflow(0).total],
      [inner, inner === 'a' ? 2 : 1, inner === 'a' ? 0 : 1],
    );
  }
});

test('a cache keeps what is in use while others pass by, and never more than two generations', () => {
  const cache = new RecentCache(1000);
  cache.set('kept', 'value');
  for (let at = 0; at < 1000; at++) {
    cache.set(`key${at}`, 'x');
    assert.is(cache.get('kept'), 'value');
  }
  assert.is(cache.get('key0'), undefined);
  assert.is(cache.get('key999'), 'x');
  const kept = Array.from({ length: 1000 }, (_, at) => cache.get(`key${at}`)).filter((value) => value !== undefined);
  assert.ok(kept.length <= 2 * (1000 / 64), `${kept.length}`);
  cache.set('giant', 'x'.repeat(1000));
  assert.is(cache.get('giant'), undefined);
});

test.run();
