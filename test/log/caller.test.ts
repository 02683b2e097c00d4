import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Logger } from '../../lib/index';
import { createLog, runChild } from '../support/records';

const HERE = 'caller.test';
/** The line of this file it is called from. */
const lineHere = (): number => Number(/caller\.test\.ts:(\d+)/.exec(new Error().stack!.split('\n')[2]!)![1]);

test('errors and critical lines tell where they were logged, other levels only when asked to', () => {
  for (const caller of [true, false]) {
    const { telemetry, records } = createLog({ caller });
    const log = telemetry.logger('bot');
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'critical'] as const) log[level]('line');
    for (const { level, module, function: name, line } of records()) {
      const isKnown = caller || level === 'ERROR' || level === 'CRITICAL';
      assert.equal([module, typeof name, typeof line], isKnown ? [HERE, 'string', 'number'] : [undefined, 'undefined', 'undefined'], level);
    }
  }
});

class Service {
  constructor(readonly log: Logger) {}
  method(): number {
    this.log.info('line');
    return lineHere() - 1;
  }
  static make(log: Logger): number {
    log.info('line');
    return lineHere() - 1;
  }
}

test('function and line are those of the call, in functions, methods, async ones and callbacks', async () => {
  const { telemetry, record } = createLog({ caller: true });
  const log = telemetry.logger('bot').child({ a: 1 });
  const found = (): unknown[] => {
    const { module, function: name, line } = record();
    assert.is(module, HERE);
    return [name, line];
  };
  function named(): number {
    log.info('line');
    return lineHere() - 1;
  }
  async function later(): Promise<number> {
    await null;
    log.info('line');
    return lineHere() - 1;
  }
  assert.equal([named(), ...found()].slice(1), ['named', named()]);
  record();
  let at = new Service(log).method();
  assert.equal(found(), ['Service.method', at]);
  at = Service.make(log);
  assert.match(String(found()[0]), /^(?:Function|Service)\.make$/);
  at = await later();
  assert.equal(found(), ['later', at]);
  const { info } = log;
  [1].map(() => info('line'));
  assert.equal(found(), ['<anonymous>', lineHere() - 1]);
});

test('the limit of stack traces is what it was before', () => {
  const { telemetry } = createLog({ caller: true });
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 7;
  telemetry.logger('bot').error('line');
  assert.is(Error.stackTraceLimit, 7);
  Error.stackTraceLimit = before;
});

test('a prepareStackTrace that throws or returns something else costs the caller, not the line', () => {
  const { telemetry, record } = createLog();
  const { prepareStackTrace } = Error;
  try {
    for (const broken of [
      () => {
        throw new Error('no');
      },
      () => ({ no: 'text' }),
    ]) {
      // biome-ignore format: short
      Error.prepareStackTrace = broken;
      telemetry.logger('bot').error('line');
      const { message, module } = record();
      assert.equal([message, module], ['line', undefined]);
    }
  } finally {
    Error.prepareStackTrace = prepareStackTrace as never;
  }
});

test('events have no caller', () => {
  const { telemetry, record } = createLog({ caller: true });
  telemetry.execute(['app', 'part', 'failed']);
  assert.not('module' in record());
});

test('with source maps on, file, function and line are those of the source', async () => {
  const source = `import { createTelemetry } from './lib/index';

interface Unused { readonly a: string }

function originalName(log: { error(message: string): void }): void {
  log.error('line'); // line 6
}
originalName(createTelemetry({ environment: 'test', log: { level: 'info', format: 'json', app: 'app' } }).logger('bot'));
`;
  const folder = mkdtempSync(join(tmpdir(), 'caller-'));
  try {
    const outfile = join(folder, 'bundle.mjs');
    buildSync({
      stdin: {
        contents: source,
        resolveDir: fileURLToPath(new URL('../../', import.meta.url)),
        sourcefile: 'original-file.ts',
        loader: 'ts',
      },
      bundle: true,
      minifyWhitespace: true,
      sourcemap: 'inline',
      platform: 'node',
      format: 'esm',
      outfile,
    });
    const run = `await import(${JSON.stringify(pathToFileURL(outfile).href)});`;
    const { stdout, stderr, code } = await runChild(run, { flags: ['--enable-source-maps'], typescript: false });
    assert.equal([code, stderr], [0, '']);
    const { module, function: name, line } = JSON.parse(stdout);
    assert.equal([module, name, line], ['original-file', 'originalName', 6]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('where nothing can be left out of a stack, the caller is found by what it called', () => {
  const { captureStackTrace } = Error;
  const { telemetry, lines } = createLog();
  const log = telemetry.logger('bot');
  try {
    (Error as { captureStackTrace?: unknown }).captureStackTrace = undefined;
    log.error('without');
    Error.captureStackTrace = captureStackTrace;
    log.error('with');
  } finally {
    Error.captureStackTrace = captureStackTrace;
  }
  const [without, withIt] = lines().map((line) => JSON.parse(line) as { module: string; function: string; line: number });
  assert.is(without?.module, HERE);
  assert.is(withIt?.line, (without?.line ?? 0) + 2);
  assert.is(without?.function, withIt?.function);
});

test.run();
