import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compile } from '../support/compile';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Runs in a folder of its own: what examples write into `logs` is not ours. */
function run(file: string): string {
  const cwd = mkdtempSync(join(tmpdir(), 'telemetry-examples-'));
  try {
    mkdirSync(join(cwd, 'logs'));
    writeFileSync(join(cwd, 'logs', 'server.log'), "another program's\n");
    const env = { ...process.env, TSX_TSCONFIG_PATH: join(root, 'tsconfig.json') };
    return execFileSync(process.execPath, ['--import', import.meta.resolve('tsx'), join(root, file)], { cwd, env, encoding: 'utf8' });
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

/** Runs a program that has no file yet. */
function runSource(name: string, program: string): string {
  const file = `test/examples/${name}.generated.ts`;
  writeFileSync(root + file, program);
  try {
    return run(file);
  } finally {
    rmSync(root + file);
  }
}

test('the example of the design compiles and runs', () => {
  assert.equal(compile(readFileSync(`${root}test/examples/design.ts`, 'utf8'), 'test/examples').errors, []);
  assert.match(run('test/examples/design.ts'), 'design example: ok');
});

/**
 * The `ts` blocks of the README as one program: imports first, blocks marked `shared` at the top level, all others in a
 * scope of their own, in order. Blocks marked `node22` need its SQLite and run where that is. Blocks marked `types` change what the default bus
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
    return mark === 'shared' ? body : `${mark === 'node22' ? IF_SQLITE : ''}await (async () => {\n${body}})();\n`;
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
  assert.match(runSource('readme', program), 'readme: ok');
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

/** Stands before what needs Node's own SQLite. */
const IF_SQLITE = "if (process.getBuiltinModule?.('node:sqlite') !== undefined) ";

/** The catalogue that the docstrings speak of. */
const CODER = `
const coder = defineEvents('coder', {
  session: {
    start: defineEvent<{ count: number }, { sessionId: string }>(),
    stop: defineEvent<{ duration: number }, { sessionId: string; status: 'ok' | 'error' }>({ tags: ['status'] }),
  },
  agent: {
    dispatch: defineEvent<{ systemTime: number }, { agent: string }>(),
    complete: defineEvent<{ duration: number }, { agent: string }>(),
  },
  tool: {
    start: defineEvent<{ systemTime: number }, { name: string }>(),
    stop: defineEvent<{ duration: number; files?: number }, { name: string }>(),
    exception: defineEvent<{ duration: number }, { name: string }>(),
  },
  llm: {
    request: defineEvent<{ systemTime: number }, { model: string }>(),
    response: defineEvent<{ duration: number; tokens?: number }, { model: string }>(),
    error: defineEvent<{ duration: number }, { model: string }>(),
  },
});
`;

/** What every example finds. */
const HEAD = `import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bindContext, consoleSink, contextFields, counter, createFormat, createTelemetry, decodeSnapshot, defineEvent, defineEvents, definitionOf,
  describeConfig, distribution, encodeSnapshot, errorIdOf, isTelemetryError, lastValue, loadConfig, memorySink, mergeSnapshots, runWithContext,
  sum, summary, takeSnapshot, type TelemetryOf,
} from 'telemetry-bus';
import { defineAgentEvents } from 'telemetry-bus/catalogues/agent';
import { chatEvents, defineChatEvents } from 'telemetry-bus/catalogues/chat';
import {
  createErrors, createUserMessages, fingerprintOf, germanMessages, normaliseMessage, parseStack, userMessage,
} from 'telemetry-bus/errors';
import {
  fileSink, runtimeEvents, runtimeMeasurements, serveMetrics, startMonitor, startTelemetry, systemMeasurements,
} from 'telemetry-bus/node';
import { startStatsd } from 'telemetry-bus/node/statsd';
import { createPostgresStore, createSqliteStore, startStorage } from 'telemetry-bus/node/storage';
import { calibrateThresholds, formatCalibration, recordedDurations, watchSlow } from 'telemetry-bus/performance';
import { SECURITY_EVENTS, securityOf, verifyChain } from 'telemetry-bus/security';
import { createPrometheusExporter } from 'telemetry-bus/prometheus';
import { createMetricProducer, declareDomain, observeMetrics, openTelemetryResource, resourceFromEnvironment, startOpenTelemetry } from 'telemetry-bus/opentelemetry';
import { lokiSink, otlpSink } from 'telemetry-bus/node/shipping';
import { collectWorkers, readSnapshot, readSnapshots, shareMetrics, writeSnapshot } from 'telemetry-bus/node/workers';
import { alertsOf, logTarget, readyRules } from 'telemetry-bus/alerts';
import { handlersCheck, healthOf, healthResponse, httpCheck, postgresCheck, redisCheck, sinksCheck } from 'telemetry-bus/health';
import {
  currentRequest, emitFromChannel, expressErrors, expressMiddleware, fastifyPlugin, formatTraceparent, honoMiddleware, httpEvents,
  httpTrackingOf, instrumentHttp, integrate, koaMiddleware, outgoingStats, publishToChannels, startPropagation, toNodeListener, tracedFetch,
  trackFetch, trackHttp, trackListener,
} from 'telemetry-bus/node/http';
import { createAdmin, serveAdmin } from 'telemetry-bus/node/admin';
import { emailTarget, slackTarget, verifyWebhook, webhookTarget } from 'telemetry-bus/node/alerts';
import { diskSpaceCheck, eventLoopCheck, logFolderCheck, memoryCheck } from 'telemetry-bus/node/health';
import { startPoller } from 'telemetry-bus/poller';
import { captureEvents, captureRecords, fakeClock } from 'telemetry-bus/testing';
import { createRedactor } from '../../lib/log/redaction/redactor';
void [chatEvents, createPostgresStore, createSqliteStore, startStorage, formatCalibration, SECURITY_EVENTS, verifyChain, createUserMessages];
void [defineChatEvents, fingerprintOf, normaliseMessage, parseStack, userMessage, calibrateThresholds, recordedDurations, watchSlow, securityOf];
void [consoleSink, createFormat, describeConfig, errorIdOf, captureRecords, fileSink, serveMetrics, startStatsd];
void [alertsOf, logTarget, readyRules, handlersCheck, healthOf, healthResponse, httpCheck, postgresCheck, redisCheck, sinksCheck, startPoller];
void [emailTarget, slackTarget, verifyWebhook, webhookTarget, diskSpaceCheck, eventLoopCheck, logFolderCheck, memoryCheck];
void [currentRequest, emitFromChannel, expressErrors, expressMiddleware, fastifyPlugin, formatTraceparent, honoMiddleware, httpEvents];
void [httpTrackingOf, instrumentHttp, integrate, koaMiddleware, outgoingStats, publishToChannels, startPropagation, toNodeListener];
void [tracedFetch, trackFetch, trackHttp, trackListener, createAdmin, serveAdmin, createServer];
void [{} as IncomingMessage, {} as ServerResponse];
void [declareDomain, createMetricProducer, observeMetrics, openTelemetryResource, resourceFromEnvironment, startOpenTelemetry, lokiSink, otlpSink];
void [collectWorkers, readSnapshot, readSnapshots, shareMetrics, writeSnapshot, decodeSnapshot, encodeSnapshot, mergeSnapshots, takeSnapshot];
void [runtimeEvents, runtimeMeasurements, startMonitor, systemMeasurements];
const redactor = createRedactor();
const work = (): number => 42;
const folders = mkdtempSync(join(tmpdir(), 'examples-'));
process.on('exit', () => rmSync(folders, { recursive: true }));
${CODER}`;

/**
 * The `@example`s of the docstrings as one program, each in a scope of its own with a fresh bus. A line that ends in
 * `; // => value` says what its expression is equal to.
 */
function docsProgram(): { program: string; examples: number; claims: number } {
  const files = readdirSync(`${root}lib`, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  let [examples, claims] = [0, 0];
  const internals = new Map<string, Set<string>>();
  const scopes = files.flatMap((file) => {
    const source = readFileSync(`${root}lib/${file}`, 'utf8');
    return [...source.matchAll(/\* @example\n((?: *\*(?! @|\/).*\n)+)/g)].map(([, block = '']) => {
      const code = block
        .replace(/^ *\* ?/gm, '')
        .replace(/^( *)(.*); \/\/ => (.*)$/gm, (_, indent: string, expression: string, value: string) => {
          claims++;
          return `${indent}assert.deepEqual(${expression}, ${value});`;
        });
      examples++;
      // What no entry exports is taken from the file the example stands in.
      for (const [, name] of source.matchAll(/^export (?:const|(?:async )?function|class) (\w+)/gm)) {
        if (HEAD.includes(` ${name}`) || !new RegExp(`\\b${name}\\(`).test(code)) continue;
        internals.set(file, (internals.get(file) ?? new Set()).add(name!));
      }
      const condition = code.includes('sqlite:') ? IF_SQLITE : '';
      return `// lib/${file}\n${condition}await (async () => {\nconst telemetry = createTelemetry({ events: coder });\nconst errors = createErrors(telemetry);\nconst folder = mkdtempSync(join(folders, 'example-'));\n{\n${code}}\nvoid [telemetry, errors, folder];\n})();\n`;
    });
  });
  const imports = [...internals].map(([file, names]) => `import { ${[...names].join(', ')} } from '../../lib/${file.slice(0, -3)}';`);
  return { program: `${imports.join('\n')}\n${HEAD}\n${scopes.join('\n')}\nconsole.log('docs: ok');\n`, examples, claims };
}
test('every example of the docstrings compiles, runs, and is what it says', () => {
  const { program, examples, claims } = docsProgram();
  assert.ok(examples >= 30 && claims >= 25, `${examples} examples with ${claims} claims`);
  assert.equal(compile(program, 'test/examples').errors, []);
  assert.match(runSource('docs', program), 'docs: ok');
});

test.run();
