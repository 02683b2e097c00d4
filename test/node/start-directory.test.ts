import { chmodSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ConfigOptions, loadConfig } from '../../lib/config/load';
import type { ConfigInput } from '../../lib/config/table';
import { filePath, type LogPlace, logPlace, type Machine, pathPart, productionFolder } from '../../lib/node/log-directory';
import { errorOf, failedStart, inFolder, withStart } from '../support/started';

interface Asked extends Machine {
  readonly values?: ConfigInput;
  readonly env?: Record<string, string>;
  readonly profiles?: ConfigOptions['profiles'];
  readonly perInstance?: boolean;
}

const place = ({ values = {}, env = {}, profiles, perInstance = false, ...machine }: Asked): LogPlace =>
  logPlace(loadConfig({ values: { app: 'shop', ...values }, env, profiles }), perInstance, machine);

test('the argument comes before LOG_DIR, that before the folder of LOG_FILE, that before ./logs', () => {
  const env = { LOG_DIR: '/from/variable', LOG_FILE: '/from/file/main.log' };
  assert.is(place({ values: { logDir: 'from/argument' }, env }).folder, resolve('from/argument'));
  assert.is(place({ env }).folder, '/from/variable');
  assert.equal(place({ env: { LOG_FILE: env.LOG_FILE } }), { folder: '/from/file', appFile: '/from/file/main.log', isPerInstance: false });
  assert.equal(place({ env: { LOG_FILE: 'some/main.log' } }).appFile, resolve('some/main.log'));
  assert.is(place({ profiles: { development: { logDir: '/from/profile' } } }).folder, '/from/profile');
  assert.is(place({}).folder, resolve('logs'));
  assert.is(place({ env: { APP_ENV: 'staging' } }).folder, resolve('logs'));
  // A name without a folder says nothing about the folder.
  assert.equal(place({ env: { LOG_FILE: 'main.log' } }), { folder: resolve('logs'), appFile: undefined, isPerInstance: false });
});

test('in production it is /var/log/<app>, which is made, or the home folder where that can not be written', async () => {
  await inFolder((dir) => {
    const [home, varLog] = [join(dir, 'home'), join(dir, 'log')];
    mkdirSync(varLog);
    const env = { APP_ENV: 'production' };
    assert.is(place({ env, home, varLog }).folder, join(varLog, 'shop'));
    assert.is(statSync(join(varLog, 'shop')).mode & 0o777, 0o700);
    assert.is(place({ env, home, varLog }).folder, join(varLog, 'shop'), 'it is there already');
    rmSync(join(varLog, 'shop'), { recursive: true });
    writeFileSync(join(varLog, 'shop'), '', { mode: 0o755 });
    assert.is(place({ env, home, varLog }).folder, join(home, '.shop', 'logs'), 'a file is in the way');
    assert.is(place({ env, home, varLog: join(dir, 'none') }).folder, join(home, '.shop', 'logs'), 'it can not be made');
    assert.is(place({ env: { ...env, LOG_DIR: '/elsewhere' }, home, varLog }).folder, '/elsewhere');
    assert.is(place({ env: { LOG_DIR: 'auto' }, home, varLog: join(dir, 'none') }).folder, join(home, '.shop', 'logs'));
    assert.not(existsSync(home));
  });
});

test('a folder of /var/log that only others may write is not used', async () => {
  await inFolder((dir) => {
    mkdirSync(join(dir, 'shop'));
    chmodSync(join(dir, 'shop'), 0o500);
    const isRoot = process.getuid?.() === 0;
    const folder = productionFolder('shop', 0o700, { home: '/home/me', varLog: dir });
    assert.is(folder, isRoot ? join(dir, 'shop') : '/home/me/.shop/logs');
  });
});

test('in production an application without a name writes into ./logs', () => {
  assert.is(place({ values: { app: undefined }, env: { APP_ENV: 'production' } }).folder, resolve('logs'));
});

test('instances have folders of their own by option', () => {
  const perInstance = true;
  const values = { instance: 'two' };
  assert.is(place({ perInstance, values }).folder, resolve('instances/two/logs'));
  assert.is(place({ perInstance, values: { ...values, logDir: '/srv' } }).folder, '/srv/instances/two/logs');
  assert.equal(place({ perInstance, values, env: { LOG_FILE: '/srv/main.log' } }), {
    folder: '/srv/instances/two/logs',
    appFile: '/srv/instances/two/logs/main.log',
    isPerInstance: true,
  });
});

test('names that are no part of a path are refused where they would be one, and only there', async () => {
  for (const name of ['..', '.hidden', 'a/b', 'a\\b', '', ' a', 'a b', 'é', 'a\0', '-x', 'x'.repeat(65)]) {
    assert.is((await errorOf(() => pathPart('app', name))).code, 'CONFIG_INVALID', name);
  }
  for (const name of ['shop', 'Shop-2.beta_1', '1', 'x'.repeat(64)]) assert.is(pathPart('app', name), name);
  await inFolder(async (dir) => {
    const files = { logDir: dir, values: { logToFile: true } };
    assert.is((await failedStart({ ...files, instance: '../x', instanceFolders: true })).code, 'CONFIG_INVALID');
    assert.is((await failedStart({ ...files, app: 'my shop', presets: 'platform' })).code, 'CONFIG_INVALID');
    await withStart({ app: 'my shop', instance: '../x', logDir: dir }, ({ app }) => assert.is(app.streams.app, join(dir, 'app.log')));
  });
});

test('LOG_FILE and ERROR_LOG_FILE name the files of app and errors', async () => {
  await inFolder(async (dir) => {
    const start = async (env: Record<string, string>, options: object, check: (streams: Readonly<Record<string, string>>) => void) =>
      withStart({ env, logDir: undefined as never, ...options }, ({ app }) => check(app.streams));
    await start({ LOG_FILE: join(dir, 'a', 'main.log'), ERROR_LOG_FILE: join(dir, 'b', 'bad.log') }, {}, ({ app, errors, access }) => {
      assert.equal([app, errors, access], [join(dir, 'a', 'main.log'), join(dir, 'b', 'bad.log'), join(dir, 'a', 'access.log')]);
    });
    await start({ LOG_FILE: 'main.log', ERROR_LOG_FILE: 'sub/bad.log', LOG_DIR: dir }, {}, ({ app, errors }) => {
      assert.equal([app, errors], [join(dir, 'main.log'), join(dir, 'sub', 'bad.log')]);
    });
    const env = { LOG_FILE: join(dir, 'c', 'main.log'), ERROR_LOG_FILE: 'sub/bad.log' };
    await start(env, { instanceFolders: true }, ({ app, errors }) => {
      const folder = join(dir, 'c', 'instances', 'main', 'logs');
      assert.equal([app, errors], [join(folder, 'main.log'), join(folder, 'bad.log')]);
    });
    await start({ LOG_FILE: 'main.log', LOG_DIR: dir }, { streams: { app: { file: 'own.log' } } }, ({ app }) =>
      assert.is(app, join(dir, 'own.log')),
    );
    const outside = await failedStart({ env: { LOG_DIR: dir, ERROR_LOG_FILE: '../bad.log', LOG_TO_FILE: '1' } });
    assert.is(outside.code, 'OPTION_INVALID');
    assert.match(outside.message, /ERROR_LOG_FILE is not valid/);
  });
});

test('a relative ERROR_LOG_FILE with a folder stands where the program runs, as LOG_FILE does', () => {
  const { folder } = place({ env: { LOG_FILE: 'logs/app.log' } });
  assert.is(folder, resolve('logs'));
});

test('a name stays in its folder', () => {
  assert.is(filePath('/logs', 'a/b.log', 'file'), '/logs/a/b.log');
  assert.is(filePath('/logs', '/x/y.log', 'file'), '/x/y.log');
});

test('tests that write files without a named place get a new folder in the temporary one', async () => {
  const folders: string[] = [];
  for (let start = 0; start < 2; start++) {
    await withStart({ environment: 'test', values: { logToFile: true }, logDir: undefined as never }, ({ app }) => {
      folders.push(dirname(app.streams.app!));
      assert.ok(existsSync(app.streams.app!));
    });
  }
  assert.equal(folders.map(dirname), [tmpdir(), tmpdir()]);
  assert.is.not(folders[0], folders[1]);
  for (const folder of folders) rmSync(folder, { recursive: true });
});

test.run();
