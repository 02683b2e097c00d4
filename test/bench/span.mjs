/** A span around a synchronous function: `measure`, `span`, or `idle` (nobody attached). */
import { createTelemetry, defineEvent, defineEvents, ELIXIR, ELIXIR_PEER } from './library.mjs';
import { faster, report, seen, takeTurns } from './measure.mjs';

const events = defineEvents('app', { tool: { start: defineEvent(), stop: defineEvent(), exception: defineEvent() } });
const mode = process.argv[2] ?? 'measure';
const telemetry = createTelemetry({ events, environment: mode === 'development' ? 'development' : 'production' });

const measured = (/** @type {number} */ calls) => {
  for (let call = 0; call < calls; call++) {
    seen[0] = (seen[0] + telemetry.measure(['app', 'tool'], { name: 'wc' }, () => 3)) | 0;
  }
};

const scenarios = {
  measure() {
    telemetry.attachMetricsHandler();
    const now = performance.now.bind(performance);
    const { ours, clock } = takeTurns({
      ours: measured,
      // Start, after the start handlers, stop: what no implementation can do without.
      clock: (calls) => {
        for (let call = 0; call < calls; call++) seen[0] = (seen[0] + now() + now() + now()) | 0;
      },
    });
    if (!telemetry.getDurationStats()['app.tool.stop']) throw new Error('No duration was recorded');
    report([
      faster('measure, sync, metrics attached', ours, ELIXIR_PEER, ELIXIR.span, { atLeast: 3 }),
      faster('', ours, 'its three clock reads', clock),
    ]);
  },
  span() {
    telemetry.attachMetricsHandler();
    const { ours } = takeTurns({
      ours: (calls) => {
        for (let call = 0; call < calls; call++) {
          seen[0] = (seen[0] + telemetry.span(['app', 'tool'], { name: 'wc' }, () => [3, { files: 12 }])) | 0;
        }
      },
    });
    report([faster('span, sync, metrics attached', ours, ELIXIR_PEER, ELIXIR.span, { atLeast: 2.5 })]);
  },
  idle() {
    report([faster('measure, sync, nobody attached', takeTurns({ ours: measured }).ours, ELIXIR_PEER, ELIXIR.span)]);
  },
  development() {
    report([faster('measure, nobody attached, development', takeTurns({ ours: measured }).ours, ELIXIR_PEER, ELIXIR.span)]);
  },
};

scenarios[mode]();
