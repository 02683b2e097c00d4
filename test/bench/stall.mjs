/**
 * Emission while nothing takes the lines: a pipe whose reader never reads, and a disk that does not answer.
 *
 * Each repetition is a process of its own, stalled.mjs, that is killed when it has told its figures: some writers would
 * otherwise wait for ever. Of three repetitions the best counts, since what else the machine does is not the log's.
 *
 * STALL_EVENTS=5000000 node test/bench/run.mjs --only stall
 *
 * @typedef {{ p50: number, p99: number, p999: number, max: number, loop: number, grown: number }} Figures
 *   Times in ns, and bytes of memory that came with the lines.
 */
import { execFileSync, fork } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ns, report, within } from './measure.mjs';

const EVENTS = Number(process.env.STALL_EVENTS ?? 1_000_000);
const REPETITIONS = 3;
/** pino's memory grows with each event: it is given no more than a machine can hold. */
const MOST_GROWING = 1_000_000;
const MIB = 2 ** 20;

const [P50_NS, P999_NS, MAX_NS, LOOP_NS] = [5e3, 250e3, 25e6, 20e6];
const GROWN = 64 * MIB;

const folder = mkdtempSync(join(tmpdir(), 'telemetry-bus-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const fifo = join(folder, 'fifo');
execFileSync('mkfifo', [fifo]);

/** @returns {Promise<Figures>} */
async function once(/** @type {string} */ mode) {
  const events = mode === 'pino' ? Math.min(EVENTS, MOST_GROWING) : EVENTS;
  // Both ends are open, and nobody reads: new for each, since what it holds stays in it.
  const pipe = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  const child = fork(fileURLToPath(new URL('stalled.mjs', import.meta.url)), [mode, String(events), folder], {
    stdio: ['ignore', pipe, 'inherit', 'ipc'],
    // The one thread in which files are written in the background; see stalled.mjs.
    env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
  });
  try {
    return await new Promise((resolve, reject) => {
      child.once('message', (/** @type {Figures & { error?: string }} */ told) =>
        told.error === undefined ? resolve(told) : reject(new Error(told.error)),
      );
      child.once('exit', (code, signal) => reject(new Error(`${mode} ended with ${code ?? signal}`)));
    });
  } finally {
    child.kill('SIGKILL');
    closeSync(pipe);
  }
}

/** The best of each figure. @returns {Promise<Figures>} */
async function best(/** @type {string} */ mode) {
  const all = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition++) all.push(await once(mode));
  const least = (/** @type {'p50' | 'p99' | 'p999' | 'max' | 'loop' | 'grown'} */ figure) => Math.min(...all.map((each) => each[figure]));
  return { p50: least('p50'), p99: least('p99'), p999: least('p999'), max: least('max'), loop: least('loop'), grown: least('grown') };
}

const time = (/** @type {number} */ value) =>
  value < 1e3 ? ns(value) : value < 1e6 ? `${(value / 1e3).toFixed(1)} µs` : `${(value / 1e6).toFixed(1)} ms`;
const mebibytes = (/** @type {number} */ value) => `${(value / MIB).toFixed(0)} MiB`;

/**
 * @param {string} path
 * @param {Figures} ours
 * @param {string} peer
 * @param {Figures} theirs
 */
const rows = (path, ours, peer, theirs) => [
  within(`${path}: emission, median`, ours.p50, { show: time, atMost: P50_NS, peer, theirs: theirs.p50 }),
  within('99 %', ours.p99, { show: time, peer, theirs: theirs.p99 }),
  within('99.9 %', ours.p999, { show: time, atMost: P999_NS, peer, theirs: theirs.p999 }),
  within('the longest', ours.max, { show: time, atMost: MAX_NS, peer, theirs: theirs.max }),
  within('delay of the event loop, 99 %', ours.loop, { show: time, atMost: LOOP_NS, peer, theirs: theirs.loop }),
  within('memory that came with the lines', ours.grown, { show: mebibytes, atMost: GROWN, peer, theirs: theirs.grown }),
];

const EMPTY = 'a handler that does nothing';
const scenarios = {
  /** pino, synchronous, would not come back from its first full pipe. */
  async console() {
    const peer = EVENTS > MOST_GROWING ? `pino async, ${MOST_GROWING.toLocaleString('en')} of them,` : 'pino async';
    return rows(`stalled pipe, ${EVENTS.toLocaleString('en')} events`, await best('console'), peer, await best('pino'));
  },
  /** Every tenth line is a warning, for which lines that wait are dropped. */
  async levels() {
    return rows('stalled pipe, every tenth a warning', await best('levels'), EMPTY, await best('empty'));
  },
  async file() {
    return rows('stalled file, a batch on its way', await best('file'), EMPTY, await best('empty'));
  },
};

report(await scenarios[process.argv[2] ?? 'console'](), { heard: false });
