/**
 * Measuring: what every scenario shares.
 *
 * @typedef {(calls: number, from?: number) => void} Loop Does the thing that many times, as call number `from` and those after.
 * @typedef {{ ns: number, rounds: number[] }} Timing Median ns per call, and those of each round.
 * @typedef {{ path: string, ours: string, peer: string, ratio: string, promise: string, kept: boolean | null }} Row
 *   One line of the table; `kept` is null where nothing was promised.
 */

const ROUNDS = 9;
/** Long enough that a timer interrupt or a scavenge is a small part of it, short enough for the whole run to take minutes. */
const ROUND_MS = 60;

/**
 * Times several loops, taking turns round by round, so that whatever else the machine does hits all alike.
 *
 * @template {string} Name
 * @param {Record<Name, Loop>} loops
 * @returns {Record<Name, Timing>}
 */
export function takeTurns(loops) {
  const names = /** @type {Name[]} */ (Object.keys(loops));
  const calls = Object.fromEntries(names.map((name) => [name, callsFor(loops[name])]));
  const rounds = Object.fromEntries(names.map((name) => [name, /** @type {number[]} */ ([])]));
  for (let round = -2; round < ROUNDS; round++) {
    for (const name of names) {
      const ns = (timeMs(loops[name], calls[name]) * 1e6) / calls[name];
      // The first two rounds are warm-up: by then everything that will be optimised is.
      if (round >= 0) rounds[name].push(ns);
    }
  }
  return /** @type {never} */ (Object.fromEntries(names.map((name) => [name, { ns: median(rounds[name]), rounds: rounds[name] }])));
}

/** How many calls fill a round. Counted up from few, which also lets the compiler see the loop more than once. */
function callsFor(/** @type {Loop} */ loop) {
  let calls = 1_000;
  for (let attempt = 0; attempt < 30; attempt++) {
    const took = timeMs(loop, calls);
    if (took >= ROUND_MS / 4) return Math.ceil((calls * ROUND_MS) / took);
    calls *= 2;
  }
  return calls;
}

function timeMs(/** @type {Loop} */ loop, /** @type {number} */ calls) {
  const begin = performance.now();
  loop(calls);
  return performance.now() - begin;
}

/** The median of the ratios within each round: steadier than the ratio of two medians, since a round's noise hits both. */
export const ratioOf = (/** @type {Timing} */ theirs, /** @type {Timing} */ ours) =>
  median(theirs.rounds.map((ns, round) => ns / ours.rounds[round]));

export function median(/** @type {number[]} */ values) {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Bytes allocated per call. Counted in small steps with a collection before each, so that (with a large enough young
 * generation, see run.mjs) no collection hides what was allocated within a step.
 *
 * @param {Loop} loop
 * @param {number} calls - In total.
 * @param {number} steps
 */
export function bytesPerCall(loop, calls, steps = 20) {
  const each = Math.ceil(calls / steps);
  // Optimise first: unoptimised code boxes doubles.
  for (let warmUp = 0; warmUp < 10; warmUp++) loop(each);
  const bytes = [];
  for (let step = 0; step < steps; step++) {
    collect();
    const before = process.memoryUsage().heapUsed;
    loop(each);
    bytes.push(process.memoryUsage().heapUsed - before);
  }
  // The median: the compiler allocates, too, and does so in a step or two.
  return median(bytes) / each;
}

/** Heap and array buffers in use, after everything unreachable is gone. */
export function bytesInUse() {
  // The memory of array buffers is given back a collection later than their objects.
  for (let pass = 0; pass < 3; pass++) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function collect() {
  if (!globalThis.gc) throw new Error('Run with --expose-gc');
  globalThis.gc();
}

/**
 * Numbers that look random and are the same in every run (Lehmer's generator), spread log-normally like latencies.
 *
 * @param {{ count: number, median: number, sigma: number, seed?: number }} shape
 * @returns {number[]}
 */
export function logNormal({ count, median: centre, sigma, seed = 1 }) {
  let state = seed;
  const uniform = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return Array.from({ length: count }, () => {
    // Box and Muller's way from two uniform numbers to a normal one.
    const normal = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    return centre * Math.exp(sigma * normal);
  });
}

/**
 * Where handlers leave a trace, so that no compiler may leave them out. In a typed array: a variable would become an
 * object on the heap once it outgrows a small integer, and be counted as an allocation of the library.
 */
export const seen = new Int32Array(1);

/** Prints the rows of a scenario for run.mjs. Fails when no handler ran: then nothing was measured. */
export function report(/** @type {Row[]} */ rows, { heard = true } = {}) {
  if (heard && seen[0] === 0) throw new Error('No handler was called');
  process.stdout.write(`${JSON.stringify(rows)}\n`);
}

/**
 * A row that compares times.
 *
 * @param {string} path
 * @param {Timing} ours
 * @param {string} peer
 * @param {Timing | number} theirs - A number is a constant from another machine, in ns.
 * @param {{ promise?: string, atLeast?: number }} [promised] - `atLeast`: how many times as fast.
 * @returns {Row}
 */
export function faster(path, ours, peer, theirs, { promise, atLeast } = {}) {
  const ratio = typeof theirs === 'number' ? theirs / ours.ns : ratioOf(theirs, ours);
  return {
    path,
    ours: ns(ours.ns),
    peer: `${peer} ${ns(typeof theirs === 'number' ? theirs : theirs.ns)}`,
    ratio: times(ratio),
    promise: promise ?? (atLeast ? `${atLeast} ×` : ''),
    kept: atLeast === undefined ? null : ratio >= atLeast,
  };
}

/**
 * A row that holds one figure against a limit.
 *
 * @param {string} path
 * @param {number} value
 * @param {{ show: (value: number) => string, atMost?: number, peer?: string, theirs?: number, promise?: string }} shown
 * @returns {Row}
 */
export function within(path, value, { show, atMost, peer, theirs, promise }) {
  return {
    path,
    ours: show(value),
    peer: peer === undefined ? '' : theirs === undefined ? peer : `${peer} ${show(theirs)}`,
    ratio: theirs === undefined ? '' : times(theirs / value),
    promise: promise ?? (atMost === undefined ? '' : `≤ ${show(atMost)}`),
    kept: atMost === undefined ? null : value <= atMost,
  };
}

export const ns = (/** @type {number} */ value) => `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ns`;
const times = (/** @type {number} */ value) => `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ×`;
