import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError, type TelemetryError } from '../../../lib/core/errors';
import { copyTruncate } from '../../../lib/node/file/copy-truncate';
import { ownerHere } from '../../../lib/node/file/lock-owner';
import { type RotateFileOptions, rotateFile } from '../../../lib/node/file/rotate-file';
import { contentOf, freshFamily, freshFolder, idOf, keep, onTmpfs, put, runs, testAsRoot } from './scratch';
import { crashAt, withStepsUntil } from './steps';

const failure = (path: unknown, options: object = {}): Promise<TelemetryError> =>
  rotateFile(path as string, options).then(
    () => assert.unreachable('it did not fail') as never,
    (error: unknown) => (isTelemetryError(error) ? error : assert.unreachable(String(error))) as TelemetryError,
  );

test('a file that is longer than it may be becomes number 1; one that is not is left alone', async () => {
  const family = freshFamily();
  put(family, '', 'x'.repeat(100));
  assert.equal(await rotateFile(family.active, { maxBytes: 100 }), { rotated: false, bytes: 100, reason: 'small' });
  assert.equal(await rotateFile(family.active), { rotated: false, bytes: 100, reason: 'small' });
  assert.equal(await rotateFile(family.active, { maxBytes: 99 }), { rotated: true, path: `${family.active}.1`, bytes: 100 });
  assert.equal(Object.keys(contentOf(family.folder)), ['app.log.1']);
});

test('the default is 10 MiB', async () => {
  const family = freshFamily();
  put(family, '', Buffer.alloc(10 * 1_048_576));
  assert.is((await rotateFile(family.active)).reason, 'small');
  appendFileSync(family.active, '!');
  assert.ok((await rotateFile(family.active)).rotated);
});

test('with 0 whatever is in the file is rotated; an empty file never is', async () => {
  const family = freshFamily();
  put(family, '', 'x');
  assert.ok((await rotateFile(family.active, { maxBytes: 0 })).rotated);
  put(family, '', '');
  assert.not.ok((await rotateFile(family.active, { maxBytes: 0 })).rotated);
});

test('a program that has the file open goes on in the renamed one; nothing is lost', async () => {
  const family = freshFamily();
  const open = openSync(family.active, 'a');
  writeSync(open, 'before\n');
  await rotateFile(family.active, { maxBytes: 0 });
  writeSync(open, 'after\n');
  closeSync(open);
  assert.equal(contentOf(family.folder), { 'app.log.1': 'before\nafter\n' });
});

test('old files go with each call, whether the file is rotated or not', async () => {
  const family = freshFamily();
  put(family, '', 'x'.repeat(500));
  for (const number of [1, 2, 3]) put(family, `.${number}`, 'y'.repeat(500), number * 3_600_000);
  await rotateFile(family.active, { keep: { maxAge: '150m' } });
  assert.equal(Object.keys(contentOf(family.folder)), ['app.log', 'app.log.1', 'app.log.2']);
  await rotateFile(family.active, { keep: { totalBytes: 1_024 } });
  assert.equal(Object.keys(contentOf(family.folder)), ['app.log', 'app.log.1']);
});

test('a dry run changes nothing', async () => {
  const family = freshFamily();
  put(family, '', 'x'.repeat(100));
  put(family, '.1', 'y', 1e9);
  const options = { dryRun: true, keep: { files: 0 }, compress: true, archive: join(family.folder, 'none') };
  assert.equal(await rotateFile(family.active, { ...options, maxBytes: 10 }), { rotated: false, bytes: 100, reason: 'dry-run' });
  assert.equal(await rotateFile(family.active, options), { rotated: false, bytes: 100, reason: 'small' });
  assert.equal(Object.keys(contentOf(family.folder)), ['app.log', 'app.log.1']);
});

test('while somebody else rotates nothing is done', async () => {
  for (const copyTruncate of [false, true]) {
    const family = freshFamily();
    put(family, '', 'x');
    writeFileSync(join(family.folder, '.app.log.lock'), JSON.stringify(ownerHere('0'.repeat(16))));
    assert.equal(await rotateFile(family.active, { maxBytes: 0, copyTruncate }), { rotated: false, bytes: 1, reason: 'busy' });
    assert.is(readdirSync(family.folder).length, 2);
  }
});

test('what exceeds all limits is deleted, or emptied, and says so by having no path', async () => {
  for (const copyTruncate of [false, true]) {
    for (const limit of [{ files: 0 }, { totalBytes: 1_024 }]) {
      const family = freshFamily();
      put(family, '', 'x'.repeat(2_000));
      assert.equal(await rotateFile(family.active, { maxBytes: 1_000, keep: limit, copyTruncate }), { rotated: true, bytes: 2_000 });
      assert.equal(contentOf(family.folder), copyTruncate ? { 'app.log': '' } : {});
    }
  }
});

test('compressing spares the newest file, which may still be written, unless it is a copy', async () => {
  const family = freshFamily();
  for (const text of ['one', 'two']) {
    put(family, '', text);
    await rotateFile(family.active, { maxBytes: 0, compress: true });
  }
  assert.equal(contentOf(family.folder), { 'app.log.1': 'two', 'app.log.2.gz': 'one' });
  put(family, '', 'three');
  assert.equal(await rotateFile(family.active, { maxBytes: 0, compress: true, copyTruncate: true }), {
    rotated: true,
    path: `${family.active}.1.gz`,
    bytes: 5,
  });
  assert.equal(contentOf(family.folder), { 'app.log': '', 'app.log.1.gz': 'three', 'app.log.2.gz': 'two', 'app.log.3.gz': 'one' });
});

testAsRoot('what could not be compressed is told, and stays', () =>
  onTmpfs(1024, async (folder) => {
    const path = join(folder, 'server.log');
    const bytes = randomBytes(300_000);
    writeFileSync(path, 'new');
    writeFileSync(`${path}.1`, bytes);
    writeFileSync(join(folder, 'ballast'), randomBytes(600_000));
    const result = await rotateFile(path, { maxBytes: 0, compress: true });
    assert.equal([result.rotated, result.path], [true, `${path}.1`]);
    assert.match(result.warning!, /^A rotated file could not be compressed, .*server\.log\.2: ENOSPC/);
    assert.equal(readdirSync(folder).sort(), ['ballast', 'server.log.1', 'server.log.2']);
    assert.ok(readFileSync(`${path}.2`).equals(bytes));
  }),
);

test('copying keeps time and permissions, and the program goes on in the same file', async () => {
  const family = freshFamily();
  const open = openSync(family.active, 'a');
  writeSync(open, 'before\n');
  chmodSync(family.active, 0o604);
  const { ino, mtimeMs } = statSync(family.active);
  const result = await rotateFile(family.active, { maxBytes: 0, copyTruncate: true });
  assert.equal(result, { rotated: true, path: `${family.active}.1`, bytes: 7 });
  writeSync(open, 'after\n');
  closeSync(open);
  assert.equal(contentOf(family.folder), { 'app.log': 'after\n', 'app.log.1': 'before\n' });
  assert.is(statSync(family.active).ino, ino);
  const copy = statSync(`${family.active}.1`);
  assert.is(copy.mode & 0o777, 0o604 & ~process.umask());
  assert.ok(Math.abs(copy.mtimeMs - mtimeMs) < 1);
});

test('what is written while it is copied is in the copy, up to the moment of emptying', async () => {
  const family = freshFamily();
  put(family, '', 'first\n');
  let isNamed = false;
  const result = await withStepsUntil(
    {
      before(_, call) {
        // Right before the copy gets its name, and right after.
        if (call === 'renameSync') appendFileSync(family.active, 'before\n');
      },
      after(_, call) {
        if (call === 'renameSync') appendFileSync(family.active, 'after\n');
        isNamed ||= call === 'renameSync';
      },
    },
    () => copyTruncate(family, idOf(family), keep(5), Date.now()),
  );
  assert.ok(isNamed);
  assert.equal(result, { path: `${family.active}.1`, bytes: 19 });
  assert.equal(contentOf(family.folder), { 'app.log': '', 'app.log.1': 'first\nbefore\nafter\n' });
});

test('emptying comes right after the last look: nothing is changed in between', async () => {
  const family = freshFamily();
  put(family, '', 'text');
  const calls: string[] = [];
  await withStepsUntil({ before: (_, call) => calls.push(call) }, () => copyTruncate(family, idOf(family), keep(5), 0));
  assert.ok(calls.indexOf('ftruncateSync') > calls.indexOf('renameSync'));
  assert.equal(calls.slice(calls.indexOf('renameSync')), ['renameSync', 'ftruncateSync', 'unlinkSync']);
});

test('a file that is replaced or gets shorter while it is copied is left alone, and so is what was rotated', async () => {
  for (const change of [
    (path: string) => {
      writeFileSync(path, 's');
    },
    (path: string) => {
      writeFileSync(`${path}.new`, 'another file');
      runs('mv', `${path}.new`, path);
    },
  ]) {
    const family = freshFamily();
    put(family, '', 'a longer text');
    put(family, '.1', 'older');
    let locked = 0;
    const result = await withStepsUntil(
      {
        before(_, call, args) {
          // The lock is taken twice: to make room, and to finish.
          if (call === 'linkSync' && basename(String(args[1])) === '.app.log.lock' && ++locked === 2) change(family.active);
        },
      },
      () => copyTruncate(family, idOf(family), keep(5), 0),
    );
    assert.is(result, undefined);
    assert.equal(Object.keys(contentOf(family.folder)), ['app.log', 'app.log.1']);
    assert.not.equal(readFileSync(family.active, 'utf8'), '');
    assert.is(readFileSync(`${family.active}.1`, 'utf8'), 'older');
  }
});

test('another file than the expected one is not copied', async () => {
  const family = freshFamily();
  put(family, '', 'text');
  assert.is(await copyTruncate(family, { ...idOf(family), ino: 1 }, keep(5), 0), undefined);
  assert.equal(contentOf(family.folder), { 'app.log': 'text' });
});

test('a crash before any step of copying loses nothing', async () => {
  let isOver = false;
  for (let step = 1; !isOver; step++) {
    const family = freshFamily();
    put(family, '', 'text');
    put(family, '.1', 'older');
    const crash = crashAt(step);
    await withStepsUntil(crash, () => copyTruncate(family, idOf(family), keep(5), 0)).catch(() => undefined);
    isOver = !crash.hasCrashed;
    const content = Object.values(contentOf(family.folder));
    assert.ok(content.includes('text') && content.includes('older'), `step ${step}`);
    assert.ok(step < 30);
  }
});

testAsRoot('a full disk while it is copied: the file is as it was', () =>
  onTmpfs(256, async (folder) => {
    const path = join(folder, 'server.log');
    writeFileSync(path, 'x'.repeat(150_000));
    assert.match((await failure(path, { maxBytes: 0, copyTruncate: true })).message, /ENOSPC/);
    assert.equal(readdirSync(folder), ['server.log']);
    assert.is(statSync(path).size, 150_000);
  }),
);

testAsRoot('an archive on another file system takes copies, and no renamed files', () =>
  onTmpfs(256, async (archive) => {
    const family = freshFamily();
    put(family, '', 'x');
    assert.match((await failure(family.active, { maxBytes: 0, archive })).message, /EXDEV/);
    assert.is(readFileSync(family.active, 'utf8'), 'x');
    assert.ok((await rotateFile(family.active, { maxBytes: 0, archive, copyTruncate: true })).rotated);
    assert.equal(contentOf(archive), { 'app.log.1': 'x' });
  }),
);

testAsRoot('a copy belongs to the owner of the file', async () => {
  const family = freshFamily();
  chownSync(put(family, '', 'x'), 12345, 12346);
  await rotateFile(family.active, { maxBytes: 0, copyTruncate: true });
  const { uid, gid } = statSync(`${family.active}.1`);
  assert.equal([uid, gid], [12345, 12346]);
});

test('the archive is made, relative paths are those of the process', async () => {
  const family = freshFamily();
  put(family, '', 'x');
  const archive = join(freshFolder(), 'deep', 'er');
  const relative = `${'../'.repeat(process.cwd().split('/').length)}${family.active.slice(1)}`;
  assert.is((await rotateFile(relative, { maxBytes: 0, archive, dirMode: 0o750 })).path, join(archive, 'app.log.1'));
  assert.is(statSync(archive).mode & 0o777, 0o750 & ~process.umask());
});

const NOT_PLAIN: readonly (readonly [name: string, plant: (path: string, target: string) => void, why: RegExp])[] = [
  ['missing', () => undefined, /ENOENT/],
  ['a folder', (path) => mkdirSync(path), /plain file/],
  ['a link', (path, target) => symlinkSync(target, path), /plain file/],
  ['a pipe', (path) => void runs('mkfifo', path), /plain file/],
  ['one of two names', (path, target) => linkSync(target, path), /2 names/],
];

for (const [name, plant, why] of NOT_PLAIN) {
  test(`a file that is ${name} is refused, and left as it is`, async () => {
    for (const copyTruncate of [false, true]) {
      const folder = freshFolder();
      const [path, target] = [join(folder, 'server.log'), join(folder, 'target')];
      writeFileSync(target, 'precious');
      plant(path, target);
      const before = readdirSync(folder);
      const error = await failure(path, { maxBytes: 0, copyTruncate });
      assert.is(error.code, 'SINK_OPEN_FAILED');
      assert.match(error.message, why);
      assert.ok(error.cause instanceof Error);
      assert.equal(readdirSync(folder), before);
      assert.is(readFileSync(target, 'utf8'), 'precious');
    }
  });
}

test('wrong options are refused by name', async () => {
  const wrong: readonly (readonly [RotateFileOptions | object, string])[] = [
    [{ maxBytes: -1 }, 'rotateFile: maxBytes'],
    [{ maxBytes: '10MB' }, 'rotateFile: maxBytes'],
    [{ keep: { files: -1 } }, 'rotateFile: keep: files'],
    [{ keep: { maxAge: 'x' } }, 'rotateFile: keep: maxAge'],
    [{ fileMode: 0o1777 }, 'rotateFile: fileMode'],
    [{ copytruncate: true }, '"copyTruncate"'],
  ];
  for (const [options, text] of wrong) assert.ok((await failure('none', options)).message.includes(text), text);
  for (const path of ['', undefined, 5]) assert.is((await failure(path)).code, 'OPTION_INVALID');
});

test('the file may be packed without loss', async () => {
  const family = freshFamily();
  const text = 'line of text\n'.repeat(100_000);
  put(family, '', text);
  const { path } = await rotateFile(family.active, { maxBytes: 0, compress: true, copyTruncate: true });
  assert.is(gunzipSync(readFileSync(path!)).toString(), text);
});

test.run();
