import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AlertNotification } from '../../lib/alerts/target';
import { type AlertTarget, alertsOf, DeliveryError, logTarget } from '../../lib/entries/alerts';
import { createTelemetry } from '../../lib/index';
import { fakeClock } from '../../lib/testing/index';
import { fact } from '../support/faults/fact';

const SECONDS = 10;
const MINUTE = 60_000;

interface Receiver extends AlertTarget {
  readonly taken: { readonly notification: AlertNotification; readonly at: number }[];
}

/** Lets deliveries happen that wait for no time. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** A word for a number, so that no normalisation takes two errors for one. */
const wordOf = (index: number): string =>
  [...index.toString(26)].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26))).join('');

function stormOn() {
  const clock = fakeClock();
  const telemetry = createTelemetry({ clock, onWarning: () => undefined });
  const lines = { about: 0, all: 0 };
  telemetry.configureLog({
    sinks: [
      {
        name: 'counting',
        write(line) {
          lines.all++;
          if (line.includes('.alerts"')) lines.about++;
        },
      },
    ],
    format: 'json',
    caller: false,
  });
  const receiver = (name: string, answer: () => Promise<void>): Receiver => {
    const taken: Receiver['taken'] = [];
    return {
      name,
      place: name,
      taken,
      send(notification) {
        taken.push({ notification, at: clock.monotonicTime() });
        return answer();
      },
    };
  };
  const well = receiver('well', () => Promise.resolve());
  const hangs = receiver('hangs', () => new Promise(() => undefined));
  const fails = receiver('fails', () => Promise.reject(new DeliveryError({ code: 'HTTP_500', mayPass: true })));
  const alerts = alertsOf(telemetry);
  alerts.configure({ targets: [well, hangs, fails, logTarget()], records: {}, every: '1s' });
  alerts.addRules([
    { name: 'many', when: 'errors() > 100 in 10s', severity: 'critical' },
    { name: 'each', when: 'errors() > 20 in 10s by fingerprint' },
  ]);
  alerts.start();
  return { clock, telemetry, alerts, lines, well };
}

for (const [what, messageOf] of [
  ['the same error', () => 'no room left'],
  ['errors that are all different', (index: number) => `no room for ${wordOf(index)}`],
  ['a thousand different errors', (index: number) => `no room for ${wordOf(index % 1000)}`],
] as const) {
  fact(
    'E · N31',
    `a storm of critical errors makes a notification for each rule and record, and one summary in a window: ${what}`,
    async (bench) => {
      const count = bench.size(100_000, 1_000_000);
      const { clock, telemetry, alerts, lines, well } = stormOn();
      const log = telemetry.logger('bot');
      // Where a line comes from is looked up in stacks, which takes most of the time of this test.
      const { stackTraceLimit } = Error;
      bench.undo(() => (Error.stackTraceLimit = stackTraceLimit));
      Error.stackTraceLimit = 0;
      const perStep = count / SECONDS / 100;
      let most = 0;
      let emitted = 0;
      for (let step = 0; step < SECONDS * 100; step++) {
        for (let one = 0; one < perStep; one++) log.critical(messageOf(emitted++));
        clock.advance(10);
        for (const { queued } of Object.values(alerts.stats().targets)) most = Math.max(most, queued);
        if (step % 10 === 9) await settle();
      }
      assert.is(emitted, count);
      // Until all of it is told, and all of it is over.
      for (let time = 0; time < 12 * 12; time++) {
        clock.advance('5s');
        await settle();
      }
      assert.equal(alerts.alerts(), []);

      const { records, targets } = alerts.stats();
      assert.is(records.seen, count);
      assert.is(records.told + records.suppressed, count);
      for (const [name, stats] of Object.entries(targets)) {
        const dead = Object.values(stats.dead).reduce((sum, one) => sum + one, 0);
        assert.is(stats.accepted, stats.delivered + dead + stats.queued + stats.limited, name);
      }
      assert.ok(most <= 100, `${most} queued`);

      const keys = new Map<string, number[]>();
      const perWindow = new Map<number, number>();
      for (const { notification, at } of well.taken) {
        const { kind, key } = notification;
        const window = Math.floor(at / MINUTE);
        perWindow.set(window, (perWindow.get(window) ?? 0) + 1);
        const id = `${kind} ${key}`;
        const before = keys.get(id) ?? keys.set(id, []).get(id)!;
        before.push(at);
        assert.ok(kind !== 'record' || records.told > 0);
        assert.not.match(notification.title, /alerts|\[FIRING\].*\[FIRING\]/);
      }
      for (const [id, times] of keys) {
        const least = id.startsWith('summary') ? MINUTE : 5 * MINUTE;
        for (const [index, time] of times.entries()) assert.ok(index === 0 || time - times[index - 1]! >= least, `${id} at ${times}`);
      }
      assert.ok(Math.max(...perWindow.values()) <= 2 * 10, [...perWindow.values()].join());
      const texts = well.taken.map(({ notification }) => notification.text).join('\n');
      assert.ok(keys.has('firing many') || texts.includes('[FIRING] many'), 'among records without number, alerts are not lost');
      const told = well.taken.length;
      bench.note(`${count} errors: ${told} notifications, at most ${most} queued, ${lines.about} lines about alerts`);
      assert.ok(told <= 30, `${told} notifications`);
    },
    { limit: [120_000, 600_000] },
  );
}

test.run();
