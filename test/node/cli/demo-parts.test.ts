/** The parts of the demo by themselves: tree, tasks, cache, model, sessions. */
import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { agentEvents } from '../../../lib/catalogues/agent';
import type { MessageObject } from '../../../lib/errors/messages/format';
import { createTelemetry, memorySink } from '../../../lib/index';
import { createFileCache } from '../../../lib/node/cli/demo/file-cache';
import { startModel } from '../../../lib/node/cli/demo/model';
import { createModelClient, type ModelClient } from '../../../lib/node/cli/demo/model-client';
import { openNotes } from '../../../lib/node/cli/demo/notes';
import { runSession } from '../../../lib/node/cli/demo/session';
import { parses } from '../../../lib/node/cli/demo/syntax-check';
import { createTaskQueue } from '../../../lib/node/cli/demo/tasks';
import { exportsOf, listSourceFiles, surveyTree } from '../../../lib/node/cli/demo/tree';
import { makeSampleTree } from './sample-tree';

const tree = makeSampleTree();
process.on('exit', tree.remove);
const signal = new AbortController().signal;
const FILES = ['index.ts', 'parser/parse.ts', 'parser/types.ts', 'scripts/broken.mjs', 'scripts/build.mjs'];

function createCountingBus() {
  const telemetry = createTelemetry({ events: agentEvents });
  telemetry.attachMetricsHandler();
  return telemetry;
}

test('a survey finds the source files and the names they export, and nothing of other trees', async () => {
  const survey = await surveyTree(tree.folder, signal);
  assert.equal(survey.files, FILES);
  assert.equal(survey.symbols, ['version', 'parse', 'separator', 'Parsed', 'Text', 'build']);
});

test('files are listed below a folder, relative to the root', async () => {
  assert.equal(await listSourceFiles(tree.folder, 'parser', signal), ['parser/parse.ts', 'parser/types.ts']);
  assert.equal(await listSourceFiles(tree.folder, 'none', signal), []);
  assert.equal(await listSourceFiles(tree.folder, '', AbortSignal.abort()), []);
});

test('exports are declarations at the start of a line', () => {
  const text =
    'export default class Car {}\nexport abstract class A {}\nexport async function* go() {}\n// export const no = 1\nexport { no };';
  assert.equal(exportsOf(text), ['Car', 'A', 'go']);
});

test('tasks go round folders, kinds and symbols, the same way each time', () => {
  const survey = { folder: tree.folder, files: FILES, symbols: ['parse', 'build'] };
  const [next, again] = [createTaskQueue(survey), createTaskQueue(survey)];
  const tasks = Array.from({ length: 9 }, next);
  assert.equal(tasks, Array.from({ length: 9 }, again));
  assert.equal(
    tasks.map(({ folder, kind }) => `${folder}:${kind}`),
    [
      ...[':find-uses', ':count-exports', ':think-long', ':check-syntax', 'parser:find-uses', 'parser:count-exports'],
      ...['scripts:find-uses', 'scripts:count-exports', 'scripts:check-syntax'],
    ],
  );
  assert.is(tasks[6]!.question, 'Where is parse used in scripts?');
});

test('the cache misses once, hits after that, and misses again when the file has changed', async () => {
  const telemetry = createCountingBus();
  const cache = createFileCache(telemetry);
  const file = join(tree.folder, 'index.ts');
  const first = await cache.read(file, 's1', signal);
  assert.is(await cache.read(file, 's1', signal), first);
  utimesSync(file, new Date(0), new Date(0));
  await cache.read(file, 's1', signal);
  assert.equal(telemetry.getCounters(), { 'agent.context.cache_hit': 1, 'agent.context.cache_miss': 2 });
});

test('the cache forgets what was not used for longest, and keeps to its bounds', async () => {
  const telemetry = createCountingBus();
  const read = (cache: ReturnType<typeof createFileCache>, file: string) => cache.read(join(tree.folder, file), 's1', signal);
  const two = createFileCache(telemetry, { maxEntries: 2 });
  for (const file of ['index.ts', 'parser/parse.ts', 'index.ts', 'parser/types.ts', 'index.ts']) await read(two, file);
  assert.equal(telemetry.getCounters(), { 'agent.context.cache_hit': 2, 'agent.context.cache_miss': 3 });
  assert.is(two.size().entries, 2);

  const small = createFileCache(telemetry, { maxBytes: 100 });
  for (const file of FILES) await read(small, file);
  assert.ok(small.size().bytes <= 100 && small.size().entries >= 1, JSON.stringify(small.size()));
});

test('a file that can not be read is neither hit nor miss', async () => {
  const telemetry = createCountingBus();
  await createFileCache(telemetry)
    .read(join(tree.folder, 'gone.ts'), 's1', signal)
    .then(
      () => assert.unreachable(),
      (error: NodeJS.ErrnoException) => {
        assert.is(error.code, 'ENOENT');
      },
    );
  assert.equal(telemetry.getCounters(), {});
});

test('syntax is checked by a child process that an abort kills', async () => {
  assert.is(await parses(join(tree.folder, 'scripts/build.mjs'), signal), true);
  assert.is(await parses(join(tree.folder, 'scripts/broken.mjs'), signal), false);
  const end = new AbortController();
  const checking = parses(join(tree.folder, 'scripts/build.mjs'), end.signal);
  end.abort();
  await checking.then(
    () => assert.unreachable(),
    (error: Error) => assert.is(error.name, 'AbortError'),
  );
});

/** Runs something with a model whose lots are chosen. */
async function withModel<Result>(random: () => number, use: (client: ModelClient) => Promise<Result>): Promise<Result> {
  const model = await startModel(random);
  const client = createModelClient(model.port);
  try {
    return await use(client);
  } finally {
    client.close();
    await model.close();
  }
}

test('the model takes its time, counts tokens by the prompt, and knows when it is done', async () => {
  await withModel(
    () => 0.5,
    async (client) => {
      const begin = performance.now();
      const first = await client.ask({ prompt: 'x'.repeat(401), task: 'count-exports', findings: 0 }, signal);
      assert.ok(performance.now() - begin > 10);
      assert.is(first.inputTokens, 101);
      assert.equal(first.step, { agent: 'explorer', tool: 'list_files' });
      const last = await client.ask({ prompt: 'How many?\n\n3 names', task: 'count-exports', findings: 2 }, signal);
      assert.is(last.text, 'Done: 3 names');
      assert.is(last.step, undefined);
    },
  );
});

test('the model refuses what it can not read, and lives on', async () => {
  await withModel(
    () => 0.5,
    async (client) => {
      const unknown = client.ask({ prompt: '', task: 'unheard-of' as 'find-uses', findings: 0 }, signal);
      await unknown.then(
        () => assert.unreachable(),
        (error: Error) => assert.match(error.message, /answered 400/),
      );
      await client.ask({ prompt: '', task: 'find-uses', findings: 0 }, signal);
    },
  );
});

const NOTHING = { notes: '', tell: () => undefined };
const taskOf = async () => createTaskQueue(await surveyTree(tree.folder, signal))();

test('a session that the model refuses ends in an error event', async () => {
  const telemetry = createCountingBus();
  const reasons: unknown[] = [];
  telemetry.attach('reasons', agentEvents.session.error, (_event, _measurements, { reason }) => reasons.push(reason));
  const task = await taskOf();
  // Below every share: refused.
  const isWell = await withModel(
    () => 0,
    (model) => runSession(task, { telemetry, model, cache: createFileCache(telemetry), root: tree.folder, ...NOTHING, signal }),
  );
  assert.is(isWell, false);
  assert.match(String(reasons[0]), /The model answered 503: The model is overloaded/);
  assert.equal(telemetry.getCounters(), {
    ...{ 'agent.session.start': 1, 'agent.session.error': 1 },
    ...{ 'agent.llm.request': 1, 'agent.llm.error': 1 },
  });
});

test('a tool that fails is told to the model, and the session goes on', async () => {
  const telemetry = createCountingBus();
  const task = await taskOf();
  const file = join(tree.folder, 'vanishing.ts');
  writeFileSync(file, 'export const gone = 1;\n');
  telemetry.attach('vanish', agentEvents.tool.stop, () => rmSync(file), undefined, { once: true });
  const completions: unknown[] = [];
  telemetry.attach('completions', agentEvents.agent.complete, (_event, _measurements, { ok }) => completions.push(ok));
  const isWell = await withModel(
    () => 0.5,
    (model) => runSession(task, { telemetry, model, cache: createFileCache(telemetry), root: tree.folder, ...NOTHING, signal }),
  );
  assert.is(isWell, true);
  const counters = telemetry.getCounters();
  assert.is(counters['agent.tool.exception'], 1);
  assert.is(counters['agent.session.stop'], 1);
  assert.is(completions.filter((ok) => ok === false).length, 1);
});

test('a model that thinks for too long is a time-out, a file that can not be read a failed tool, and people are told of both', async () => {
  const telemetry = createCountingBus();
  const log = memorySink();
  telemetry.attachLogHandler({ sinks: [log], format: 'json', schema: 'default' });
  const next = createTaskQueue(await surveyTree(tree.folder, signal));
  const tasks = Array.from({ length: 16 }, next);
  const notes = openNotes();
  const told: MessageObject[] = [];
  const context = { telemetry, cache: createFileCache(telemetry), root: tree.folder, notes: notes.path, signal };
  const isWell = await withModel(
    () => 0.5,
    (model) =>
      Promise.all(
        (['think-long', 'read-notes'] as const).map((kind) =>
          runSession(tasks.find((task) => task.kind === kind)!, { ...context, model, tell: (message) => told.push(message) }),
        ),
      ),
  );
  notes.remove();
  assert.equal(isWell, [false, true]);
  assert.equal(told.map(({ kind }) => kind).sort(), ['timeout', 'unknown']);
  const records = log.lines.map((line) => JSON.parse(line));
  const about = (kind: string) => records.filter(({ error_id }) => error_id === told.find((message) => message.kind === kind)?.errorId);
  assert.equal(
    about('timeout').map(({ event_name }) => event_name),
    ['agent.llm.error', 'agent.session.error'],
  );
  assert.equal(
    about('unknown').map(({ event_name, exception }) => [event_name, exception.code]),
    [['agent.tool.exception', 'ELOOP']],
  );
});

test('a session that is interrupted stops with status error', async () => {
  const telemetry = createCountingBus();
  const end = new AbortController();
  const statuses: string[] = [];
  telemetry.attach('interrupt', agentEvents.tool.start, () => end.abort());
  telemetry.attach('status', agentEvents.session.stop, (_event, _measurements, { status }) => statuses.push(status));
  const task = await taskOf();
  await withModel(
    () => 0.5,
    (model) => runSession(task, { telemetry, model, cache: createFileCache(telemetry), root: tree.folder, ...NOTHING, signal: end.signal }),
  );
  assert.equal(statuses, ['error']);
});

test.run();
