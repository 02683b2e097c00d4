import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Warning } from '../../../lib/index';
import { Later } from '../../../lib/node/file/later';
import { Warner } from '../../../lib/node/file/warner';
import type { LossSummary } from '../../../lib/node/index';
import { PipeWriter, type PipeWriterOptions } from '../../../lib/node/stdout/pipe-writer';
import { sinkConformance } from '../../conformance/sink';
import { freshFolder, until } from '../file/scratch';

/** A pipe with a reader that reads when it is told to. */
function pipe(options: Partial<PipeWriterOptions> = {}) {
  const path = join(freshFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  const warnings: Warning[] = [];
  const writer = new PipeWriter({
    name: 'stdout',
    fd,
    maxQueuedBytes: 65_536,
    isTaken: () => false,
    onLoss: undefined,
    warner: new Warner('stdout', (warning) => warnings.push(warning), new Later()),
    ...options,
  });
  let text = '';
  /** Reads all there is. */
  const read = (): string => {
    const bytes = Buffer.alloc(1_048_576);
    for (;;) {
      try {
        const count = readSync(reader, bytes, 0, bytes.length, null);
        if (count === 0) return text;
        text += bytes.toString('utf8', 0, count);
      } catch {
        return text;
      }
    }
  };
  return { writer, read, warnings, close: () => closeSync(reader) };
}

const sinkOf = (writer: PipeWriter) => ({
  name: writer.name,
  write: (line: string, level: 'info') => writer.write(line, level),
  stats: () => writer.stats(),
  flush: () => writer.flush(),
  close: async () => writer.close(),
});

sinkConformance('pipe', () => {
  const { writer, read, close } = pipe({ maxQueuedBytes: 4 * 1_048_576 });
  // What it writes beyond the pipe's own room waits for the reader.
  const reading = setInterval(read, 1);
  reading.unref();
  const breakIt = (): void => {
    read();
    close();
  };
  return { sink: sinkOf(writer) as never, arrived: () => read().match(/.*\n/g) ?? [], breakIt };
});

test('a reader that does not read stops nobody; when it reads again it gets whole lines, in order, and what was lost', async () => {
  let told: LossSummary | undefined;
  const { writer, read } = pipe({
    onLoss: (summary) => {
      told = summary;
      return 'LOSS\n';
    },
  });
  const line = (level: string, index: number): string => `${level} ${index} ${'x'.repeat(90)}\n`;
  for (let index = 0; index < 5000; index++) writer.write(line('debug', index), 'debug');
  for (let index = 0; index < 100; index++) writer.write(line('error', index), 'error');
  const { accepted, written, queued, dropped } = writer.stats();
  assert.is(accepted, written + queued + dropped.overflow!);
  assert.ok(queued > 100 && dropped.overflow! > 0);
  await until(() => read().endsWith('LOSS\n'), 'everything is read');
  const lines = read().match(/.*\n/g)!;
  const errors = lines.filter((text) => text.startsWith('error'));
  assert.equal(
    errors,
    Array.from({ length: 100 }, (_, index) => line('error', index)),
  );
  const debugs = lines.filter((text) => text.startsWith('debug')).map((text) => Number(text.split(' ')[1]));
  assert.equal(
    debugs,
    [...debugs].sort((a, b) => a - b),
  );
  assert.is(lines.length, 100 + debugs.length + 1);
  assert.equal(told?.dropped, { overflow: 5000 - debugs.length });
  assert.is(writer.stats().queued, 0);
});

test('nothing is written while somebody else has the pipe', async () => {
  let isTaken = true;
  const { writer, read } = pipe({ isTaken: () => isTaken });
  writer.write('one\n', 'info');
  writer.write('two\n', 'info');
  assert.equal([read(), writer.stats().queued], ['', 2]);
  isTaken = false;
  await until(() => read() === 'one\ntwo\n', 'both lines');
});

test('a reader that has gone costs the lines it did not take, by the code of the error', () => {
  const { writer, close } = pipe();
  writer.write('one\n', 'info');
  close();
  for (let line = 0; line < 10; line++) writer.write('more\n', 'info');
  assert.equal(writer.stats(), { accepted: 11, written: 1, queued: 0, dropped: { EPIPE: 10 } });
});

test('flushSync waits for the reader no longer than it may', () => {
  const { writer, read } = pipe();
  for (let line = 0; line < 1000; line++) writer.write(`${'x'.repeat(100)}\n`, 'info');
  const waiting = writer.stats().queued;
  assert.ok(waiting > 0);
  writer.flushSync(5);
  assert.is(writer.stats().queued, waiting);
  assert.equal(writer.abandon(), { lines: waiting + (writer.stats().dropped.overflow ?? 0), reason: 'its reader has stopped reading' });
  read();
  writer.flushSync(5);
  assert.is(writer.stats().queued, 0);
});

test.run();
