import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError, memorySink, type Sink } from '../../../lib/index';
import { type ChainOptions, chainedSink } from '../../../lib/node/chain/chained-sink';
import { verifyFiles } from '../../../lib/node/chain/verify-files';
import { fileSink } from '../../../lib/node/file/file-sink';
import type { FileSinkOptions } from '../../../lib/node/file/options';
import { CHAIN_START, unseal } from '../../../lib/security/chain';
import { sinkConformance } from '../../conformance/sink';
import { freshFolder } from '../file/scratch';

const KEY = '0123456789abcdef';
const linesOf = (path: string): string[] => (existsSync(path) ? (readFileSync(path, 'utf8').match(/.*\n/g) ?? []) : []);
/** A line as it was before it was chained. */
const bare = (line: string): string => {
  const found = unseal(line.slice(0, -1));
  return found === undefined ? line : `${found.line}\n`;
};
const linkOf = (line: string) => unseal(line.trimEnd())!.link;
const inFolder = (folder: string, options: Partial<FileSinkOptions> = {}, chain: ChainOptions = {}) => {
  const path = join(folder, 'security.log');
  return { path, sink: chainedSink(fileSink({ path, sync: true, ...options }), chain) };
};
const writeLines = (sink: Sink, count: number): void => {
  for (let line = 0; line < count; line++) sink.write(`{"line":${line}}\n`, 'info');
};

for (const sync of [false, true]) {
  sinkConformance(`chainedSink around fileSink, ${sync ? 'synchronous' : 'batched'}`, () => {
    const { path, sink } = inFolder(freshFolder(), { sync });
    return { sink, arrived: () => linesOf(path).map(bare) };
  });
}
sinkConformance('chainedSink around memorySink', () => {
  const memory = memorySink();
  return { sink: chainedSink(memory, { key: KEY }), arrived: () => memory.lines.map(bare) };
});

test("all but write is the sink's own", async () => {
  const { path, sink } = inFolder(freshFolder(), { name: 'mine' });
  assert.equal([sink.name, sink.path, sink.isWorking], ['mine', path, true]);
  writeLines(sink, 3);
  sink.flushSync();
  await sink.flush();
  assert.is(sink.stats().written, 3);
  assert.is(sink.rotate()?.path, `${path}.1`);
  renameSync(path, `${path}.moved`);
  sink.reopen();
  writeLines(sink, 1);
  assert.is(linesOf(path).length, 1);
  await sink.close();
  assert.equal([sink.isWorking, sink.stats().state], [false, 'closed']);
  assert.ok(Object.isFrozen(sink));
});

test('a sink with what it must have only gets no more', () => {
  const given: unknown[][] = [];
  const plain: Sink = { name: 'plain', write: (...all) => given.push(all) as never };
  const sink = chainedSink(plain);
  assert.equal([sink.stats, sink.flush, sink.close, sink.stream], [undefined, undefined, undefined, undefined]);
  const mark = { id: 'x', fingerprint: 'y', occurrences: 1 };
  sink.write('{}\n', 'error', mark);
  sink.write('{}\n', 'info');
  assert.equal(
    given.map(([, ...rest]) => rest),
    [['error', mark], ['info']],
  );
});

test('methods that need their sink find it', async () => {
  class Counting {
    readonly name = 'counting';
    readonly stream = { isTTY: true };
    private lines = 0;
    write(): void {
      this.lines++;
    }
    stats() {
      return { accepted: this.lines, written: this.lines, queued: 0, dropped: {} };
    }
    async flush(): Promise<void> {
      this.lines += 10;
    }
    async close(): Promise<void> {
      this.lines += 100;
    }
  }
  const { write, stats, flush, close, stream } = chainedSink(new Counting());
  write('{}\n', 'info');
  await flush!();
  await close!();
  assert.equal([stats!().accepted, stream], [111, { isTTY: true }]);
});

for (const key of [undefined, KEY, Buffer.from('a key of bytes, long enough')]) {
  test(`what it writes is intact, ${key === undefined ? 'without a key' : `with a key of ${typeof key}`}`, async () => {
    const options = key === undefined ? {} : { key };
    const { path, sink } = inFolder(freshFolder(), {}, options);
    for (const text of ['plain', 'é\u2028\ud800', 'x'.repeat(100_000), '\u0000']) sink.write(`${JSON.stringify({ text })}\n`, 'info');
    sink.write('{"lone":"\ud800"}\n', 'info');
    await sink.close();
    const report = await verifyFiles(path, { ...options, isComplete: true });
    assert.equal([report.isIntact, report.chained], [true, 5]);
    const other = await verifyFiles(path, { key: 'another key, long enough' });
    assert.is(other.problemCount, 5);
  });
}

test('a writer goes on from the last line of the file', async () => {
  const folder = freshFolder();
  const first = inFolder(folder);
  writeLines(first.sink, 3);
  await first.sink.close();
  const second = inFolder(folder);
  writeLines(second.sink, 1);
  await second.sink.close();
  const links = linesOf(first.path).map(linkOf);
  assert.equal([links[0]!.prev, links[3]!.prev, links[3]!.seq], [CHAIN_START, links[2]!.hash, 1]);
  assert.not.equal(links[3]!.id, links[0]!.id);
  const { isIntact, writers, head } = await verifyFiles(first.path, { isComplete: true });
  assert.equal([isIntact, writers.length, head], [true, 2, links[3]!.hash]);
});

for (const [suffix, pack] of [
  ['.1', (text: string) => text],
  ['.1.gz', gzipSync],
] as const) {
  test(`where the file is empty a writer goes on from ${suffix}`, async () => {
    const folder = freshFolder();
    const first = inFolder(folder);
    writeLines(first.sink, 3);
    await first.sink.close();
    const text = readFileSync(first.path, 'utf8');
    writeFileSync(`${first.path}${suffix}`, pack(text));
    writeFileSync(first.path, '');
    const second = inFolder(folder);
    writeLines(second.sink, 1);
    await second.sink.close();
    assert.is(linkOf(linesOf(first.path)[0]!).prev, linkOf(text.split('\n')[2]!).hash);
    assert.ok((await verifyFiles(first.path, { isComplete: true })).isIntact);
  });
}

test('a writer in an archive goes on from there', async () => {
  const folder = freshFolder();
  const first = inFolder(folder, { archive: 'old' }, { archive: 'old' });
  writeLines(first.sink, 3);
  first.sink.rotate();
  await first.sink.close();
  const second = inFolder(folder, { archive: 'old' }, { archive: 'old' });
  writeLines(second.sink, 1);
  await second.sink.close();
  const report = await verifyFiles(first.path, { archive: 'old', isComplete: true });
  assert.equal([report.isIntact, report.lines, report.files.length], [true, 4, 2]);
});

test('half a line, plain lines and a long tail do not hide the last chained line', async () => {
  const folder = freshFolder();
  const first = inFolder(folder);
  writeLines(first.sink, 2);
  await first.sink.close();
  const text = readFileSync(first.path, 'utf8');
  writeFileSync(first.path, `${text}${'plain\n'.repeat(50_000)}{"half":`);
  const second = inFolder(folder);
  writeLines(second.sink, 1);
  await second.sink.close();
  assert.is(linkOf(linesOf(first.path).at(-1)!).prev, linkOf(text.split('\n')[1]!).hash);
});

test('lines of several sinks in one file, rotated and compressed, are intact', async () => {
  const folder = freshFolder();
  const many = Array.from({ length: 4 }, () =>
    inFolder(folder, { sync: false, rotate: { maxBytes: 20_000 }, keep: { files: 1000 }, compress: true }, { key: KEY }),
  );
  for (let round = 0; round < 20; round++) {
    for (const { sink } of many) writeLines(sink, 25);
    await Promise.all(many.map(({ sink }) => sink.flush()));
  }
  await Promise.all(many.map(({ sink }) => sink.close()));
  const { isIntact, problems, chained, writers, files } = await verifyFiles(many[0]!.path, { key: KEY, isComplete: true });
  assert.equal(problems, []);
  assert.equal([isIntact, chained, writers.length], [true, 2000, 4]);
  assert.ok(files.length > 10);
});

test('options that are wrong are refused, and no key is in the error', () => {
  const memory = memorySink();
  const secret = 'short secret';
  const wrong: readonly (readonly [sink: unknown, options: unknown])[] = [
    [memory, { key: secret }],
    [memory, { key: '' }],
    [memory, { key: { secret } }],
    [memory, { key: secret.repeat(1000) }],
    [memory, { previous: 'x' }],
    [memory, { kye: 'x' }],
    [memory, { archive: 5 }],
    [undefined, {}],
    [{}, {}],
  ];
  for (const [sink, options] of wrong) {
    try {
      chainedSink(sink as never, options as never);
      assert.unreachable();
    } catch (error) {
      assert.ok(isTelemetryError(error), String(error));
      assert.match(error.code, /^OPTION_/);
      assert.not.match(error.message, secret);
    }
  }
});

test('the hash that is given is the one the first line follows', () => {
  const memory = memorySink();
  const previous = 'ab'.repeat(32);
  chainedSink(memory, { previous }).write('{}\n', 'info');
  assert.is(linkOf(memory.lines[0]!).prev, previous);
});

test.run();
