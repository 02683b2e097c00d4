import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openLogFile } from '../../../lib/node/cli/demo/log-file';
import { openLogPlace } from '../../../lib/node/cli/demo/log-place';
import { UsageError } from '../../../lib/node/cli/usage-error';

const folder = mkdtempSync(join(tmpdir(), 'telemetry-log-file-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = (): string => join(folder, `${++files}.log`);

test('lines are there when write returns, for the owner alone', () => {
  const file = openLogFile(fresh());
  file.write('één\n', 'info');
  file.write('two\n', 'debug');
  assert.is(readFileSync(file.path, 'utf8'), 'één\ntwo\n');
  assert.is(statSync(file.path).mode & 0o777, 0o600);
  assert.equal(file.stats(), { accepted: 2, written: 2, queued: 0, dropped: {} });
});

test('a line is written whole when the system takes it in pieces', () => {
  const file = openLogFile(fresh(), (fd, bytes, offset) => writeSync(fd, bytes, offset, Math.min(2, bytes.length - offset)));
  file.write('{"ünï":1}\n', 'info');
  assert.is(readFileSync(file.path, 'utf8'), '{"ünï":1}\n');
  assert.is(file.stats().written, 1);
});

test('half a line is taken back, counted by the code of the error, and the next line is tried again', () => {
  let calls = 0;
  const file = openLogFile(fresh(), (fd, bytes, offset) => {
    calls++;
    if (calls === 3) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    if (calls === 5) return 0;
    return writeSync(fd, bytes, offset, calls === 2 ? 3 : bytes.length - offset);
  });
  for (const line of ['first\n', 'second\n', 'third\n', 'fourth\n', 'fifth\n']) file.write(line, 'info');
  assert.is(readFileSync(file.path, 'utf8'), 'first\nthird\nfifth\n');
  assert.equal(file.stats(), { accepted: 5, written: 3, queued: 0, dropped: { ENOSPC: 1, error: 1 } });
});

test('after close lines are dropped and counted; closing twice is harmless', async () => {
  const file = openLogFile(fresh());
  await file.close();
  await file.close();
  file.write('late\n', 'info');
  assert.equal(file.stats(), { accepted: 1, written: 0, queued: 0, dropped: { closed: 1 } });
});

test('what is at the path already is left as it is: a file, a folder, a link that leads nowhere', () => {
  const file = fresh();
  writeFileSync(file, 'mine\n');
  const link = fresh();
  symlinkSync(join(folder, 'nowhere'), link);
  for (const path of [file, folder, link])
    assert.throws(
      () => openLogPlace(path),
      (error: unknown) => error instanceof UsageError && /^There is a .* already/.test(error.message),
      path,
    );
  assert.is(readFileSync(file, 'utf8'), 'mine\n');
  assert.throws(() => statSync(join(folder, 'nowhere')));
});

test('a place where nothing was logged is left without a trace, another one stays', async () => {
  const named = openLogPlace(fresh());
  await named.leave();
  assert.throws(() => statSync(named.file.path));
  const temporary = openLogPlace(undefined);
  await temporary.leave();
  assert.throws(() => statSync(join(temporary.file.path, '..')));
  const used = openLogPlace(fresh());
  used.file.write('kept\n', 'info');
  await used.leave();
  assert.is(readFileSync(used.file.path, 'utf8'), 'kept\n');
});

test.run();
