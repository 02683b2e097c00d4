/** Rotation by several processes at once, and by processes that are killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { listRotated } from '../../../lib/node/file/names';
import { rotateNames } from '../../../lib/node/file/rotate-names';
import { familyIn, freshFamily, idOf, keep } from './scratch';

const child = fileURLToPath(new URL('./rotating-child.ts', import.meta.url));
const run = (...args: readonly (string | number)[]) =>
  spawn(process.execPath, ['--import', 'tsx', child, ...args.map(String)], { stdio: ['ignore', 'pipe', 'inherit'] });

/** Every line of the family, the active file included. */
function linesOf(folder: string): string[] {
  const family = familyIn(folder);
  const files = [...listRotated(family).map(({ path }) => path), ...(existsSync(family.active) ? [family.active] : [])];
  return files.flatMap((path) => readFileSync(path, 'utf8').split('\n').slice(0, -1));
}

test('processes that rotate one file at once lose no line and write over none', async () => {
  const { folder } = freshFamily();
  const turns = 400;
  const children = ['a', 'b', 'c'].map((id) => run(folder, id, turns, 10_000));
  const rotations = children.map(async ({ stdout }) => {
    let text = '';
    for await (const part of stdout) text += part;
    return Number(/rotations (\d+)/.exec(text)?.[1]);
  });
  const counts = await Promise.all(rotations);
  const expected = ['a', 'b', 'c'].flatMap((id) => Array.from({ length: turns * 3 }, (_, at) => `${id} ${Math.floor(at / 3)} ${at % 3}`));
  assert.equal(linesOf(folder).sort(), expected.sort());
  const numbers = listRotated(familyIn(folder)).map(({ number }) => number);
  assert.is(
    numbers.length,
    counts.reduce((sum, count) => sum + count, 0),
  );
  assert.equal(
    numbers,
    Array.from(numbers, (_, at) => at + 1),
    'no hole',
  );
});

test('however many processes rotate, there are never more files than are to be kept', async () => {
  const { folder } = freshFamily();
  const children = ['a', 'b'].map((id) => run(folder, id, 1_500, 4));
  let most = 0;
  let isOver = false;
  const over = Promise.all(children.map((each) => once(each.stdout.resume(), 'close'))).then(() => {
    isOver = true;
  });
  while (!isOver) {
    // Under rotation a file may be listed under two names, one after the other: only what is there at both looks counts.
    const first = new Set(listRotated(familyIn(folder)).map(({ ino }) => ino));
    most = Math.max(most, first.size);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await over;
  assert.ok(most <= 4 && most > 0, `${most}`);
  assert.is(listRotated(familyIn(folder)).length, 4);
});

test('a process that is killed at a random moment loses no line, and does not stop the next one', async () => {
  const seed = Math.floor(Math.random() * 1e9);
  let random = seed;
  const next = (): number => (random = (random * 48_271) % 2_147_483_647) / 2_147_483_647;
  const family = freshFamily();
  for (let round = 0; round < 8; round++) {
    const killed = run(family.folder, `r${round}`, 100_000, 10_000);
    await once(killed.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, next() * 60));
    killed.kill('SIGKILL');
    await once(killed, 'close');
  }
  const lines = linesOf(family.folder);
  for (let round = 0; round < 8; round++) {
    const own = lines.filter((line) => line.startsWith(`r${round} `));
    const expected = Array.from(own, (_, at) => `r${round} ${Math.floor(at / 3)} ${at % 3}`);
    assert.equal(own.sort(), expected.sort(), `round ${round}, seed ${seed}`);
  }
  if (existsSync(family.active)) assert.ok(rotateNames(family, idOf(family), keep(10_000), 0, Date.now()), `seed ${seed}`);
  assert.equal(linesOf(family.folder).sort(), lines.sort());
  const numbers = listRotated(family).map(({ number }) => number);
  assert.ok(numbers.at(-1)! <= numbers.length + 8, 'at most a hole for each kill');
});

test.run();
