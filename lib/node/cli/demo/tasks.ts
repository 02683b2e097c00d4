/**
 * What the agent is asked to do: every folder of the tree in turn, and in each folder every kind of task. Which symbol
 * a task is about goes round as well. Now and then comes one that goes wrong: the model thinks longer than anybody waits, or
 * the file that is asked for can't be read. Nothing is drawn by lot, so two runs on one tree ask the same questions.
 */
import { dirname } from 'node:path';
import { isCheckable, type Survey } from './tree';

export type TaskKind = 'find-uses' | 'count-exports' | 'check-syntax' | 'think-long' | 'read-notes';

export interface Task {
  /** From 1 on. */
  readonly number: number;
  readonly kind: TaskKind;
  /** Relative to the tree; `''` is the whole tree. */
  readonly folder: string;
  readonly symbol: string;
  /** The task in words, for the model. */
  readonly question: string;
}

/** Of so many tasks, which by their number go wrong. */
const ROUND = 16;
const TROUBLES: Readonly<Record<number, TaskKind>> = { 3: 'think-long', 11: 'read-notes' };

/**
 * Deals out tasks without end.
 *
 * @param survey - Of a tree with at least one source file.
 * @returns A function that gives the next task.
 */
export function createTaskQueue({ files, symbols }: Survey): () => Task {
  const folders = [...new Set(files.map(folderOf))].sort();
  const rounds = folders.flatMap((folder) => kindsFor(folder, files).map((kind) => ({ folder, kind })));
  let [dealt, troubles] = [0, 0];
  return () => {
    const number = ++dealt;
    const trouble = TROUBLES[number % ROUND];
    if (trouble !== undefined) troubles++;
    const turn = number - 1 - troubles;
    const { folder, kind } = trouble === undefined ? rounds[turn % rounds.length]! : { folder: '', kind: trouble };
    const symbol = symbols[(number - 1) % symbols.length]!;
    return { number, kind, folder, symbol, question: questionFor(kind, folder || 'the whole tree', symbol) };
  };
}

/** Whether a file lies in a folder or below it. */
const isBelow = (file: string, folder: string): boolean => {
  const own = folderOf(file);
  return folder === '' || own === folder || own.startsWith(`${folder}/`) || own.startsWith(`${folder}\\`);
};

const folderOf = (file: string): string => (dirname(file) === '.' ? '' : dirname(file));

/** Only a folder with plain JavaScript has something for `node --check`. */
function kindsFor(folder: string, files: readonly string[]): TaskKind[] {
  const hasCheckable = files.some((file) => isCheckable(file) && isBelow(file, folder));
  return hasCheckable ? ['find-uses', 'count-exports', 'check-syntax'] : ['find-uses', 'count-exports'];
}

function questionFor(kind: TaskKind, where: string, symbol: string): string {
  if (kind === 'find-uses') return `Where is ${symbol} used in ${where}?`;
  if (kind === 'count-exports') return `How many names does ${where} export?`;
  if (kind === 'check-syntax') return `Does the JavaScript in ${where} parse?`;
  if (kind === 'read-notes') return 'What do the notes of the last session say?';
  return `How should ${where} be built anew?`;
}
