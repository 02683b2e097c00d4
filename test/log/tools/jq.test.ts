import { spawnSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createFormat } from '../../../lib/log/formats/index';
import type { LogRecord } from '../../../lib/log/record';
import { SCHEMAS } from '../../../lib/log/schemas/create-schema';

const TOOL = 'jq';
const isThere = spawnSync(TOOL, ['--version']).status === 0;
const HOSTILE = '\n{"level":"forged"}\r\u0000\u001b[31m\u007f\u0085\u2028\u202e\ufeff"\\';
const RECORDS: LogRecord[] = [
  { timestamp: '2026-02-13T19:06:35.545Z', level: 'INFO', logger: 'app.bot', message: 'plain', duration_ms: 12.5, model: 'opus' },
  { timestamp: '2026-02-13T19:06:36.545Z', level: 'ERROR', logger: 'app.bot', message: HOSTILE, note: HOSTILE },
];

test('jq reads one value a line from every schema, and the same text as was logged', () => {
  if (!isThere) return absent();
  const messages = { default: '.message', pino: '.msg', ecs: '.message', otel: '.Body' };
  const fields = { default: '.model', pino: '.model', ecs: '.labels.model', otel: '.Attributes.model' };
  for (const schema of SCHEMAS) {
    const input = RECORDS.map((record) => `${createFormat('json', { schema })(record)}\n`).join('');
    assert.is(input.split('\n').length, RECORDS.length + 1);
    const { status, stdout, stderr } = spawnSync(TOOL, ['-ac', `[${messages[schema]}, ${fields[schema]}]`], { input, encoding: 'utf8' });
    assert.is(status, 0, stderr);
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    assert.equal(rows, [
      ['plain', 'opus'],
      [HOSTILE, null],
    ]);
  }
});

function absent(): void {
  console.log(`\n!!! ${TOOL} is not installed: what it reads was NOT tested\n`);
  if (process.env.CI === 'true') assert.unreachable(`${TOOL} must be there in CI`);
}

test.run();
