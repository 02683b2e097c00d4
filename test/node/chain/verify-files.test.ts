import { chmodSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError } from '../../../lib/index';
import { chainedSink } from '../../../lib/node/chain/chained-sink';
import { verifyFiles } from '../../../lib/node/chain/verify-files';
import { fileSink } from '../../../lib/node/file/file-sink';
import { freshFolder } from '../file/scratch';

const key = '0123456789abcdef';
/** A log of 40 lines, 10 in each file. */
async function rotated(compress = false): Promise<string> {
  const path = join(freshFolder(), 'security.log');
  const sink = chainedSink(fileSink({ path, sync: true }), { key });
  for (let file = 0; file < 4; file++) {
    for (let line = 0; line < 10; line++) sink.write(`{"message":"${file}.${line} é"}\n`, 'info');
    if (file < 3) sink.rotate();
  }
  await sink.close();
  if (compress) {
    for (const number of [2, 3]) {
      writeFileSync(`${path}.${number}.gz`, gzipSync(readFileSync(`${path}.${number}`)));
      rmSync(`${path}.${number}`);
    }
  }
  return path;
}
const told = async (path: string, options = {}): Promise<string[]> => {
  const { problems } = await verifyFiles(path, { key, ...options });
  return problems.map(({ file, line, kind }) => `${file!.slice(path.length)}:${line} ${kind}`);
};
const edit = (path: string, change: (lines: string[]) => string[]): void => {
  const isCompressed = path.endsWith('.gz');
  const bytes = readFileSync(path);
  const lines = (isCompressed ? gunzipSync(bytes) : bytes).toString().split('\n');
  const text = change(lines).join('\n');
  writeFileSync(path, isCompressed ? gzipSync(text) : text);
};

test('a log is read from its oldest file to its newest', async () => {
  for (const compress of [false, true]) {
    const path = await rotated(compress);
    const { isIntact, lines, isFromStart, files, writers } = await verifyFiles(path, { key, isComplete: true });
    assert.equal([isIntact, lines, isFromStart], [true, 40, true]);
    const gz = compress ? '.gz' : '';
    assert.equal(
      files,
      [`.3${gz}`, `.2${gz}`, '.1', ''].map((suffix) => ({ file: path + suffix, lines: 10 })),
    );
    assert.equal(
      [writers[0]!.first, writers[0]!.last],
      [
        { file: `${path}.3${gz}`, line: 1 },
        { file: path, line: 10 },
      ],
    );
  }
});

test('what was done is found in its file and line, also in a compressed one', async () => {
  const path = await rotated(true);
  edit(`${path}.3.gz`, (lines) => lines.map((line, index) => (index === 4 ? line.replace('0.4', '9.9') : line)));
  edit(`${path}.1`, (lines) => lines.filter((_, index) => index !== 2));
  edit(path, (lines) => [lines[1]!, lines[0]!, ...lines.slice(2)]);
  assert.equal(await told(path), ['.3.gz:5 changed', '.1:3 missing', ':1 reordered']);
});

test('a file that is gone shows in the next one, unless it was the oldest', async () => {
  const path = await rotated();
  rmSync(`${path}.3`);
  assert.equal(await told(path), []);
  assert.equal(await told(path, { isComplete: true }), ['.2:1 unlinked']);
  rmSync(`${path}.1`);
  assert.equal(await told(path), [':1 missing']);
});

test('files in another order show', async () => {
  const path = await rotated();
  renameSync(`${path}.1`, `${path}.x`);
  renameSync(`${path}.2`, `${path}.1`);
  renameSync(`${path}.x`, `${path}.2`);
  assert.equal(await told(path), ['.2:1 reordered']);
});

test('lines cut off at the end show against a recorded head', async () => {
  const path = await rotated();
  const { head } = await verifyFiles(path, { key });
  edit(path, (lines) => [...lines.slice(0, 8), '']);
  assert.equal(await told(path), []);
  assert.equal(await told(path, { expectedHead: head }), [':8 missing']);
});

test('the last lines of one process among those of another show against the head of each', async () => {
  const path = join(freshFolder(), 'security.log');
  const [one, other] = [0, 1].map(() => chainedSink(fileSink({ path, sync: true }), { key }));
  for (const sink of [one!, other!, one!, other!]) sink.write('{}\n', 'info');
  await one!.close();
  await other!.close();
  const { writers } = await verifyFiles(path, { key });
  edit(path, (lines) => lines.filter((_, index) => index !== 2));
  assert.equal(await told(path), []);
  assert.equal(await told(path, { expectedHead: writers.map(({ head }) => head!) }), [':3 missing']);
});

test('bytes that are no text are not all alike', async () => {
  const path = join(freshFolder(), 'security.log');
  const sink = chainedSink(fileSink({ path, sync: true }), { key });
  sink.write('{"message":"\ufffd"}\n', 'info');
  await sink.close();
  const bytes = readFileSync(path);
  const at = bytes.indexOf(Buffer.from('\ufffd'));
  assert.ok(at > 0);
  // One broken byte reads as the same replacement character.
  writeFileSync(path, Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff]), bytes.subarray(at + 3)]));
  assert.equal(await told(path), [':1 changed']);
});

test('a byte order mark in front of a file shows', async () => {
  const path = await rotated();
  writeFileSync(path, Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), readFileSync(path)]));
  assert.is((await told(path))[0], ':1 unchained');
});

test('any byte changed in any file is found in its line', async () => {
  const path = await rotated();
  const intact = new Map(['.3', '.2', '.1', ''].map((suffix) => [suffix, readFileSync(path + suffix)]));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...intact.keys()), fc.nat(), fc.integer({ min: 0, max: 7 }), async (suffix, place, bit) => {
      const bytes = Buffer.from(intact.get(suffix)!);
      const at = place % bytes.length;
      const line = bytes.subarray(0, at).filter((byte) => byte === 10).length + 1;
      // The newline at the very end holds nothing.
      if (suffix === '' && at === bytes.length - 1) return;
      bytes[at]! ^= 1 << bit;
      writeFileSync(path + suffix, bytes);
      const found = await told(path);
      writeFileSync(path + suffix, intact.get(suffix)!);
      assert.ok(
        found.some((problem) => problem.startsWith(`${suffix}:${line} `)),
        `${found} instead of ${suffix}:${line}`,
      );
    }),
    { numRuns: 300 },
  );
});

test('an archive that is damaged is a problem where it ends, and the files behind it are read', async () => {
  const path = await rotated(true);
  const bytes = readFileSync(`${path}.2.gz`);
  writeFileSync(`${path}.2.gz`, bytes.subarray(0, bytes.length / 2));
  const cut = await told(path);
  assert.match(cut[0]!, /^\.2\.gz:\d+ changed$/);
  bytes[bytes.length - 6]! ^= 1;
  writeFileSync(`${path}.2.gz`, bytes);
  assert.match((await told(path))[0]!, /^\.2\.gz:\d+ changed$/, 'the checksum at its end');
  writeFileSync(`${path}.2.gz`, 'this is no archive');
  assert.equal(await told(path), ['.2.gz:1 changed', '.1:1 missing']);
});

test('of a number that is there twice the one is read that is not compressed', async () => {
  const path = await rotated();
  writeFileSync(`${path}.2.gz`, 'half done');
  assert.equal(await told(path), []);
});

test('names that rotation does not give are not read, links and folders neither', async () => {
  const path = await rotated();
  for (const name of ['.01', '.0', '.1.old', '.bak', '.4.gz.tmp', '.1000001']) writeFileSync(path + name, '{}\n');
  symlinkSync(`${path}.1`, `${path}.4`);
  mkdirSync(`${path}.5`);
  assert.equal(await told(path), []);
});

test('a file with a second name is read: nobody hides one from the verifier that way', async () => {
  const path = await rotated();
  linkSync(`${path}.2`, `${path}-copy`);
  assert.equal(await told(path), []);
});

test('a list of files is read as it is given', async () => {
  const path = await rotated(true);
  const { isIntact, lines } = await verifyFiles([`${path}.3.gz`, `${path}.2.gz`], { key, isComplete: true });
  assert.equal([isIntact, lines], [true, 20]);
  assert.is((await verifyFiles([`${path}.2.gz`, `${path}.3.gz`], { key })).isIntact, false);
});

test('rotated files are enough where the log itself is not there', async () => {
  const path = await rotated();
  rmSync(path);
  assert.is((await verifyFiles(path, { key })).lines, 30);
});

test('a log that is written and rotated meanwhile is intact', async () => {
  const path = join(freshFolder(), 'security.log');
  const sink = chainedSink(fileSink({ path, rotate: { maxBytes: 50_000 }, keep: { files: 1000 } }), { key });
  const write = () => {
    for (let line = 0; line < 500; line++) sink.write(`{"message":"${'x'.repeat(200)}"}\n`, 'info');
  };
  write();
  await sink.flush();
  for (let round = 0; round < 10; round++) {
    write();
    const [{ problems }] = await Promise.all([verifyFiles(path, { key }), sink.flush()]);
    assert.equal(
      problems.filter(({ kind }) => kind !== 'unchained'),
      [],
    );
  }
  await sink.close();
  assert.ok((await verifyFiles(path, { key, isComplete: true })).isIntact);
});

test('what is not there or can not be read is refused', async () => {
  const folder = freshFolder();
  const closed = join(folder, 'closed.log');
  writeFileSync(closed, '{}\n');
  chmodSync(closed, 0);
  const cases: readonly (readonly [paths: unknown, options: unknown, code: string])[] = [
    [join(folder, 'missing.log'), {}, 'SINK_OPEN_FAILED'],
    [folder, {}, 'SINK_OPEN_FAILED'],
    [[join(folder, 'missing.log')], {}, 'SINK_OPEN_FAILED'],
    ...(process.geteuid?.() === 0 ? [] : ([[closed, {}, 'SINK_OPEN_FAILED']] as const)),
    ['', {}, 'OPTION_INVALID'],
    [5, {}, 'OPTION_INVALID'],
    [closed, { key: 'short' }, 'OPTION_INVALID'],
    [closed, { expectedHead: 'x' }, 'OPTION_INVALID'],
    [closed, { keys: 'x' }, 'OPTION_UNKNOWN'],
  ];
  for (const [paths, options, code] of cases) {
    try {
      await verifyFiles(paths as never, options as never);
      assert.unreachable();
    } catch (error) {
      assert.ok(isTelemetryError(error), String(error));
      assert.is(error.code, code);
    }
  }
});

test('an empty file and an empty list are intact', async () => {
  const path = join(freshFolder(), 'security.log');
  writeFileSync(path, '');
  assert.ok((await verifyFiles(path)).isIntact);
  assert.ok((await verifyFiles([])).isIntact);
});

test.run();
