/** The table: aligned in the terminal, as Markdown in the README. */
import { readFileSync, writeFileSync } from 'node:fs';

const COLUMNS = /** @type {const} */ (['path', 'ours', 'peer', 'ratio', 'promise', 'kept']);
const BEGIN = '<!-- bench:begin -->';
const END = '<!-- bench:end -->';

const kept = (/** @type {boolean | null} */ value) => (value === null ? '' : value ? 'yes' : '**no**');

/** Cells of all rows. A row without a path goes on with that of the row above. */
const cellsOf = (/** @type {import('./measure.mjs').Row[]} */ rows) =>
  rows.map((row) => COLUMNS.map((column) => (column === 'kept' ? kept(row.kept) : row[column])));

export function plainTable(/** @type {import('./measure.mjs').Row[]} */ rows) {
  const table = [[...COLUMNS], ...cellsOf(rows).map((cells) => cells.map((cell) => cell.replaceAll('*', '')))];
  const widths = COLUMNS.map((_, column) => Math.max(...table.map((cells) => cells[column].length)));
  return table
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function markdownTable(/** @type {import('./measure.mjs').Row[]} */ rows, /** @type {string} */ machine) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`;
  return [line(COLUMNS), line(COLUMNS.map(() => '---')), ...cellsOf(rows).map(line), '', machine].join('\n');
}

/** Puts text between the markers of a file. Returns why not, if it can't. */
export function writeBetweenMarkers(/** @type {string} */ file, /** @type {string} */ text) {
  let content;
  try {
    content = readFileSync(file, 'utf8');
  } catch {
    return `${file} can't be read`;
  }
  const begin = content.indexOf(BEGIN);
  const end = content.indexOf(END, begin);
  if (begin === -1 || end === -1) return `${file} has no ${BEGIN} … ${END}`;
  writeFileSync(file, `${content.slice(0, begin + BEGIN.length)}\n${text}\n${content.slice(end)}`);
  return undefined;
}
