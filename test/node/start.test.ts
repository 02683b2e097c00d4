import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry as createCore } from '../../lib/core/index';
import { createTelemetry, defineEvent, defineEvents, memorySink, type Sink, telemetry } from '../../lib/index';
import { startTelemetry } from '../../lib/node';
import { errorOf, failedStart, inFolder, linesOf, recordsOf, withStart } from '../support/started';

const shop = defineEvents('shop', {
  cart: { add: defineEvent<{ price: number }, { sku: string }>(), checkout: defineEvent<{ duration: number }>() },
});

test('one call: events are counted and logged, loggers write, and the configuration can be read', async () => {
  await withStart({ events: shop as never, instance: 'two', values: { port: 9000 } }, async ({ app, bus, records }) => {
    bus.execute(shop.cart.add, { price: 5 }, { sku: 'A-1' });
    bus.execute(shop.cart.checkout, { duration: 12 });
    app.logger('cart').info('ready');
    assert.equal(bus.getCounters(), { 'shop.cart.add': 1, 'shop.cart.checkout': 1 });
    await app.flush();
    assert.equal(records('app.log').map(({ message, instance, port }) => [message, instance, port]), [['shop.cart.add', 'two', 9000], ['shop.cart.checkout', 'two', 9000], ['ready', 'two', 9000]]); // biome-ignore format: short
    const { app: name, environment, port } = app.config;
    assert.equal([name, environment, port, app.telemetry === bus], ['shop', 'production', 9000, true]);
  });
});

test('without a bus it is the default one', async () => {
  await inFolder(async (logDir) => {
    const app = await startTelemetry({ app: 'shop', environment: 'production', env: {}, logDir, console: false });
    try {
      assert.is(app.telemetry as unknown, telemetry);
      telemetry.logger('cart').info('line');
      await app.flush();
      assert.is(recordsOf(join(logDir, 'app.log'))[0]?.message, 'line');
    } finally {
      await app.stop();
    }
    assert.equal(telemetry.listHandlers(), []);
  });
});

test('an argument wins over a variable, a variable over a profile, a profile over the default', async () => {
  const env = { LOG_LEVEL: 'error', INSTANCE_NAME: 'variable', APP_NAME: 'variable' };
  const profiles = { production: { instance: 'profile', port: 7000 } };
  await withStart({ env, profiles, level: 'warn', values: { app: 'values' }, app: 'argument' } as object, async ({ app, records }) => {
    app.logger('bot').warn('line');
    app.logger('bot').info('below');
    await app.flush();
    const [record, ...others] = records('app.log');
    assert.equal([record!.app, record!.instance, record!.port, others], ['argument', 'variable', 7000, []]);
    assert.equal(app.config.explain().find(({ key }) => key === 'logLevel')?.source, 'argument'); // biome-ignore format: short
  });
});

test('what was said of the log of the bus before the start does not hold any more', async () => {
  const bus = createTelemetry({ environment: 'test', log: { app: 'before', level: 'silent', sinks: [memorySink()] } });
  await withStart({ bus: bus as never }, async ({ app, records }) => {
    app.logger('bot').info('line');
    await app.flush();
    assert.is(records('app.log')[0]?.app, 'shop');
  });
});

test('own sinks stand beside the files, and stop closes them', async () => {
  const memory = memorySink();
  const calls: string[] = [];
  const own: Sink = {
    name: 'own',
    write: () => calls.push('write'),
    flush: async () => void calls.push('flush'),
    close: async () => void calls.push('close'),
  };
  const failing: Sink = { name: 'failing', write: () => undefined, flush: () => Promise.reject(new Error('no')), close: () => Promise.reject(new Error('no')) }; // biome-ignore format: short
  await withStart({ sinks: [own, failing, { sink: memory, level: 'warn', format: 'minimal' }] }, async ({ app, records }) => {
    app.logger('bot').warn('line');
    await app.flush();
    assert.equal([memory.lines, records('app.log').length], [['WARNING shop.bot line\n'], 1]);
    const { sinks } = await app.stop();
    assert.equal(calls, ['write', 'flush', 'flush', 'close']);
    assert.equal(Object.keys(sinks).slice(-3), ['own', 'failing', 'memory']);
  });
});

test('LOG_TO_FILE=false makes no file and no folder', async () => {
  await inFolder(async (dir) => {
    const logDir = join(dir, 'logs');
    const memory = memorySink();
    await withStart({ env: { LOG_TO_FILE: 'false' }, logDir, sinks: [{ sink: memory, format: 'minimal' }] }, async ({ app }) => {
      app.logger('bot').info('line');
      assert.equal([app.streams, memory.lines, existsSync(logDir)], [{}, ['INFO shop.bot line\n'], false]);
    });
  });
});

test('files and folders are for their owner alone, unless LOG_FILE_MODE and LOG_DIR_MODE say otherwise', async () => {
  await inFolder(async (dir) => {
    const umask = process.umask(0);
    try {
      for (const [folder, env, modes] of [
        ['a', {}, [0o700, 0o600]],
        ['b', { LOG_FILE_MODE: '0640', LOG_DIR_MODE: '750' }, [0o750, 0o640]],
      ] as const) {
        const logDir = join(dir, folder, 'logs');
        await withStart({ logDir, env }, ({ app }) => {
          assert.equal([statSync(logDir).mode & 0o777, statSync(app.streams.errors!).mode & 0o777], modes);
        });
      }
    } finally {
      process.umask(umask);
    }
  });
});

test('stop says exactly what became of all lines, once, whoever asks', async () => {
  await withStart({ env: { LOG_MAX_BYTES: '2KB' } }, async ({ app, dir }) => {
    for (let line = 0; line < 100; line++) app.logger('bot').info(`line ${line}`);
    for (let line = 0; line < 5; line++) app.logger('bot').error(`error ${line}`);
    app.access({ method: 'GET' });
    const [one, other] = await Promise.all([app.stop(), app.stop()]);
    assert.is(one, other);
    assert.is(await app.stop(), one);
    const lines = readdirSync(dir).reduce((sum, file) => sum + linesOf(join(dir, file)).length, 0);
    assert.equal([one.accepted, one.queued, one.sinks.app?.accepted, one.sinks.errors?.written], [106 + 5 + 1, 0, 106, 5]);
    assert.is(one.written, 112);
    assert.equal(one.dropped, {});
    assert.ok(lines <= 112 && one.rotated >= 10 && one.tookMs > 0, `${lines} ${one.rotated}`);
  });
});

test('what is logged after the stop is counted as dropped, and no handler is left', async () => {
  await withStart({}, async ({ app, bus, records }) => {
    app.logger('bot').info('before');
    await app.stop();
    assert.equal(bus.listHandlers(), []);
    bus.execute(['shop', 'cart', 'add']);
    app.logger('bot').error('after');
    assert.equal(app.stats().accounting.dropped, { closed: 2 });
    assert.equal(records('app.log').map(({ message }) => message), ['before']); // biome-ignore format: short
  });
});

test('handlers that were attached before stay attached, and none is attached unless wanted', async () => {
  const bus = createTelemetry({ environment: 'test', log: { sinks: [] } });
  bus.attachMetricsHandler();
  await withStart({ bus: bus as never }, async ({ app }) => {
    assert.equal(bus.listHandlers().map(({ id }) => id), ['telemetry-metrics', 'telemetry-log', 'telemetry-slow']); // biome-ignore format: short
    await app.stop();
    assert.equal(bus.listHandlers().map(({ id }) => id), ['telemetry-metrics']); // biome-ignore format: short
  });
  await withStart({ handlers: false }, ({ bus: other }) => assert.equal(other.listHandlers(), []));
});

test('a bus is started once at a time; after the stop it can be started again', async () => {
  await withStart({}, async ({ app, bus, dir }) => {
    const again = () => startTelemetry({ app: 'again', bus, environment: 'production', env: {}, logDir: dir, console: false });
    assert.is((await errorOf(again)).code, 'ALREADY_STARTED');
    app.logger('bot').info('one');
    const stopping = app.stop();
    assert.is((await errorOf(again)).code, 'ALREADY_STARTED');
    await stopping;
    const second = await again();
    bus.logger('bot').info('two');
    bus.execute(['again', 'cart', 'add']);
    await second.stop();
    const messages = recordsOf(join(dir, 'app.log')).map(({ app: name, message }) => [name, message]);
    assert.equal(messages, [['shop', 'one'], ['again', 'two'], ['again', 'again.cart.add']]); // biome-ignore format: short
    // The first one is over, whatever became of its bus.
    await app.stop();
    const third = await again();
    await third.stop();
  });
});

test('a start that fails leaves the bus as it was, and can be tried again', async () => {
  await inFolder(async (dir) => {
    const memory = memorySink();
    const bus = createTelemetry({ environment: 'test', log: { app: 'before', level: 'info', format: 'minimal', sinks: [memory] } });
    const options = { app: 'shop', bus, environment: 'production', env: {}, logDir: dir, console: false } as const;
    mkdirSync(join(dir, 'app.log'));
    assert.is((await errorOf(() => startTelemetry(options))).code, 'SINK_OPEN_FAILED');
    assert.is((await errorOf(() => startTelemetry({ ...options, streams: { app: false }, sinks: [{ sink: memory, format: 'jsn' }] }))).code, 'OPTION_INVALID'); // biome-ignore format: short
    bus.logger('bot').info('line');
    assert.equal([memory.lines, bus.listHandlers()], [['INFO before.bot line\n'], []]);
    const app = await startTelemetry({ ...options, streams: { app: false } });
    assert.equal(Object.keys(app.streams), ['errors', 'access', 'security', 'performance']);
    await app.stop();
  });
});

test('one error names all files that can not be opened, and why', async () => {
  await inFolder(async (dir) => {
    mkdirSync(join(dir, 'errors.log'));
    writeFileSync(join(dir, 'target'), '');
    symlinkSync(join(dir, 'target'), join(dir, 'access.log'));
    const error = await failedStart({ logDir: dir, values: { logToFile: true } });
    assert.is(error.code, 'SINK_OPEN_FAILED');
    assert.match(error.message, /2 log files can't be opened/);
    assert.match(error.message, `errors, ${join(dir, 'errors.log')}: `);
    assert.match(error.message, `access, ${join(dir, 'access.log')}: `);
  });
});

test('a folder that can not be is refused at the start', async () => {
  await inFolder(async (dir) => {
    writeFileSync(join(dir, 'file'), '');
    const error = await failedStart({ logDir: join(dir, 'file'), values: { logToFile: true } });
    assert.is(error.code, 'SINK_OPEN_FAILED');
    assert.match(error.message, /5 log files/);
    chmodSync(join(dir, 'file'), 0o600);
  });
});

test('what is wrong is refused by name: options, configuration, the bus', async () => {
  const cases: readonly (readonly [options: object, code: string, says: RegExp])[] = [
    [{ stream: {} }, 'OPTION_UNKNOWN', /"stream".*"streams"/],
    [{ config: {} }, 'OPTION_UNKNOWN', /"config"/],
    [{ presets: 'webb' }, 'CONFIG_INVALID', /values\.logPreset: got "webb". Did you mean "web"/],
    [{ level: 'loud', env: { PORT: 'x' } }, 'CONFIG_INVALID', /There are 2 problems/],
    [{ values: { logLevl: 'info' } }, 'CONFIG_INVALID', /"logLevl"/],
    [{ env: { LOG_FILE_MODE: '666x' } }, 'CONFIG_INVALID', /LOG_FILE_MODE: got "666x".*three octal digits/],
    [{ console: { colour: true } }, 'OPTION_UNKNOWN', /console has no option "colour".*"colors"/],
    [{ console: 'no' }, 'OPTION_INVALID', /console/],
    [{ console: { stderrFrom: 'loud' } }, 'OPTION_INVALID', /stderrFrom/],
    [{ signals: ['TERM'] }, 'OPTION_INVALID', /signals/],
    [{ signals: 'SIGTERM' }, 'OPTION_INVALID', /signals/],
    [{ reopenOn: 'hup' }, 'OPTION_INVALID', /reopenOn/],
    [{ closeDeadlineMs: -1 }, 'OPTION_INVALID', /closeDeadlineMs/],
    [{ exitDeadlineMs: Number.POSITIVE_INFINITY }, 'OPTION_INVALID', /exitDeadlineMs/],
    [{ bus: createCore() }, 'OPTION_INVALID', /bus/],
    [{ bus: 'bus' }, 'OPTION_INVALID', /bus/],
    [{ sinks: ['file'] }, 'OPTION_INVALID', /Sink/],
    [{ fieldsUnder: 'message' }, 'OPTION_INVALID', /fieldsUnder/],
    [{ events: {} }, 'OPTION_INVALID', /events/],
  ];
  for (const [options, code, says] of cases) {
    const error = await failedStart(options);
    assert.is(error.code, code, JSON.stringify(options));
    assert.match(error.message, says);
  }
});

test('flush says what still waits at its deadline, by sink', async () => {
  let isDone: (() => void) | undefined;
  const stuck: Sink = {
    name: 'stuck',
    write: () => undefined,
    stats: () => ({ accepted: 3, written: 1, queued: 2, dropped: {} }),
    flush: () => new Promise((resolve) => (isDone = resolve)),
  };
  await withStart({ sinks: [stuck], closeDeadlineMs: 100 }, async ({ app }) => {
    app.logger('bot').info('line');
    assert.equal((await app.flush(100)).queued, { stuck: 2 });
    const { queued, sinks } = await app.stop();
    assert.equal([queued, sinks.stuck?.queued], [2, 2]);
    isDone?.();
  });
});

test('stats are those of the log, of each stream, and the sum of all', async () => {
  await withStart({}, async ({ app }) => {
    app.logger('bot').error('line');
    await app.flush();
    const { lines, streams, accounting, sinks } = app.stats();
    assert.equal([lines, Object.keys(streams), sinks.length], [1, ['app', 'errors', 'access', 'security', 'performance'], 5]);
    assert.equal([streams.app?.written, streams.errors?.written, streams.access?.written], [1, 1, 0]);
    assert.equal(accounting, { accepted: 2, written: 2, queued: 0, dropped: {} });
  });
});

test('the account is that of the files even when the log was configured without them meanwhile', async () => {
  await withStart({}, async ({ app, bus }) => {
    app.logger('bot').info('line');
    bus.configureLog({ sinks: [memorySink(), memorySink(), memorySink({ name: 'app' })] });
    app.logger('bot').info('elsewhere');
    const { accounting } = app.stats();
    assert.is(accounting.accepted, 4);
    assert.equal(Object.keys((await app.stop()).sinks).slice(-3), ['memory', 'memory 2', 'app 2']);
  });
});

test('doubts about the configuration are told to onWarning', async () => {
  // Each doubt is told once in a process: one that no other test has.
  await withStart({ env: { TELEMETRY_DOUBT_OF_A_START: '1' } }, ({ warnings }) => {
    assert.equal(warnings.map(({ code }) => code), ['CONFIG_DOUBTFUL']); // biome-ignore format: short
  });
});

test('a dropped line is told of in the file, in its format', async () => {
  await withStart({ presets: 'platform', streams: { app: { maxQueuedBytes: 65_536 } } }, async ({ app, text }) => {
    for (let line = 0; line < 1000; line++) app.logger('bot').info(`line ${line} ${'x'.repeat(500)}`);
    app.logger('bot').error('kept');
    await app.flush();
    app.logger('bot').info('last');
    await app.flush();
    const { app: stats } = app.stats().streams;
    const lost = Object.values(stats!.dropped).reduce((sum, lines) => sum + lines, 0);
    assert.ok(lost > 0);
    assert.match(text('shop.log'), / - shop\.telemetry - WARNING - Log lines were dropped dropped=/);
    assert.match(text('shop.log'), ' - ERROR - kept');
    assert.is(stats!.accepted, stats!.written + lost);
  });
});

test('leaving a scope stops', async () => {
  await inFolder(async (logDir) => {
    const bus = createTelemetry({ environment: 'test' });
    {
      await using app = await startTelemetry({ app: 'shop', bus, environment: 'production', env: {}, logDir, console: false });
      app.logger('bot').info('line');
    }
    assert.equal([linesOf(join(logDir, 'app.log')).length, bus.listHandlers()], [1, []]);
  });
});

test.run();
