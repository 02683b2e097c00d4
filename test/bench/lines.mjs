/**
 * What log.mjs logs, and who logs it: ours and its peers, each set up as its manual says is fast, all with the same
 * fields in every line.
 *
 * Loops are written out one by one: closures of one source would share what the compiler learnt about them.
 *
 * @typedef {{ name: string, lines: number, first: string[], last: string, write(line: string): void }} Discard
 * @typedef {{ loop: import('./measure.mjs').Loop, sink: Discard }} Candidate
 */
import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { Writable } from 'node:stream';
import { createTelemetry, defineEvent, defineEvents } from './library.mjs';
import { faster, logNormal, seen, takeTurns } from './measure.mjs';

/** A power of two, so that the next is a mask away; many, so that no cache of a logger's holds all ids. */
const COUNT = 1 << 16;
export const MASK = COUNT - 1;
const spread = logNormal({ count: COUNT, median: 1, sigma: 1, seed: 2 });

/** Latencies in ms, to the microsecond. */
export const DURATIONS = logNormal({ count: COUNT, median: 300, sigma: 1.2 }).map((ms) => Math.round(ms * 1e3) / 1e3);
export const TOKENS = spread.map((value) => Math.ceil(value * 700));
const MODELS = spread.map((value) => ['claude-opus-4', 'gpt-4o-mini', 'llama-3.1-70b'][Math.floor(value * 1000) % 3]);
export const FLAGS = spread.map((value) => value > 1);
/** All different (an odd factor permutes the numbers below 2^32), and short enough that ours shows them whole. */
export const IDS = spread.map((_, index) => (Math.imul(index + 1, 2_654_435_761) >>> 0).toString(36).padStart(8, 'x'));

/** The fields of a line as a peer is given them. */
export const fieldsAt = (/** @type {number} */ at) => ({
  duration_ms: DURATIONS[at],
  tokens: TOKENS[at],
  session_id: IDS[at],
  model: MODELS[at],
  cached: FLAGS[at],
});
/** The same as an event has them. */
export const measuredAt = (/** @type {number} */ at) => ({ duration: DURATIONS[at], tokens: TOKENS[at] });
export const describedAt = (/** @type {number} */ at) => ({ session_id: IDS[at], model: MODELS[at], cached: FLAGS[at] });

/** What every line says about its process. */
const RESOURCE = {
  app: 'shop',
  environment: 'production',
  instance: 'shop-1',
  port: 8080,
  hostname: hostname(),
  pid: process.pid,
  thread: 'main',
};
export const MESSAGE = 'shop.llm.response';
/** What every line of the event says besides. */
export const EVENT = { logger: 'shop.llm', event_name: MESSAGE };

export const events = defineEvents('shop', {
  llm: { response: defineEvent() },
  tool: { stop: defineEvent() },
  session: { start: defineEvent() },
  cache: { evict: defineEvent(), hit: defineEvent() },
});

/** How many lines of a candidate are compared with another's. Whole requests, and rounds of four. */
export const COMPARED = 20;

let putsTogether = true;

/** From now on sinks do nothing but throw lines away. */
export function justDiscard() {
  putsTogether = false;
}

/**
 * Takes lines and throws them away; unless told otherwise, not before they were put together, as every sink that writes
 * must: until then a line is a tree of pieces, and leaving it one flatters whoever makes many small pieces.
 */
export function discard() {
  /** @type {Discard} */
  const sink = {
    name: 'discard',
    lines: 0,
    first: [],
    last: '',
    write(line) {
      if (sink.lines++ < COMPARED) sink.first.push(line);
      sink.last = line;
      seen[0] = (seen[0] + (putsTogether ? Buffer.byteLength(line) : line.length)) | 0;
    },
  };
  return sink;
}

/**
 * Our bus with its log handler attached.
 *
 * @template {import('../../lib/sinks/sink').Sink} [Into=Discard]
 * @param {import('../../lib/log/options').LogOptions} [options]
 * @param {Partial<import('../../lib/log/options').SinkOptions>} [output]
 * @param {Into} [sink]
 */
export function ourLog(options, output, sink = /** @type {never} */ (discard())) {
  const { app, instance, port } = RESOURCE;
  const sinks = [output === undefined ? sink : { sink, ...output }];
  const telemetry = createTelemetry({
    events,
    environment: 'production',
    log: { app, instance, port, level: 'info', format: 'json', schema: 'default', caller: false, sinks, ...options },
  });
  telemetry.attachLogHandler();
  return { telemetry, sink };
}

/**
 * The event that most rows are about.
 *
 * @param {Parameters<typeof ourLog>} options
 * @returns {Candidate}
 */
export function ourEvent(...options) {
  const { telemetry, sink } = ourLog(...options);
  const responded = telemetry.emitter(events.llm.response);
  return {
    sink,
    loop: (calls, from = 0) => {
      for (let call = from; call < from + calls; call++) responded(measuredAt(call & MASK), describedAt(call & MASK));
    },
  };
}

/**
 * pino with our names of fields; all of these it prepares beforehand, and its own ISO time is made the same way.
 *
 * @template {import('pino').DestinationStream} [Into=Discard]
 * @param {import('pino').LoggerOptions} [options]
 * @param {Into} [sink]
 */
export async function pinoLog(options = {}, sink = /** @type {never} */ (discard())) {
  const { pino } = await import('pino');
  const logger = pino(
    {
      base: RESOURCE,
      messageKey: 'message',
      timestamp: () => `,"timestamp":"${new Date(Date.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label.toUpperCase() }) },
      ...options,
    },
    sink,
  );
  return { logger, sink };
}

/**
 * @param {Parameters<typeof pinoLog>} options
 * @returns {Promise<Candidate>}
 */
export async function pinoEvent(...options) {
  const { logger, sink } = await pinoLog(...options);
  const child = logger.child(EVENT);
  return {
    sink,
    loop: (calls, from = 0) => {
      for (let call = from; call < from + calls; call++) child.info(fieldsAt(call & MASK), MESSAGE);
    },
  };
}

/** @returns {Promise<Candidate>} */
export async function winstonEvent() {
  const { default: winston } = await import('winston');
  const sink = discard();
  const stream = new Writable({
    decodeStrings: false,
    write(line, _encoding, done) {
      sink.write(line);
      done();
    },
  });
  return { sink, loop: await winstonLoop(new winston.transports.Stream({ stream })) };
}

/** The event by winston through a transport. @returns {Promise<import('./measure.mjs').Loop>} */
export async function winstonLoop(/** @type {import('winston').transport} */ transport) {
  const { default: winston } = await import('winston');
  const logger = winston.createLogger({
    defaultMeta: { ...RESOURCE, ...EVENT },
    format: winston.format.combine(winston.format.timestamp(), winston.format.json()),
    transports: [transport],
  });
  // Streams begin to flow a moment after they were connected.
  await new Promise(setImmediate);
  return (calls, from = 0) => {
    for (let call = from; call < from + calls; call++) logger.info(MESSAGE, fieldsAt(call & MASK));
  };
}

/**
 * @param {readonly string[]} [secrets] - Fields to redact.
 * @returns {Promise<Candidate>}
 */
export async function logTapeEvent(secrets) {
  const { getJsonLinesFormatter } = await import('@logtape/logtape');
  const { redactByField } = await import('@logtape/redaction');
  const sink = discard();
  const format = getJsonLinesFormatter();
  const write = (/** @type {import('@logtape/logtape').LogRecord} */ record) => sink.write(format(record));
  return { sink, loop: await logTapeLoop(secrets === undefined ? write : redactByField(write, [...secrets])) };
}

/** The event by LogTape into a sink. @returns {Promise<import('./measure.mjs').Loop>} */
export async function logTapeLoop(/** @type {import('@logtape/logtape').Sink} */ sink) {
  const { configureSync, getLogger } = await import('@logtape/logtape');
  configureSync({
    sinks: { sink },
    loggers: [
      { category: 'shop', sinks: ['sink'], lowestLevel: 'info' },
      { category: ['logtape', 'meta'], sinks: [], lowestLevel: 'error' },
    ],
  });
  // The category is the logger's name.
  const logger = getLogger(['shop', 'llm']).with({ event_name: EVENT.event_name, ...RESOURCE });
  return (calls, from = 0) => {
    for (let call = from; call < from + calls; call++) logger.info(MESSAGE, fieldsAt(call & MASK));
  };
}

/** loglevel as applications make it write JSON: the method they give it does all. */
export async function loglevelLog() {
  const { default: loglevel } = await import('loglevel');
  const sink = discard();
  const logger = loglevel.getLogger(EVENT.logger);
  logger.methodFactory = (method, _level, name) => {
    const common = { level: method.toUpperCase(), logger: name, event_name: EVENT.event_name, ...RESOURCE };
    return (/** @type {string} */ message, /** @type {object} */ fields) =>
      sink.write(`${JSON.stringify({ timestamp: new Date().toISOString(), ...common, message, ...fields })}\n`);
  };
  logger.setLevel('info', false);
  return { logger, sink };
}

/** @returns {Promise<Candidate>} */
export async function loglevelEvent() {
  const { logger, sink } = await loglevelLog();
  return {
    sink,
    loop: (calls, from = 0) => {
      for (let call = from; call < from + calls; call++) logger.info(MESSAGE, fieldsAt(call & MASK));
    },
  };
}

/** The fields of a line in one notation: LogTape nests some, and winston has its levels in small letters. */
export function fieldsOf(/** @type {string} */ line) {
  const { '@timestamp': at, properties, ...own } = JSON.parse(line);
  const { timestamp = at, level, ...fields } = { ...own, ...properties };
  assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  return { ...fields, level: level.toUpperCase() };
}

/** Lets nothing be timed that writes other fields than what it is compared with, or nothing, or later. */
function checkSame(/** @type {Candidate} */ ours, /** @type {Candidate} */ peer) {
  for (const { loop, sink } of [ours, peer]) {
    loop(COMPARED);
    loop(100 * COMPARED);
    assert.equal(sink.lines, 101 * COMPARED);
  }
  assert.deepEqual(peer.sink.first.map(fieldsOf), ours.sink.first.map(fieldsOf));
}

/**
 * A row with ours and a peer that write the same.
 *
 * @param {string} path
 * @param {Candidate} ours
 * @param {string} name
 * @param {Candidate} peer
 * @param {{ atLeast?: number }} [promised]
 */
export function compare(path, ours, name, peer, promised) {
  checkSame(ours, peer);
  const times = takeTurns({ ours: ours.loop, peer: peer.loop });
  return faster(path, times.ours, name, times.peer, promised);
}
