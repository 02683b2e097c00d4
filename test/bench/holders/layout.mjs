/**
 * The library's own cells: which one a value falls in, and what holds their counts.
 *
 * Users get neither, so no build exports them. They are compiled here as the build does it, from the sources.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'telemetry-bus-cells-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const outfile = join(folder, 'cells.mjs');
await build({
  stdin: {
    contents: "export { Cells } from './cells'; export { cellOfInput, input, LAST_CELL, lowestOf, middleOf } from './hdr';",
    resolveDir: fileURLToPath(new URL('../../../lib/metrics', import.meta.url)),
  },
  bundle: true,
  format: 'esm',
  target: 'es2022',
  platform: 'node',
  outfile,
});

/** @type {typeof import('../../../lib/metrics/hdr') & typeof import('../../../lib/metrics/cells')} */
export const { Cells, cellOfInput, input, LAST_CELL, lowestOf, middleOf } = await import(pathToFileURL(outfile).href);

export const STEPS_PER_MS = 1_000;
export const DAY_MS = 86_400_000;

/**
 * A way to hold one series.
 *
 * @typedef {object} Holder
 * @property {(ms: number) => void} record
 * @property {() => number[]} quantiles - Of `PER_MILLES`, in ms.
 *
 * @typedef {object} Way
 * @property {string} name
 * @property {() => Holder} open
 * @property {'resident'} [counted] - For one whose memory only the system sees. Default: what the engine reports.
 */

export const PER_MILLES = [500, 750, 900, 950, 990, 999];

/** The cell of a duration, as the library finds it. */
export function cellOf(/** @type {number} */ ms) {
  input[0] = ms * STEPS_PER_MS + 0.5;
  return cellOfInput();
}

/**
 * Nearest-rank quantiles in one walk over the cells.
 *
 * @param {number} total
 * @param {(visit: (cell: number, count: number) => void) => void} each
 */
export function quantilesOf(total, each) {
  /** @type {number[]} */
  const found = [];
  let seen = 0;
  each((cell, count) => {
    seen += count;
    while (found.length < PER_MILLES.length && Math.ceil((total * PER_MILLES[found.length]) / 1000) <= seen) {
      found.push(middleOf(cell) / STEPS_PER_MS);
    }
  });
  return found;
}
