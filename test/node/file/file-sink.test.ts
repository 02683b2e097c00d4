import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError, type Warning } from '../../../lib/index';
import { type FileSinkOptions, fileSink, type LossSummary } from '../../../lib/node/index';
import { fakeClock } from '../../../lib/testing/index';
import { sinkConformance } from '../../conformance/sink';
import { freshFolder, until } from './scratch';

const linesOf = (path: string): string[] => (existsSync(path) ? (readFileSync(path, 'utf8').match(/.*\n/g) ?? []) : []);
/** All lines of a file and what was rotated out of it, the oldest first. */
const allLines = (path: string): string[] => {
  const numbers = readdirSync(join(path, '..'))
    .map((name) => /\.log\.(\d+)$/.exec(name)?.[1])
    .filter((number) => number !== undefined)
    .map(Number)
    .sort((a, b) => b - a);
  return [...numbers.flatMap((number) => linesOf(`${path}.${number}`)), ...linesOf(path)];
};
const inFresh = (options: Partial<FileSinkOptions> = {}) => {
  const path = join(freshFolder(), 'app.log');
  const warnings: Warning[] = [];
  return { path, warnings, sink: fileSink({ path, onWarning: (warning) => warnings.push(warning), ...options }) };
};

for (const sync of [false, true]) {
  sinkConformance(`fileSink, ${sync ? 'synchronous' : 'batched'}`, () => {
    const { path, sink } = inFresh({ sync });
    return { sink, arrived: () => linesOf(path) };
  });
  sinkConformance(`fileSink, ${sync ? 'synchronous' : 'batched'}, rotating`, () => {
    const { path, sink } = inFresh({ sync, rotate: { maxBytes: 1024 }, keep: { files: 100 } });
    return { sink, arrived: () => allLines(path) };
  });
}

test('a synchronous sink has each line in the file before write returns', async () => {
  const { path, sink } = inFresh({ sync: true });
  for (let line = 0; line < 5; line++) {
    sink.write(`${line}\n`, 'info');
    assert.is(linesOf(path).length, line + 1);
  }
  await sink.close();
});

test('a batched sink writes by itself, without flush', async () => {
  const { path, sink } = inFresh();
  sink.write('one\n', 'info');
  assert.equal(linesOf(path), []);
  await until(() => linesOf(path).length === 1, 'the line is there');
  await sink.close();
});

test('flushSync leaves nothing waiting, also while a write is in the background', async () => {
  const { path, sink } = inFresh();
  for (let round = 0; round < 200; round++) {
    sink.write(`${round}\n`, 'info');
    if (round % 2) void sink.flush();
    sink.write(`${round} again\n`, 'info');
    sink.flushSync();
    assert.equal([sink.stats().queued, sink.stats().written], [0, 2 * (round + 1)]);
    if (round % 7 === 0) await null;
  }
  await sink.close();
  assert.equal(linesOf(path), Array.from({ length: 200 }, (_, round) => [`${round}\n`, `${round} again\n`]).flat());
});

test('a loop that gives the background no turn loses nothing', async () => {
  const { path, sink } = inFresh();
  const line = (index: number): string => `${index} ${'x'.repeat(300)}\n`;
  for (let index = 0; index < 60_000; index++) sink.write(line(index), 'info');
  assert.ok(sink.stats().queuedBytes < 2 * 1_048_576);
  await sink.flush();
  assert.equal(sink.stats().dropped, {});
  assert.is(linesOf(path).length, 60_000);
  assert.is(linesOf(path)[59_999], line(59_999));
  await sink.close();
});

test('a line of nothing is written as nothing, and holds nobody up', async () => {
  for (const sync of [true, false]) {
    const { path, sink } = inFresh({ sync });
    sink.write('', 'info');
    await sink.flush();
    assert.equal([sink.stats().written, sink.stats().queued], [1, 0]);
    for (const line of ['', 'one\n', '', '', 'two\n', '']) sink.write(line, 'info');
    await sink.close();
    assert.equal([sink.stats().written, linesOf(path)], [7, ['one\n', 'two\n']]);
  }
});

test('what is no line and no level is counted, not thrown', async () => {
  for (const sync of [true, false]) {
    const { path, sink } = inFresh({ sync });
    for (const line of [undefined, null, 5, {}, Symbol('x'), ['x']]) sink.write(line as never, 'info');
    for (const level of [undefined, 'loud', '__proto__']) sink.write('x\n', level as never);
    await sink.flush();
    const { accepted, written, dropped } = sink.stats();
    assert.equal([accepted, written, dropped], [9, 3, { invalid: 6 }]);
    assert.is(linesOf(path).length, 3);
    await sink.close();
  }
});

test('characters beyond ASCII are UTF-8, and count as bytes', async () => {
  const { path, sink } = inFresh({ rotate: { maxBytes: 1024 }, keep: { files: 50 } });
  const lines = Array.from({ length: 100 }, (_, index) => `${index} äöü€😀${'é'.repeat(index)}\n`);
  for (const line of lines) sink.write(line, 'info');
  await sink.close();
  assert.equal(allLines(path), lines);
  for (const name of readdirSync(join(path, '..'))) assert.ok(statSync(join(path, '..', name)).size <= 1024, name);
});

test('a file never exceeds its size, order is kept, and a longer line has a file of its own', async () => {
  for (const sync of [true, false]) {
    const { path, sink } = inFresh({ sync, rotate: { maxBytes: 2000 }, keep: { files: 100 } });
    const lines = Array.from({ length: 60 }, (_, index) => `${index} ${'x'.repeat(index === 30 ? 5000 : 100 + index)}\n`);
    for (const line of lines) sink.write(line, 'info');
    await sink.flush();
    assert.equal(allLines(path), lines);
    const folder = join(path, '..');
    const sizes = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).size, linesOf(join(folder, name)).length] as const);
    for (const [name, size, count] of sizes) assert.ok(size <= 2000 || count === 1, `${name} has ${size} bytes`);
    assert.is(sink.stats().rotations, sizes.length - 1);
    await sink.close();
  }
});

test('only so many rotated files stay, and only so many bytes', async () => {
  const few = inFresh({ sync: true, rotate: { maxBytes: 1024 }, keep: { files: 3 } });
  const small = inFresh({ sync: true, rotate: { maxBytes: 1024 }, keep: { files: 100, totalBytes: 5000 } });
  for (let line = 0; line < 300; line++) {
    for (const { path, sink } of [few, small]) {
      sink.write(`${line} ${'x'.repeat(95)}\n`, 'info');
      const folder = join(path, '..');
      const names = readdirSync(folder).filter((name) => name.startsWith('app.log'));
      if (sink === few.sink) assert.ok(names.length <= 4);
      else assert.ok(names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) <= 5000);
    }
  }
  assert.is(linesOf(few.path).length + linesOf(`${few.path}.1`).length > 5, true);
  assert.equal(allLines(small.path).at(-1), linesOf(small.path).at(-1));
  for (const { sink } of [few, small]) await sink.close();
});

test('where only the bytes of all files are limited, files are rotated at half of them', async () => {
  const { path, sink } = inFresh({ sync: true, keep: { totalBytes: 4096 } });
  for (let line = 0; line < 200; line++) sink.write(`${line} ${'x'.repeat(95)}\n`, 'info');
  assert.ok(existsSync(`${path}.1`));
  assert.ok(statSync(path).size <= 2048);
  await sink.close();
});

test('each hour has its file, by the clock of a zone, and a line goes to the file of its hour', async () => {
  for (const sync of [true, false]) {
    const clock = fakeClock(Date.parse('2026-03-01T10:59:59.000Z'));
    const { path, sink } = inFresh({ sync, clock, rotate: { every: 'hour', timeZone: 'utc' }, keep: { files: 200 } });
    sink.write('ten\n', 'info');
    clock.advance(1000);
    sink.write('eleven\n', 'info');
    clock.advance(3_599_999);
    sink.write('still eleven\n', 'info');
    await sink.flush();
    clock.advance(1);
    sink.write('twelve\n', 'info');
    await sink.flush();
    assert.equal([linesOf(`${path}.2`), linesOf(`${path}.1`), linesOf(path)], [['ten\n'], ['eleven\n', 'still eleven\n'], ['twelve\n']]);
    await sink.close();
  }
});

test('a quiet file is rotated by the clock as well, an empty one is not', async () => {
  const clock = fakeClock(Date.parse('2026-03-01T10:30:00.000Z'));
  const { path, sink } = inFresh({ clock, rotate: { every: 'day', timeZone: 'utc' } });
  clock.advance(86_400_000);
  assert.ok(!existsSync(`${path}.1`));
  sink.write('one\n', 'info');
  await sink.flush();
  clock.advance(86_400_000);
  assert.equal([linesOf(`${path}.1`), linesOf(path)], [['one\n'], []]);
  await sink.close();
});

test('a file from an earlier day is put aside at the start', async () => {
  const path = join(freshFolder(), 'app.log');
  writeFileSync(path, 'yesterday\n');
  const clock = fakeClock(Date.now() + 2 * 86_400_000);
  const sink = fileSink({ path, clock, rotate: { every: 'day', timeZone: 'utc' } });
  sink.write('today\n', 'info');
  await sink.close();
  assert.equal([linesOf(`${path}.1`), linesOf(path)], [['yesterday\n'], ['today\n']]);
});

test('a wall clock that is put back or far ahead overwrites nothing and does not rotate again and again', async () => {
  let jumped = 0;
  const start = fakeClock(Date.parse('2026-03-01T10:30:00.000Z'));
  const clock = { ...start, systemTime: () => start.systemTime() + jumped };
  const { path, sink } = inFresh({ sync: true, clock, rotate: { every: 'hour', timeZone: 'utc' }, keep: { files: 200 } });
  const lines: string[] = [];
  const write = (): void => {
    lines.push(`${lines.length}\n`);
    sink.write(lines.at(-1)!, 'info');
  };
  for (const jump of [0, -3_600_000, 365 * 86_400_000, -365 * 86_400_000, 3_600_000, 3_600_000]) {
    jumped += jump;
    for (let line = 0; line < 5; line++) write();
  }
  assert.equal(allLines(path), lines);
  assert.ok(sink.stats().rotations <= 4, `${sink.stats().rotations}`);
  await sink.close();
});

test('onRotate is told of each rotation; what it throws is a warning', async () => {
  const rotated: [string, number][] = [];
  const { path, sink, warnings } = inFresh({
    sync: true,
    rotate: { maxBytes: 1024 },
    onRotate: (file) => {
      rotated.push([file.path, file.bytes]);
      throw new Error('no');
    },
  });
  for (let line = 0; line < 25; line++) sink.write(`${'x'.repeat(99)}\n`, 'info');
  await until(() => warnings.length > 0, 'the warning');
  assert.equal(rotated, [[`${path}.1`, 1000], [`${path}.1`, 1000]]); // biome-ignore format: two files
  assert.equal(warnings.map(({ code }) => code), ['SINK_FAILED']); // biome-ignore format: short
  await sink.close();
});

test('onRotate and onWarning may log into the sink that calls them', async () => {
  for (const sync of [true, false]) {
    const path = join(freshFolder(), 'app.log');
    let told = 0;
    const sink = fileSink({
      path,
      sync,
      rotate: { maxBytes: 1024 },
      keep: { files: 1000 },
      onRotate: () => {
        if (told++ < 20) for (let line = 0; line < 5; line++) sink.write(`told ${told} ${line}\n`, 'info');
      },
      onWarning: ({ message }) => sink.write(`${message}\n`, 'warn'),
    });
    for (let line = 0; line < 300; line++) sink.write(`${line} ${'x'.repeat(95)}\n`, 'info');
    await sink.flush();
    rmSync(path);
    await until(() => {
      sink.write('more\n', 'info');
      return (sink.stats().dropped.deleted ?? 0) > 0 && told > 20;
    }, 'warnings and rotations');
    await sink.flush();
    const lines = allLines(path);
    for (const line of lines) assert.match(line, /^(\d+ x{95}|told \d+ \d|more|Log app\.log: .*)\n$/);
    assert.is(lines.length, sink.stats().written);
    await sink.close();
  }
});

test('rotate puts the file aside now, unless it is empty', async () => {
  const { path, sink } = inFresh();
  assert.is(sink.rotate(), undefined);
  sink.write('one\n', 'info');
  assert.equal(sink.rotate(), { path: `${path}.1`, bytes: 4 });
  sink.write('two\n', 'info');
  await sink.close();
  assert.equal([linesOf(`${path}.1`), linesOf(path)], [['one\n'], ['two\n']]);
  assert.is(sink.rotate(), undefined);
});

test('rotated files go to the archive and are compressed, if wanted', async () => {
  const { path, sink } = inFresh({ archive: 'old', compress: true });
  sink.write('one\n', 'info');
  assert.is(sink.rotate()?.path, join(path, '..', 'old', 'app.log.1'));
  await until(() => existsSync(join(path, '..', 'old', 'app.log.1.gz')), 'the file is compressed');
  assert.is(execFileSync('gzip', ['-dc', join(path, '..', 'old', 'app.log.1.gz')], { encoding: 'utf8' }), 'one\n');
  await sink.close();
});

test('a file that somebody moves, deletes, cuts or replaces is noticed without being told', async () => {
  for (const sync of [true, false]) {
    const { path, sink } = inFresh({ sync });
    const writeUntil = async (condition: () => boolean, what: string): Promise<void> => {
      await until(() => {
        sink.write('x\n', 'info');
        return condition();
      }, what);
    };
    sink.write('first\n', 'info');
    await sink.flush();
    renameSync(path, `${path}-moved`);
    await writeUntil(() => linesOf(path).length > 0, 'a new file after it was moved');
    rmSync(path);
    await writeUntil(() => linesOf(path).length > 0, 'a new file after it was deleted');
    truncateSync(path);
    await writeUntil(() => linesOf(path).length > 0, 'lines after it was cut');
    assert.not.match(readFileSync(path, 'utf8'), /\0/);
    rmSync(join(path, '..'), { recursive: true });
    await writeUntil(() => linesOf(path).length > 0, 'a new folder');
    await sink.flush();
    const { accepted, written, queued, dropped, reopens } = sink.stats();
    assert.is(accepted, written + queued + (dropped.deleted ?? 0));
    assert.is(reopens, 3);
    await sink.close();
  }
});

test('lines that went into a deleted file count as dropped, not as written', async () => {
  const { path, sink, warnings } = inFresh({ sync: true });
  sink.write('kept\n', 'info');
  await until(() => {
    sink.write('kept\n', 'info');
    return sink.stats().written > 3;
  }, 'some lines');
  const before = linesOf(path).length;
  const kept = readFileSync(path, 'utf8');
  rmSync(path);
  // It is looked at the path every 200 ms.
  await until(() => {
    sink.write('x\n', 'info');
    return existsSync(path);
  }, 'a new file');
  const { accepted, written, dropped } = sink.stats();
  assert.is(written + dropped.deleted!, accepted);
  assert.is(written, linesOf(path).length + before - Math.max(0, dropped.deleted! - (accepted - before - linesOf(path).length)));
  assert.ok(kept.length > 0);
  assert.equal(warnings.map(({ code }) => code), ['SINK_LOST']); // biome-ignore format: short
  await sink.close();
});

test('what happens to the file after the last line is noticed, too, without another one', async () => {
  for (const sync of [true, false]) {
    const { path, sink } = inFresh({ sync });
    sink.write('one\n', 'info');
    await sink.flush();
    rmSync(path);
    await until(() => existsSync(path), 'a new file');
    assert.equal(sink.stats().dropped, { deleted: 1 });
    await sink.close();
  }
});

test('reopen goes to where the path leads now', async () => {
  const { path, sink } = inFresh({ sync: true });
  sink.write('one\n', 'info');
  renameSync(path, `${path}-moved`);
  sink.reopen();
  sink.write('two\n', 'info');
  assert.equal([linesOf(`${path}-moved`), linesOf(path)], [['one\n'], ['two\n']]);
  await sink.close();
});

test('half a line at the end of a file gets its newline, so that the next one is whole', async () => {
  const path = join(freshFolder(), 'app.log');
  writeFileSync(path, '{"a":1}\n{"b":');
  const sink = fileSink({ path, sync: true });
  sink.write('{"c":1}\n', 'info');
  assert.equal(linesOf(path), ['{"a":1}\n', '{"b":\n', '{"c":1}\n']);
  assert.is(sink.stats().healed, 1);
  await sink.close();
});

test('links, folders, pipes and files with several names are refused, and what they lead to is untouched', () => {
  const folder = freshFolder();
  const target = join(folder, 'target');
  writeFileSync(target, 'mine\n');
  symlinkSync(target, join(folder, 'link.log'));
  linkSync(target, join(folder, 'hard.log'));
  mkdirSync(join(folder, 'folder.log'));
  execFileSync('mkfifo', [join(folder, 'pipe.log')]);
  for (const [name, why] of [['link', 'symbolic link'], ['hard', 'hard links'], ['folder', 'directory'], ['pipe', 'regular file']]) {
    assert.throws(
      () => fileSink({ path: join(folder, `${name}.log`) }),
      (error: unknown) => isTelemetryError(error) && error.code === 'SINK_OPEN_FAILED' && error.why.includes(why!),
    );
  } // biome-ignore format: a table
  assert.throws(() => fileSink({ path: join(target, 'app.log') }), /SINK_OPEN_FAILED/);
  assert.is(readFileSync(target, 'utf8'), 'mine\n');
});

test('a link put in the place of the file is not followed: lines wait until it is gone', async () => {
  const { path, sink } = inFresh({ sync: true });
  const target = join(freshFolder(), 'target');
  writeFileSync(target, 'mine\n');
  sink.write('one\n', 'info');
  rmSync(path);
  symlinkSync(target, path);
  await until(() => {
    sink.write('x\n', 'info');
    return sink.stats().state === 'failing';
  }, 'it is refused');
  assert.ok(!sink.isWorking);
  assert.ok(sink.stats().queued > 0 && sink.stats().errors.ELOOP! > 0);
  assert.is(readFileSync(target, 'utf8'), 'mine\n');
  rmSync(path);
  await until(() => sink.stats().queued === 0, 'it is written by itself');
  assert.ok(sink.isWorking);
  await sink.close();
});

test('while nothing can be written the lowest levels leave first, and a line says what was lost', async () => {
  let told: LossSummary | undefined;
  const { path, sink } = inFresh({
    maxQueuedBytes: 65_536,
    onLoss: (summary) => {
      told = summary;
      return 'LOSS\n';
    },
  });
  rmSync(path);
  mkdirSync(path);
  sink.write('first\n', 'error');
  await until(() => sink.stats().state === 'failing', 'it fails');
  const line = (level: string, index: number): string => `${level} ${index} ${'x'.repeat(100)}\n`;
  for (let index = 0; index < 2000; index++) sink.write(line('debug', index), 'debug');
  for (let index = 0; index < 300; index++) sink.write(line('error', index), 'error');
  for (let index = 0; index < 10; index++) sink.write(line('info', index), 'info');
  for (let index = 0; index < 10; index++) sink.write(line('critical', index), 'critical');
  const full = sink.stats();
  assert.ok(full.queuedBytes <= 65_536);
  assert.is(full.accepted, full.queued + full.dropped.overflow!);
  rmSync(path, { recursive: true });
  await until(() => sink.stats().queued === 0, 'it is written');
  const lines = linesOf(path);
  const of = (level: string): number => lines.filter((text) => text.startsWith(level)).length;
  assert.equal([of('first'), of('error'), of('critical'), of('info')], [1, 300, 10, 10]);
  assert.equal(lines.at(-1), 'LOSS\n');
  assert.equal(told?.dropped, { overflow: 2000 - of('debug') });
  assert.equal(told?.levels, { debug: 2000 - of('debug') });
  assert.ok(told!.from <= told!.to && told!.to <= Date.now());
  const { accepted, written, dropped } = sink.stats();
  assert.is(accepted, written + dropped.overflow!);
  await sink.close();
});

test('trouble is told once per code and counted', async () => {
  const { path, sink, warnings } = inFresh({ sync: true });
  rmSync(path);
  mkdirSync(path);
  await until(() => {
    sink.write('x\n', 'info');
    return (sink.stats().errors.EISDIR ?? 0) > 2;
  }, 'it fails');
  assert.equal(warnings.filter(({ code }) => code === 'SINK_FAILED').length, 1);
  rmSync(path, { recursive: true });
  await sink.close();
  assert.is(sink.stats().dropped.closed, undefined);
});

test('files are for their owner only, whatever the umask allows; modes can be given', async () => {
  const old = process.umask(0);
  try {
    const folder = freshFolder();
    const strict = fileSink({ path: join(folder, 'a', 'app.log') });
    const open = fileSink({ path: join(folder, 'b', 'app.log'), fileMode: 0o640, dirMode: 0o750, sync: true });
    open.write('x\n', 'info');
    open.rotate();
    const modeOf = (...parts: string[]): string => (statSync(join(folder, ...parts)).mode & 0o777).toString(8);
    assert.equal([modeOf('a'), modeOf('a', 'app.log')], ['700', '600']);
    assert.equal([modeOf('b'), modeOf('b', 'app.log'), modeOf('b', 'app.log.1')], ['750', '640', '640']);
    await strict.close();
    await open.close();
  } finally {
    process.umask(old);
  }
});

test('options that contradict each other or mean nothing are refused', () => {
  const path = join(freshFolder(), 'app.log');
  for (const [options, code] of [
    [{}, 'OPTION_INVALID'],
    [{ path: '' }, 'OPTION_INVALID'],
    [{ path: 'a\0b' }, 'OPTION_INVALID'],
    [{ path, maxSize: 1 }, 'OPTION_UNKNOWN'],
    [{ path, maxQueuedBytes: Number.POSITIVE_INFINITY }, 'OPTION_INVALID'],
    [{ path, flushAfterMs: 0 }, 'OPTION_INVALID'],
    [{ path, rotate: { maxBytes: 10 } }, 'OPTION_INVALID'],
    [{ path, rotate: { every: 'week' } }, 'OPTION_INVALID'],
    [{ path, rotate: { maxBytes: 4096 }, keep: { totalBytes: 8000 } }, 'OPTION_INVALID'],
    [{ path, rotate: { maxBytes: 4096 }, keep: { files: 0, totalBytes: 4000 } }, 'OPTION_INVALID'],
    [{ path, fileMode: 0o1777 }, 'OPTION_INVALID'],
  ] as const) {
    assert.throws(
      () => fileSink(options as never),
      (error: unknown) => isTelemetryError(error) && error.code === code,
      JSON.stringify(options),
    );
  }
  assert.ok(!existsSync(path));
});

test('a program that appends to the same file gets its lines through', async () => {
  const { path, sink } = inFresh({ sync: true, rotate: { maxBytes: 1024 }, keep: { files: 100 } });
  for (let line = 0; line < 100; line++) {
    sink.write(`ours ${line}\n`, 'info');
    appendFileSync(path, `theirs ${line}\n`);
  }
  const lines = allLines(path);
  assert.equal(
    [lines.filter((line) => line.startsWith('ours')).length, lines.filter((line) => line.startsWith('theirs')).length],
    [100, 100],
  );
  await sink.close();
});

test('a sink leaves no listener, no descriptor and no file of its own behind', async () => {
  const listeners = process.listenerCount('exit');
  const { path, sink } = inFresh({ rotate: { maxBytes: 1024 } });
  const descriptors = readdirSync('/proc/self/fd').length;
  for (let round = 0; round < 50; round++) {
    const other = fileSink({ path, rotate: { maxBytes: 1024, every: 'day' }, compress: true });
    other.write('x\n', 'info');
    await other.close();
  }
  assert.is(readdirSync('/proc/self/fd').length, descriptors);
  await sink.close();
  assert.is(process.listenerCount('exit'), listeners);
  assert.equal(readdirSync(join(path, '..')), ['app.log']);
});

test.run();
