import { resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readFolder, readPort, readTime } from '../../../lib/node/cli/demo/options';
import { UsageError } from '../../../lib/node/cli/usage-error';

test('without a folder it is the current one', () => {
  assert.is(readFolder(undefined), process.cwd());
  assert.is(readFolder('lib'), resolve('lib'));
});

test('times have a unit', () => {
  assert.equal(['250ms', '8s', '10m', '1.5h'].map(readTime), [250, 8_000, 600_000, 5_400_000]);
});

test('a port is a number up to 65535, 0 for a free one', () => {
  assert.equal(
    ['0', '9464', '65535'].map((port) => readPort('--admin', port)),
    [0, 9464, 65_535],
  );
});

const REFUSED: readonly (readonly [read: () => unknown, message: RegExp])[] = [
  [() => readTime('10'), /^--for 10 is not a time; write it as 8s, 10m or 1.5h/],
  [() => readTime('0s'), /^--for 0s is not a time/],
  [() => readTime('25d'), /24 days at most$/],
  [() => readPort('--metrics', '65536'), /^--metrics 65536 is not a port/],
  [() => readPort('--metrics', '-1'), /^--metrics -1 is not a port/],
  [() => readPort('--metrics', 'http'), /^--metrics http is not a port/],
  [() => readFolder('no-such-folder'), /^There is no folder .*no-such-folder$/],
  [() => readFolder('package.json'), /^There is no folder .*package\.json$/],
  [() => readFolder('package.json/lib'), /^There is no folder .*lib$/],
];

for (const [read, message] of REFUSED) {
  test(`refused: ${message.source}`, () => {
    assert.throws(read, (error: unknown) => error instanceof UsageError && message.test(error.message));
  });
}

test.run();
