import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { consoleSink, isTelemetryError, type LineStream } from '../../lib/index';
import { sinkConformance } from '../conformance/sink';
import { runChild } from '../support/records';

type Done = (error?: Error | null) => void;
const codeError = (code: string): Error => Object.assign(new Error(code), { code });

/** A stream of which a test decides what becomes of each line. */
function fakeStream(write: (text: string, done: Done) => unknown, more: object = {}): LineStream & EventEmitter {
  return Object.assign(new EventEmitter(), { write, ...more }) as never;
}

function later(): { stream: LineStream & EventEmitter; arrived: string[]; breakIt: () => void } {
  const arrived: string[] = [];
  let isBroken = false;
  const stream = fakeStream((text, done) =>
    setImmediate(() => {
      if (isBroken) return done(codeError('EPIPE'));
      arrived.push(text);
      done();
    }),
  );
  return { stream, arrived, breakIt: () => (isBroken = true) };
}

sinkConformance('consoleSink on a stream', () => {
  const { stream, arrived, breakIt } = later();
  return { sink: consoleSink({ stdout: stream }), arrived: () => arrived, breakIt };
});

sinkConformance("consoleSink on one of Node's streams", () => {
  const arrived: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      arrived.push(chunk);
      setImmediate(done);
    },
  });
  stream.on('error', () => undefined);
  return {
    sink: consoleSink({ stdout: stream as unknown as LineStream }),
    arrived: () => arrived,
    breakIt: () => stream.destroy(codeError('EIO')),
  };
});

sinkConformance('consoleSink on a console', () => {
  const arrived: string[] = [];
  let isBroken = false;
  const print = (line: string): void => {
    if (isBroken) throw new Error('no console');
    arrived.push(`${line}\n`);
  };
  // As in a browser: there is something, but nothing to write to.
  const nowhere = Object.assign(() => undefined, { write: () => undefined });
  const sink = consoleSink({ print, stdout: nowhere as never, stderr: nowhere as never });
  Object.assign(nowhere, { write: undefined });
  return { sink, arrived: () => arrived, breakIt: () => (isBroken = true) };
});

test('a line is queued until its stream calls back', async () => {
  const pending: Done[] = [];
  const sink = consoleSink({ stdout: fakeStream((_text, done) => pending.push(done)) });
  for (let line = 0; line < 3; line++) sink.write('x\n', 'info');
  assert.equal(sink.stats!(), { accepted: 3, written: 0, queued: 3, dropped: {} });
  pending[0]!();
  pending[1]!(codeError('EPIPE'));
  assert.equal(sink.stats!(), { accepted: 3, written: 1, queued: 1, dropped: { EPIPE: 1 } });
  let isFlushed = false;
  const flushed = sink.flush!().then(() => (isFlushed = true));
  await null;
  assert.is(isFlushed, false);
  pending[2]!(null);
  await flushed;
  assert.is(sink.stats!().queued, 0);
});

test('a stream that throws, calls back twice or does both costs one line, once', () => {
  const streams: [(text: string, done: Done) => unknown, object][] = [
    [() => { throw codeError('EIO'); }, { EIO: 1 }],
    [() => { throw new Error('no code'); }, { error: 1 }],
    [() => { throw undefined; }, { error: 1 }],
    [(_text, done) => { done(codeError('EPIPE')); done(); done(codeError('EIO')); }, { EPIPE: 1 }],
    [(_text, done) => { done(); throw new Error('late'); }, {}],
    [(_text, done) => { done(codeError('EPIPE')); throw new Error('late'); }, { EPIPE: 1 }],
    [(_text, done) => done(Object.assign(new Error('x'), { code: 5 })), { error: 1 }],
  ]; // biome-ignore format: a table
  for (const [write, dropped] of streams) {
    const sink = consoleSink({ stdout: fakeStream(write) });
    sink.write('x\n', 'info');
    const written = Object.keys(dropped).length === 0 ? 1 : 0;
    assert.equal(sink.stats!(), { accepted: 1, written, queued: 0, dropped });
  }
});

test('a closed stream, and one with too much waiting, is not written to', () => {
  let writes = 0;
  const count = (_text: string, done: Done): void => {
    writes++;
    done();
  };
  for (const [more, reason] of [[{ destroyed: true }, 'closed'], [{ writableLength: 8 * 1_048_576 + 1 }, 'overflow']] as const) {
    const sink = consoleSink({ stdout: fakeStream(count, more) });
    sink.write('x\n', 'info');
    assert.equal(sink.stats!(), { accepted: 1, written: 0, queued: 0, dropped: { [reason]: 1 } });
  }
  assert.is(writes, 0);
  consoleSink({ stdout: fakeStream(count, { writableLength: 8 * 1_048_576 }) }).write('x\n', 'info');
  assert.is(writes, 1);
}); // biome-ignore format: pairs

test('an error the stream tells about reaches nobody, and no listener stays behind', async () => {
  const stream = fakeStream((_text, done) => setImmediate(() => { const error = codeError('EPIPE'); done(error); stream.emit('error', error); })); // biome-ignore format: short
  const sink = consoleSink({ stdout: stream });
  for (let line = 0; line < 20; line++) sink.write('x\n', 'info');
  assert.ok(stream.listenerCount('error') <= 1);
  await sink.flush!();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal([sink.stats!().dropped.EPIPE, stream.listenerCount('error')], [20, 0]);
});

test("the application's own listener hears the errors of its stream", async () => {
  const heard: unknown[] = [];
  const stream = fakeStream((_text, done) => setImmediate(() => { const error = codeError('EPIPE'); done(error); stream.emit('error', error); })); // biome-ignore format: short
  stream.on('error', (error) => heard.push(error.code));
  const sink = consoleSink({ stdout: stream });
  sink.write('x\n', 'info');
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(heard, ['EPIPE']);
});

test('from a level on lines go to stderr', () => {
  const [out, err]: [string[], string[]] = [[], []];
  const to = (list: string[]) => fakeStream((text, done) => done(void list.push(text)));
  const sink = consoleSink({ stderrFrom: 'warn', stdout: to(out), stderr: to(err) });
  for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'critical'] as const) sink.write(level, level);
  assert.equal(
    [out, err],
    [
      ['trace', 'debug', 'info'],
      ['warn', 'error', 'critical'],
    ],
  );
  const all = consoleSink({ stdout: to(out), stderr: to([]) });
  all.write('last', 'critical');
  assert.is(out.at(-1), 'last');
});

test('wrong options are refused', () => {
  for (const options of [{ stderrFrom: 'loud' }, { stdout: {} }, { stderr: 5 }, { print: 'x' }, { stdOut: process.stdout }]) {
    assert.throws(() => consoleSink(options as never), isTelemetryError);
  }
});

const LOGGING = (count: number): string => `
  import { createTelemetry } from './lib/index.ts';
  const telemetry = createTelemetry({ environment: 'production', log: { level: 'info', format: 'json', stderrFrom: 'critical' } });
  const log = telemetry.logger('bot');
  for (let line = 0; line < ${count}; line++) { log.info('line', { line }); if (line % 100 === 0) await new Promise(setImmediate); }
  log.critical('last');
  await new Promise((resolve) => setTimeout(resolve, 50));
  const [{ accepted, written, queued, dropped }] = telemetry.logStats().sinks;
  process.stderr.write(JSON.stringify({ accepted, balance: accepted - written - queued - Object.values(dropped).reduce((sum, n) => sum + n, 0), dropped: Object.keys(dropped) }));`;

test('a reader that goes away does not end the program, and the account stays right', async () => {
  const { code, stderr, stdout } = await runChild(LOGGING(10_000), { closeAfter: 1000 });
  assert.is(code, 0);
  const [last, stats] = stderr.split('\n');
  assert.is(JSON.parse(last!).message, 'last');
  assert.equal(JSON.parse(stats!), { accepted: 10_001, balance: 0, dropped: ['EPIPE'] });
  assert.ok(stdout.length >= 1000);
});

test('what is written before the end of the program arrives', async () => {
  const { code, stdout } = await runChild(LOGGING(3000));
  assert.equal([code, stdout.trimEnd().split('\n').length], [0, 3000]);
});

test.run();
