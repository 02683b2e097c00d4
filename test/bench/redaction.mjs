/** Scanning texts for secrets, on those that are hard on scanners. The redactor is not public: bundled from the sources. */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { root } from './library.mjs';
import { report, within } from './measure.mjs';

// esbuild is a tool of the library's, not of the benchmarks'.
const { build } = createRequire(resolve(root, 'package.json'))('esbuild');

const MIB = 2 ** 20;
const RUNS = 5;
const MOST_MS = 20;
const MOST_GROWTH = 2.5;

const { outputFiles } = await build({
  stdin: {
    contents: `export { createRedactor } from './lib/log/redaction/redactor'; export { adversarialTexts } from './test/support/secrets';`,
    resolveDir: root,
  },
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
  target: 'es2022',
  logLevel: 'error',
});
/** @type {typeof import('../../lib/log/redaction/redactor') & typeof import('../support/secrets')} */
const { adversarialTexts, createRedactor } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
);

const redactor = createRedactor();
const timed = (/** @type {string} */ text) => {
  const begin = performance.now();
  redactor.text(text);
  return performance.now() - begin;
};
/** As texts come from outside: in one piece, not as a part of another or put together of many. */
const inOnePiece = (/** @type {string} */ text) => JSON.parse(JSON.stringify(text));

/** A text's time and that of its first half: the fastest of some, since what else the machine does is not the redactor's. */
function fastest(/** @type {string} */ text) {
  const first = inOnePiece(text.slice(0, MIB / 2));
  const all = inOnePiece(text);
  const best = { half: Number.POSITIVE_INFINITY, whole: Number.POSITIVE_INFINITY };
  // One that seems to grow too fast gets more turns, in which a busy machine may let go of it; a slow scanner stays slow.
  for (let run = 0; run < RUNS || (run < 6 * RUNS && best.whole > MOST_GROWTH * best.half); run++) {
    best.half = Math.min(best.half, timed(first));
    best.whole = Math.min(best.whole, timed(all));
  }
  return best;
}

// Everything is compiled before anything is timed.
for (const text of adversarialTexts(16_384)) redactor.text(text);
const texts = adversarialTexts(MIB);
const times = texts.map(fastest);

const wholes = times.map(({ whole }) => whole);
const worst = Math.max(...wholes);
const growth = times.map(({ half, whole }) => whole / half);
const steepest = Math.max(...growth);
const named = (/** @type {number} */ index) =>
  `on \`${texts[index].slice(0, 12).replace(/[^ -~]/g, (c) => `U+${c.charCodeAt(0).toString(16)}`)}\`…`;
report(
  [
    within(`redaction, the worst of ${texts.length} hostile texts of 1 MiB`, worst, {
      show: (ms) => `${ms.toFixed(1)} ms`,
      atMost: MOST_MS,
      peer: named(wholes.indexOf(worst)),
    }),
    within('redaction, growth of time from 512 KiB to 1 MiB', steepest, {
      show: (factor) => `${factor.toFixed(2)} ×`,
      atMost: MOST_GROWTH,
      peer: named(growth.indexOf(steepest)),
    }),
  ],
  { heard: false },
);
