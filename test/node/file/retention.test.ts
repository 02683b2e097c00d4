import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError } from '../../../lib/core/errors';
import { excessOf } from '../../../lib/node/file/excess';
import type { Rotated } from '../../../lib/node/file/names';
import type { KeepOptions, RotateOptions } from '../../../lib/node/file/options';
import { keepOptions, rotateOptions } from '../../../lib/node/file/retention';

const DAY = 86_400_000;

test('what stays is ten files, unless something else is said', () => {
  assert.equal(keepOptions('x'), { files: 10, maxAgeMs: undefined, totalBytes: undefined });
  assert.equal(keepOptions('x', { files: 0, maxAge: '30d', totalBytes: 1e9 }), { files: 0, maxAgeMs: 30 * DAY, totalBytes: 1e9 });
  for (const [text, ms] of [
    ['12h', 12 * 3_600_000],
    ['90m', 5_400_000],
    ['10s', 10_000],
    ['1.5d', 1.5 * DAY],
    [5, 5],
    ['36500d', 36_500 * DAY],
  ] as const)
    assert.is(keepOptions('x', { maxAge: text }).maxAgeMs, ms);
});

test('what can not be kept is refused by name', () => {
  const wrong: readonly (readonly [unknown, string, string])[] = [
    [{ files: -1 }, 'OPTION_INVALID', 'x: files'],
    [{ files: 10_001 }, 'OPTION_INVALID', 'x: files'],
    [{ files: 1.5 }, 'OPTION_INVALID', 'x: files'],
    [{ files: '3' }, 'OPTION_INVALID', 'x: files'],
    [{ maxAge: '30' }, 'OPTION_INVALID', 'x: maxAge'],
    [{ maxAge: 0 }, 'OPTION_INVALID', 'x: maxAge'],
    [{ maxAge: '40000d' }, 'OPTION_INVALID', 'at most 36600 days'],
    [{ totalBytes: 1023 }, 'OPTION_INVALID', 'x: totalBytes'],
    [{ totalBytes: Number.POSITIVE_INFINITY }, 'OPTION_INVALID', 'x: totalBytes'],
    [{ file: 3 }, 'OPTION_UNKNOWN', '"files"'],
    ['10', 'OPTION_INVALID', 'x'],
  ];
  for (const [keep, code, text] of wrong)
    assert.throws(
      () => keepOptions('x', keep as KeepOptions),
      (error: unknown) => isTelemetryError(error) && error.code === code && error.message.includes(text),
      JSON.stringify(keep),
    );
});

test('rotation is by size, by the clock, or neither', () => {
  assert.equal(rotateOptions('x'), { maxBytes: undefined, every: undefined, timeZone: 'local' });
  assert.equal(rotateOptions('x', { maxBytes: 1024, every: 'day', timeZone: 'utc' }), { maxBytes: 1024, every: 'day', timeZone: 'utc' });
  const wrong = [
    { maxBytes: 1023 },
    { maxBytes: 1024 ** 4 + 1 },
    { maxBytes: 2000.5 },
    { every: 'week' },
    { timeZone: 'Europe/Berln' },
    { timezone: 'utc' },
  ];
  for (const rotate of wrong) assert.throws(() => rotateOptions('x', rotate as RotateOptions), isTelemetryError, JSON.stringify(rotate));
  rotateOptions('x', { maxBytes: 1024 ** 4, every: 'hour', timeZone: 'Asia/Kolkata' });
});

const rotated = fc
  .array(fc.record({ bytes: fc.nat(1_000), age: fc.nat(100) }), { maxLength: 20 })
  .map((files) =>
    files.map(
      ({ bytes, age }, at): Rotated => ({ path: '', number: at + 1, isCompressed: false, bytes, modifiedMs: 1_000 - age, ino: at, dev: 0 }),
    ),
  );
const optional = (max: number) => fc.option(fc.nat(max), { nil: undefined });

test('what goes is the least that keeps the limits, the oldest first', () => {
  fc.assert(
    fc.property(
      rotated,
      fc.nat(12),
      optional(5_000),
      optional(100),
      fc.nat(1_000),
      fc.nat(1),
      fc.nat(500),
      (files, count, totalBytes, maxAgeMs, bytes, more, temporary) => {
        const listing = { rotated: files, taken: new Set<number>(), temporary: [{ path: '', bytes: temporary, modifiedMs: 0 }] };
        const excess = excessOf(listing, { files: count, totalBytes, maxAgeMs }, { files: more, bytes }, 1_000);
        const stays = files.filter((file) => !excess.includes(file));
        const sum = stays.reduce((all, file) => all + file.bytes, bytes + temporary);
        assert.ok(stays.length === 0 || stays.length + more <= count, 'count');
        assert.ok(stays.length === 0 || sum <= (totalBytes ?? Number.POSITIVE_INFINITY), 'bytes');
        assert.ok(
          stays.every(({ modifiedMs }) => 1_000 - modifiedMs <= (maxAgeMs ?? Number.POSITIVE_INFINITY)),
          'age',
        );
        assert.equal(
          [...excess].sort((a, b) => b.number - a.number),
          excess,
          'order',
        );
        // The last one that went for its number or the bytes was one too many.
        const last = excess.filter(({ modifiedMs }) => 1_000 - modifiedMs <= (maxAgeMs ?? Number.POSITIVE_INFINITY)).at(-1);
        if (last === undefined) return;
        const later = files.filter((file) => file.number <= last.number);
        const laterSum = later.reduce((all, file) => all + file.bytes, bytes + temporary);
        assert.ok(later.length + more > count || laterSum > (totalBytes ?? Number.POSITIVE_INFINITY), 'least');
      },
    ),
    { numRuns: 500 },
  );
});

test('a file of the future is not old', () => {
  const file = { path: '', number: 1, isCompressed: false, bytes: 1, modifiedMs: 5_000, ino: 1, dev: 1 };
  const listing = { rotated: [file], taken: new Set<number>(), temporary: [] };
  assert.equal(excessOf(listing, { files: 5, totalBytes: undefined, maxAgeMs: 100 }, { files: 0, bytes: 0 }, 1_000), []);
});

test.run();
