import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compile } from '../support/compile';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = (file: string): string => execFileSync(process.execPath, ['--import', 'tsx', file], { cwd: root, encoding: 'utf8' });

test('the example of the design compiles and runs', () => {
  assert.equal(compile(readFileSync(`${root}test/examples/design.ts`, 'utf8'), 'test/examples').errors, []);
  assert.match(run('test/examples/design.ts'), 'design example: ok');
});

/**
 * The `ts` blocks of the README as one program: imports first, blocks marked `shared` at the top level, all others in a
 * scope of their own, in order. Blocks marked `types` change what the default bus
 * takes and are compiled apart.
 */
function readmeProgram(): { program: string; blocks: number } {
  const readme = readFileSync(`${root}README.md`, 'utf8');
  const blocks = [...readme.matchAll(/^```ts ?(\w*)\n(.*?)^```$/gms)].filter(([, mark]) => mark !== 'types');
  const imports = new Map<string, Set<string>>();
  const bodies = blocks.map(([, mark, code = '']) => {
    const body = code.replace(/^import \{ (.*?) \} from '(.*?)';\n/gm, (_, names: string, from: string) => {
      const known = imports.get(from) ?? imports.set(from, new Set()).get(from)!;
      for (const name of names.split(', ')) known.add(name);
      return '';
    });
    return mark === 'shared' ? body : `await (async () => {\n${body}})();\n`;
  });
  // The page shows the default bus under the name its own bus has later on.
  imports.get('telemetry-bus')!.delete('telemetry');
  bodies[0] = `import { telemetry as defaultBus } from 'telemetry-bus';\n${bodies[0]!.replaceAll('telemetry.', 'defaultBus.')}`;
  const head = [...imports].map(([from, names]) => `import { ${[...names].join(', ')} } from '${from}';`);
  return { program: `${head.join('\n')}\n${bodies.join('\n')}console.log('readme: ok');\n`, blocks: blocks.length };
}

test('every code block of the README compiles and runs', () => {
  const { program, blocks } = readmeProgram();
  assert.ok(blocks >= 9, `${blocks} blocks`);
  assert.equal(compile(program, 'test/examples').errors, []);
  const file = 'test/examples/readme.generated.ts';
  writeFileSync(root + file, program);
  try {
    assert.match(run(file), 'readme: ok');
  } finally {
    rmSync(root + file);
  }
});

test('what the README adds to the types of the default bus compiles against the built package', () => {
  const readme = readFileSync(`${root}README.md`, 'utf8');
  const [types] = [...readme.matchAll(/^```ts types\n(.*?)^```$/gms)].map(([, code]) => code);
  const [shared] = [...readme.matchAll(/^```ts shared\n(.*?)^```$/gms)].map(([, code]) => code);
  const use = `import { telemetry as defaultBus } from 'telemetry-bus';
defaultBus.execute(coder.session.start, { count: 1 }, { sessionId: 's1' });
// @ts-expect-error misspelled
defaultBus.execute(['coder', 'session', 'strat']);
`;
  assert.equal(compile(`${shared}${types}${use}`, 'test/examples', { paths: {} }).errors, []);
});

test.run();
