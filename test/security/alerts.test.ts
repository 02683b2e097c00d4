import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readyRules } from '../../lib/alerts/ready-rules';
import type { ErrorMark } from '../../lib/core/error-mark';
import { alertsOf } from '../../lib/entries/alerts';
import { securityOf } from '../../lib/entries/security';
import { createTelemetry, memorySink } from '../../lib/index';

import { fakeClock } from '../../lib/testing/index';
import { settle } from '../alerts/engine/fake-alerts';

test('lines that tell of alerts are no errors: none is counted, none raises an alarm of the security', async () => {
  const clock = fakeClock();
  const telemetry = createTelemetry({ clock });
  const memory = memorySink();
  const marks: (ErrorMark | undefined)[] = [];
  telemetry.configureLog({ format: 'json', sinks: [memory, { name: 'marks', write: (_line, _level, mark) => void marks.push(mark) }] });
  const [alerts, security] = [alertsOf(telemetry), securityOf(telemetry)];
  for (let index = 0; index < 6; index++)
    alerts.addRule({ name: `c${index}`, when: { kind: 'custom', read: () => 50 }, threshold: { op: '>', critical: 10 } });
  alerts.addRules(readyRules.securityAlarms());
  alerts.start();
  clock.advance('10s');
  await settle();
  const records = memory.lines.map((line) => JSON.parse(line));
  assert.equal(
    records.map(({ level, rule }) => `${level} ${rule}`),
    Array.from({ length: 6 }, (_, index) => `ERROR c${index}`),
  );
  // Sinks are told what the lines say: an id of its own for each, and for a rule always the same fingerprint.
  assert.equal(
    marks.map((mark) => [mark?.id, mark?.fingerprint, mark?.occurrences]),
    records.map(({ error_id: id, fingerprint }) => [id, fingerprint, 0]),
  );
  assert.equal([new Set(marks.map((mark) => mark?.id)).size, new Set(marks.map((mark) => mark?.fingerprint)).size], [6, 6]);
  assert.match(marks[0]!.fingerprint, /^[0-9a-f]{12}$/);
  assert.equal([telemetry.errorStats().occurrences, telemetry.getErrors()], [0, []]);
  telemetry.logger('bot').error('the only error of the application');
  clock.advance('10s');
  await settle();
  assert.equal([security.counts().total, alerts.firing().length], [0, 6]);
});

test.run();
