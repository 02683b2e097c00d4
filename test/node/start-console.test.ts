import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { LogRecord } from '../../lib/index';
import { until } from '../support/faults/fact';
import { inFolder, printed, withStart } from '../support/started';

test('LOG_TO_CONSOLE=false holds only while there is a file that can be written', async () => {
  const start = (options: object, body: (app: { logger(name: string): { info(text: string): void } }, dir: string) => unknown) =>
    printed(() => withStart({ console: undefined as never, format: 'minimal', ...options }, ({ app, dir }) => void body(app, dir)));
  assert.is(await start({}, (app) => app.logger('bot').info('in the file')), '');
  const nowhere = await start({ values: { logToFile: false } }, (app) => app.logger('bot').info('nowhere else'));
  assert.is(nowhere, 'INFO shop.bot nowhere else\n');
  const without = await start({ streams: { app: false } }, (app) => app.logger('bot').info('no app file'));
  assert.is(without, 'INFO shop.bot no app file\n');
  const both = await start({ env: { LOG_TO_CONSOLE: '1' } }, (app) => app.logger('bot').info('both'));
  assert.is(both, 'INFO shop.bot both\n');
  const stopped = await printed(() => withStart({ console: undefined as never }, async ({ app }) => {
    await app.stop();
    app.logger('bot').info('after the stop');
  })); // biome-ignore format: short
  assert.is(stopped, '');
  assert.is(await start({ values: { logToFile: false }, console: false }, (app) => app.logger('bot').info('never')), '');
});

test('lines go to the console for as long as the file can not be written', async () => {
  const text = await printed(() =>
    inFolder((dir) =>
      withStart({ console: undefined as never, format: 'minimal', logDir: join(dir, 'logs') }, async ({ app }) => {
        app.logger('bot').info('one');
        await app.flush();
        rmSync(join(dir, 'logs'), { recursive: true });
        writeFileSync(join(dir, 'logs'), 'a file in the place of the folder');
        await until('the file is missed', () => {
          app.logger('bot').info('two');
          return app.stats().streams.app?.state !== 'open';
        });
        app.logger('bot').info('three');
        rmSync(join(dir, 'logs'));
        await app.flush();
        app.logger('bot').info('four');
      }),
    ),
  );
  assert.match(text, 'INFO shop.bot three\n');
  assert.not.match(text, 'INFO shop.bot one\n');
  assert.not.match(text, 'INFO shop.bot four\n');
});

test('the console has a format and levels of its own', async () => {
  const text = await printed(() =>
    withStart(
      { console: { format: '%(levelname)s|%(message)s', level: 'warn', maxLevel: 'error' }, env: { LOG_TO_CONSOLE: 'true' } },
      ({ app }) => {
        for (const level of ['info', 'warn', 'error', 'critical'] as const) app.logger('bot')[level](level);
      },
    ),
  );
  assert.is(text, 'WARNING|warn\nERROR|error\n');
});

test('text on the console names the instance with preset wrapper, unless another format is asked for', async () => {
  const line = (options: object) =>
    printed(() => withStart({ console: true, presets: 'wrapper', ...options }, ({ app }) => app.logger('bot').info('line')));
  assert.match(await line({}), / - \[main\] - shop\.bot - INFO - \[-\] - line\n$/);
  assert.match(await line({ env: { LOG_FORMAT: 'text' } }), / - \[main\] - shop\.bot - INFO - \[-\] - line\n$/);
  assert.is((JSON.parse(await line({ env: { LOG_FORMAT: 'json' } })) as LogRecord).message, 'line');
});

test.run();
