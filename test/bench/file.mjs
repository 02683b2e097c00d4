/**
 * Lines into a real file, timed until the last of them is in it; each comparison in a process of its own.
 *
 * Nobody waits for the disk itself unless said: what the system has taken outlives the process, for all alike.
 */
import { faster, report } from './measure.mjs';
import { logTapeFile, ourFile, ourSink, pinoFile, preparedLines, race, rawFile, winstonFile } from './writers.mjs';

/** Lines per round: fewer than our queue holds, so that a disk with other work loses none of ours either; see `stall.mjs`. */
const BATCHED = 20_000;
const SYNC = 20_000;
const TO_DISK = 200;

const PIECE_BYTES = 65_536;
const LINE_PATHS = ['password', 'token', 'secret', 'authorization', 'api_key'];
/** As in log.mjs. */
const PATHS = [...LINE_PATHS, 'user.password', 'headers.authorization', 'headers.cookie', '*.password', '*.token'];
const REDACTING = { redact: { paths: PATHS, censor: '***' } };
const KEYS = { redact: { values: false } };

/** Raw writes line by line may take this part of our time. */
const NEAR_RAW = { promise: 'within 1.35 × of its time', atLeast: 1 / 1.35 };

const ROTATE = { rotate: { maxBytes: 1_048_576 } };

/** Adds how many lines that is in a second. */
function perSecond(/** @type {string} */ text, /** @type {number} */ ns) {
  const thousands = 1e6 / ns;
  return `${text}, ${thousands < 10 ? thousands.toFixed(1) : Math.round(thousands).toLocaleString('en')} k/s`;
}

/**
 * @param {string} path
 * @param {import('./writers.mjs').Writer} ours
 * @param {string} name
 * @param {import('./writers.mjs').Writer} peer
 * @param {number} lines
 * @param {Parameters<typeof faster>[4]} [promised]
 */
async function compare(path, ours, name, peer, lines, promised) {
  const times = await race(ours, peer, lines);
  const row = faster(path, times.ours, name, times.peer, promised);
  report([{ ...row, ours: perSecond(row.ours, times.ours.ns), peer: perSecond(row.peer, times.peer.ns) }], { heard: false });
}

const buffers = (/** @type {readonly string[]} */ lines) => lines.map((line) => Buffer.from(line));

const scenarios = {
  async keys() {
    const pino = await pinoFile({ sync: false });
    await compare('file, batched: keys redacted', ourFile({}, KEYS), 'pino async, nothing redacted', pino, BATCHED, { atLeast: 4 });
  },
  async 'keys-held'() {
    const pino = await pinoFile({ sync: false, minLength: 4096 });
    await compare('', ourFile({}, KEYS), 'pino async, `minLength` 4096', pino, BATCHED);
  },
  async values() {
    const pino = await pinoFile({ sync: false }, REDACTING);
    await compare('file, batched: values scanned, too', ourFile(), 'pino async, 10 paths redacted', pino, BATCHED, { atLeast: 3 });
  },
  async winston() {
    await compare('', ourFile(), 'winston, File', await winstonFile(), BATCHED);
  },
  async logtape() {
    // Its other file sink waits for the disk.
    const stream = await logTapeFile(({ getStreamFileSink }, path, formatter) =>
      getStreamFileSink(path, { formatter, highWaterMark: PIECE_BYTES }),
    );
    await compare('', ourFile(), 'LogTape, getStreamFileSink', stream, BATCHED);
  },
  async 'logtape-disk'() {
    const file = await logTapeFile(({ getFileSink }, path, formatter) => getFileSink(path, { formatter, bufferSize: PIECE_BYTES }));
    await compare('the same, each batch on the disk: `fsync`', ourFile({ fsync: true }), 'LogTape, non-blocking, 64 KiB', file, BATCHED);
  },
  async pieces() {
    const lines = await preparedLines(BATCHED);
    await compare(
      'file, batched: values scanned, too',
      ourFile(),
      'raw `writeSync` of 64 KiB',
      rawFile(buffers(lines), PIECE_BYTES),
      BATCHED,
    );
  },
  async 'pieces-sink'() {
    const lines = await preparedLines(BATCHED);
    await compare(
      'the sink alone, lines prepared',
      ourSink(lines, {}),
      'raw `writeSync` of 64 KiB',
      rawFile(buffers(lines), PIECE_BYTES),
      BATCHED,
    );
  },
  async rotated() {
    await compare('file, batched, rotated at 1 MiB', ourFile(ROTATE), 'without rotation', ourFile(), BATCHED);
  },

  async sync() {
    const pino = await pinoFile({ sync: true });
    await compare('file, synchronous: keys redacted', ourFile({ sync: true }, KEYS), 'pino sync, nothing redacted', pino, SYNC, {
      atLeast: 1,
    });
  },
  async 'sync-values'() {
    const pino = await pinoFile({ sync: true }, REDACTING);
    const ours = ourFile({ sync: true });
    await compare('file, synchronous: values scanned, too', ours, 'pino sync, 10 paths redacted', pino, SYNC, { atLeast: 1 });
  },
  async 'sync-raw'() {
    const raw = rawFile(buffers(await preparedLines(SYNC)));
    await compare('', ourFile({ sync: true }), 'raw `writeSync`, line by line', raw, SYNC, NEAR_RAW);
  },
  async 'sync-raw-sink'() {
    const lines = await preparedLines(SYNC);
    const raw = rawFile(buffers(lines));
    await compare('the sink alone, lines prepared', ourSink(lines, { sync: true }), 'raw `writeSync`, line by line', raw, SYNC, NEAR_RAW);
  },
  async 'sync-disk'() {
    const file = await logTapeFile(({ getFileSink }, path, formatter) => getFileSink(path, { formatter, bufferSize: 0 }));
    await compare('file, each line on the disk: `fsync`', ourFile({ sync: true, fsync: true }), 'LogTape, `bufferSize` 0', file, TO_DISK);
  },
  async 'sync-rotated'() {
    await compare(
      'file, synchronous, rotated at 1 MiB',
      ourFile({ sync: true, ...ROTATE }),
      'without rotation',
      ourFile({ sync: true }),
      SYNC,
    );
  },
};

await scenarios[process.argv[2] ?? 'keys']();
