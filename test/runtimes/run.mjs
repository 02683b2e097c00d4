/**
 * Runs the tests of behaviour (conformance of the sources and of both builds, metrics, testing) on newer Nodes. Coverage,
 * types and packaging do not depend on the runtime and stay with `npm test`.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));
const PATTERN = '(conformance|core|metrics|testing|validation)/.*\\.test\\.ts$';
const figure = (output, label) => Number(new RegExp(`^\\s*${label}:\\s+(\\d+)`, 'm').exec(output)?.[1] ?? 0);

let expected = 0;
let [passed, failed] = [0, 0];
for (const name of ['this Node', 'node22', 'node24', 'node26']) {
  const bin = name === 'this Node' ? process.execPath : `${root}test/runtimes/node_modules/${name}/bin/node`;
  const args = ['--import', 'tsx', 'node_modules/uvu/bin.js', 'test', PATTERN];
  const {
    status,
    stdout: coloured,
    stderr,
  } = spawnSync(bin, args, {
    cwd: root,
    encoding: 'utf8',
    timeout: 180_000,
    env: { ...process.env, NODE_ENV: 'test', FORCE_COLOR: '0' },
  });
  const stdout = stripVTControlCharacters(coloured ?? '');
  const [total, good] = [figure(stdout, 'Total'), figure(stdout, 'Passed')];
  expected ||= total;
  const version = spawnSync(bin, ['--version'], { encoding: 'utf8' }).stdout?.trim();
  const ok = status === 0 && total > 0 && good === total && total === expected && !/^\s*FAIL\b/m.test(stdout);
  console.log(`${(version ?? name).padEnd(10)} ${good} of ${total} passed`);
  if (!ok) console.error(`${stdout}\n${stderr}`);
  passed += good;
  failed += ok ? 0 : Math.max(1, total - good);
}
console.log(`\nruntimes: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
