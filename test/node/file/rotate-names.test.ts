import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Family, Retention } from '../../../lib/node/file/family';
import { ownerHere } from '../../../lib/node/file/lock-owner';
import { listRotated } from '../../../lib/node/file/names';
import { applyRetention, type RotatedAway, repair, rotateNames } from '../../../lib/node/file/rotate-names';
import { contentOf, deadPid, familyIn, freshFamily, freshFolder, idOf, keep, onTmpfs, put, runs, testAsRoot } from './scratch';
import { crashBefore, withSteps } from './steps';

const rotate = (family: Family, retention: Retention, reserve = 0, nowMs = Date.now()): RotatedAway | undefined =>
  rotateNames(family, idOf(family), retention, reserve, nowMs);

/** Writes a text and rotates it away. */
function add(family: Family, text: string, retention: Retention, reserve = 0): RotatedAway | undefined {
  put(family, '', text);
  return rotate(family, retention, reserve);
}

test('the file becomes number 1 and every other one the next; what is too many goes', () => {
  const family = freshFamily();
  for (const text of ['a', 'bb', 'ccc', 'dddd'])
    assert.equal(add(family, text, keep(3)), { path: `${family.active}.1`, bytes: text.length });
  assert.equal(contentOf(family.folder), { 'app.log.1': 'dddd', 'app.log.2': 'ccc', 'app.log.3': 'bb' });
});

test('compressed files move with the others, and keep their time', () => {
  const family = freshFamily();
  put(family, '.1.gz', gzipSync('old'), 50_000);
  const before = statSync(`${family.active}.1.gz`).mtimeMs;
  add(family, 'new', keep(3));
  assert.equal(contentOf(family.folder), { 'app.log.1': 'new', 'app.log.2.gz': 'old' });
  assert.is(statSync(`${family.active}.2.gz`).mtimeMs, before);
});

test('a hole ends the move: what is beyond keeps its name', () => {
  const family = freshFamily();
  for (const number of [1, 2, 4, 7]) put(family, `.${number}`, String(number));
  add(family, 'new', keep(10));
  assert.equal(contentOf(family.folder), { 'app.log.1': 'new', 'app.log.2': '1', 'app.log.3': '2', 'app.log.4': '4', 'app.log.7': '7' });
});

test('another file than the expected one is left alone, and so is none', () => {
  const family = freshFamily();
  put(family, '', 'mine');
  const mine = idOf(family);
  renameSync(family.active, `${family.active}.moved`);
  assert.is(rotateNames(family, mine, keep(3), 0, 0), undefined);
  put(family, '', 'of somebody else');
  assert.is(rotateNames(family, mine, keep(3), 0, 0), undefined);
  assert.equal(contentOf(family.folder), { 'app.log': 'of somebody else', 'app.log.moved': 'mine' });
});

test('nothing is done while somebody else is rotating', () => {
  const family = freshFamily();
  put(family, '.1', 'x');
  put(family, '', 'mine');
  writeFileSync(join(family.folder, '.app.log.lock'), JSON.stringify(ownerHere('0'.repeat(16))));
  assert.is(rotate(family, keep(1)), undefined);
  assert.is(applyRetention(family, keep(0), 0, 0), 0);
  assert.equal(readdirSync(family.folder).sort(), ['.app.log.lock', 'app.log', 'app.log.1']);
});

test('with nothing to keep the file is deleted, and all before it', () => {
  const family = freshFamily();
  put(family, '.1', 'x');
  assert.equal(add(family, 'new', keep(0)), { path: family.active, bytes: 3 });
  assert.equal(readdirSync(family.folder), []);
});

test('total bytes count the rotated files, the new one and what is reserved; a file that exceeds them alone is deleted', () => {
  const family = freshFamily();
  for (const text of ['a'.repeat(10), 'b'.repeat(20), 'c'.repeat(30)]) add(family, text, keep(10, 110), 50);
  assert.equal(Object.keys(contentOf(family.folder)), ['app.log.1', 'app.log.2', 'app.log.3']);
  add(family, 'd'.repeat(30), keep(10, 110), 50);
  assert.equal(contentOf(family.folder), { 'app.log.1': 'd'.repeat(30), 'app.log.2': 'c'.repeat(30) });
  assert.equal(add(family, 'e'.repeat(61), keep(10, 110), 50), { path: family.active, bytes: 61 });
  assert.equal(contentOf(family.folder), {});
});

test('retention by age counts from the last line, and goes by the given time', () => {
  const family = freshFamily();
  for (const [number, age] of [
    [1, 1_000],
    [2, 60_000],
    [3, 5_000],
  ] as const)
    put(family, `.${number}`, 'x', age);
  assert.is(applyRetention(family, keep(10, undefined, 30_000), 0, Date.now()), 1);
  assert.equal(Object.keys(contentOf(family.folder)), ['app.log.1', 'app.log.3']);
  assert.is(applyRetention(family, keep(10, undefined, 30_000), 0, Date.now() + 30_000), 2);
});

test('retention deletes the oldest by number, with what the caller counts', () => {
  const family = freshFamily();
  for (const number of [1, 2, 3, 10]) put(family, `.${number}`, 'x'.repeat(10));
  assert.is(applyRetention(family, keep(3), 0, 0), 1);
  assert.is(applyRetention(family, keep(3, 45), 20, 0), 1);
  assert.equal(Object.keys(contentOf(family.folder)), ['app.log.1', 'app.log.2']);
  assert.is(applyRetention({ ...family, folder: join(family.folder, 'none') }, keep(0), 0, 0), 0);
});

test('the archive is made when it is missing, for its owner alone; the file moves there', () => {
  const family = { ...freshFamily(), folder: join(freshFolder(), 'a', 'b') };
  assert.equal(add(family, 'x', keep(3)), { path: join(family.folder, 'app.log.1'), bytes: 1 });
  assert.is(statSync(family.folder).mode & 0o777, 0o700);
  assert.is(statSync(join(family.folder, '..')).mode & 0o777, 0o700);
});

test('a folder that is a link to one is a folder', () => {
  const link = join(freshFolder(), 'link');
  symlinkSync(freshFolder(), link);
  const family = familyIn(link);
  assert.is(add(family, 'x', keep(3))?.path, join(link, 'app.log.1'));
  assert.is(applyRetention(family, keep(0), 0, 0), 1);
});

const FOREIGN: readonly (readonly [name: string, plant: (path: string, elsewhere: string) => void])[] = [
  ['a link', (path, elsewhere) => symlinkSync(elsewhere, path)],
  ['a dangling link', (path) => symlinkSync('nowhere', path)],
  ['a folder', (path) => mkdirSync(path)],
  ['a pipe', (path) => void runs('mkfifo', path)],
  ['a file with a second name', (path, elsewhere) => linkSync(elsewhere, path)],
];

for (const [name, plant] of FOREIGN) {
  for (const suffix of ['.1', '.3', '.3.gz']) {
    test(`${name} at ${suffix} is jumped over, never written over, moved or deleted`, () => {
      const family = freshFamily();
      const elsewhere = join(freshFolder(), 'target');
      writeFileSync(elsewhere, 'precious');
      const path = `${family.active}${suffix}`;
      plant(path, elsewhere);
      const before = lstatSync(path);
      for (let turn = 1; turn <= 9; turn++) {
        add(family, String(turn), keep(5));
        applyRetention(family, keep(5), 0, Date.now());
        const after = lstatSync(path);
        assert.equal([after.ino, after.mode, after.size], [before.ino, before.mode, before.size]);
        assert.is(readFileSync(elsewhere, 'utf8'), 'precious');
      }
      assert.equal(
        listRotated(family).map((file) => readFileSync(file.path, 'utf8')),
        ['9', '8', '7', '6', '5'],
      );
    });
  }
}

test('a name that comes into use while files move is not written over', () => {
  const family = freshFamily();
  for (const number of [1, 2]) put(family, `.${number}`, String(number));
  put(family, '', 'new');
  assert.throws(
    () =>
      withSteps(
        {
          after(_, call) {
            if (call === 'renameSync' && !existsSync(`${family.active}.1`)) writeFileSync(`${family.active}.1`, 'late');
          },
        },
        () => rotate(family, keep(5)),
      ),
    /^EEXIST: there is something at .*\.1 already$/,
  );
  assert.equal(contentOf(family.folder), { 'app.log': 'new', 'app.log.1': 'late', 'app.log.2': '1', 'app.log.3': '2' });
});

test('a name that comes into use between two moves is not written over either', () => {
  const family = freshFamily();
  for (const number of [1, 2]) put(family, `.${number}`, String(number));
  put(family, '', 'new');
  const plant = (): void => {
    if (existsSync(`${family.active}.3`) && !existsSync(`${family.active}.2`)) writeFileSync(`${family.active}.2`, 'late');
  };
  assert.throws(() => withSteps({ after: plant }, () => rotate(family, keep(5))), /^EEXIST: /);
  assert.equal(contentOf(family.folder), { 'app.log': 'new', 'app.log.1': '1', 'app.log.2': 'late', 'app.log.3': '2' });
});

test('a compressed file whose original is still there goes; two files of one number that are not the same stay', () => {
  const family = freshFamily();
  put(family, '.1', 'same', 5_000);
  const { mtimeMs } = statSync(`${family.active}.1`);
  put(family, '.1.gz', gzipSync('same'));
  utimesSync(`${family.active}.1.gz`, mtimeMs / 1000, mtimeMs / 1000);
  put(family, '.2', 'mine', 9_000);
  put(family, '.2.gz', gzipSync('mine'), 1_000);
  put(family, '.3', 'other', 9_000);
  utimesSync(put(family, '.3.gz', gzipSync('longer than the other')), mtimeMs / 1000, mtimeMs / 1000);
  utimesSync(`${family.active}.3`, mtimeMs / 1000, mtimeMs / 1000);
  repair(family);
  assert.equal(Object.keys(contentOf(family.folder)), ['app.log.1', 'app.log.2', 'app.log.2.gz', 'app.log.3', 'app.log.3.gz']);
  add(family, 'new', keep(10));
  assert.equal(contentOf(family.folder), {
    'app.log.1': 'new',
    'app.log.2': 'same',
    'app.log.3': 'mine',
    'app.log.3.gz': 'mine',
    'app.log.4': 'other',
    'app.log.4.gz': 'longer than the other',
  });
});

test('files of a compression that never ended go after some minutes, and count until then', () => {
  const family = freshFamily();
  put(family, '.0123456789abcdef.gz.tmp', 'x'.repeat(50), 60_000);
  put(family, '.0123456789abcdee.gz.tmp', 'x'.repeat(50), 360_000);
  put(family, '.0123456789abcded.tmp', 'x', -360_000);
  put(family, '.1', 'y'.repeat(50));
  repair(family);
  assert.equal(Object.keys(contentOf(family.folder)).length, 2);
  assert.is(applyRetention(family, keep(10, 99), 0, 0), 1);
});

testAsRoot('a folder or file that forbids renaming: the error is told and the file stays', () => {
  for (const isFolder of [false, true]) {
    const family = freshFamily();
    put(family, '.1', 'old');
    put(family, '', 'new');
    const path = isFolder ? family.folder : family.active;
    const before = contentOf(family.folder);
    assert.ok(runs('chattr', '+a', path), 'chattr');
    try {
      for (let turn = 0; turn < 3; turn++)
        assert.throws(
          () => rotate(family, keep(5)),
          (error: unknown) => (error as NodeJS.ErrnoException).code === 'EPERM',
        );
    } finally {
      runs('chattr', '-a', path);
    }
    const after = Object.entries(contentOf(family.folder)).filter(([name]) => !name.startsWith('.app.log.lock'));
    assert.equal(after.map(([, text]) => text).sort(), Object.values(before).sort());
    assert.ok(readdirSync(family.folder).length <= 4, 'nothing piles up');
    assert.ok(existsSync(family.active));
    rotate(family, keep(5));
    assert.is(
      listRotated(family)
        .map((file) => readFileSync(file.path, 'utf8'))
        .join(),
      'new,old',
    );
  }
});

testAsRoot('an archive on another file system is an error, and the file stays', () =>
  onTmpfs(1024, (folder) => {
    const family = { ...freshFamily(), folder };
    put(family, '', 'new');
    for (let turn = 0; turn < 2; turn++)
      assert.throws(
        () => rotate(family, keep(5)),
        (error: unknown) => (error as NodeJS.ErrnoException).code === 'EXDEV',
      );
    assert.is(readFileSync(family.active, 'utf8'), 'new');
    assert.equal(readdirSync(folder), []);
  }),
);

/** A folder of a family, at random: ours, taken numbers, and what is none of ours. */
const world = fc.record({
  rotated: fc.uniqueArray(fc.record({ number: fc.integer({ min: 1, max: 12 }), gz: fc.boolean() }), {
    selector: ({ number, gz }) => `${number}${gz}`,
    maxLength: 10,
  }),
  foreign: fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.boolean(), fc.nat(FOREIGN.length - 1)), {
    selector: ([number]) => number,
    maxLength: 3,
  }),
  others: fc.uniqueArray(
    fc.constantFrom('app.log.bak', 'app.log.01', 'app.log.1.old', 'app.logger.1', '.app.log.1', 'app.log.0', 'xapp.log.2'),
    { maxLength: 4 },
  ),
  actions: fc.array(fc.nat(400), { minLength: 1, maxLength: 6 }),
  files: fc.integer({ min: 0, max: 8 }),
  totalBytes: fc.option(fc.integer({ min: 100, max: 2_000 }), { nil: undefined }),
  reserve: fc.constantFrom(0, 50, 500),
});

type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

/** Makes it. Returns what none may touch, as text to compare. */
function build(family: Family, { rotated, foreign, others }: World): () => string {
  const elsewhere = join(freshFolder(), 'target');
  writeFileSync(elsewhere, 'precious');
  const used = new Set(foreign.map(([number]) => number));
  const theirs = foreign.map(([number, gz, kind]) => {
    const path = `${family.active}.${number}${gz ? '.gz' : ''}`;
    FOREIGN[kind]![1](path, elsewhere);
    return path;
  });
  for (const name of others) {
    writeFileSync(join(family.folder, name), name);
    theirs.push(join(family.folder, name));
  }
  let serial = 0;
  for (const { number, gz } of rotated) {
    if (!used.has(number))
      put(family, `.${number}${gz ? '.gz' : ''}`, gz ? gzipSync(`old ${++serial}`) : `old ${++serial}`.padEnd(100), number * 1_000);
  }
  return () =>
    JSON.stringify(
      [...theirs, elsewhere].map((path) => {
        const { ino, mode, nlink, size } = lstatSync(path);
        return [path, ino, mode, nlink, size];
      }),
    ) + readFileSync(elsewhere, 'utf8');
}

/** Contents in the order of the numbers, the newest first. */
const inOrder = (family: Family): string[] => listRotated(family).map(({ path }) => readFileSync(path, 'latin1'));

/** Whether one list is the other one without its end or with holes, in the same order. */
const isPart = (part: readonly string[], whole: readonly string[]): boolean => {
  let at = -1;
  return part.every((item) => (at = whole.indexOf(item, at + 1)) >= 0);
};

test('in any folder nothing foreign is touched, limits hold after every single step, and the order stays', () => {
  fc.assert(
    fc.property(world, (given) => {
      const family = freshFamily();
      const foreign = build(family, given);
      const before = foreign();
      const retention = keep(given.files, given.totalBytes);
      const { totalBytes = Number.POSITIVE_INFINITY } = given;
      applyRetention(family, retention, given.reserve, Date.now());
      for (const [turn, size] of given.actions.entries()) {
        const order = inOrder(family);
        const text = `new ${turn} `.padEnd(size);
        put(family, '', text);
        let hasRoom = false;
        withSteps(
          {
            after() {
              const rotated = listRotated(family);
              const bytes = rotated.reduce((sum, file) => sum + file.bytes, 0) + (existsSync(family.active) ? text.length : 0);
              assert.ok(rotated.length <= given.files, 'count');
              // What was written here may exceed what was reserved for it; from the first moment that it fits, it does.
              hasRoom ||= bytes + given.reserve <= totalBytes;
              assert.ok(!hasRoom || bytes + given.reserve <= totalBytes, 'bytes');
            },
          },
          () => rotate(family, retention, given.reserve),
        );
        assert.ok(hasRoom || given.reserve > totalBytes, 'room at the end');
        const now = inOrder(family);
        const isKept = given.files > 0 && text.length + given.reserve <= totalBytes;
        if (isKept) assert.is(now[0], text);
        assert.ok(isPart(now, [text, ...order]), 'order');
      }
      assert.is(foreign(), before);
    }),
    { numRuns: 150 },
  );
});

test('a crash before any step loses nothing, keeps the order, and rotating again repairs it', () => {
  fc.assert(
    fc.property(world, fc.integer({ min: 1, max: 14 }), (given, step) => {
      const family = freshFamily();
      const foreign = build(family, given);
      const before = foreign();
      const retention = keep(50);
      put(family, '', 'newest');
      const order = ['newest', ...inOrder(family)];
      crashBefore(step, () => rotate(family, retention));
      // A lock of a process that is gone.
      const lock = join(family.folder, '.app.log.lock');
      if (existsSync(lock)) writeFileSync(lock, JSON.stringify({ ...ownerHere('f'.repeat(16)), pid: GONE }));
      const survivors = [...(existsSync(family.active) ? ['newest'] : []), ...inOrder(family)];
      assert.equal(survivors, order, 'nothing lost, order kept');
      if (!existsSync(family.active)) put(family, '', 'next');
      else order.shift();
      const text = readFileSync(family.active, 'utf8');
      assert.ok(rotate(family, retention) !== undefined);
      assert.equal(inOrder(family), [text, ...order]);
      assert.not.ok(existsSync(lock));
      assert.is(foreign(), before);
    }),
    { numRuns: 200 },
  );
});

const GONE = deadPid();

test.run();
