/** The lines that programs under test write, and how what is left of them on disk is counted. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as assert from 'uvu/assert';

/** One line, the same every time: what is found torn can be compared with what was meant. */
export function lineOf(writer: number, number: number, length = 100, level = 'info'): string {
  const start = `{"w":${writer},"n":${number},"l":"${level}","p":"`;
  return `${start}${'x'.repeat(Math.max(0, length - start.length - 3))}"}\n`;
}

/** What stands in a file and those rotated out of it, oldest first. */
export interface Family {
  /** Names of the files, oldest first. */
  readonly files: readonly string[];
  /** Names in the folder that do not belong to it. */
  readonly others: readonly string[];
  /** The numbers of each writer, in the order they were found. */
  readonly numbers: ReadonlyMap<number, readonly number[]>;
  /** Lines that are no JSON, and the file each stands in. */
  readonly torn: readonly { readonly file: string; readonly text: string }[];
  /** Records without a number: summaries, errors. */
  readonly records: readonly Readonly<Record<string, unknown>>[];
}

/** The position of a file in its family: 0 for the one that is written; `undefined`: it is none of it. */
function positionOf(file: string, name: string): number | undefined {
  if (file === name) return 0;
  if (!file.startsWith(`${name}.`)) return undefined;
  const [, digits] = /^(\d+)(?:\.gz)?$/.exec(file.slice(name.length + 1)) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** Reads a file and what was rotated out of it, compressed or not; `archive` is where the rotated ones are. */
export function readFamily(path: string, archive: string = dirname(path)): Family {
  const name = basename(path);
  const found: { readonly file: string; readonly path: string; readonly position: number }[] = [];
  const others: string[] = [];
  for (const folder of new Set([dirname(path), archive])) {
    for (const file of readdirSync(folder)) {
      const position = positionOf(file, name);
      if (position === undefined) others.push(file);
      else found.push({ file, path: join(folder, file), position });
    }
  }
  found.sort((one, other) => other.position - one.position);
  const numbers = new Map<number, number[]>();
  const torn: { file: string; text: string }[] = [];
  const records: Record<string, unknown>[] = [];
  for (const { file, path: at } of found) {
    const bytes = readFileSync(at);
    const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    if (text === '') continue;
    const lines = text.split('\n');
    // What follows the last newline is torn, if there is anything.
    if (lines.at(-1) === '') lines.pop();
    else torn.push({ file, text: lines.pop()! });
    for (const line of lines) {
      let record: Record<string, unknown>;
      try {
        record = JSON.parse(line);
      } catch {
        torn.push({ file, text: line });
        continue;
      }
      const { w, n } = record as { w?: number; n?: number };
      if (w === undefined || n === undefined) {
        records.push(record);
        continue;
      }
      const list = numbers.get(w);
      if (list === undefined) numbers.set(w, [n]);
      else list.push(n);
    }
  }
  return { files: found.map(({ file }) => file), others, numbers, torn, records };
}

/** What became of the lines of one writer. */
export interface Fate {
  readonly lost: number;
  readonly duplicate: number;
  /** Lines that stand behind a later one. */
  readonly disordered: number;
  /** Lines found at all. */
  readonly found: number;
  /** The highest number found. */
  readonly last: number;
}

/** Compares what was found of a writer with what it handed over: all numbers from `from` to `upTo`. */
export function fateOf(family: Family, writer: number, upTo: number, from = 1): Fate {
  const numbers = family.numbers.get(writer) ?? [];
  const seen = new Set<number>();
  let [duplicate, disordered, last] = [0, 0, 0];
  for (const number of numbers) {
    if (seen.has(number)) duplicate++;
    else if (number < last) disordered++;
    seen.add(number);
    last = Math.max(last, number);
  }
  let lost = 0;
  for (let number = from; number <= upTo; number++) if (!seen.has(number)) lost++;
  return { lost, duplicate, disordered, found: numbers.length, last };
}

/** Nothing lost, doubled or out of order, and nothing torn. */
export const INTACT = { lost: 0, duplicate: 0, disordered: 0, torn: 0 } as const;

/** Compares with {@link INTACT}. */
export function intact(family: Family, upTo: number, writer = 1, from = 1): typeof INTACT {
  const { lost, duplicate, disordered } = fateOf(family, writer, upTo, from);
  return { lost, duplicate, disordered, torn: family.torn.length } as never;
}

/**
 * What went with a deleted file of a program was counted, to the line. Line 101 was its last before that, and counts unless the
 * program looked at the file once more behind it.
 */
export function assertCounted(family: Family, handed: number, deleted: number): void {
  const { lost, duplicate } = fateOf(family, 1, handed, 102);
  assert.ok(deleted === lost || deleted === lost + 1, `${lost} lines are not there, ${deleted} were counted`);
  assert.equal([duplicate, family.torn], [0, []]);
}
