/**
 * What file.mjs measures: ours and its peers, each with the lines of lines.mjs in a file of its own, each set up as its
 * manual says is fast.
 *
 * @typedef {object} Writer
 * @property {import('./measure.mjs').Loop} loop
 * @property {string} path
 * @property {() => unknown} begin - After the file was emptied, before the clock runs.
 * @property {(bytes: number) => unknown} finish - Resolves when that many bytes are in the file.
 * @property {() => void} [nudge] - For one that holds lines back.
 * @property {() => number} bytes - That are in files.
 * @property {() => string} [read] - Default: the file.
 * @property {() => unknown} end
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { dist } from './library.mjs';
import { COMPARED, fieldsOf, logTapeLoop, MASK, ourEvent, pinoEvent, winstonLoop } from './lines.mjs';
import { median } from './measure.mjs';

/** @type {typeof import('../../lib/node/index')} */
const { fileSink } = await import(pathToFileURL(resolve(dist, 'node/index.js')).href);

const folder = mkdtempSync(join(tmpdir(), 'telemetry-bus-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function newPath() {
  const own = join(folder, String(++files));
  mkdirSync(own);
  return join(own, 'app.log');
}
const sizeOf = (/** @type {string} */ path) => statSync(path).size;

/** Some writers say nothing when they are done. */
async function arrived(/** @type {string} */ path, /** @type {number} */ bytes) {
  while (sizeOf(path) < bytes) await wait(1);
}

/** @typedef {Partial<import('../../lib/node/file/options').FileSinkOptions>} OurOptions */

/**
 * Our file sink with what comes before it.
 *
 * @param {OurOptions} options
 * @param {(write: (line: string, level: import('../../lib/core/level').Level) => void) => import('./measure.mjs').Loop} loopInto
 * @returns {Writer}
 */
function ourWriter(options, loopInto) {
  const path = newPath();
  /** What went into files that were put aside; the text only until it was asked for. */
  const rotated = { bytes: 0, texts: /** @type {string[] | undefined} */ ([]) };
  const open = () =>
    fileSink({
      path,
      onRotate(file) {
        rotated.bytes += file.bytes;
        rotated.texts?.push(readFileSync(file.path, 'utf8'));
      },
      ...options,
    });
  let sink = open();
  return {
    path,
    loop: loopInto((line, level) => sink.write(line, level)),
    async begin() {
      rotated.bytes = 0;
      if (sink.stats().demotions === 0) sink.reopen();
      else {
        // A write took so long that the sink would be a batching one for a while.
        await sink.close();
        sink = open();
      }
    },
    finish: () => sink.flush(),
    bytes: () => rotated.bytes + sizeOf(path),
    read() {
      const { texts = [] } = rotated;
      rotated.texts = undefined;
      return [...texts, readFileSync(path, 'utf8')].join('');
    },
    stats: () => sink.stats(),
    end: () => sink.close(),
  };
}

/** An event through our bus into our file sink. */
export const ourFile = (/** @type {OurOptions} */ options = {}, /** @type {import('../../lib/log/options').LogOptions} */ log = {}) =>
  ourWriter(options, (write) => ourEvent(log, undefined, /** @type {never} */ ({ name: 'file', write })).loop);

/** Our file sink alone, given lines that are there. */
export const ourSink = (/** @type {readonly string[]} */ lines, /** @type {OurOptions} */ options) =>
  ourWriter(options, (write) => (calls, from = 0) => {
    for (let call = from; call < from + calls; call++) write(lines[call], 'info');
  });

/**
 * @param {{ sync: boolean, minLength?: number }} options
 * @param {import('pino').LoggerOptions} [log]
 * @returns {Promise<Writer>}
 */
export async function pinoFile(options, log) {
  const { pino } = await import('pino');
  const path = newPath();
  const destination = pino.destination({ dest: path, ...options });
  await once(destination, 'ready');
  const { loop } = await pinoEvent(log, destination);
  return {
    path,
    loop,
    begin: () => undefined,
    async finish(bytes) {
      while (sizeOf(path) < bytes) {
        // Without `minLength` nothing is held back, and this does nothing. With a callback it would wait for the disk.
        destination.flush();
        await once(destination, 'drain');
      }
    },
    nudge: () => destination.flush(),
    bytes: () => sizeOf(path),
    end: () => destination.end(),
  };
}

/** @returns {Promise<Writer>} */
export async function winstonFile() {
  const { default: winston } = await import('winston');
  const path = newPath();
  const transport = new winston.transports.File({ filename: path });
  await once(transport, 'open');
  return {
    path,
    loop: await winstonLoop(transport),
    begin: () => undefined,
    finish: (bytes) => arrived(path, bytes),
    bytes: () => sizeOf(path),
    end: () => undefined,
  };
}

/**
 * LogTape writes what is left when a sink is disposed of: each round has its own.
 *
 * @param {(file: typeof import('@logtape/file'), path: string, formatter: import('@logtape/logtape').TextFormatter) =>
 *   import('@logtape/logtape').Sink & Partial<Disposable & AsyncDisposable>} open
 * @returns {Promise<Writer>}
 */
export async function logTapeFile(open) {
  const file = await import('@logtape/file');
  const { getJsonLinesFormatter } = await import('@logtape/logtape');
  const path = newPath();
  const formatter = getJsonLinesFormatter();
  let sink = open(file, path, formatter);
  const dispose = () => (sink[Symbol.asyncDispose] ?? sink[Symbol.dispose])?.();
  await dispose();
  return {
    path,
    loop: await logTapeLoop((record) => sink(record)),
    begin() {
      sink = open(file, path, formatter);
    },
    finish: dispose,
    bytes: () => sizeOf(path),
    end: () => undefined,
  };
}

/**
 * What the system takes for the same bytes: line by line, or in pieces.
 *
 * @param {readonly Buffer[]} lines
 * @param {number} [pieceBytes] - Default: each line for itself.
 * @returns {Writer}
 */
export function rawFile(lines, pieceBytes) {
  const path = newPath();
  const fd = openSync(path, 'a');
  let end = 0;
  const ends = lines.map((line) => (end += line.length));
  const all = Buffer.concat(lines);
  /** @type {import('./measure.mjs').Loop} */
  const byLine = (calls, from = 0) => {
    for (let call = from; call < from + calls; call++) writeSync(fd, lines[call]);
  };
  /** @type {import('./measure.mjs').Loop} */
  const byPiece = (calls, from = 0) => {
    const to = ends[from + calls - 1];
    for (let at = from === 0 ? 0 : ends[from - 1]; at < to; ) at += writeSync(fd, all, at, Math.min(pieceBytes ?? 0, to - at));
  };
  return {
    path,
    loop: pieceBytes === undefined ? byLine : byPiece,
    begin: () => undefined,
    finish: () => undefined,
    bytes: () => sizeOf(path),
    end: () => closeSync(fd),
  };
}

/** Lines per turn of the event loop, as a server with many requests at a time has them. */
const PER_TURN = 1_000;
const turn = () => new Promise((done) => setImmediate(done));

const ROUNDS = 15;
/** A file that has not grown for so long is not going to. */
const SETTLED_MS = 200;
/** A writer that loses lines would be waited for without end. */
const LONGEST_MS = 30_000;

async function empty(/** @type {Writer} */ writer) {
  truncateSync(writer.path);
  await writer.begin();
}

async function write(/** @type {Writer} */ writer, /** @type {number} */ lines) {
  for (let from = 0; from < lines; from += PER_TURN) {
    writer.loop(Math.min(PER_TURN, lines - from), from);
    await turn();
  }
}

/** Milliseconds until all lines are in the file. */
async function timeMs(/** @type {Writer} */ writer, /** @type {number} */ lines, /** @type {number} */ bytes) {
  await empty(writer);
  const began = performance.now();
  await write(writer, lines);
  await writer.finish(bytes);
  const took = performance.now() - began;
  assert.equal(writer.bytes(), bytes, `${writer.path} has not all lines: ${JSON.stringify(writer.stats?.())}`);
  return took;
}

/** A round that is not timed, to see what its lines are. */
async function linesOf(/** @type {Writer} */ writer, /** @type {number} */ count) {
  await empty(writer);
  await write(writer, count);
  for (let before = -1; before < sizeOf(writer.path); await wait(SETTLED_MS)) {
    before = sizeOf(writer.path);
    writer.nudge?.();
  }
  await writer.finish(sizeOf(writer.path));
  const lines = (writer.read?.() ?? readFileSync(writer.path, 'utf8')).split(/(?<=\n)/);
  assert.equal(lines.length, count, `${writer.path} has not all lines: ${JSON.stringify(writer.stats?.())}`);
  return lines;
}

/** The lines of a round of ours, for whoever writes lines that are there. */
export async function preparedLines(/** @type {number} */ count) {
  const writer = ourFile();
  const lines = await linesOf(writer, count);
  await writer.end();
  return lines;
}

const bytesOf = (/** @type {readonly string[]} */ lines) => lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);

/**
 * Times two writers, taking turns round by round, from an empty file to the last line in it. Nothing is timed that writes
 * other fields than what it is compared with.
 *
 * @param {Writer} ours
 * @param {Writer} peer
 * @param {number} count - Lines per round.
 */
export async function race(ours, peer, count) {
  assert.ok(count <= MASK);
  const watchdog = setTimeout(() => {
    throw new Error('A writer does not end');
  }, LONGEST_MS);
  const bytes = { ours: 0, peer: 0 };
  /** @type {string[][]} */
  const compared = [];
  for (const [name, writer] of /** @type {const} */ ([
    ['ours', ours],
    ['peer', peer],
  ])) {
    const lines = await linesOf(writer, count);
    bytes[name] = bytesOf(lines);
    compared.push([...lines.slice(0, COMPARED), ...lines.slice(-COMPARED)]);
  }
  assert.deepEqual(compared[1].map(fieldsOf), compared[0].map(fieldsOf));
  /** @type {Record<'ours' | 'peer', number[]>} */
  const rounds = { ours: [], peer: [] };
  for (let round = -2; round < ROUNDS; round++) {
    for (const [name, writer] of /** @type {const} */ ([
      ['ours', ours],
      ['peer', peer],
    ])) {
      watchdog.refresh();
      const ns = ((await timeMs(writer, count, bytes[name])) * 1e6) / count;
      if (round >= 0) rounds[name].push(ns);
    }
  }
  clearTimeout(watchdog);
  await ours.end();
  await peer.end();
  return { ours: { ns: median(rounds.ours), rounds: rounds.ours }, peer: { ns: median(rounds.peer), rounds: rounds.peer } };
}
