import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTimeZone, nextBoundary } from '../../../lib/node/file/rotation-clock';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const at = (iso: string): number => Date.parse(iso);
const next = (every: 'hour' | 'day', zone: string, iso: string): string => new Date(nextBoundary(every, zone, at(iso))).toISOString();

const CASES: readonly (readonly [name: string, 'hour' | 'day', zone: string, now: string, boundary: string])[] = [
  ['a day of UTC', 'day', 'utc', '2024-02-28T23:59:59.999Z', '2024-02-29T00:00:00.000Z'],
  ['a boundary is strictly later', 'day', 'utc', '2024-02-29T00:00:00.000Z', '2024-03-01T00:00:00.000Z'],
  ['an hour of UTC', 'hour', 'utc', '2024-02-28T23:00:00.001Z', '2024-02-29T00:00:00.000Z'],
  ['before 1970', 'hour', 'utc', '1960-01-01T00:30:00.000Z', '1960-01-01T01:00:00.000Z'],
  ['a day of 23 hours', 'day', 'Europe/Berlin', '2024-03-30T23:00:00.000Z', '2024-03-31T22:00:00.000Z'],
  ['a day of 25 hours', 'day', 'Europe/Berlin', '2024-10-26T22:00:00.000Z', '2024-10-27T23:00:00.000Z'],
  ['the hour that is left out', 'hour', 'Europe/Berlin', '2024-03-31T00:30:00.000Z', '2024-03-31T01:00:00.000Z'],
  ['the hour that comes twice', 'hour', 'Europe/Berlin', '2024-10-27T00:30:00.000Z', '2024-10-27T01:00:00.000Z'],
  ['half an hour ahead', 'hour', 'Asia/Kolkata', '2024-05-05T10:00:00.000Z', '2024-05-05T10:30:00.000Z'],
  ['three quarters of an hour ahead', 'day', 'Asia/Kathmandu', '2024-05-05T10:00:00.000Z', '2024-05-05T18:15:00.000Z'],
  ['clocks that go half an hour forward', 'hour', 'Australia/Lord_Howe', '2024-10-05T15:10:00.000Z', '2024-10-05T15:30:00.000Z'],
  ['a day that begins at one', 'day', 'America/Sao_Paulo', '2018-11-03T12:00:00.000Z', '2018-11-04T03:00:00.000Z'],
  ['a day that ends at eleven, twice', 'day', 'America/Sao_Paulo', '2018-02-17T12:00:00.000Z', '2018-02-18T03:00:00.000Z'],
  ['a day that is left out', 'day', 'Pacific/Apia', '2011-12-30T09:00:00.000Z', '2011-12-30T10:00:00.000Z'],
  ['after the day that is left out', 'day', 'Pacific/Apia', '2011-12-30T10:00:00.000Z', '2011-12-31T10:00:00.000Z'],
  ['clocks that go back over midnight', 'day', 'America/St_Johns', '2006-10-29T02:30:30.000Z', '2006-10-29T03:30:00.000Z'],
];

for (const [name, every, zone, now, boundary] of CASES) {
  test(`the next ${every} begins when it should: ${name}`, () => assert.is(next(every, zone, now), boundary));
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The clock on the wall, as text that sorts. */
function wall(zone: string, timeMs: number): string {
  const known = formats.get(zone);
  const format = known ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  if (known === undefined) formats.set(zone, format);
  return format.format(timeMs);
}

/** Looks at the clock on the wall every minute. */
function oracle(every: 'hour' | 'day', zone: string, nowMs: number): number {
  const length = every === 'day' ? 10 : 13;
  let time = Math.floor(nowMs / MINUTE) * MINUTE;
  let before = wall(zone, time);
  for (;;) {
    time += MINUTE;
    const now = wall(zone, time);
    const isFull = every === 'hour' && now.slice(14, 16) === '00';
    if (isFull || now.slice(0, length) > before.slice(0, length)) return time;
    before = now;
  }
}

const ZONES = Intl.supportedValuesOf('timeZone');
/** Half of the moments are near the end of March and of October, where clocks change in many zones. */
const moment = fc.oneof(
  fc.integer({ min: at('1976-01-01'), max: at('2037-01-01') }),
  fc
    .record({
      year: fc.integer({ min: 1976, max: 2036 }),
      month: fc.constantFrom(2, 3, 8, 9, 10),
      ms: fc.integer({ min: 0, max: 31 * 24 * HOUR }),
    })
    .map(({ year, month, ms }) => Date.UTC(year, month) + ms),
);

test('in any zone it is the moment at which the clock on the wall shows a new hour or day', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ZONES), moment, fc.constantFrom('hour', 'day'), (zone, now, every) => {
      assert.is(nextBoundary(every, zone, now), oracle(every, zone, now), `${every} ${zone} ${new Date(now).toISOString()}`);
    }),
    { numRuns: 300 },
  );
});

test('at every change of the clocks of a zone it is right a minute before, at the change, and a minute after', () => {
  for (const zone of [
    'Europe/London',
    'America/Havana',
    'America/Santiago',
    'Asia/Tehran',
    'Africa/Cairo',
    'Antarctica/Troll',
    'Asia/Beirut',
  ]) {
    let before = wall(zone, at('2008-12-31T12:00Z')).slice(11);
    for (let day = at('2009-01-01T12:00Z'); day < at('2012-01-01'); day += 24 * HOUR) {
      const now = wall(zone, day).slice(11);
      if (now === before) continue;
      before = now;
      for (let time = day - 24 * HOUR; time <= day; time += 4 * HOUR) {
        for (const every of ['hour', 'day'] as const)
          assert.is(nextBoundary(every, zone, time), oracle(every, zone, time), `${zone} ${time}`);
      }
    }
  }
});

test('local is the zone of the process, also when that changes', () => {
  const { TZ } = process.env;
  try {
    for (const zone of ['America/New_York', 'Asia/Kolkata', 'Europe/Berlin']) {
      process.env.TZ = zone;
      const now = at('2024-03-30T23:30:00Z');
      for (const every of ['hour', 'day'] as const) assert.is(nextBoundary(every, 'local', now), nextBoundary(every, zone, now), zone);
    }
  } finally {
    if (TZ === undefined) delete process.env.TZ;
    else process.env.TZ = TZ;
  }
});

test('a clock beyond all dates gets a boundary, too', () => {
  for (const now of [8.64e15, -8.64e15, 8.64e15 - HOUR, Number.MAX_VALUE]) {
    assert.ok(nextBoundary('day', 'Europe/Berlin', now) >= now);
    assert.ok(nextBoundary('hour', 'utc', now) >= now);
  }
});

test('a zone is local, utc, or one that the platform knows', () => {
  for (const zone of ['local', 'utc', 'UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires']) assert.ok(isTimeZone(zone), zone);
  for (const zone of ['', 'Europe/Berln', 'here', 'x'.repeat(1000), '../etc/passwd']) assert.not.ok(isTimeZone(zone), zone);
});

test.run();
