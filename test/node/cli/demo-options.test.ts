import { resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseCommandLine, UsageError } from '../../../lib/node/cli/demo/options';

test('without arguments it works on the current folder for 30 s', () => {
  assert.equal(parseCommandLine([]), { isHelp: false, folder: process.cwd(), forMs: 30_000 });
});

test('folder and time come in any order', () => {
  const expected = { isHelp: false, folder: resolve('lib'), forMs: 600_000 };
  assert.equal(parseCommandLine(['lib', '--for', '10m']), expected);
  assert.equal(parseCommandLine(['--for=10m', 'lib']), expected);
});

test('--help is taken with whatever folder', () => {
  assert.is(parseCommandLine(['--help', 'no-such-folder']).isHelp, true);
  assert.is(parseCommandLine(['-h']).isHelp, true);
});

const REFUSED: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  [['--fro', '2s'], /^Unknown option '--fro'$/],
  [['--for'], /^Option '--for.*[^.]$/],
  [['--for', '10'], /^--for 10 is not a time; write it as 8s, 10m or 1.5h/],
  [['--for', '0s'], /^--for 0s is not a time/],
  [['--for', '25d'], /24 days at most$/],
  [['--for', '-5s'], /^Option '--for.*[^.]$/],
  [['--help=yes'], /^Option .*--help.*[^.]$/],
  [['lib', 'test'], /^One folder can be given, not 2: lib test$/],
  [['no-such-folder'], /^There is no folder .*no-such-folder$/],
  [['package.json'], /^There is no folder .*package\.json$/],
  [['package.json/lib'], /^There is no folder .*lib$/],
];

for (const [args, message] of REFUSED) {
  test(`refused: ${args.join(' ')}`, () => {
    assert.throws(
      () => parseCommandLine(args),
      (error: unknown) => error instanceof UsageError && message.test(error.message),
    );
  });
}

test.run();
