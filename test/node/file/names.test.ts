import { chownSync, linkSync, mkdirSync, symlinkSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { listRotated, readFamily } from '../../../lib/node/file/names';
import { familyIn, freshFamily, freshFolder, put, runs, testAsRoot } from './scratch';

const listed = (family: ReturnType<typeof freshFamily>): string[] =>
  listRotated(family).map(({ number, isCompressed }) => `${number}${isCompressed ? '.gz' : ''}`);

test('rotated files are listed by number, the newest first, compressed or not, however old they look', () => {
  const family = freshFamily();
  for (const [suffix, age] of [
    ['.10', 0],
    ['.2.gz', 9_000],
    ['.1', 5_000],
    ['.9.gz', 1_000],
    ['.9', 1_000],
    ['.1000000', 0],
  ] as const)
    put(family, suffix, suffix, age);
  assert.equal(listed(family), ['1', '2.gz', '9', '9.gz', '10', '1000000']);
  const [first] = listRotated(family);
  assert.is(first!.path, `${family.active}.1`);
  assert.is(first!.bytes, 2);
});

test('names that rotation does not give are not listed', () => {
  const family = freshFamily();
  for (const suffix of [
    '',
    '.bak',
    '.01',
    '.0',
    '.1.old',
    '.1.gz.bak',
    '.-1',
    '.1e3',
    '.1000001',
    '.20240131',
    '.1.gzip',
    '.+1',
    '. 1',
    '.1\n',
    '.gz',
    '.',
  ])
    put(family, suffix, 'x');
  for (const name of ['app.logger', 'myapp.log', 'app_log', 'APP.LOG', 'app.log2']) put(familyIn(family.folder, name), '.1', 'x');
  const { rotated, taken, temporary } = readFamily(family);
  assert.equal([rotated, [...taken], temporary], [[], [], []]);
});

test('a name with special characters is a name', () => {
  const family = familyIn(freshFolder(), 'a+b (c)*.[x]$');
  put(family, '.1', 'x');
  put(familyIn(family.folder, 'aab (c)*.[x]$'), '.2', 'x');
  assert.equal(listed(family), ['1']);
});

test('folders, links, pipes and files with several names are taken, and not listed', () => {
  const family = freshFamily();
  mkdirSync(`${family.active}.1`);
  symlinkSync(put(family, '.target', 'x'), `${family.active}.2`);
  symlinkSync('nowhere', `${family.active}.3.gz`);
  linkSync(put(family, '.other', 'x'), `${family.active}.4`);
  assert.ok(runs('mkfifo', `${family.active}.5`));
  put(family, '.6', 'x');
  const { rotated, taken } = readFamily(family);
  assert.equal([...taken].sort(), [1, 2, 3, 4, 5]);
  assert.equal(
    rotated.map(({ number }) => number),
    [6],
  );
});

testAsRoot('a file of another user is taken; of the owner of the log it is listed', () => {
  const family = freshFamily();
  put(family, '', 'x');
  chownSync(put(family, '.1', 'x'), 12345, 12345);
  put(family, '.2', 'x');
  assert.equal([...readFamily(family).taken], [1]);
  assert.equal(listed(family), ['2']);
  chownSync(family.active, 12345, 12345);
  assert.equal(listed(family), ['1', '2']);
});

test('a folder that is missing is empty', () => {
  assert.equal(listRotated({ ...freshFamily(), folder: `${freshFolder()}/none` }), []);
});

test('a folder that can not be read is an error', () => {
  const family = freshFamily();
  assert.throws(() => listRotated({ ...family, folder: put(family, '', 'x') }), /ENOTDIR/);
});

test('files that are being written are apart', () => {
  const family = freshFamily();
  put(family, '.0123456789abcdef.gz.tmp', 'four');
  put(family, '.0123456789abcdef.tmp', 'x');
  put(family, '.0123456789ABCDEF.gz.tmp', 'x');
  put(family, '.123.gz.tmp', 'x');
  const { rotated, temporary } = readFamily(family);
  assert.equal(rotated, []);
  assert.equal(temporary.map(({ bytes }) => bytes).sort(), [1, 4]);
});

test.run();
