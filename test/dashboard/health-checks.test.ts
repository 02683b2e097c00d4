import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkRows } from '../../lib/dashboard/page/views/health-checks';
import type { CheckStatus, HealthCheck, HealthState } from '../../lib/dashboard/wire/health';

const check = (status: CheckStatus, detail?: string): HealthCheck => ({
  status,
  critical: true,
  probes: ['ready'],
  failures: 0,
  runs: 1,
  isRunning: false,
  hanging: 0,
  ...(detail !== undefined && { detail }),
});
const PASS = { status: 'pass', reasons: [] } as const;
const STATE: HealthState = {
  status: 'unhealthy',
  time: 0,
  checks: {
    cache: check('healthy'),
    disk: check('degraded', '4 % are free'),
    api: check('unknown'),
    database: check('unhealthy'),
    bus: check('healthy'),
  },
  probes: { live: PASS, ready: PASS, startup: PASS },
  is_started: true,
  is_shutting_down: false,
};
const names = (words: string): readonly string[] => checkRows(STATE, words).map(({ name }) => name);

test('what needs somebody comes first, and then by name', () => {
  assert.equal(names(''), ['database', 'disk', 'api', 'bus', 'cache']);
});

test('checks are found by name, state and output', () => {
  assert.equal(
    [names('DATA'), names('healthy'), names('free 4'), names('nothing')],
    [['database'], ['database', 'bus', 'cache'], ['disk'], []],
  );
});

test.run();
