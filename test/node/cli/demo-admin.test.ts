/** The demo's admin API, and the requests to its model that it tells of. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { agentEvents } from '../../../lib/catalogues/agent';
import { createTelemetry } from '../../../lib/index';
import { runDemo } from '../../../lib/node/cli/demo/demo';
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

test.run();
