import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Family } from '../../../lib/node/file/family';
import { fateOf, type LockOwner, ownerHere, parseOwner } from '../../../lib/node/file/lock-owner';
import { sweepLock, withRotationLock } from '../../../lib/node/file/rotation-lock';
import { deadPid, familyIn, freshFamily, onTmpfs, runs, testAsRoot, until } from './scratch';
import { Crash, crashAt, withSteps } from './steps';

const NONCE = 'fedcba9876543210';
const lockOf = (family: Family): string => join(family.folder, '.app.log.lock');
const isFree = (family: Family): boolean => withRotationLock(family, () => true) === true;

/** A lock that somebody left, or holds. */
function leave(family: Family, owner: Partial<LockOwner> | string, ageMs = 0): void {
  writeFileSync(lockOf(family), typeof owner === 'string' ? owner : JSON.stringify({ ...ownerHere(NONCE), ...owner }));
  const time = (Date.now() - ageMs) / 1000;
  utimesSync(lockOf(family), time, time);
}

test('the lock is a file for its owner alone, and gone afterwards, also when the work throws', () => {
  const family = freshFamily();
  const mode = withRotationLock(family, () => statSync(lockOf(family)).mode & 0o777);
  assert.is(mode, 0o600);
  assert.equal(readdirSync(family.folder), []);
  assert.throws(
    () =>
      withRotationLock(family, () => {
        throw new Error('work');
      }),
    /^work$/,
  );
  assert.equal(readdirSync(family.folder), []);
});

test('under the lock it can be taken again', () => {
  const family = freshFamily();
  assert.is(
    withRotationLock(family, () => withRotationLock(family, () => existsSync(lockOf(family)))),
    true,
  );
});

const HELD: readonly (readonly [name: string, owner: Partial<LockOwner> | string, ageMs: number])[] = [
  ['of this process, in another thread or copy of the library', {}, 0],
  ['of this process for minutes', {}, 300_000],
  ['of another process that lives', { pid: process.ppid, started: '' }, 0],
  ['of another host', { place: 'elsewhere' }, 30_000],
  ['of a dead process of another host', { place: 'elsewhere', pid: deadPid() }, 0],
  ['without words', '', 0],
  ['of half a word', '{"place":', 59_000],
  ['of words that are none of ours', '{"place":1,"pid":-1}', 0],
];

for (const [name, owner, age] of HELD) {
  test(`a lock ${name} is held`, () => {
    const family = freshFamily();
    leave(family, owner, age);
    const before = readFileSync(lockOf(family), 'utf8');
    assert.not.ok(isFree(family));
    assert.is(readFileSync(lockOf(family), 'utf8'), before);
    assert.is(readdirSync(family.folder).length, 1);
  });
}

const LEFT: readonly (readonly [name: string, owner: Partial<LockOwner> | string, ageMs: number])[] = [
  ['of a process that is gone', { pid: deadPid() }, 0],
  ['of an earlier process with the same id', { started: '1' }, 0],
  ['of an earlier process with the id of another one', { pid: process.ppid, started: '1' }, 0],
  ['of another host, a minute old', { place: 'elsewhere' }, 61_000],
  ['from before the host was started', { place: ownerHere(NONCE).place.replace(/ \S+ /, ' other ') }, 61_000],
  ['of a process that can not be told from others, a minute old', { started: '' }, 61_000],
  ['of this process, eleven minutes old', {}, 660_000],
  ['without words, a minute old', '', 61_000],
  ['of half a word, a minute old', '{"place":', 61_000],
  ['of a year in the future', { place: 'elsewhere' }, -366 * 86_400_000],
];

for (const [name, owner, age] of LEFT) {
  test(`a lock ${name} was left behind and does not stop rotation`, () => {
    const family = freshFamily();
    leave(family, owner, age);
    assert.ok(isFree(family));
    assert.equal(readdirSync(family.folder), []);
  });
}

test('a process that ended and was not asked how is gone', async () => {
  // The child ends only once its parent is `sleep`, which asks for nobody: the shell might have asked.
  const child = spawn('sh', ['-c', 'exec 3<&0; read line <&3 & echo $!; exec sleep 30'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const owner = { ...ownerHere(NONCE), pid: Number(line.toString()), started: '1' };
  const state = (): string => /\) (\w)/.exec(readFileSync(`/proc/${owner.pid}/stat`, 'latin1'))![1]!;
  await until(() => readFileSync(`/proc/${child.pid}/comm`, 'latin1') === 'sleep\n', 'the parent is one that asks for nobody');
  child.stdin.write('end\n');
  await until(() => state() === 'Z', 'the process has ended');
  const started = readFileSync(`/proc/${owner.pid}/stat`, 'latin1').split(') ')[1]!.split(' ')[19]!;
  assert.is(fateOf({ ...owner, started }), 'gone');
  child.kill('SIGKILL');
  await once(child, 'close');
});

test('threads of one process are one owner', async () => {
  const worker = new Worker(
    "require('node:worker_threads').parentPort.postMessage(require('node:fs').readFileSync('/proc/self/stat', 'latin1'))",
    { eval: true },
  );
  const [stat] = (await once(worker, 'message')) as [string];
  assert.is(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19], ownerHere(NONCE).started);
  await worker.terminate();
});

test('the words of a lock are read with suspicion', () => {
  const owner = ownerHere(NONCE);
  assert.equal(parseOwner(JSON.stringify(owner)), owner);
  for (const wrong of [
    '',
    'null',
    '[]',
    '5',
    JSON.stringify({ ...owner, nonce: '../../x' }),
    JSON.stringify({ ...owner, pid: 0 }),
    JSON.stringify({ ...owner, pid: '1' }),
  ])
    assert.is(parseOwner(wrong), undefined, wrong);
});

for (const [name, plant] of [
  ['a folder', (path: string) => mkdirSync(path)],
  ['a link', (path: string) => symlinkSync('target', path)],
  ['a pipe', (path: string) => runs('mkfifo', path)],
] as const) {
  test(`${name} in place of the lock is an error, and left as it is`, () => {
    const family = freshFamily();
    writeFileSync(join(family.folder, 'target'), 'mine');
    plant(lockOf(family));
    assert.throws(() => isFree(family), /^Error: EEXIST: .*\.app\.log\.lock is not a file$|EEXIST/);
    assert.is(readFileSync(join(family.folder, 'target'), 'utf8'), 'mine');
    assert.is(readdirSync(family.folder).length, 2);
  });
}

test('a lock that can not be made is an error of the system', () => {
  const family = freshFamily();
  assert.throws(
    () => withRotationLock({ ...family, folder: join(family.folder, 'none') }, () => 1),
    (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT',
  );
});

testAsRoot('on a full disk the lock has no words, and works', () =>
  onTmpfs(64, (folder) => {
    const family = familyIn(folder);
    runs('dd', 'if=/dev/zero', `of=${folder}/ballast`, 'bs=4k');
    assert.is(
      withRotationLock(family, () => readFileSync(lockOf(family), 'utf8')),
      '',
    );
    assert.equal(readdirSync(folder), ['ballast']);
  }),
);

/**
 * Plays every moment at which a second stealer may come in while the first one steals: before each of its steps.
 * The second sees what a process of its own would see. It must never get in while the first is inside.
 */
test('two stealers never hold the lock at once, whatever moment the second one comes at', () => {
  for (let moment = 1; moment <= 8; moment++) {
    const family = freshFamily();
    leave(family, { pid: deadPid() });
    let inside = 0;
    let most = 0;
    const work = (): boolean => {
      most = Math.max(most, ++inside);
      const isMine = existsSync(lockOf(family));
      inside--;
      return isMine;
    };
    let second: boolean | undefined;
    const first = withSteps(
      {
        before(step) {
          // The other thread: same process, so that only the file tells it of the first.
          if (step === moment) second = withRotationLock(family, work);
        },
      },
      () => withRotationLock(family, work),
    );
    assert.is(most, 1, `moment ${moment}`);
    assert.not.equal([first, second], [undefined, undefined]);
    assert.equal(readdirSync(family.folder), [], `moment ${moment}`);
  }
});

test('a stealer that comes late does not remove the lock of the one who was first', () => {
  // It saw the stale lock, and before it could claim it another one stole it, and holds it.
  const family = freshFamily();
  leave(family, { pid: deadPid() });
  let late: unknown = 'not run';
  let isOther = true;
  withSteps(
    {
      before(_, call, args) {
        // The claim of the late one is about to be made; just now the other one took the lock over.
        if (!isOther || call !== 'linkSync' || !String(args[1]).endsWith(NONCE)) return;
        isOther = false;
        leave(family, { nonce: '0000000000000001' });
      },
    },
    () => {
      late = withRotationLock(family, () => 'in');
    },
  );
  assert.is(late, undefined);
  assert.is(parseOwner(readFileSync(lockOf(family), 'utf8'))?.nonce, '0000000000000001');
});

test('stealers that died while they stole do not stop rotation', () => {
  const family = freshFamily();
  const dead = { ...ownerHere(NONCE), pid: deadPid() };
  leave(family, dead);
  // Each died holding the claim on the lock or claim of the one before.
  let claimed = NONCE;
  for (let depth = 1; depth <= 5; depth++) {
    const nonce = `${depth}`.padStart(16, 'a');
    writeFileSync(`${lockOf(family)}.${claimed}`, JSON.stringify({ ...dead, nonce }));
    claimed = nonce;
  }
  assert.ok(isFree(family));
  assert.equal(readdirSync(family.folder), []);
});

test('a claim whose holder lives is respected', () => {
  const family = freshFamily();
  leave(family, { pid: deadPid() });
  writeFileSync(`${lockOf(family)}.${NONCE}`, JSON.stringify(ownerHere('00000000000000aa')));
  assert.not.ok(isFree(family));
  assert.is(readdirSync(family.folder).length, 2);
});

test('claims and drafts that nobody removed are swept, other names are not', () => {
  const family = freshFamily();
  const old = (Date.now() - 3_600_000) / 1000;
  for (const name of ['.app.log.lock.1234567890abcdef', '.app.log.lock.mine', '.app.log.lock.1234567890abcdef0']) {
    writeFileSync(join(family.folder, name), '');
    utimesSync(join(family.folder, name), old, old);
  }
  writeFileSync(join(family.folder, '.app.log.lock.fedcba0987654321'), '');
  writeFileSync(join(family.folder, '.app.log.lock.00000000000000aa.new'), JSON.stringify({ ...ownerHere(NONCE), pid: deadPid() }));
  writeFileSync(join(family.folder, '.app.log.lock.00000000000000bb.new'), JSON.stringify(ownerHere(NONCE)));
  withRotationLock(family, () => sweepLock(family));
  assert.equal(readdirSync(family.folder).sort(), [
    '.app.log.lock.00000000000000bb.new',
    '.app.log.lock.1234567890abcdef0',
    '.app.log.lock.fedcba0987654321',
    '.app.log.lock.mine',
  ]);
});

test('a process that is killed before its lock has its name, or right after, stops nobody', () => {
  for (let step = 1; step <= 4; step++) {
    const family = freshFamily();
    const crash = crashAt(step);
    try {
      withSteps(crash, () => withRotationLock(family, () => undefined));
    } catch (error) {
      assert.instance(error, Crash);
    }
    assert.ok(crash.hasCrashed || step > 3);
    // As it would stand there had another process written it.
    for (const name of readdirSync(family.folder)) {
      const path = join(family.folder, name);
      const text = readFileSync(path, 'utf8');
      if (text !== '') writeFileSync(path, JSON.stringify({ ...JSON.parse(text), pid: deadPid() }));
      assert.ok(text !== '' || name !== '.app.log.lock', 'a lock has words');
    }
    assert.ok(isFree(family), `step ${step}`);
  }
});

test('who lost the lock meanwhile does not remove that of somebody else', () => {
  const family = freshFamily();
  withRotationLock(family, () => leave(family, { nonce: '0000000000000001' }));
  assert.ok(existsSync(lockOf(family)));
});

test.run();
