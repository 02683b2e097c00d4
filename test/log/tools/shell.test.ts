/**
 * What people type at a shell to find their way through logs, on lines this library wrote. The snippets are given to
 * bash as they stand.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTelemetry, defineEvent, defineEvents, errorIdOf, type LogOptions, memorySink, runWithContext } from 'telemetry-bus';
import { fakeClock } from 'telemetry-bus/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const isThere = spawnSync('jq', ['--version']).status === 0;

const web = defineEvents('web', {
  request: { complete: defineEvent<{ duration: number; content_length: number }, { method: string; path: string; status: number }>() },
  upstream: { timeout: defineEvent<{ duration: number }, { endpoint: string }>() },
});

const failure = new TypeError('socket closed');
const other = new Error('another one');

/** Logs a little day into `app.log` and `app.log.1`, and runs bash where they are. */
function withLogs(options: LogOptions, use: (sh: (snippet: string) => string) => void): void {
  if (!isThere) {
    console.log('\n!!! jq is not installed: the shell snippets were NOT tested\n');
    if (process.env.CI === 'true') assert.unreachable('jq must be there in CI');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'shell-'));
  try {
    const memory = memorySink();
    const clock = fakeClock();
    const telemetry = createTelemetry({
      events: web,
      clock,
      environment: 'production',
      log: { app: 'web', format: 'json', level: 'info', sinks: [memory], ...options },
    });
    telemetry.attachLogHandler();
    const log = telemetry.logger('translate');
    for (const [index, duration] of [120.5, 900, 2500, 3100].entries()) {
      runWithContext({ request_id: `r-${index}` }, () => {
        telemetry.execute(web.request.complete, { duration, content_length: 10 }, { method: 'GET', path: '/t', status: 200 });
      });
      clock.advance('1m');
    }
    telemetry.execute(web.upstream.timeout, { duration: 30_000 }, { endpoint: '/t' });
    log.error(failure, 'Translation failed', { endpoint: '/t', session_id: 's1', cost: 0.25 });
    log.error(other, 'Translation failed', { endpoint: '/u', cost: 1.5 });
    log.info('Message sent', { message_length: 42, cost: 0.25 });
    const { lines } = memory;
    writeFileSync(join(folder, 'app.log.1'), lines.slice(0, 3).join(''));
    writeFileSync(join(folder, 'app.log'), lines.slice(3).join(''));
    use((snippet) => {
      const { status, stdout, stderr } = spawnSync('bash', ['-c', snippet], { cwd: folder, encoding: 'utf8' });
      assert.is(status, 0, `${snippet}: ${stderr}`);
      return stdout.trimEnd();
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('records are found by level with jq and with grep alone', () => {
  withLogs({}, (sh) => {
    assert.is(sh(`jq -r 'select(.level == "ERROR") | .message' app.log`), 'Translation failed\nTranslation failed');
    assert.is(sh(`grep -c '"level":"ERROR"' app.log`), '2');
    assert.is(sh(`grep '"level":"WARNING"' app.log | jq -r .event_name`), 'web.upstream.timeout');
    assert.is(sh(`cat app.log.1 app.log | jq -r .level | sort | uniq -c | awk '{print $2, $1}'`), 'ERROR 2\nINFO 5\nWARNING 1');
  });
});

test('an error is found by its id across the current and the rotated files', () => {
  withLogs({}, (sh) => {
    const id = errorIdOf(failure);
    assert.is(sh(`grep -h '"error_id":"${id}"' app.log* | jq -r .exception.message`), 'socket closed');
    assert.is(sh(`jq -r 'select(.error_id == "${id}") | "\\(.error_type): \\(.exception.message)"' app.log*`), 'TypeError: socket closed');
    assert.is(sh(`jq -r 'select(.error_id) | .error_id' app.log* | sort -u | wc -l | tr -d ' '`), '2');
    assert.match(sh(`jq -r 'select(.error_id == "${id}") | .exception.traceback[0]' app.log`), /^at .*shell\.test\.ts:\d+:\d+/);
  });
});

test('durations are listed, averaged and held against a limit', () => {
  withLogs({}, (sh) => {
    assert.is(sh(`jq -r 'select(.duration_ms > 2000) | .duration_ms' app.log.1 app.log`), '2500\n3100\n30000');
    assert.is(sh(`jq -s '[.[] | select(.event_name == "web.request.complete") | .duration_ms] | add / length' app.log*`), '1655.125');
    assert.is(
      sh(`cat app.log* | jq -r 'select(.message == "web.request.complete") | .duration_ms' | awk '{s += $1; n++} END {print s / n}'`),
      '1655.12',
    );
    assert.is(sh(`jq -s 'map(select(.status)) | group_by(.path) | map({(.[0].path): length}) | add' -c app.log*`), '{"/t":4}');
  });
});

test('costs are summed, and records are found by endpoint, request and time', () => {
  withLogs({}, (sh) => {
    assert.is(sh(`jq -s '[.[] | .cost // 0] | add' app.log`), '2');
    assert.is(sh(`jq -r 'select(.endpoint == "/u") | .exception.message' app.log`), 'another one');
    assert.is(sh(`grep -h '"request_id":"r-2"' app.log* | jq -r .duration_ms`), '2500');
    const second = sh(`jq -r .timestamp app.log.1 | sed -n 2p`);
    assert.is(sh(`jq -c --arg t '${second}' 'select(.timestamp >= $t) | .duration_ms' app.log.1`), '900\n2500');
    assert.is(sh(`jq -r '.timestamp[0:16]' app.log* | sort | uniq -c | wc -l | tr -d ' '`), '5');
  });
});

test('with fieldsUnder the same is found under extra_fields', () => {
  withLogs({ fieldsUnder: 'extra_fields' }, (sh) => {
    assert.is(sh(`jq -r 'select(.extra_fields.duration_ms > 2000) | .extra_fields.duration_ms' app.log.1 app.log`), '2500\n3100\n30000');
    assert.is(sh(`jq -r 'select(.extra_fields.endpoint == "/u") | .exception.message' app.log`), 'another one');
    assert.is(sh(`jq -s '[.[].extra_fields.cost // 0] | add' app.log`), '2');
    assert.is(sh(`jq -s '[.[] | select(.extra_fields.status == 200) | .extra_fields.duration_ms] | add / length' app.log*`), '1655.125');
    assert.is(sh(`jq -r 'select(.request_id == "r-2") | .extra_fields.path' app.log*`), '/t');
    assert.is(sh(`jq -r 'select(.error_id) | .level' app.log | sort | uniq -c | awk '{print $1, $2}'`), '2 ERROR');
  });
});

test.run();
