import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readyRules } from '../../../lib/alerts/ready-rules';
import { defineAgentEvents } from '../../../lib/catalogues/agent';
import { alertsOf } from '../../../lib/entries/alerts';
import { createTelemetry, memorySink } from '../../../lib/index';
import { fakeClock } from '../../../lib/testing/index';

test('on a bus with its alerts, rules in text fire and are resolved at the exact tick of a simulated day', () => {
  const clock = fakeClock();
  const coder = defineAgentEvents('coder');
  const telemetry = createTelemetry({ clock, events: coder, log: { sinks: [memorySink()] } });
  const alerts = alertsOf(telemetry);
  alerts.configure({ every: '10s' });
  alerts.addRule('llm_errors: errorRate("llm.request") > 5% for 1m');
  alerts.addRule('silence: absent("coder.session.start") in 1h');
  alerts.addRules([...readyRules.bot({ timeouts: false })]);
  alerts.start();
  const began = clock.systemTime();
  const told: [string, string, number][] = [];
  telemetry.attachPrefix('told', ['telemetry', 'alert'], (event, _measurements, metadata) => {
    const seconds = (clock.systemTime() - began) / 1000;
    if (event[2] === 'firing' || event[2] === 'resolved') told.push([event[2], String(metadata.rule), seconds]);
  });

  const call = (isOk: boolean): void => {
    telemetry.execute(coder.llm.request, { systemTime: 0 }, { sessionId: 's', model: 'm1' });
    if (isOk) telemetry.execute(coder.llm.response, { duration: 5 }, { sessionId: 's', model: 'm1' });
    else telemetry.execute(coder.llm.error, { duration: 5 }, { sessionId: 's', model: 'm1' });
  };
  // A call each 5 seconds; from 02:00:00 to 02:10:00 each second one fails. A session begins every half hour until 20:00.
  for (let second = 0; second < 86_400; second += 5) {
    const isBad = second >= 7200 && second < 7800;
    call(!(isBad && second % 10 === 0));
    if (second % 1800 === 0 && second < 72_000) telemetry.execute(coder.session.start, { count: 1 }, { sessionId: 's' });
    if (second === 40_000) for (let error = 0; error < 6; error++) telemetry.logger('bot').error('no');
    clock.advance('5s');
  }
  alerts.stop();
  assert.equal(told, [
    // Seen at the first tick after it began, held for a minute.
    ['firing', 'llm_errors', 7270],
    // The last failure is at 02:09:50; it has left the window a minute after its slice ended.
    ['resolved', 'llm_errors', 7860],
    ['firing', 'more_than_errors', 40_010],
    ['resolved', 'more_than_errors', 40_070],
    // The last session began at 19:30:00, in the slice that ends at 19:30:10.
    ['firing', 'silence', 73_810],
  ]);
});

test('an alert about errors is not fed by what is logged of alerts', () => {
  const clock = fakeClock();
  const telemetry = createTelemetry({ clock, log: { sinks: [memorySink()] } });
  const alerts = alertsOf(telemetry);
  alerts.addRule('any: errors() > 0 as critical');
  alerts.addRule('events: count("*.*.*") > 0');
  alerts.start();
  telemetry.logger('bot').error('no');
  clock.advance('10s');
  assert.is(alerts.firing().length, 1);
  // The log target tells of a critical alert at level error; that is no further error.
  clock.advance('10m');
  assert.is(alerts.firing().length, 0);
  alerts.stop();
});

test.run();
