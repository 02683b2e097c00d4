/** What `telemetry-bus check` finds out about the configuration, the log folder, the disk, the port and instances. */
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { type AddressInfo, createServer, type Server as TcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadConfig } from '../../../lib/config/load';
import { ask, NoAnswer, NotWell } from '../../../lib/node/cli/check/ask';
import { checkDatabase } from '../../../lib/node/cli/check/database';
import { exitCodeOf, type Finding } from '../../../lib/node/cli/check/finding';
import { checkInstance } from '../../../lib/node/cli/check/instances';
import { checkLogFiles } from '../../../lib/node/cli/check/log-files';
import { logFolderPath } from '../../../lib/node/cli/check/log-folder-path';
import { checkPort } from '../../../lib/node/cli/check/port';
import { listenerOf } from '../../../lib/node/cli/check/port-owner';
import { POSTGRES } from '../../../lib/node/cli/check/postgres';
import { printFinding } from '../../../lib/node/cli/check/print-finding';
import { reasonOf } from '../../../lib/node/cli/check/reason';
import { secretsOf } from '../../../lib/node/cli/check/secrets';
import { fixFor } from '../../../lib/node/cli/check/try-to-write';
import { runCommandLine } from '../../../lib/node/cli/run';
import { start } from './program';
import { keepOutput } from './surroundings';

const root = mkdtempSync(join(tmpdir(), 'telemetry-check-'));
process.on('exit', () => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => {
  const path = join(root, `folder-${++folders}`);
  mkdirSync(path);
  return path;
};

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const around = keepOutput({ LOG_DIR: join(root, 'logs'), PORT: '0', ...env });
  const code = await runCommandLine(['check', ...args], around);
  return { code, lines: around.written.stdout.split('\n').slice(0, -1), ...around.written };
}
async function findings(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { code, stdout } = await run([...args, '--json'], env);
  const told = JSON.parse(stdout) as { exitCode: number; findings: Finding[] };
  assert.is(told.exitCode, code);
  const of = (check: string): Finding => told.findings.find((finding) => finding.check === check)!;
  return { code, of, all: told.findings };
}

/** Has a server for as long as something is done with it. */
async function withServer<Kind extends Server | TcpServer>(server: Kind, work: (port: number) => Promise<void>, host = '127.0.0.1') {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  try {
    await work((server.address() as AddressInfo).port);
  } finally {
    (server as Partial<Server>).closeAllConnections?.();
    await new Promise((resolve) => server.close(resolve));
  }
}
const isLinux = process.platform === 'linux';
const isRoot = process.getuid?.() === 0;

test('all is well: a line each, and code 0', async () => {
  const { code, lines, stderr } = await run([], { APP_ENV: 'production' });
  assert.is(code, 0);
  assert.is(stderr, '');
  assert.is(lines[0], 'ok    The configuration for production is valid; from the environment:');
  assert.ok(lines.includes(`ok    The log folder ${join(root, 'logs')} is not there yet and can be made`));
  assert.ok(lines.some((line) => /^ok {4}The disk of .* has [\d.]+ [KMGT]B free of [\d.]+ [KMGT]B, \d+ % are used$/.test(line)));
  assert.is(lines.at(-1), 'ok    PORT is 0: the system chooses a free one');
  assert.not.ok(existsSync(join(root, 'logs')), 'nothing is made');
});

test('every problem of the configuration is listed, with what to do; code 11', async () => {
  const { code, lines } = await run([], { LOG_LEVEL: 'inof', PORT: 'abc' });
  assert.is(code, 11);
  assert.equal(lines, [
    'FAIL  The configuration is not valid',
    '      PORT: got "abc". Allowed: a whole number from 0 to 65,535',
    '      LOG_LEVEL: got "inof". Did you mean "info"? Allowed: trace, debug, info, warn, error, critical, silent',
    '      -> Correct what is listed, or leave it out.',
  ]);
});

test('what is set is shown as it was read, and secrets are not, right or wrong', async () => {
  const env = { LOG_LEVEL: 'info,coder.llm=debug', SLACK_BOT_TOKEN: 'xoxb-canary-1', SLACK_WEBHOOK_URL: 'https://canary.example/canary' };
  const { all } = await findings([], { ...env, SLACK_CHANNEL_ID: 'C1', APP_NAME: 'a\u001b[2J\u009b' });
  assert.is(all.find(({ status }) => status === 'failed')?.check, 'configuration');
  const { of, all: right } = await findings([], { ...env, SLACK_CHANNEL_ID: 'C1' });
  const { details } = of('configuration');
  assert.ok(details?.includes('LOG_LEVEL=info,coder.llm=debug'), details?.join());
  assert.ok(
    details?.includes('SLACK_BOT_TOKEN=***') && details.includes('SLACK_WEBHOOK_URL=***') && details.includes('SLACK_CHANNEL_ID=C1'),
  );
  assert.not.match(JSON.stringify(right), 'canary');
  const wrong = await run([], { SLACK_BOT_TOKEN: 'canary canary', SLACK_WEBHOOK_URL: 'http://canary' });
  assert.match(wrong.stdout, 'SLACK_BOT_TOKEN: got ***. Allowed: 8 to 512');
  assert.not.match(wrong.stdout + wrong.stderr, 'canary');
});

test('values that do nothing without others are warnings, which fail nothing', async () => {
  const warned = async (env: Record<string, string>) => {
    const { code, all } = await findings([], env);
    assert.is(code, 0);
    return all.filter(({ status }) => status === 'warning').map(({ message }) => message);
  };
  assert.equal(await warned({ SLACK_BOT_TOKEN: 'xoxb-12345' }), ['SLACK_BOT_TOKEN is set, but not the channel it posts to']);
  assert.equal(await warned({ SLACK_CHANNEL_ID: 'C1' }), ['SLACK_CHANNEL_ID is set, but nothing posts to it']);
  assert.equal(await warned({ SLACK_CHANNEL_ID: 'C1', SLACK_WEBHOOK_URL: 'https://hooks.example/x' }), [
    'SLACK_CHANNEL_ID is set, but a webhook posts to a channel of its own',
  ]);
  assert.equal(await warned({ SLACK_CHANNEL_ID: 'C1', SLACK_BOT_TOKEN: 'xoxb-12345' }), []);
  assert.equal(await warned({ TELEMETRY_LOG_LEVLE: 'info' }), [
    'Variable "TELEMETRY_LOG_LEVLE" is not known and has no effect. Did you mean "TELEMETRY_LOG_LEVEL"?',
  ]);
});

test('a log folder that is there: what it holds, and nothing is left in it', async () => {
  const folder = newFolder();
  const told = async () => (await findings([], { LOG_DIR: folder })).of('log folder').message;
  assert.is(await told(), `The log folder ${folder} can be written to; it holds no file yet`);
  writeFileSync(join(folder, 'app.log'), 'x'.repeat(1536));
  assert.is(await told(), `The log folder ${folder} can be written to; it holds 1.5 KB in 1 file`);
  mkdirSync(join(folder, 'archive'));
  writeFileSync(join(folder, 'archive', 'app.log.1'), 'x'.repeat(1536));
  assert.is(await told(), `The log folder ${folder} can be written to; it holds 3.0 KB in 2 files`);
  assert.equal(readdirSync(folder).sort(), ['app.log', 'archive']);
});

test('a log folder that can not be is told with the reason and a fix; code 11', async () => {
  const file = join(newFolder(), 'file');
  writeFileSync(file, '');
  const failure = async (path: string) => {
    const { code, of } = await findings([], { LOG_DIR: path });
    assert.is(code, 11);
    assert.match(of('log folder').fix!, 'LOG_DIR');
    return of('log folder').message;
  };
  assert.is(await failure(file), `${file} is no folder`);
  assert.is(await failure(join(file, 'logs')), `The log folder ${join(file, 'logs')} can't be made in ${file}: it is no folder`);
  if (isLinux) assert.is(await failure('/proc/logs'), "The log folder /proc/logs can't be made in /proc: ENOENT");
  if (isRoot) return;
  const closed = newFolder();
  chmodSync(closed, 0o500);
  assert.is(await failure(closed), `Nothing can be written in the log folder ${closed}: EACCES`);
  assert.is(await failure(join(closed, 'logs')), `The log folder ${join(closed, 'logs')} can't be made in ${closed}: EACCES`);
});

test('a log file that an application could not open is told, and left as it is; code 11', async () => {
  const failures = async (folder: string, env: Record<string, string> = {}) => {
    const { code, all } = await findings([], { APP_ENV: 'production', LOG_DIR: folder, ...env });
    const failed = all.filter(({ status }) => status === 'failed');
    assert.is(code, failed.length === 0 ? 0 : 11);
    for (const { check, fix } of failed) {
      assert.is(check, 'log file');
      assert.match(fix!, /^(Remove|Give permission).*LOG_DIR\.$/);
    }
    return failed.map(({ message }) => message);
  };
  const folder = newFolder();
  const outside = join(newFolder(), 'outside');
  writeFileSync(outside, 'as it was');
  mkdirSync(join(folder, 'app.log'));
  symlinkSync(outside, join(folder, 'errors.log'));
  linkSync(outside, join(folder, 'security.log'));
  writeFileSync(join(folder, 'access.log'), 'half a line');
  assert.equal(await failures(folder), [
    `The log file ${join(folder, 'app.log')} can't be opened: it is a folder`,
    `The log file ${join(folder, 'errors.log')} can't be opened: it is a symbolic link`,
    `The log file ${join(folder, 'security.log')} can't be opened: it has more than one name (hard links)`,
  ]);
  assert.equal([readFileSync(outside, 'utf8'), readFileSync(join(folder, 'access.log'), 'utf8')], ['as it was', 'half a line']);
  assert.equal(await failures(folder, { LOG_TO_FILE: 'false' }), []);

  const fine = newFolder();
  assert.equal(await failures(fine, { LOG_FILE: outside, ERROR_LOG_FILE: join(fine, 'none', 'errors.log') }), [
    `The log file ${outside} can't be opened: it has more than one name (hard links)`,
  ]);
  assert.equal(await failures(fine, { APP_ENV: 'test', LOG_TO_FILE: 'true', ERROR_LOG_FILE: join(folder, 'app.log') }), [
    `The log file ${join(folder, 'app.log')} can't be opened: it is a folder`,
  ]);
  const below = join(outside, 'errors.log');
  assert.equal(await failures(fine, { ERROR_LOG_FILE: below }), [`The log file ${below} can't be made in ${outside}: it is no folder`]);
  assert.equal(readdirSync(fine), [], 'nothing is made');
  if (isRoot) return;
  writeFileSync(join(fine, 'app.log'), '', { mode: 0o400 });
  assert.equal(await failures(fine), [`The log file ${join(fine, 'app.log')} can't be opened: EACCES`]);
});

test("in tests, which have a new folder each time, a file beside it is nobody's business", async () => {
  const { all } = await findings([], { APP_ENV: 'test', LOG_TO_FILE: 'true', LOG_DIR: '' });
  assert.equal(
    all.filter(({ status }) => status === 'failed'),
    [],
  );
  const config = loadConfig({ env: { APP_ENV: 'test' } });
  const shared = newFolder();
  mkdirSync(join(shared, 'app.log'));
  assert.equal(checkLogFiles(config, shared), []);
  assert.is(checkLogFiles(loadConfig({ env: {} }), shared).length, 1);
});

test('file names that can not be are told, with what to do', async () => {
  const { code, of } = await findings([], { LOG_DIR: newFolder(), LOG_FILE: '../up.log' });
  assert.is(code, 11);
  assert.match(of('log file').message, /^LOG_FILE is not valid\. Got "\.\.\/up\.log"$/);
  const twice = await findings([], { LOG_DIR: newFolder(), LOG_FILE: 'one.log', ERROR_LOG_FILE: 'one.log' });
  assert.match(twice.of('log file').message, "The streams app and errors can't share a file");
});

test('a link that leads nowhere can not be the log folder', async () => {
  const link = join(newFolder(), 'logs');
  symlinkSync(join(root, 'nowhere', 'at-all'), link);
  const told = async (path: string) => {
    const { code, of } = await findings([], { LOG_DIR: path });
    assert.is(code, 11);
    assert.match(of('log folder').fix!, 'LOG_DIR');
    return of('log folder').message;
  };
  assert.is(await told(link), `${link} is a link that leads nowhere`);
  assert.is(
    await told(join(link, 'deeper')),
    `The log folder ${join(link, 'deeper')} can't be made in ${link}: it is a link that leads nowhere`,
  );
});

test('what to do about a folder that can not be written in is what helps', () => {
  assert.match(fixFor('ENOSPC'), /^Make room/);
  assert.match(fixFor('EDQUOT'), /^Make room/);
  assert.match(fixFor('EROFS'), /^Mount it/);
  assert.match(fixFor('EACCES'), /^Give permission/);
  for (const code of ['ENOSPC', 'EROFS', 'EACCES', 'EIO']) assert.match(fixFor(code), 'LOG_DIR');
});

test('the help says that a file is written and removed', async () => {
  const { stdout } = await run(['--help']);
  assert.match(
    stdout.replace(/\s+/g, ' '),
    'a file of one byte is written in the log folder, or in the one above it, and removed; nothing else',
  );
});

test('without files there is no folder to look at', async () => {
  const { of, all } = await findings([], { LOG_TO_FILE: 'false', LOG_DIR: '/proc/logs' });
  assert.is(of('log folder').message, 'No log files are written, because LOG_TO_FILE is false');
  assert.equal(
    all.map(({ check }) => check),
    ['configuration', 'log folder', 'port'],
  );
});

test('the folder is the one an application would take, and it is not made', () => {
  const home = newFolder();
  const varLog = newFolder();
  const place = (env: Record<string, string>) => logFolderPath(loadConfig({ env }), { home, varLog });
  const production = { APP_ENV: 'production', APP_NAME: 'shop' };
  assert.is(place({ LOG_DIR: '/a/b' }), '/a/b');
  assert.is(place({}), join(process.cwd(), 'logs'));
  assert.is(place({ LOG_FILE: '/a/b/app.log' }), '/a/b');
  assert.is(place({ LOG_FILE: 'app.log' }), join(process.cwd(), 'logs'));
  assert.is(place({ APP_ENV: 'test' }), tmpdir());
  assert.is(place({ APP_ENV: 'test', LOG_DIR: '/a/b' }), '/a/b');
  assert.is(place({ APP_ENV: 'test', LOG_FILE: '/a/c/app.log' }), '/a/c');
  assert.is(place({ APP_ENV: 'production' }), join(process.cwd(), 'logs'));
  assert.is(place(production), join(varLog, 'shop'));
  assert.equal(readdirSync(varLog), []);
  writeFileSync(join(varLog, 'shop'), 'not a folder', { mode: 0o700 });
  assert.is(place(production), join(home, '.shop', 'logs'));
  symlinkSync(join(varLog, 'nowhere'), join(varLog, 'kiosk'));
  assert.is(place({ ...production, APP_NAME: 'kiosk' }), join(home, '.kiosk', 'logs'), 'a link that leads nowhere');
  assert.equal(readdirSync(home), []);
  assert.throws(() => place({ ...production, APP_NAME: '../up' }), /can't be part of a path/);
});

test('an application whose name can not be part of a path is told, with the fix', async () => {
  const around = keepOutput({ APP_ENV: 'production', APP_NAME: '../up', PORT: '0' });
  assert.is(await runCommandLine(['check'], around), 11);
  assert.match(around.written.stdout, /\nFAIL {2}The name of the app can't be part of a path\. Got "\.\.\/up"\n {6}-> Use at most 64/);
});

test('a port that is in use is code 10, whatever address it is used at', async () => {
  // All of 127.0.0.0/8 is the machine itself on Linux only.
  for (const host of ['127.0.0.1', '0.0.0.0', '::', '::1', ...(isLinux ? ['127.0.0.2'] : [])]) {
    await withServer(
      createServer(),
      async (port) => {
        const { code, of } = await findings([], { PORT: String(port) });
        assert.is(code, 10, host);
        assert.ok(of('port').message.startsWith(`Port ${port} is in use`), of('port').message);
        assert.is(of('port').fix, 'Stop what has it, or take another one: PORT.');
      },
      host,
    );
  }
});

test('a port is free again after it was looked at, and the next one can have it', async () => {
  let free = 0;
  await withServer(createServer(), async (port) => {
    free = port;
  });
  for (let round = 0; round < 5; round++)
    assert.equal(await checkPort(free), { check: 'port', status: 'ok', message: `Port ${free} is free` });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(free, '127.0.0.1', resolve));
  await new Promise((resolve) => server.close(resolve));
});

test('with anything else that is wrong, a port in use is code 11', async () => {
  await withServer(createServer(), async (port) => {
    const { code, of } = await findings([], { PORT: String(port), LOG_DIR: join(process.execPath, 'logs') });
    assert.is(of('port').code, 'PORT_IN_USE');
    assert.is(code, 11);
  });
  const one = (status: Finding['status'], code?: string): Finding => ({ check: '', status, message: '', ...(code && { code }) });
  assert.is(exitCodeOf([]), 0);
  assert.is(exitCodeOf([one('ok'), one('warning')]), 0);
  assert.is(exitCodeOf([one('ok'), one('failed', 'PORT_IN_USE')]), 10);
  assert.is(exitCodeOf([one('failed', 'PORT_IN_USE'), one('failed')]), 11);
});

if (isLinux) {
  test('on Linux it is told which process of the same user has the port', async () => {
    await withServer(createServer(), async (port) => {
      const { of } = await findings([], { PORT: String(port) });
      assert.match(of('port').message, new RegExp(`^Port ${port} is in use by \\S.* \\(process ${process.pid}\\)$`));
      assert.is(listenerOf(port === 65_535 ? 1 : port + 1)?.pid === process.pid, false);
    });
  });

  test('a process of another user is not named, nor anybody where the system tells nothing', () => {
    const proc = newFolder();
    mkdirSync(join(proc, 'net'));
    const line = (port: string, state: string, inode: number) =>
      `   0: 0100007F:${port} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000 100 0 0 10 0\n`;
    writeFileSync(
      join(proc, 'net', 'tcp'),
      `  sl  local_address rem_address   st\n${line('1F40', '0A', 77)}${line('1F41', '01', 78)}broken`,
    );
    mkdirSync(join(proc, '42', 'fd'), { recursive: true });
    writeFileSync(join(proc, '42', 'comm'), 'server\n');
    symlinkSync('socket:[77]', join(proc, '42', 'fd', '3'));
    symlinkSync('socket:[78]', join(proc, '42', 'fd', '4'));
    assert.equal(listenerOf(8000, proc), { pid: 42, name: 'server' });
    assert.is(listenerOf(8001, proc), undefined, 'a connection is no listener');
    assert.is(listenerOf(8002, proc), undefined);
    assert.is(listenerOf(8000, join(proc, 'none')), undefined);
    const { getuid } = process;
    process.getuid = () => 123_456;
    try {
      assert.is(listenerOf(8000, proc), undefined);
    } finally {
      process.getuid = getuid!;
    }
  });
}

const HEALTH = createHttpServer((request, response) => {
  if (request.url === '/moved') response.writeHead(302, { location: '/health' }).end();
  else if (request.url === '/busy') response.writeHead(503).end('{"status":"fail"}');
  else if (request.url !== '/silent') response.end('x'.repeat(100_000));
});

test('instances: a line each in the order they were named, all asked at once; the port is not looked at', async () => {
  await withServer(HEALTH, async (port) => {
    const at = `http://127.0.0.1:${port}`;
    const { code, lines } = await run([`main=${at}/health`, `busy=${at}/busy`, `moved=${at}/moved`, `${at}/x?key=canary`, '--wait', '0'], {
      PORT: String(port),
    });
    assert.is(code, 11);
    const told = lines.slice(lines.findIndex((line) => line.includes('main is')));
    assert.match(told[0]!, /^ok {4}main is healthy and responding \([\d.]+ [mµ]?s\)$/);
    assert.equal(told.slice(1, 5), [
      'FAIL  busy is responding, but not healthy: it answered 503',
      '      -> Look at its checks and its log.',
      'FAIL  moved is responding, but not healthy: it answered 302',
      '      -> Look at its checks and its log.',
    ]);
    assert.ok(told[5]!.startsWith(`ok    127.0.0.1:${port} is healthy and responding (`), told[5]);
    assert.not.match(lines.join('\n'), /canary|Port \d+ is/);
  });
});

const JSON_TYPES = ['application/health+json', 'application/json; charset=utf-8', 'application/vnd.spring-boot.actuator.v3+json'];

test('an instance that answers 200 and says that it is not well is believed', async () => {
  let body = '';
  let type = '';
  const server = createHttpServer((_request, response) => response.writeHead(200, { 'content-type': type }).end(body));
  await withServer(server, async (port) => {
    const told = async (text: string, contentType = JSON_TYPES[0]!) => {
      [body, type] = [text, contentType];
      const { code, of } = await findings([`main=http://127.0.0.1:${port}/health`, '--wait', '0']);
      assert.is(code, of('main').status === 'failed' ? 11 : 0);
      return of('main');
    };
    for (const contentType of JSON_TYPES) {
      const failed = await told('{"status":"fail","output":"canary"}', contentType);
      assert.equal(
        [failed.message, failed.code],
        ['main is responding, but not healthy: it answered 200 with the status fail', 'NOT_HEALTHY'],
      );
    }
    for (const status of ['DOWN', 'OUT_OF_SERVICE', 'error', 'unhealthy']) {
      assert.is(
        (await told(JSON.stringify({ status }))).message,
        `main is responding, but not healthy: it answered 200 with the status ${status}`,
      );
    }
    for (const status of ['warn', 'degraded']) {
      const warned = await told(JSON.stringify({ checks: {}, status }));
      assert.is(warned.status, 'warning');
      assert.match(warned.message, new RegExp(`^main is responding \\(.*\\), but degraded: it answered with the status ${status}$`));
    }
    assert.is((await told(`{"status":"DOWN","components":"${'x'.repeat(100_000)}"}`)).status, 'failed', 'longer than is read');
    for (const fine of [
      '{"status":"pass"}',
      '{"status":"UP"}',
      '{"status":"anything"}',
      '{"status":{"a":1}}',
      '["fail"]',
      '{"status":"fa',
      'null',
      '',
    ]) {
      assert.is((await told(fine)).status, 'ok', fine);
    }
    assert.is((await told('{"status":"fail"}', 'text/html')).status, 'ok', 'nobody says that it is JSON');
  });
});

test('what is no JSON is not read: a stream without an end is an answer', async () => {
  const server = createHttpServer((_request, response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).write('x'));
  await withServer(server, async (port) => {
    const { of } = await findings([`main=http://127.0.0.1:${port}/`, '--wait', '0']);
    assert.is(of('main').status, 'ok');
  });
});

test('one that is interrupted says how long it was asked, and what came last', async () => {
  const end = new AbortController();
  const instance = { name: 'main', url: new URL('http://127.0.0.1:1/') };
  const options = { waitMs: 600_000, signal: end.signal };
  const refuses = (): Promise<never> => {
    setTimeout(() => end.abort(), 20);
    return Promise.reject(new Error('no'));
  };
  const finding = await checkInstance(instance, () => refuses, options);
  assert.is(finding.message, 'main is not responding: no at 127.0.0.1:1');
  assert.match(finding.fix!, /^Start it, or look into its log\. It was asked for \d+(\.\d)? s, then interrupted\.$/);
  const mute = new AbortController();
  const waiting = checkInstance(instance, () => () => new Promise<never>(() => undefined), { ...options, signal: mute.signal });
  mute.abort();
  const { message, fix, code } = await waiting;
  assert.match(message, /^main had not answered when it was interrupted, after \d+(\.\d)? s$/);
  assert.equal([fix, code], ['Run it again.', 'NOT_RESPONDING']);
  const database = { kind: POSTGRES, url: new URL('postgres://127.0.0.1/') };
  const load = () =>
    Promise.resolve({
      Pool: class {
        connect = () => new Promise(() => undefined);
        on = () => this;
        end = () => Promise.resolve();
      },
    });
  const { message: of } = await checkDatabase(database, { ...options, signal: AbortSignal.abort() }, load);
  assert.match(of, /^PostgreSQL had not answered when it was interrupted, after \d+(\.\d)? s$/);
});

test('a port that fetch refuses is not asked again and again', async () => {
  let asked = 0;
  const refuses = () => () => {
    asked++;
    return Promise.reject(new TypeError('fetch failed', { cause: new Error('bad port') }));
  };
  const instance = { name: 'main', url: new URL('http://127.0.0.1:6000/') };
  const finding = await checkInstance(instance, refuses, { waitMs: 1000, signal: new AbortController().signal });
  assert.is(asked, 1);
  assert.is(finding.message, "main can't be asked: fetch refuses port 6000, as browsers do");
  assert.is(finding.fix, 'Have the instance listen at another port.');
});

test('an instance that does not run is told with the reason and the address; code 11', async () => {
  let free = 0;
  await withServer(createServer(), async (port) => {
    free = port;
  });
  const { code, of } = await findings([`main=http://127.0.0.1:${free}/health?token=canary`, '--wait', '300ms']);
  assert.is(code, 11);
  const { message, fix, code: finding } = of('main');
  assert.equal(
    [message, fix, finding],
    [
      `main is not responding: ECONNREFUSED at 127.0.0.1:${free}`,
      'Start it, or look into its log. It was asked for 0.3 s.',
      'NOT_RESPONDING',
    ],
  );
});

test('an instance that starts while it is waited for is well', async () => {
  let free = 0;
  await withServer(createServer(), async (port) => {
    free = port;
  });
  const server = createHttpServer((_request, response) => response.end());
  const answer = findings([`late=http://127.0.0.1:${free}/`, '--wait', '30s']);
  setTimeout(() => server.listen(free, '127.0.0.1'), 400);
  const { code, of } = await answer;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  assert.is(code, 0);
  assert.match(of('late').message, /^late is healthy and responding \(/);
});

test('an instance that takes connections and never answers is given up', async () => {
  await withServer(createServer(), async (port) => {
    const instance = { name: 'mute', url: new URL(`http://127.0.0.1:${port}/`) };
    const check = () => () => new Promise<never>(() => undefined);
    const finding = await checkInstance(instance, check, { waitMs: 0, limitMs: 100, signal: new AbortController().signal });
    assert.is(finding.message, `mute is not responding: no answer within 0.1 s at 127.0.0.1:${port}`);
  });
});

test('an instance that says it is degraded is a warning', async () => {
  const instance = { name: 'slow', url: new URL('http://127.0.0.1:1/') };
  const check = () => () => ({ status: 'degraded', detail: 'It took 5,000 ms' }) as const;
  const finding = await checkInstance(instance, check, { waitMs: 0, signal: new AbortController().signal });
  assert.is(finding.status, 'warning');
  assert.match(finding.message, /^slow is responding \(.*\), but degraded: It took 5,000 ms$/);
});

test('command lines that can not be followed are told without an address; code 2', async () => {
  const refused = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await run(args);
    assert.equal([code, stdout], [2, '']);
    assert.not.match(stderr, 'canary');
    return stderr.split('\n')[0]!.replace('telemetry-bus: ', '');
  };
  assert.match(await refused('main=canary'), /^Instance 1 has no address that begins with http:\/\/ or https:\/\//);
  assert.match(await refused('http://127.0.0.1/', 'ftp://canary'), /^Instance 2 has no address/);
  assert.match(await refused('=http://127.0.0.1/canary'), /^Instance 1 has no name of 1 to 64/);
  assert.match(await refused('http://canary:canary@127.0.0.1/'), /^Instance 1 has a user name in its address/);
  assert.is(await refused('a=http://127.0.0.1/', 'a=http://127.0.0.2/'), "Two instances are called 'a'; give each a name of its own");
  assert.match(await refused(...Array.from({ length: 101 }, (_, index) => `a${index}=http://127.0.0.1/`)), /^101 instances are too many/);
  assert.match(await refused('--wait', 'long'), /^--wait long is not a time; write it as 30s, 2m, or 0 to ask once/);
  assert.match(
    await refused('--postgres', 'mysql://canary:canary@x/'),
    /^--postgres names no address that begins with postgres:\/\/ or postgresql:\/\//,
  );
  assert.match(await refused('--redis', 'http://canary'), /^--redis names no address that begins with redis:\/\/ or rediss:\/\//);
  assert.is(await refused('--redis', 'REDIS_URL'), '--redis names the environment variable REDIS_URL, which is not set');
  assert.match(await refused('--jsn'), /^Unknown option '--jsn'\. Did you mean '--json'\?/);
});

test('asking: again until it is well, once, or not at all', async () => {
  let asked = 0;
  const { signal } = new AbortController();
  const later = await ask(() => ++asked === 3, { waitMs: 60_000, signal });
  assert.ok('ms' in later && asked === 3);
  const never = await ask(() => Promise.reject(new Error(`no ${++asked}`)), { waitMs: 0, signal });
  assert.match(String((never as { error: unknown }).error), /no 4/);
  const useless = await ask(() => Promise.reject(new Error(`no ${++asked}`)), { waitMs: 60_000, signal, mayPass: () => false });
  assert.match(String((useless as { error: unknown }).error), /no 5/);
  const ended = (await ask(() => ++asked > 0, { waitMs: 60_000, signal: AbortSignal.abort() })) as { error: Error };
  assert.equal([ended.error.message, asked], ['interrupted', 5]);
});

test('asking: what does not heed its signal is left behind, and the signal says why', async () => {
  const heard: unknown[] = [];
  const deaf = ({ signal }: { signal: AbortSignal }) =>
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        heard.push(signal.reason);
        // Nobody waits for this: it must not end the process.
        setTimeout(() => reject(new Error('too late')), 1);
      });
    });
  const answer = (await ask(deaf, { waitMs: 0, limitMs: 20, signal: new AbortController().signal })) as { error: unknown };
  assert.ok(answer.error instanceof NoAnswer);
  assert.equal(heard, [answer.error]);
  const end = new AbortController();
  const interrupted = ask(deaf, { waitMs: 60_000, signal: end.signal });
  end.abort();
  assert.match(String(((await interrupted) as { error: unknown }).error), /interrupted/);
  await new Promise((resolve) => setTimeout(resolve, 20));
});

test('asking: what is no good answer says so', async () => {
  const reason = async (answer: unknown) => {
    const { error } = (await ask(() => answer as never, { waitMs: 0, signal: new AbortController().signal })) as { error: Error };
    assert.ok(error instanceof NotWell);
    return error.message;
  };
  assert.is(await reason(false), 'it says that it is unhealthy');
  assert.is(await reason({ status: 'unhealthy', detail: 'full' }), 'full');
});

test('a reason is one short line: the code of what is underneath, or the message; without secrets', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  assert.is(reasonOf(new TypeError('fetch failed', { cause: refused })), 'ECONNREFUSED');
  assert.is(reasonOf(new TypeError('fetch failed', { cause: new AggregateError([refused]) })), 'ECONNREFUSED');
  assert.is(reasonOf(new TypeError('fetch failed', { cause: new Error('bad port') })), 'bad port');
  assert.is(reasonOf(Object.assign(new Error('password is wrong'), { code: '28P01' })), 'password is wrong');
  assert.is(reasonOf(new Error('two\nlines\tand hunter2'), ['hunter2']), 'two lines and ***');
  assert.is(reasonOf(new Error('x'.repeat(5000))).length, 300);
  assert.is(reasonOf('text', ['']), 'text');
  assert.is(reasonOf(new Error('abcd'), secretsOf(new URL('postgres://u:ab@h/x?password=abcd'))), '***');
  const circle = new Error('round');
  circle.cause = circle;
  assert.is(reasonOf(circle), 'round');
  for (const hostile of [undefined, null, {}, Object.create(null), new Proxy({}, { get: () => assert.unreachable() })]) {
    assert.type(reasonOf(hostile), 'string');
  }
});

test('a finding is printed with escapes and in colours where they are wanted', () => {
  const finding: Finding = { check: 'x', status: 'failed', message: 'a\u001b[2J', details: ['b\nc'], fix: 'Do d.' };
  assert.is(printFinding(finding, false), 'FAIL  a\\u001b[2J\n      b\\nc\n      -> Do d.\n');
  assert.is(printFinding({ check: 'x', status: 'ok', message: 'a' }, true), '\u001b[32mok\u001b[0m    a\n');
});

test('from a shell: the exit codes are those of the process', async () => {
  await withServer(createServer(), async (port) => {
    const program = start('check', '--json');
    const { code } = await program.ended;
    assert.ok([0, 10, 11].includes(code!), program.output.stdout);
    assert.is((JSON.parse(program.output.stdout) as { exitCode: number }).exitCode, code);
    const gone = start(
      'check',
      `main=http://127.0.0.1:${port === 65_535 ? 1024 : port}/`,
      '--wait',
      '0',
      '--json',
      '--redis',
      'NO_SUCH_VARIABLE',
    );
    assert.is((await gone.ended).code, 2);
  });
});

test.run();
