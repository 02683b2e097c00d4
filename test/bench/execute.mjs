/** `execute` with the name looked up at each call: by fresh `tuple` or by `definition`; one handler. */
import { createTelemetry, defineEvent, defineEvents, ELIXIR, ELIXIR_PEER } from './library.mjs';
import { faster, report, seen, takeTurns } from './measure.mjs';

const events = defineEvents('app', { session: { start: defineEvent() } });
const telemetry = createTelemetry({ events, environment: 'production' });
telemetry.attach('one', events.session.start, () => {
  seen[0] = (seen[0] + 1) | 0;
});
const MEASUREMENTS = { count: 1 };
const METADATA = { sessionId: 's1' };

const scenarios = {
  tuple() {
    const { ours } = takeTurns({
      ours: (calls) => {
        for (let call = 0; call < calls; call++) telemetry.execute(['app', 'session', 'start'], MEASUREMENTS, METADATA);
      },
    });
    report([faster('execute, fresh tuple, one handler', ours, ELIXIR_PEER, ELIXIR.execute, { atLeast: 7 })]);
  },
  definition() {
    const { ours } = takeTurns({
      ours: (calls) => {
        for (let call = 0; call < calls; call++) telemetry.execute(events.session.start, MEASUREMENTS, METADATA);
      },
    });
    report([faster('execute, definition, one handler', ours, ELIXIR_PEER, ELIXIR.execute)]);
  },
};

scenarios[process.argv[2] ?? 'tuple']();
