import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  chownSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCompressor } from '../../../lib/node/file/compress';
import { type CompressJob, compressFile } from '../../../lib/node/file/compress-file';
import { nextOf, type Plan, retryMs } from '../../../lib/node/file/compress-plan';
import type { Family } from '../../../lib/node/file/family';
import { ownerHere } from '../../../lib/node/file/lock-owner';
import { listRotated, type Rotated, readFamily } from '../../../lib/node/file/names';
import { repair, rotateNames } from '../../../lib/node/file/rotate-names';
import { contentOf, deadPid, familyIn, freshFamily, idOf, keep, onTmpfs, put, testAsRoot, until } from './scratch';
import { Crash, crashAt, withStepsUntil } from './steps';

const LINES = 'a line of a log\n'.repeat(20_000);
const names = (family: Family): string[] => readdirSync(family.folder).sort();
const start = (family: Family, more: object = {}) =>
  createCompressor({ family, retention: keep(100), reserveBytes: 0, graceMs: 0, ...more });

/** A job for one file; `between` is called at every pause. */
function jobFor(
  family: Family,
  number: number,
  between: () => unknown = () => undefined,
  retention = keep(100),
  reserveBytes = 0,
): CompressJob {
  const file = listRotated(family).find((rotated) => rotated.number === number && !rotated.isCompressed)!;
  const pause = async (): Promise<boolean> => between() !== false;
  return { family, retention, reserveBytes, file, pause, onTemporary: () => undefined };
}

test('rotated files become compressed ones of the same number and time, the active file does not', async () => {
  const family = { ...freshFamily(), fileMode: 0o640 };
  put(family, '', 'active');
  put(family, '.1', LINES, 10_000);
  put(family, '.2', 'short', 20_000);
  put(family, '.3.gz', gzipSync('already'), 30_000);
  const before = [1, 2].map((number) => statSync(`${family.active}.${number}`).mtimeMs);
  const compressor = start(family);
  compressor.poke();
  await compressor.idle();
  assert.equal(contentOf(family.folder), {
    'app.log': 'active',
    'app.log.1.gz': LINES,
    'app.log.2.gz': 'short',
    'app.log.3.gz': 'already',
  });
  const after = [1, 2].map((number) => statSync(`${family.active}.${number}.gz`));
  for (const [at, { mtimeMs, mode }] of after.entries()) {
    assert.ok(Math.abs(mtimeMs - before[at]!) < 1);
    assert.is(mode & 0o777, 0o640 & ~process.umask());
  }
  await compressor.stop();
});

test('the oldest comes first, one at a time', async () => {
  const family = freshFamily();
  for (const number of [1, 2, 3]) put(family, `.${number}`, LINES);
  const seen = new Set<string>();
  const compressor = start(family);
  const look = (): void => {
    seen.add(
      names(family)
        .filter((name) => name.endsWith('.gz'))
        .join(),
    );
    assert.ok(names(family).filter((name) => name.endsWith('.tmp')).length <= 1);
  };
  await withStepsUntil({ after: look }, () => {
    compressor.poke();
    return compressor.idle();
  });
  assert.equal([...seen], ['', 'app.log.3.gz', 'app.log.2.gz,app.log.3.gz', 'app.log.1.gz,app.log.2.gz,app.log.3.gz']);
});

test('a file is left alone for a while after it was first seen, then compressed', () => {
  const plans = new Map<string, Plan>();
  const rotated = [1, 2].map(
    (number): Rotated => ({ path: '', number, isCompressed: false, bytes: 1, modifiedMs: 0, ino: number, dev: 1 }),
  );
  const listing = { rotated, taken: new Set<number>(), temporary: [] };
  const first = nextOf(listing, plans, 2_000, false);
  assert.is(first?.file, undefined);
  assert.ok(first!.waitMs >= 2_000 && first!.waitMs <= 2_001);
  for (const plan of plans.values()) plan.notBefore -= 2_000;
  assert.is(nextOf(listing, plans, 2_000, false)?.file?.number, 2);
  // A file that moved on to another number is the same file.
  const moved = { ...listing, rotated: rotated.map((file) => ({ ...file, number: file.number + 1 })) };
  assert.is(nextOf(moved, plans, 2_000, false)?.file?.number, 3);
  assert.is(nextOf({ ...listing, rotated: [] }, plans, 0, false), undefined);
  assert.is(plans.size, 0);
});

test('a file that was written since, or got the inode of one that is gone, is left alone anew', () => {
  const family = freshFamily();
  put(family, '.1', 'one', 9_000);
  const listing = readFamily(family);
  for (const change of [{ bytes: 4 }, { modifiedMs: 1 }, { ino: 1 }]) {
    const plans = new Map<string, Plan>();
    nextOf(listing, plans, 2_000, false);
    for (const plan of plans.values()) plan.notBefore = 0;
    const rotated = listing.rotated.map((file) => ({ ...file, ...change }));
    assert.is(nextOf({ ...listing, rotated }, plans, 2_000, false)?.file, undefined);
  }
});

test('a file that is written to after the compressed one has its name stays, and that one goes', async () => {
  const family = freshFamily();
  const path = put(family, '.1', 'first\n');
  const outcome = await withStepsUntil(
    {
      after(_, call) {
        if (call === 'renameSync') appendFileSync(path, 'late\n');
      },
    },
    () => compressFile(jobFor(family, 1)),
  );
  assert.is(outcome, 'left');
  assert.equal(contentOf(family.folder), { 'app.log.1': 'first\nlate\n' });
});

test('the newest file can be spared; a file whose compressed name is in use is', () => {
  const rotated = [1, 2].map(
    (number): Rotated => ({ path: '', number, isCompressed: false, bytes: 1, modifiedMs: 0, ino: number, dev: 1 }),
  );
  const listing = { rotated: rotated.slice(0, 1), taken: new Set<number>(), temporary: [] };
  assert.is(nextOf(listing, new Map(), 0, true), undefined);
  const both = [rotated[0]!, { ...rotated[0]!, isCompressed: true }];
  assert.is(nextOf({ ...listing, rotated: both }, new Map(), 0, false), undefined);
});

test('while another process compresses nothing is begun, and idle does not wait for it', async () => {
  const family = freshFamily();
  put(family, '.1', LINES);
  const other = put(family, '.0123456789abcdef.gz.tmp', 'x', 30_000);
  const compressor = start(family);
  compressor.poke();
  await compressor.idle();
  assert.equal(names(family), ['app.log.0123456789abcdef.gz.tmp', 'app.log.1']);
  const old = Date.now() / 1000 - 400;
  utimesSync(other, old, old);
  compressor.poke();
  await until(() => names(family).join() === 'app.log.1.gz', 'the file is compressed once the other one is gone');
  await compressor.stop();
});

test('a file that is written to meanwhile stays, and the result is thrown away', async () => {
  for (const change of [
    (path: string) => appendFileSync(path, 'more'),
    (path: string) => utimesSync(path, 1, 1),
    (path: string) => writeFileSync(path, 'short'),
  ]) {
    const family = freshFamily();
    const path = put(family, '.1', LINES);
    let isChanged = false;
    const outcome = await compressFile(
      jobFor(family, 1, () => {
        if (!isChanged) change(path);
        isChanged = true;
      }),
    );
    assert.is(outcome, 'left');
    assert.equal(names(family), ['app.log.1']);
  }
});

test('a file that was changed before it began stays', async () => {
  const family = freshFamily();
  put(family, '.1', LINES);
  const late = jobFor(family, 1);
  appendFileSync(`${family.active}.1`, 'more');
  let steps = 0;
  assert.is(await withStepsUntil({ before: () => steps++ }, () => compressFile(late)), 'left');
  assert.is(steps, 0);
  assert.equal(names(family), ['app.log.1']);
});

test('a file whose number changes meanwhile is compressed under the number it has then', async () => {
  const family = freshFamily();
  put(family, '.1', LINES);
  let isMoved = false;
  const outcome = await compressFile(
    jobFor(family, 1, () => {
      if (isMoved) return;
      isMoved = true;
      put(family, '', 'newer');
      rotateNames(family, idOf(family), keep(100), 0, 0);
    }),
  );
  assert.is(outcome, 'compressed');
  assert.equal(contentOf(family.folder), { 'app.log.1': 'newer', 'app.log.2.gz': LINES });
});

test('a file that goes meanwhile, or that is to be left, leaves nothing behind', async () => {
  const family = freshFamily();
  put(family, '.1', LINES);
  assert.is(await compressFile(jobFor(family, 1, () => false)), 'left');
  assert.equal(names(family), ['app.log.1']);
  let isGone = false;
  const outcome = await compressFile(
    jobFor(family, 1, () => {
      if (!isGone) unlinkSync(`${family.active}.1`);
      isGone = true;
    }),
  );
  assert.is(outcome, 'left');
  assert.equal(names(family), []);
});

test('a compressed name that comes into use meanwhile is not written over', async () => {
  const family = freshFamily();
  put(family, '.1', LINES);
  writeFileSync(join(family.folder, 'target'), 'precious');
  let isPlanted = false;
  const outcome = await compressFile(
    jobFor(family, 1, () => {
      if (!isPlanted) symlinkSync('target', `${family.active}.1.gz`);
      isPlanted = true;
    }),
  );
  assert.is(outcome, 'left');
  assert.is(readFileSync(join(family.folder, 'target'), 'utf8'), 'precious');
  assert.equal(names(family), ['app.log.1', 'app.log.1.gz', 'target']);
});

test('a link put in place of the file is not followed', async () => {
  const family = freshFamily();
  put(family, '.1', LINES);
  const job = jobFor(family, 1);
  unlinkSync(job.file.path);
  writeFileSync(join(family.folder, 'target'), LINES);
  symlinkSync('target', job.file.path);
  const error = await compressFile(job).then(
    () => undefined,
    (reason: NodeJS.ErrnoException) => reason,
  );
  assert.is(error?.code, 'ELOOP');
  assert.equal(names(family), ['app.log.1', 'target']);
});

test('the file waits while somebody else rotates, and is compressed afterwards', async () => {
  const family = freshFamily();
  put(family, '.1', 'short');
  const lock = join(family.folder, '.app.log.lock');
  let pauses = 0;
  const job = jobFor(family, 1, () => {
    pauses++;
    if (pauses === 1) writeFileSync(lock, JSON.stringify(ownerHere('0'.repeat(16))));
    if (pauses === 5) unlinkSync(lock);
  });
  assert.is(await compressFile(job), 'compressed');
  assert.is(pauses, 5);
});

test('a crash before any of its steps loses nothing, and is repaired with the next look', async () => {
  const pid = deadPid();
  let isOver = false;
  for (let step = 1; !isOver; step++) {
    const family = freshFamily();
    put(family, '.1', LINES, 5_000);
    put(family, '.2.gz', gzipSync('older'));
    const crash = crashAt(step);
    const failed = await withStepsUntil(crash, () =>
      compressFile(jobFor(family, 1)).then(
        () => undefined,
        (error: unknown) => error,
      ),
    );
    isOver = !crash.hasCrashed;
    assert.ok(isOver || failed instanceof Crash || names(family).includes('app.log.1.gz'), `step ${step}: ${failed}`);
    const lock = join(family.folder, '.app.log.lock');
    if (existsSync(lock)) writeFileSync(lock, JSON.stringify({ ...ownerHere('1'.repeat(16)), pid }));
    for (const name of readdirSync(family.folder)) if (/\.(tmp|new)$/.test(name)) utimesSync(join(family.folder, name), 1, 1);
    repair(family);
    assert.equal(Object.values(contentOf(family.folder)), [LINES, 'older'], `step ${step}`);
    assert.ok(step < 20);
  }
});

test('total bytes hold while files are compressed: older ones go for it, the file itself does not', async () => {
  const family = freshFamily();
  const noise = (): string => randomBytes(150_000).toString('latin1').replaceAll('\n', ' ');
  put(family, '.1', noise());
  put(family, '.2', noise());
  put(family, '.3', noise());
  const total = listRotated(family).reduce((sum, { bytes }) => sum + bytes, 0) + 50_000;
  const held = (): number => readdirSync(family.folder).reduce((sum, name) => sum + statSync(join(family.folder, name)).size, 0);
  let most = 0;
  const check = (): void => {
    most = Math.max(most, held());
  };
  const outcome = await withStepsUntil({ after: check }, () => compressFile(jobFor(family, 2, check, keep(100, total), 10_000)));
  assert.is(outcome, 'compressed');
  assert.ok(most + 10_000 <= total, `${most} of ${total}`);
  assert.equal(names(family), ['app.log.1', 'app.log.2.gz']);
  // There is nothing older that could go.
  put(family, '.3', noise());
  unlinkSync(`${family.active}.2.gz`);
  assert.is(await compressFile(jobFor(family, 3, check, keep(100, held() + 20_000), 10_000)), 'left');
  assert.equal(names(family), ['app.log.1', 'app.log.3']);
});

test('what is not written yet counts for all processes, and the end is the end of the data', async () => {
  const family = freshFamily();
  put(family, '.1', LINES);
  let longest = 0;
  const look = (): void => {
    for (const { bytes } of readFamily(family).temporary) longest = Math.max(longest, bytes);
  };
  const job = jobFor(family, 1, () => true, keep(100, 1_000_000));
  assert.is(await withStepsUntil({ after: look }, () => compressFile(job)), 'compressed');
  assert.is(longest, LINES.length / 8);
  const packed = readFileSync(`${family.active}.1.gz`);
  assert.ok(packed.length < longest);
  assert.is(packed.readUInt32LE(packed.length - 4), LINES.length);
});

testAsRoot('a disk that gets full: the originals stay, nothing else does, it is told once, and tried again', () =>
  onTmpfs(1024, async (folder) => {
    const family = familyIn(folder);
    const texts = [randomBytes(300_000), randomBytes(300_000)];
    for (const [at, text] of texts.entries()) put(family, `.${at + 1}`, text);
    const ballast = join(folder, 'ballast');
    writeFileSync(ballast, randomBytes(350_000));
    const problems: string[] = [];
    const compressor = start(family, { onProblem: (code: string) => problems.push(code) });
    compressor.poke();
    await compressor.idle();
    assert.equal(problems, ['ENOSPC']);
    assert.equal(names(family), ['app.log.1', 'app.log.2', 'ballast']);
    for (const [at, text] of texts.entries()) assert.ok(readFileSync(`${family.active}.${at + 1}`).equals(text));
    rmSync(ballast);
    await until(() => names(family).join() === 'app.log.1.gz,app.log.2.gz', 'they are compressed once there is room');
    for (const [at, text] of texts.entries()) assert.ok(gunzipSync(readFileSync(`${family.active}.${at + 1}.gz`)).equals(text));
    assert.equal(problems, ['ENOSPC']);
    await compressor.stop();
  }),
);

testAsRoot('a file of another user is compressed into one of that user', async () => {
  const family = freshFamily();
  chownSync(put(family, '', ''), 12345, 12345);
  chownSync(put(family, '.1', LINES), 12345, 12345);
  const compressor = start(family);
  compressor.poke();
  await compressor.idle();
  const { uid, gid } = statSync(`${family.active}.1.gz`);
  assert.equal([uid, gid], [12345, 12345]);
});

test('a folder that can not be read is told, and does not end it', async () => {
  const family = freshFamily();
  const problems: string[] = [];
  const compressor = start(
    { ...family, folder: put(family, '', 'x') },
    { onProblem: (_: string, message: string) => problems.push(message) },
  );
  compressor.poke();
  await compressor.idle();
  assert.match(problems.join(), /^Rotated files could not be listed, .*ENOTDIR/);
  await compressor.stop();
});

test('later and later', () => {
  assert.equal([0, 1, 2, 20].map(retryMs), [1_000, 2_000, 4_000, 300_000]);
});

test('stopping in the middle leaves the original alone, and so does abandoning, at once', async () => {
  for (const end of ['stop', 'abandon'] as const) {
    const family = freshFamily();
    put(family, '.1', randomBytes(8_000_000));
    const compressor = start(family);
    compressor.poke();
    await until(() => names(family).length === 2, 'it has begun');
    if (end === 'abandon') {
      compressor.abandon();
      assert.equal(names(family), ['app.log.1']);
    }
    await compressor.stop();
    assert.equal(names(family), ['app.log.1']);
    compressor.poke();
    await compressor.idle();
    assert.equal(names(family), ['app.log.1']);
  }
});

const child = fileURLToPath(new URL('./compressing-child.ts', import.meta.url));
const run = (...args: readonly string[]) =>
  spawn(process.execPath, ['--import', 'tsx', child, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });

test('a process with nothing else to do ends, leaving nothing half done; one that waits ends when all is done', async () => {
  const family = freshFamily();
  put(family, '.1', randomBytes(40_000_000));
  const [code] = await once(run(family.folder, 'go'), 'close');
  assert.is(code, 0);
  assert.equal(names(family), ['app.log.1']);
  put(family, '.1', LINES);
  put(family, '.2', LINES);
  const [waited] = await once(run(family.folder, 'wait'), 'close');
  assert.is(waited, 0);
  assert.equal(names(family), ['app.log.1.gz', 'app.log.2.gz']);
});

test('a process that is killed while it compresses loses nothing; the next one goes on', async () => {
  const family = freshFamily();
  const texts = [1, 2, 3].map((number) => `${number} `.repeat(2_000_000));
  for (const [at, text] of texts.entries()) put(family, `.${at + 1}`, text);
  const killed = run(family.folder, 'wait');
  await until(
    () => names(family).includes('app.log.3.gz') && names(family).some((name) => name.endsWith('.tmp')),
    'it is at the second file',
  );
  killed.kill('SIGKILL');
  await once(killed, 'close');
  for (const name of names(family).filter((each) => each.endsWith('.tmp'))) utimesSync(join(family.folder, name), 1, 1);
  await once(run(family.folder, 'wait'), 'close');
  assert.equal(contentOf(family.folder), { 'app.log.1.gz': texts[0], 'app.log.2.gz': texts[1], 'app.log.3.gz': texts[2] });
});

test.run();
