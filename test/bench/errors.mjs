/**
 * What it costs to report an error, to wrap a function, and to live through a storm.
 *
 * Sentry's Node SDK is given a transport that throws everything away, and its events are waited for: it prepares them after
 * its call returns. So both columns are everything that is done for one error, from its making to what would be sent or
 * written.
 */
import assert from 'node:assert/strict';
import { dist } from './library.mjs';
import { ourLog } from './lines.mjs';
import { faster, median, ns, report, seen, takeTurns, within } from './measure.mjs';

/** @type {typeof import('../../lib/entries/errors')} */
const { createErrors } = await import(`${dist}/errors/index.js`);

const DEPTH = 12;
/** Fewer than Sentry's transport holds at a time. */
const BATCH = 40;
const ROUNDS = 15;
const BATCHES_A_ROUND = 25;

function failure(/** @type {number} */ depth, /** @type {number} */ call) {
  return depth === 0 ? new Error(`connect ECONNREFUSED 10.0.0.${call & 255}:5432`) : failure(depth - 1, call);
}

/**
 * Times batches, each waited for, the candidates taking turns.
 *
 * @template {string} Name
 * @param {Record<Name, (calls: number) => Promise<void> | void>} candidates
 * @returns {Promise<Record<Name, import('./measure.mjs').Timing>>}
 */
async function takeTurnsWaiting(candidates) {
  const names = /** @type {Name[]} */ (Object.keys(candidates));
  const rounds = Object.fromEntries(names.map((name) => [name, /** @type {number[]} */ ([])]));
  for (let round = -3; round < ROUNDS; round++) {
    for (const name of names) {
      const begin = performance.now();
      for (let batch = 0; batch < BATCHES_A_ROUND; batch++) await candidates[name](BATCH);
      if (round >= 0) rounds[name].push(((performance.now() - begin) * 1e6) / (BATCH * BATCHES_A_ROUND));
    }
  }
  return /** @type {never} */ (Object.fromEntries(names.map((name) => [name, { ns: median(rounds[name]), rounds: rounds[name] }])));
}

/** Sentry, and what waits until it has handed over everything. */
async function sentry() {
  const Sentry = await import('@sentry/node');
  let sent = 0;
  Sentry.init({
    dsn: 'https://key@127.0.0.1/1',
    transport: () => ({
      send: async () => {
        sent++;
        return {};
      },
      flush: async () => true,
    }),
  });
  return async (/** @type {number} */ calls) => {
    const until = sent + calls;
    for (let call = 0; call < calls; call++) Sentry.captureException(failure(DEPTH, call), { extra: { session_id: `s-${call}` } });
    for (let turn = 0; sent < until; turn++) {
      if (turn > 10_000) throw new Error(`Sentry sent ${sent} of ${until}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
}

const scenarios = {
  async capture() {
    const { telemetry, sink } = ourLog();
    telemetry.configureErrors({ storm: false });
    const errors = createErrors(telemetry);
    const times = await takeTurnsWaiting({
      ours: (calls) => {
        for (let call = 0; call < calls; call++) errors.report(failure(DEPTH, call), { fields: { session_id: `s-${call}` } });
      },
      making: (calls) => {
        for (let call = 0; call < calls; call++) seen[0] = (seen[0] + failure(DEPTH, call).message.length) | 0;
      },
      stack: (calls) => {
        for (let call = 0; call < calls; call++) seen[0] = (seen[0] + (failure(DEPTH, call).stack?.length ?? 0)) | 0;
      },
      sentry: await sentry(),
    });
    const record = JSON.parse(sink.first[0]);
    assert.equal(record.exception.traceback.length, 10);
    assert.match(record.fingerprint, /^[0-9a-f]{12}$/);
    assert.equal(telemetry.getErrors().length, 1);
    report([
      faster('report of a new error, stack of 10: fingerprint, count, JSON line', times.ours, 'Sentry 11, null transport', times.sentry),
      faster('', times.ours, '`new Error` alone', times.making),
      faster('', times.ours, '`new Error` and its stack', times.stack),
    ]);
    process.exit(0);
  },

  wrappers() {
    const { telemetry } = ourLog();
    const { handleErrors, logCalls, timed, capture } = createErrors(telemetry);
    /** Nothing that a compiler could leave out. */
    const empty = (/** @type {number} */ value) => {
      seen[0] = value;
      return value;
    };
    const handled = handleErrors(empty, { fallback: 0 });
    const logged = logCalls(empty, { level: 'debug' });
    const times = takeTurns({
      bare: (calls) => {
        for (let call = 0; call < calls; call++) empty(call);
      },
      handled: (calls) => {
        for (let call = 0; call < calls; call++) handled(call);
      },
      logged: (calls) => {
        for (let call = 0; call < calls; call++) logged(call);
      },
      captured: (calls) => {
        for (let call = 0; call < calls; call++) capture({ component: 'bench' }, () => empty(call));
      },
    });
    // One after the other: it writes lines, and what it leaves on the heap is not the others'.
    const timedEmpty = timed(empty, { name: 'empty' });
    const written = takeTurns({
      timed: (calls) => {
        for (let call = 0; call < calls; call++) timedEmpty(call);
      },
    });
    report([
      faster('empty function in `handleErrors`', times.handled, 'bare', times.bare),
      faster('in `logCalls` below its level', times.logged, 'bare', times.bare),
      faster('in `capture`, a scope each', times.captured, 'bare', times.bare),
      within('in `timed`, its line written', written.timed.ns, { show: ns }),
    ]);
  },

  storm() {
    const { telemetry, sink } = ourLog();
    const errors = createErrors(telemetry);
    const log = ourLog();
    const plain = log.telemetry.logger('bot');
    const times = takeTurns({
      collapsed: (calls) => {
        for (let call = 0; call < calls; call++) errors.report(failure(DEPTH, call));
      },
      written: (calls) => {
        for (let call = 0; call < calls; call++) plain.error(failure(DEPTH, call));
      },
      stack: (calls) => {
        for (let call = 0; call < calls; call++) seen[0] = (seen[0] + (failure(DEPTH, call).stack?.length ?? 0)) | 0;
      },
    });
    const [group] = telemetry.getErrors();
    // Ten in ten seconds, and the summaries.
    assert.ok(sink.lines < 100 && group.total > 1000, `${sink.lines} lines for ${group.total}`);
    report([
      faster('one error of a storm: counted, not written', times.collapsed, 'the same written with `log.error`', times.written),
      faster('', times.collapsed, '`new Error` and its stack', times.stack),
    ]);
  },
};

await scenarios[/** @type {keyof typeof scenarios} */ (process.argv[2])]();
