import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createFormat } from '../../../lib/log/formats/index';
import { CORE_FIELDS, LABELS, type LogRecord } from '../../../lib/log/record';

const TOOL = 'lnav';
const FORMAT = resolve('config/lnav/telemetry_bus.json');
const isThere = spawnSync(TOOL, ['-V']).status === 0;
const json = createFormat('json');
const at = (second: number) => `2026-02-13T19:06:${second}.545Z`;

const RECORDS: LogRecord[] = [
  // First, because lnav writes a column of numbers as numbers when its first row has one.
  {
    timestamp: at(10),
    level: 'INFO',
    logger: 'app.http',
    message: 'request_complete',
    pid: 42,
    request_id: 'r1',
    duration_ms: 12.5,
    method: 'GET',
    path: '/a',
    status: 200,
    model: 'opus',
  },
  ...Object.values(LABELS).map(
    (level, index): LogRecord => ({ timestamp: at(11 + index), level, logger: 'app.bot', message: `at ${level}` }),
  ),
  {
    timestamp: at(21),
    level: 'ERROR',
    logger: 'app.bot',
    message: 'two\nlines\u001b[31m\u2028 and {"level":"CRITICAL"}',
    error_id: 'ERR-1',
    exception: { type: 'TypeError', message: 'x', traceback: ['at a (b.ts:1:2)'] },
  },
];

/** Runs lnav with a home of its own, so that neither its formats nor its sessions are the developer's. */
function withLnav(use: (run: (...args: string[]) => string, folder: string) => void): void {
  if (!isThere) {
    absent();
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'lnav-'));
  try {
    const env = { PATH: process.env.PATH, HOME: folder, TERM: 'dumb', TZ: 'UTC' };
    const run = (...args: string[]) => {
      const { status, stdout, stderr } = spawnSync(TOOL, args, { env, encoding: 'utf8', input: '', timeout: 60_000 });
      assert.is(status, 0, stderr);
      assert.not.match(stderr, /warning|✘/);
      return stdout;
    };
    run('-W', '-i', FORMAT);
    use(run, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('lnav installs the format without a warning and reads level, body and columns', () => {
  withLnav((run, folder) => {
    const columns = 'log_time_msecs, log_level, log_opid, log_body, logger, pid, duration_ms, method, path, status, error_id, exception';
    for (const name of ['app.log', 'app.log.1']) {
      const file = join(folder, name);
      writeFileSync(file, RECORDS.map((record) => `${json(record)}\n`).join(''));
      const rows = JSON.parse(run('-W', '-n', '-c', `;SELECT ${columns} FROM telemetry_bus`, '-c', ':write-json-to -', file)) as object[];
      const nothing = {
        log_opid: null,
        pid: null,
        duration_ms: null,
        method: null,
        path: null,
        status: null,
        error_id: null,
        exception: null,
      };
      const expected = RECORDS.map(({ timestamp, level, logger, message, request_id = null, model: _model, ...fields }) => ({
        ...nothing,
        ...fields,
        log_time_msecs: Date.parse(timestamp),
        log_level: level.toLowerCase(),
        log_opid: request_id,
        log_body: message,
        logger,
      }));
      assert.equal(rows, expected);
    }
  });
});

test('lnav shows a line and what it has no column for', () => {
  withLnav((run, folder) => {
    const file = join(folder, 'app.log');
    writeFileSync(file, `${json(RECORDS[0]!)}\n`);
    const [first, ...rest] = run('-n', file).split('\n');
    assert.is(first, '2026-02-13T19:06:10.545 INFO     app.http                 request_complete  r1');
    for (const line of ['duration_ms: 12.500000', 'model: opus', 'status: 200'])
      assert.ok(rest.map((text) => text.trim()).includes(line), line);
  });
});

test('the format has a column for every core field', () => {
  const { telemetry_bus: format } = JSON.parse(readFileSync(FORMAT, 'utf8')) as {
    telemetry_bus: { value: object; level: Record<string, string> };
  };
  assert.equal(
    CORE_FIELDS.filter((name) => name !== 'timestamp' && !(name in format.value)),
    [],
  );
  assert.equal(
    Object.values(format.level),
    Object.values(LABELS).map((label) => `^${label}$`),
  );
});

function absent(): void {
  console.log(`\n!!! ${TOOL} is not installed: config/lnav was NOT tested with it\n`);
  if (process.env.CI === 'true') assert.unreachable(`${TOOL} must be there in CI`);
}

test.run();
