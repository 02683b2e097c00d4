/** Looks at a log file and those rotated out of it all the time, and prints the most it ever saw. */
import { readdirSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const { path } = JSON.parse(process.argv[2]!) as { path: string };
const name = basename(path);
const folder = dirname(path);
let isOver = false;
let [looks, mostFiles, mostBytes, largest] = [0, 0, 0, 0];

/** Each file once, by its inode: a file that is renamed meanwhile has two names. */
function list(): Map<number, { readonly file: string; readonly size: number }> {
  const found = new Map<number, { file: string; size: number }>();
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    // It is not there yet.
  }
  for (const file of names) {
    if (!file.startsWith(name)) continue;
    const stats = statSync(join(folder, file), { throwIfNoEntry: false });
    if (stats !== undefined) found.set(stats.ino, { file, size: stats.size });
  }
  return found;
}

/** Two looks that find the same files: all of them were there in between, and none of them shrinks. */
function look(): void {
  const [first, second] = [list(), list()];
  if (first.size !== second.size || ![...first].every(([ino, { file }]) => second.get(ino)?.file === file)) return;
  looks++;
  const sizes = [...first.values()].map(({ size }) => size);
  // By number: for a moment a file and its compressed form stand side by side.
  const numbers = [...first.values()].map(({ file }) => /^\.(\d+)(\.gz)?$/.exec(file.slice(name.length))?.[1]);
  mostFiles = Math.max(mostFiles, new Set(numbers.filter((number) => number !== undefined)).size);
  mostBytes = Math.max(
    mostBytes,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  largest = Math.max(largest, ...sizes);
}

function turn(): void {
  for (let time = 0; time < 20; time++) look();
  if (isOver) {
    writeSync(1, `${JSON.stringify({ looks, mostFiles, mostBytes, largest })}\n`);
    process.exit(0);
  }
  setImmediate(turn);
}

process.stdin.on('data', () => (isOver = true));
process.stdin.on('end', () => process.exit(98));
writeSync(1, 'ready\n');
turn();
