import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { describeConfig } from '../../lib/config/explain';
import { loadConfig } from '../../lib/config/load';
import { configTable } from '../../lib/config/markdown';
import { CONFIG_ROWS } from '../../lib/config/table';

test('the README has the table of configuration values that the code prints', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, table] = /<!-- config:begin -->\n(.*?)\n<!-- config:end -->/s.exec(readme) ?? [];
  assert.ok(table !== undefined, 'README.md lacks <!-- config:begin --> and <!-- config:end -->');
  assert.is(table.trim(), configTable(), 'run: node --import tsx config/tools/config-table.mjs');
});

test('the table has a line for each value with variables, meaning, what is allowed and every default', () => {
  const lines = configTable().split('\n');
  assert.is(lines.length, Object.keys(CONFIG_ROWS).length + 2);
  assert.is(lines[0], '| Variable | Value | Meaning | Allowed | Default |');
  assert.ok(
    lines.includes(
      '| `TELEMETRY_LOG_LEVEL`, `LOG_LEVEL` | `logLevel` | Records below this level are not written | trace, debug, info, warn, error, critical, silent | `info`; development `debug`; test `warn` |',
    ),
  );
  assert.ok(lines.some((line) => line.startsWith('| `LOG_DIR` | `logDir` |') && line.endsWith('| `logs`; production `auto` |')));
  assert.ok(lines.some((line) => line.startsWith('| `APP_NAME`, `OTEL_SERVICE_NAME` | `app` |') && line.endsWith('| none |')));
  assert.ok(lines.some((line) => line.startsWith('| `LOG_DIR_MODE` | `logDirMode` |') && line.endsWith('at least 0700 | `0700` |')));
  for (const line of lines) assert.is(line.split(/(?<!\\)\|/).length, 7, line);
});

test('describeConfig prints key, value and source in columns', () => {
  const text = describeConfig(loadConfig({ values: { port: 1 }, env: { APP_ENV: 'production', LOG_LEVEL: 'warn,a.b=info,c=off' } }));
  const lines = text.split('\n');
  assert.equal(lines.slice(0, 7), [
    'KEY                         VALUE              SOURCE',
    'app                         -                  default',
    'environment                 production         environment APP_ENV',
    'instance                    main               default',
    'port                        1                  argument',
    'logLevel                    warn               environment LOG_LEVEL',
    'logLevels                   a.b=info,c=silent  environment LOG_LEVEL',
  ]);
  assert.ok(lines.includes('logToConsole                false              config/production'));
  assert.ok(lines.includes('logFileMode                 0600               default'));
  assert.is(lines.length, Object.keys(CONFIG_ROWS).length + 1);
});

test.run();
