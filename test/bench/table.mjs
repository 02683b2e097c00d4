/** Tables: aligned in the terminal, as Markdown in the README. */
import { readFileSync, writeFileSync } from 'node:fs';

/** @typedef {{ columns: readonly string[], cells: readonly string[][] }} Table */

const COLUMNS = /** @type {const} */ (['path', 'ours', 'peer', 'ratio', 'promise', 'kept']);

const kept = (/** @type {boolean | null} */ value) => (value === null ? '' : value ? 'yes' : '**no**');

/** Promises beside their peers. A row without a path goes on with that of the row above. */
export const promiseTable = (/** @type {readonly import('./measure.mjs').Row[]} */ rows) => ({
  columns: COLUMNS,
  cells: rows.map((row) => COLUMNS.map((column) => (column === 'kept' ? kept(row.kept) : row[column]))),
});

/** The same where nothing was promised. */
export function peerTable(/** @type {readonly import('./measure.mjs').Row[]} */ rows) {
  const columns = /** @type {const} */ (['path', 'ours', 'peer', 'ratio']);
  return { columns, cells: rows.map((row) => columns.map((column) => row[column])) };
}

/**
 * A table of rows that say their columns themselves.
 *
 * @param {readonly Record<string, string>[]} rows
 * @returns {Table}
 */
export function tableOf(rows) {
  const columns = Object.keys(rows[0] ?? {});
  return { columns, cells: rows.map((row) => columns.map((column) => row[column])) };
}

export function plainTable(/** @type {Table} */ { columns, cells }) {
  const table = [[...columns], ...cells.map((row) => row.map((cell) => cell.replaceAll('*', '')))];
  const widths = columns.map((_, column) => Math.max(...table.map((row) => row[column].length)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function markdownTable(/** @type {Table} */ { columns, cells }, /** @type {string} */ machine) {
  const line = (/** @type {readonly string[]} */ row) => `| ${row.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...cells.map(line), '', machine].join('\n');
}

/**
 * Puts text between the markers of that name in a file. Returns why not, if it can't.
 *
 * @param {string} file
 * @param {string} name
 * @param {string} text
 */
export function writeBetweenMarkers(file, name, text) {
  const [opening, closing] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  let content;
  try {
    content = readFileSync(file, 'utf8');
  } catch {
    return `${file} can't be read`;
  }
  const begin = content.indexOf(opening);
  const end = content.indexOf(closing, begin);
  if (begin === -1 || end === -1) return `${file} has no ${opening} … ${closing}`;
  writeFileSync(file, `${content.slice(0, begin + opening.length)}\n${text}\n${content.slice(end)}`);
  return undefined;
}
