/** The demo's admin API, and the requests to its model that it tells of. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { agentEvents } from '../../../lib/catalogues/agent';
import { createTelemetry } from '../../../lib/index';
import { openAdmin } from '../../../lib/node/cli/demo/admin';
import { watchAnswers } from '../../../lib/node/cli/demo/answer-watch';
import { NO_DATABASE } from '../../../lib/node/cli/demo/database';
import { runDemo } from '../../../lib/node/cli/demo/demo';
import { createFileCache } from '../../../lib/node/cli/demo/file-cache';
import { startModel } from '../../../lib/node/cli/demo/model';
import { createModelClient } from '../../../lib/node/cli/demo/model-client';
import { observe } from '../../../lib/node/cli/demo/observe';
import { sessionsPanel } from '../../../lib/node/cli/demo/panel';
import { runSession } from '../../../lib/node/cli/demo/session';
import { createTaskQueue } from '../../../lib/node/cli/demo/tasks';
import { surveyTree } from '../../../lib/node/cli/demo/tree';
import type { Plan } from '../../../lib/node/cli/demo/view';
import { fileSink } from '../../../lib/node/index';
import { createRecordingView } from './recording-view';
import { makeSampleTree } from './sample-tree';

interface RequestPage {
  readonly metrics: { readonly total_requests: number; readonly endpoints: Readonly<Record<string, { readonly count: number }>> };
}

test('while it runs, the demo answers for itself: who has the token file learns how often the model was asked', async () => {
  const tree = makeSampleTree();
  const telemetry = createTelemetry({ events: agentEvents });
  const log = fileSink({ path: join(tree.folder, 'events.jsonl'), sync: true });
  const { view, lines } = createRecordingView();
  const end = new AbortController();
  let plan: Plan | undefined;
  let page: RequestPage | undefined;
  let refused = 0;
  let mode = 0;
  const ask = async (): Promise<void> => {
    const { url, tokenFile } = plan!.admin!;
    const token = readFileSync(tokenFile, 'utf8').trim();
    const answer = await fetch(`${url}/v1/metrics`, { headers: { 'x-admin-token': token } });
    const found = (await answer.json()) as RequestPage;
    if (found.metrics.total_requests === 0 || page !== undefined) return;
    page = found;
    refused = (await fetch(`${url}/v1/metrics`)).status;
    mode = statSync(tokenFile).mode & 0o777;
    end.abort();
  };
  await runDemo({
    folder: tree.folder,
    forMs: 45_000,
    incident: null,
    log,
    telemetry,
    signal: end.signal,
    view: {
      ...view,
      begin(given) {
        plan = given;
        view.begin(given);
      },
      // Until a first request to the model is over.
      update: (progress) => {
        view.update(progress);
        void ask();
      },
    },
  });
  await log.close();
  tree.remove();
  assert.ok(page !== undefined && page.metrics.endpoints['/']!.count > 0, JSON.stringify(page));
  assert.is(refused, 401);
  assert.is(mode, 0o600);
  const { url, tokenFile } = plan!.admin!;
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.ok(lines.includes(`Admin     curl -H "X-Admin-Token: $(cat ${tokenFile})" ${url}/admin`), lines.join('\n'));
  assert.ok(telemetry.getCounters()['http.request.start']! > 0);
  assert.not(existsSync(tokenFile));
  await fetch(`${url}/health`).then(
    () => assert.unreachable(),
    (error: Error) => assert.match(String(error.cause), /ECONNREFUSED|other side closed/),
  );
});

interface EventList {
  readonly events: readonly { readonly name: string; readonly count: number | null }[];
}

interface PanelTold {
  readonly content: { readonly tiles: readonly { readonly label: string; readonly value: string | number }[] };
}

test('the page and the terminal tell the same numbers of the same moment', async () => {
  const tree = makeSampleTree();
  const { folder } = tree;
  const telemetry = createTelemetry({ events: agentEvents });
  const answers = watchAnswers(telemetry);
  const log = fileSink({ path: join(folder, 'events.jsonl'), sync: true });
  const { view, lines } = createRecordingView();
  const { signal } = new AbortController();
  const survey = await surveyTree(folder, signal);
  const plan: Plan = { folder, files: survey.files.length, forMs: 1000, logPath: log.path, database: NO_DATABASE };
  const nextTask = createTaskQueue(survey);

  /** Two sessions that go well, and one that the model refuses. */
  async function work(): Promise<void> {
    let lot = 0.5;
    const model = await startModel(() => lot);
    const client = createModelClient(model.port);
    const context = { telemetry, model: client, cache: createFileCache(telemetry), root: folder, notes: '', tell: () => undefined, signal };
    try {
      for (let session = 0; session < 2; session++) assert.is(await runSession(nextTask(), context), true);
      lot = 0;
      assert.is(await runSession(nextTask(), context), false);
    } finally {
      client.close();
      await model.close();
    }
  }

  /** Asks what the page asks, while nothing happens. */
  async function look(): Promise<{ readonly list: EventList; readonly panel: PanelTold }> {
    const panels = [sessionsPanel(telemetry, answers.totals)];
    const admin = await openAdmin({ telemetry, port: 0, forMs: 1000, vitals: undefined, storage: undefined, panels });
    try {
      const headers = { 'x-admin-token': readFileSync(admin.tokenFile, 'utf8').trim() };
      const get = async (path: string) => (await fetch(`${admin.url}${path}`, { headers })).json();
      return { list: (await get('/admin/events')) as EventList, panel: (await get('/admin/panels/sessions')) as PanelTold };
    } finally {
      await admin.close();
    }
  }

  const { result, counters } = await observe({ telemetry, log, view, plan, answers, database: undefined, colors: false }, async () => {
    await work();
    return look();
  });
  answers.detach();
  await log.close();
  tree.remove();
  const counted = result.list.events.filter(({ count }) => count !== null && count > 0);
  assert.equal(Object.fromEntries(counted.map(({ name, count }) => [name, count])), counters);
  for (const { name, count } of counted) assert.match(lines.join('\n'), new RegExp(`^${name.replaceAll('.', '\\.')} +${count}$`, 'm'));
  const { inputTokens, outputTokens } = answers.totals();
  const tiles = Object.fromEntries(result.panel.content.tiles.map(({ label, value }) => [label, value]));
  const { 'Cache hits': cache, ...numbers } = tiles;
  assert.equal(numbers, { Running: 0, Done: 2, Failed: 1, 'Tokens in': inputTokens, 'Tokens out': outputTokens });
  assert.match(`${cache}`, /^\d+ %$/);
  assert.ok(
    lines.includes(`Tokens    ${inputTokens.toLocaleString('en')} in, ${outputTokens.toLocaleString('en')} out (four characters each)`),
  );
  assert.not(
    lines.some((line) => line.includes('sensitive_read')),
    'what the page reads is in the log, and not on the screen',
  );
});

test.run();
