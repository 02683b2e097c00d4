/** What it costs to look at rules, and what a history of 200 series takes in memory. */
import assert from 'node:assert/strict';
import { dist } from './library.mjs';
import { bytesInUse, median, ns, report, takeTurns, within } from './measure.mjs';

/** @type {typeof import('../../lib/index')} */
const { createTelemetry } = await import(`${dist}/index.js`);
/** @type {typeof import('../../lib/testing/index')} */
const { fakeClock } = await import(`${dist}/testing/index.js`);
/** @type {typeof import('../../lib/entries/alerts')} */
const { alertsOf } = await import(`${dist}/alerts/index.js`);

const EVENTS = 100;
const ms = (/** @type {number} */ value) => `${value.toFixed(2)} ms`;
const mb = (/** @type {number} */ value) => `${(value / 1_048_576).toFixed(1)} MB`;
const nameOf = (/** @type {number} */ index) => /** @type {const} */ (['app', `part${index % EVENTS}`, 'stop']);

/** Rules of each kind, over 100 events. */
const ruleOf = (/** @type {number} */ index) => {
  const key = nameOf(index).join('.');
  const kinds = [
    `count("${key}") > 1000000 in 5m for 1m`,
    `rate("${key}") > 100/s in 1m`,
    `errorRate("app.part${index % EVENTS}.stop") > 5% for 5m`,
    `p95("${key}") > 10s in 5m`,
    `value("${key}") > 1000000000`,
  ];
  return `rule_${index}: ${kinds[Math.floor(index / EVENTS) % kinds.length]}`;
};

const scenarios = {
  rules() {
    const clock = fakeClock();
    const bus = createTelemetry({ clock, log: { sinks: [], level: 'silent' } });
    bus.attachMetricsHandler();
    const alerts = alertsOf(bus);
    alerts.addRules(Array.from({ length: 1000 }, (_, index) => ruleOf(index)));
    alerts.start();
    const emitters = Array.from({ length: EVENTS }, (_, index) => bus.emitter(nameOf(index)));
    const fill = () => {
      for (let call = 0; call < 10_000; call++) emitters[call % EVENTS]({ duration: 1 + (call % 977) });
    };
    const took = [];
    for (let tick = 0; tick < 60; tick++) {
      fill();
      const begin = performance.now();
      clock.advance('10s');
      if (tick >= 30) took.push(performance.now() - begin);
    }
    assert.equal(alerts.rules().length, 1000);
    assert.ok(alerts.rules().filter(({ value }) => value !== undefined && value > 0).length > 700);
    assert.equal(alerts.firing().length, 0);

    const plain = createTelemetry({ log: { sinks: [], level: 'silent' } });
    plain.attachMetricsHandler();
    const alone = plain.emitter(nameOf(0));
    const watched = emitters[0];
    const times = takeTurns({
      alone: (calls) => {
        for (let call = 0; call < calls; call++) alone({ duration: 5 });
      },
      watched: (calls) => {
        for (let call = 0; call < calls; call++) watched({ duration: 5 });
      },
    });
    report(
      [
        within('1,000 rules looked at, once every 10 s', median(took), { show: ms }),
        within('an event counted and timed, with ten rules on it', times.watched.ns, {
          show: ns,
          peer: 'without any',
          theirs: times.alone.ns,
        }),
      ],
      { heard: false },
    );
  },

  history() {
    const fill = (/** @type {boolean} */ history) => {
      const clock = fakeClock();
      const bus = createTelemetry({ clock, metrics: { history }, log: { sinks: [], level: 'silent' } });
      bus.attachMetricsHandler();
      // Each event is two series: how often, and how long.
      const emitters = Array.from({ length: EVENTS }, (_, index) => bus.emitter(nameOf(index)));
      for (let second = 0; second < 3 * 3600; second++) {
        for (let call = 0; call < 20; call++) emitters[(second * 7 + call) % EVENTS]({ duration: 1 + ((second * 31 + call * 17) % 977) });
        clock.advance('1s');
      }
      return bus;
    };
    /** @type {unknown[]} */
    const kept = [fill(false), fill(true)];
    kept.length = 0;
    const sizes = [false, true].map((history) => {
      const before = bytesInUse();
      kept.push(fill(history));
      return bytesInUse() - before;
    });
    const bus = /** @type {ReturnType<typeof fill>} */ (kept[1]);
    const stats = bus.metricsStats();
    assert.equal(stats.history?.tracked, 200);
    report([within('history of 200 series: 5 min by 1 s, 1 h by 10 s, a day by 1 min', sizes[1] - sizes[0], { show: mb })], {
      heard: false,
    });
  },
};

await scenarios[/** @type {keyof typeof scenarios} */ (process.argv[2])]();
