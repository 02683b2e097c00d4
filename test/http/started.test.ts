import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { trackHttp } from '../../lib/entries/http';
import { withStart } from '../support/started';
import { incoming } from './tracked';

const QUIET = { MONITOR_SYSTEM_METRICS: '0' };

test('requests of a started bus are in its access log', async () => {
  await withStart({ env: QUIET }, async ({ bus, files }) => {
    using tracking = trackHttp(bus);
    tracking.tracker.begin(incoming())!.end({ status: 200 });
    assert.equal((await files())['access.log'], ['request_complete']);
  });
});

test('a variable switches access records off until the bus is stopped', async () => {
  await withStart({ env: { ...QUIET, MONITOR_REQUEST_LOGGING: '0' } }, async ({ app, bus, files }) => {
    using tracking = trackHttp(bus);
    tracking.tracker.begin(incoming())!.end({ status: 200 });
    assert.equal((await files())['access.log'] ?? [], []);
    await app.stop();
    const lines: string[] = [];
    bus.configureLog({
      sinks: [
        { name: 'lines', write: (line) => void lines.push(line), stats: () => ({ accepted: 0, written: 0, queued: 0, dropped: {} }) },
      ],
    });
    tracking.tracker.begin(incoming())!.end({ status: 200 });
    assert.is(lines.filter((line) => line.includes('request_complete')).length, 1);
  });
});

test.run();
