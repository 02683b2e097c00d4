/** What the types cost the compiler: 500 events, 200 calls by tuple and by definition, and handlers. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { dist, root } from './library.mjs';
import { report, within } from './measure.mjs';

const COMPONENTS = 50;
const ACTIONS = 10;
const CALLS = 200;
const RUNS = 3;

/** A program as an application would have it, against the declarations it would get: one catalogue, calls all over it. */
function program(/** @type {string} */ library) {
  const range = (/** @type {number} */ count) => Array.from({ length: count }, (_, index) => index);
  const components = range(COMPONENTS).map((component) => {
    // Each leaf has types of its own; equal ones would be checked once.
    const leaves = range(ACTIONS).map(
      (action) =>
        `    a${action}: defineEvent<{ duration: number; m${component}_${action}: number }, { id: string; d${component}_${action}?: string }>(),`,
    );
    return `  c${component}: {\n${leaves.join('\n')}\n  },`;
  });
  const calls = range(CALLS).map((call) => {
    const component = (call * 7) % COMPONENTS;
    const action = (call * 3) % ACTIONS;
    const payload = `{ duration: ${call}, m${component}_${action}: 1 }, { id: 'x${call}' }`;
    if (call % 4 === 0) return `telemetry.execute(events.c${component}.a${action}, ${payload});`;
    if (call % 4 === 1)
      return `telemetry.attach('h${call}', events.c${component}.a${action}, (_event, { m${component}_${action} }, { id }) => \`\${id}\${m${component}_${action}}\`);`;
    return `telemetry.execute(['app', 'c${component}', 'a${action}'], ${payload});`;
  });
  return `import { createTelemetry, defineEvent, defineEvents } from '${library}';

const events = defineEvents('app', {
${components.join('\n')}
});
const telemetry = createTelemetry({ events });
${calls.join('\n')}
`;
}

const folder = mkdtempSync(resolve(root, 'test/bench/.types-'));
try {
  const library = relative(folder, resolve(dist, 'index')).split(sep).join('/');
  writeFileSync(resolve(folder, 'program.ts'), program(library));
  writeFileSync(
    resolve(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: relative(folder, resolve(root, 'tsconfig.json')).split(sep).join('/'),
      include: ['program.ts'],
      exclude: [],
      compilerOptions: { isolatedDeclarations: false, declaration: false },
    }),
  );
  const runs = Array.from({ length: RUNS }, () => {
    const compiler = [resolve(root, 'node_modules/typescript/bin/tsc'), '-p', folder, '--noEmit', '--extendedDiagnostics'];
    const output = execFileSync(process.execPath, compiler, { encoding: 'utf8', maxBuffer: 1e8 });
    const figure = (/** @type {string} */ name) => Number.parseFloat(new RegExp(`^${name}:\\s+([\\d.]+)`, 'm').exec(output)?.[1] ?? 'NaN');
    return { instantiations: figure('Instantiations'), seconds: figure('Check time') };
  });
  // A compiler that something else delays says nothing about the types: the fastest run counts.
  const seconds = Math.min(...runs.map((run) => run.seconds));
  report(
    [
      within(`types: instantiations (${COMPONENTS * ACTIONS} events, ${CALLS} calls)`, runs[0].instantiations, {
        show: (count) => count.toLocaleString('en'),
        atMost: 75_000,
      }),
      within('types: check time (the fastest of three)', seconds, { show: (value) => `${value.toFixed(2)} s`, atMost: 1 }),
    ],
    { heard: false },
  );
} catch (error) {
  // What the compiler has to say is on its standard output.
  console.error(/** @type {{ stdout?: string }} */ (error).stdout?.slice(0, 3000) ?? '');
  throw error;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
