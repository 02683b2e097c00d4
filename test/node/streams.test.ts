import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { presets } from '../../config/presets';
import { loadConfig } from '../../lib/config/load';
import { defineEvent, defineEvents, type LogRecord } from '../../lib/index';
import type { StartOptions } from '../../lib/node';
import { planStreams } from '../../lib/node/streams/plan';
import { failedStart, inFolder, linesOf, printed, type Started, withStart } from '../support/started';

const MB = 1_048_576;

/** A line of each kind. */
function writeAll({ app }: Started): void {
  const log = app.logger('cart');
  log.debug('debug');
  log.info('info');
  log.warn('warn');
  log.error('error');
  log.critical('critical');
  log.diagnostic('diagnostic');
  app.access({ method: 'GET', path: '/cart', status: 200 });
  app.security('unauthorized_access', { severity: 'high' });
  app.performance('checkout', { duration_ms: 5 });
}

const [ACCESS, SECURITY, PERFORMANCE] = ['request_complete', 'Security event: unauthorized_access', 'Performance metric: checkout'];

test('by default there is a file for each kind of line, and all lines that pass are in app.log', async () => {
  await withStart({}, async (started) => {
    writeAll(started);
    assert.equal(await started.files(), {
      'access.log': [ACCESS],
      'app.log': ['info', 'warn', 'error', 'critical', ACCESS, SECURITY, PERFORMANCE],
      'errors.log': ['error', 'critical', SECURITY],
      'performance.log': [PERFORMANCE],
      'security.log': [SECURITY],
    });
    const { dir } = started;
    const names = ['app', 'errors', 'access', 'security', 'performance'];
    assert.equal(started.app.streams, Object.fromEntries(names.map((name) => [name, join(dir, `${name}.log`)])));
  });
});

test('the level of the log decides about app.log, not about the streams of their own', async () => {
  await withStart({ level: 'error' }, async (started) => {
    writeAll(started);
    const { 'app.log': app, 'access.log': access, 'performance.log': performance } = await started.files();
    assert.equal([app, access, performance], [['error', 'critical', SECURITY], [ACCESS], [PERFORMANCE]]);
  });
});

test('with diagnostics on there is diagnostic.log, and app.log has its lines only at debug', async () => {
  for (const [level, inApp] of [
    ['info', 0],
    ['debug', 1],
  ] as const) {
    await withStart({ diagnostic: true, level }, async (started) => {
      writeAll(started);
      const files = await started.files();
      assert.equal([files['diagnostic.log'], files['app.log']?.filter((line) => line === 'diagnostic').length], [['diagnostic'], inApp]);
    });
  }
});

test('preset bot: one file as JSON, the console as text', async () => {
  await inFolder(async (dir) => {
    const text = await printed(() =>
      withStart({ presets: 'bot', logDir: dir, console: true }, ({ app }) => {
        app.logger('bot').info('Processing message', { channel_id: '12345' });
      }),
    );
    assert.match(text, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - shop\.bot - INFO - Processing message channel_id=12345\n$/);
    assert.is((JSON.parse(linesOf(join(dir, 'app.log'))[0]!) as { channel_id: string }).channel_id, '12345');
  });
});

test('preset wrapper: text that names the instance; errors in a file of their own, diagnostics when they are on', async () => {
  await withStart({ presets: 'wrapper', instance: 'one', diagnostic: true }, async (started) => {
    writeAll(started);
    const files = await started.files();
    assert.equal(Object.keys(files), ['app.log', 'diagnostic.log', 'error.log']);
    const shape = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d - \[one\] - shop\.cart - ERROR - \[streams\.test:writeAll:\d+\] - error error_id=\w{8}$/;
    assert.match(files['error.log']![0]!, shape);
    assert.match(files['app.log']![0]!, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d - \[one\] - shop\.cart - INFO - \[-\] - info$/);
    assert.match(files['diagnostic.log']!.join('\n'), /\[one\] - shop\.cart - DEBUG - \[-\] - diagnostic$/);
    assert.is(files['error.log']!.filter((line) => line.startsWith('2')).length, 3);
  });
});

test('preset platform: files named after the application, text for people and JSON for tools', async () => {
  await withStart({ presets: 'platform' }, async (started) => {
    started.app.logger('cart').info('info');
    started.app.logger('cart').error('error');
    const files = await started.files();
    assert.equal(Object.keys(files), ['shop.log', 'shop_error.log', 'shop_structured.json']);
    assert.equal(files['shop_structured.json'], ['info', 'error']);
    assert.match(files['shop.log']![0]!, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - shop\.cart - INFO - info$/);
    assert.match(files['shop_error.log']!.join('\n'), /^\S+ \S+ - shop\.cart - ERROR - error/);
  });
});

test('LOG_PRESET chooses the preset, an argument wins', async () => {
  await withStart({ env: { LOG_PRESET: 'bot' } }, ({ app }) => assert.equal(Object.keys(app.streams), ['app']));
  await withStart({ env: { LOG_PRESET: 'bot' }, presets: 'platform' }, ({ app }) =>
    assert.equal(Object.keys(app.streams), ['app', 'errors', 'structured']),
  );
});

test('text of a preset follows LOG_FORMAT when somebody set it; JSON files never do', async () => {
  await withStart({ presets: 'platform', env: { LOG_FORMAT: '%(levelname)s %(message)s' } }, async (started) => {
    started.app.logger('cart').info('info');
    const files = await started.files();
    assert.equal([files['shop.log'], files['shop_structured.json']], [['INFO info'], ['info']]);
  });
});

type Figures = Readonly<Record<string, readonly unknown[]>>;

/** What the streams of a preset are rotated by, as they are opened. */
function planOf(preset: keyof typeof presets, given: NonNullable<StartOptions['streams']> = {}, env: Record<string, string> = {}): Figures {
  const config = loadConfig({ values: { app: 'shop', enableDiagnostic: true }, env });
  const place = () => ({ folder: '/logs', appFile: undefined, isPerInstance: false });
  const planned = planStreams({ preset: presets[preset], given, config, place });
  return Object.fromEntries(
    planned.map(({ name, path, takes, writes }) => {
      const { rotate, keep, sync } = writes;
      return [
        name,
        [path.slice('/logs/'.length), rotate.maxBytes ?? rotate.every, keep.files, sync ? 'sync' : 'batched', takes.level, takes.stream],
      ];
    }),
  );
}

test('the files, rotation and retention of each preset are those of the table', () => {
  assert.equal(planOf('web'), {
    app: ['app.log', 50 * MB, 10, 'batched', undefined, undefined],
    errors: ['errors.log', 50 * MB, 10, 'sync', 'error', undefined],
    access: ['access.log', 'day', 30, 'batched', undefined, 'access'],
    security: ['security.log', 50 * MB, 10, 'sync', undefined, 'security'],
    performance: ['performance.log', 'hour', 168, 'batched', undefined, 'performance'],
    diagnostic: ['diagnostic.log', 10 * MB, 2, 'batched', undefined, 'diagnostic'],
  });
  assert.equal(planOf('bot'), { app: ['app.log', 10 * MB, 5, 'batched', undefined, undefined] });
  assert.equal(planOf('wrapper'), {
    app: ['app.log', 10 * MB, 5, 'batched', undefined, undefined],
    errors: ['error.log', 10 * MB, 5, 'sync', 'error', undefined],
    diagnostic: ['diagnostic.log', 10 * MB, 2, 'batched', undefined, 'diagnostic'],
  });
  assert.equal(planOf('platform'), {
    app: ['shop.log', 10 * MB, 10, 'batched', undefined, undefined],
    errors: ['shop_error.log', 'day', 30, 'sync', 'error', undefined],
    structured: ['shop_structured.json', 20 * MB, 10, 'batched', undefined, undefined],
  });
});

test('LOG_MAX_BYTES and LOG_BACKUP_COUNT hold for files rotated by size, each by itself; code wins', () => {
  const figures = (plan: Figures): unknown[] => Object.values(plan).map(([, rotate, files]) => [rotate, files]);
  assert.equal(figures(planOf('platform', {}, { LOG_MAX_BYTES: '1MB' })), [[MB, 10], ['day', 30], [MB, 10]]); // biome-ignore format: short
  assert.equal(figures(planOf('platform', {}, { LOG_BACKUP_COUNT: '3' })), [[10 * MB, 3], ['day', 30], [20 * MB, 3]]); // biome-ignore format: short
  const streams = { app: { rotate: { maxBytes: 2048 }, keep: { files: 1, maxAge: '7d' } } };
  const { app } = planOf('platform', streams, { LOG_MAX_BYTES: '1MB', LOG_BACKUP_COUNT: '3' });
  assert.equal(app!.slice(1, 3), [2048, 1]);
});

test('what an application says of a stream is added to what the preset says', () => {
  const { access, app, performance } = planOf('web', {
    access: { keep: { totalBytes: MB } },
    app: { rotate: { every: 'day' }, sync: true, level: 'warn' },
    performance: { file: 'perf/times.log' },
  });
  assert.equal(access!.slice(1), ['day', 30, 'batched', undefined, 'access']);
  assert.equal(app!.slice(1), ['day', 10, 'sync', 'warn', undefined]);
  assert.is(performance![0], 'perf/times.log');
});

test('LOG_MAX_BYTES is the size at which files are rotated, and LOG_BACKUP_COUNT how many are kept', async () => {
  await withStart({ env: { LOG_MAX_BYTES: '2KB', LOG_BACKUP_COUNT: '2' } }, async (started) => {
    for (let line = 0; line < 60; line++) started.app.logger('bot').info(`line ${line}`);
    const files = await started.files();
    const rotated = ['app.log.2', 'app.log.1', 'app.log'].flatMap((file) => files[file]!);
    assert.equal(Object.keys(files).filter((file) => file.startsWith('app')), ['app.log', 'app.log.1', 'app.log.2']); // biome-ignore format: short
    assert.equal(
      rotated,
      Array.from({ length: rotated.length }, (_, index) => `line ${60 - rotated.length + index}`),
    );
  });
});

test('a stream of its own is a few lines: tagged with its name, or by a rule', async () => {
  const shop = defineEvents('shop', { order: { paid: defineEvent<{ amount: number }>({ stream: 'orders' }), sent: defineEvent() } });
  const streams = {
    orders: true,
    audit: { loggers: ['shop.payment'], sync: true },
    slow: { where: ({ duration_ms }: LogRecord) => Number(duration_ms) > 1000, file: 'slow/requests.log' },
    notes: { maxLevel: 'info', format: 'minimal' },
    access: false,
    security: { enabled: false },
    performance: { enabled: true },
  } as const;
  await withStart({ events: shop as never, streams, level: 'warn' }, async (started) => {
    const { app, bus } = started;
    bus.execute(shop.order.paid, { amount: 5 });
    bus.execute(shop.order.sent);
    app.logger('bot', { stream: 'orders' }).debug('tagged');
    bus.setLogLevel('info');
    app.logger('payment.card').info('Charged', { duration_ms: 2000 });
    app.access({ path: '/' });
    await app.flush();
    assert.equal(linesOf(app.streams.slow!).length, 1);
    assert.is(app.streams.slow, join(started.dir, 'slow', 'requests.log'));
    assert.equal(Object.keys(app.streams), ['app', 'errors', 'performance', 'orders', 'audit', 'slow', 'notes']);
    assert.equal([linesOf(app.streams.orders!).length, linesOf(app.streams.audit!).length], [2, 1]);
    assert.equal(linesOf(app.streams.notes!), [
      'INFO shop.payment.card Charged duration_ms=2000',
      'INFO shop.access request_complete path=/',
    ]);
  });
});

test('a stream that can not be is refused by name, and nothing is made', async () => {
  await inFolder(async (dir) => {
    const wrong: readonly (readonly [streams: object, code: string, says: RegExp])[] = [
      [{ app: { fil: 'x' } }, 'OPTION_UNKNOWN', /streams\.app has no option "fil".*"file"/],
      [{ app: 'app.log' }, 'OPTION_INVALID', /streams\.app/],
      [{ app: null }, 'OPTION_INVALID', /streams\.app/],
      [{ 'a b': {} }, 'OPTION_INVALID', /streams: name/],
      [{ audit: { level: 'loud' } }, 'OPTION_INVALID', /streams\.audit: level/],
      [{ audit: { format: 'jsn' } }, 'OPTION_INVALID', /"json"/],
      [{ audit: { where: true } }, 'OPTION_INVALID', /streams\.audit: where/],
      [{ audit: { file: '../audit.log' } }, 'OPTION_INVALID', /streams\.audit\.file.*log directory/],
      [{ audit: { file: 'a/../../audit.log' } }, 'OPTION_INVALID', /streams\.audit\.file/],
      [{ audit: { file: 'a\\..\\audit.log' } }, 'OPTION_INVALID', /streams\.audit\.file/],
      [{ audit: { file: '' } }, 'OPTION_INVALID', /streams\.audit\.file/],
      [{ audit: { file: 'audit/' } }, 'OPTION_INVALID', /streams\.audit\.file/],
      [{ audit: { file: 'a\nb' } }, 'OPTION_INVALID', /streams\.audit\.file/],
      [{ audit: { file: 'app.log' } }, 'OPTION_INVALID', /app and audit can't share a file/],
      [{ audit: { file: './errors.log' } }, 'OPTION_INVALID', /errors and audit can't share a file/],
      [{ audit: { file: 'app.log.3' } }, 'OPTION_INVALID', /one is a rotated name of the other/],
      [{ audit: { file: 'app.log.3.gz' } }, 'OPTION_INVALID', /one is a rotated name of the other/],
      [{ audit: { rotate: { maxBytes: 1 } } }, 'OPTION_INVALID', /maxBytes/],
      [{ audit: { keep: { fils: 1 } } }, 'OPTION_UNKNOWN', /fils/],
    ];
    for (const [streams, code, says] of wrong) {
      const error = await failedStart({ logDir: join(dir, 'logs'), values: { logToFile: true }, streams });
      assert.is(error.code, code, JSON.stringify(streams));
      assert.match(error.message, says);
    }
  });
});

test('a file may be named anywhere by code', async () => {
  await inFolder(async (elsewhere) => {
    mkdirSync(join(elsewhere, 'audit'));
    const file = join(elsewhere, 'audit', 'audit.log');
    await withStart({ streams: { audit: { file, level: 'warn' } } }, async ({ app }) => {
      app.logger('bot').warn('line');
      await app.flush();
      assert.equal([app.streams.audit, linesOf(file).length], [file, 1]);
    });
  });
});

test.run();
