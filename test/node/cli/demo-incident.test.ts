/** The incident of the demo: the model turns slow, an alert reaches a receiver, and so does its end. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { agentEvents } from '../../../lib/catalogues/agent';
import { createTelemetry } from '../../../lib/index';
import { runDemo } from '../../../lib/node/cli/demo/demo';
import { incidentOf, schedule } from '../../../lib/node/cli/demo/incident';
import { type ReceivedAlert, startReceiver } from '../../../lib/node/cli/demo/receiver';
import type { Plan, ShownAlert } from '../../../lib/node/cli/demo/view';
import { withIncident } from '../../../lib/node/cli/demo/with-incident';
import { fileSink } from '../../../lib/node/index';
import { createRecordingView } from './recording-view';
import { makeSampleTree } from './sample-tree';

const tree = makeSampleTree();
process.on('exit', tree.remove);
const openHandles = () => process.getActiveResourcesInfo().filter((kind) => /TCP|Process|Timeout/.test(kind)).length;

/** Runs the demo until an alert of a kind has arrived. */
async function runUntil(kind: string, name: string, untilMs: number) {
  const telemetry = createTelemetry({ events: agentEvents });
  const log = fileSink({ path: join(tree.folder, `${name}.jsonl`), sync: true });
  const { view, lines, told } = createRecordingView();
  const end = new AbortController();
  const received: ShownAlert[] = [];
  const before = openHandles();
  const report = await runDemo({
    folder: tree.folder,
    forMs: 45_000,
    incident: { fromMs: 300, untilMs },
    log,
    telemetry,
    signal: end.signal,
    view: {
      ...view,
      alert(alert) {
        received.push(alert);
        view.alert(alert);
        if (alert.kind === kind) setTimeout(() => end.abort(), 200);
      },
    },
  });
  return { telemetry, log, lines, told, received, before, report };
}

async function assertNothingLeft(before: number, place: string): Promise<void> {
  const [host, port] = place.split(':') as [string, string];
  const refused = await new Promise<string | undefined>((resolve) => {
    connect(Number(port), host)
      .once('connect', () => resolve(undefined))
      .once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
  assert.is(refused, 'ECONNREFUSED');
  // What asked for the model's health lets go of its connection in its own time.
  for (let turn = 0; turn < 1_000 && openHandles() > before; turn++) await delay(10);
  assert.ok(openHandles() <= before, process.getActiveResourcesInfo().join());
}

test('the alert fires while the model is slow and is resolved when it has recovered; both are received and told', async () => {
  const { telemetry, log, lines, told, received, before, report } = await runUntil('resolved', 'resolved', 5_000);
  assert.equal(
    received.map(({ kind }) => kind),
    ['firing', 'resolved'],
  );
  const [firing, resolved] = received as [ShownAlert, ShownAlert];
  assert.match(firing.title, /^\[FIRING\] slow_answers: Answers of the model take [\d.]+ m?s on average \(limit 400 ms\)$/);
  assert.match(resolved.title, /^\[RESOLVED\] slow_answers: /);
  assert.ok(firing.atMs > 1_000 && resolved.atMs > firing.atMs, JSON.stringify(received));
  assert.ok(lines.includes(`alert  ${firing.title} -> received by ${firing.place}`));
  assert.equal(report.alerts, received);
  const at = report.table.findIndex((line) => line.startsWith('Alerts '));
  assert.match(report.table[at]!, /^Alerts {4}0:\d\d {2}\[FIRING\] slow_answers: .* -> 127\.0\.0\.1:\d+$/);
  assert.match(report.table[at + 1]!, /^ {10}0:\d\d {2}\[RESOLVED\] slow_answers: .* -> 127\.0\.0\.1:\d+$/);
  assert.ok(lines.some((line) => line === 'Incident  from 0:00 to 0:05 the model is slow: an alert goes to a receiver on 127.0.0.1'));

  assert.ok(
    told.some(({ vitals }) => vitals?.health.includes('model degraded (It took ')),
    'health saw it as well',
  );
  assert.is(told[0]?.vitals?.health.includes('unknown'), false);
  assert.equal(
    Object.keys(report.durations).filter((name) => name.startsWith('telemetry.')),
    [],
    'how long an alert fired is no duration of the agent: the bars would be to its scale',
  );
  assert.match(report.vitals!.machine, /memory [\d.]+ MB/);

  const names = readFileSync(log.path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as { event_name: string }).event_name);
  const counted: Record<string, number> = {};
  for (const name of names) counted[name] = (counted[name] ?? 0) + 1;
  assert.equal(counted, report.counters, 'alerts are events like others: the file holds what the counters say');
  assert.equal([counted['telemetry.alert.firing'], counted['telemetry.alert.resolved'], counted['telemetry.alert.delivered']], [1, 1, 2]);
  assert.equal(telemetry.listHandlers(), []);
  await assertNothingLeft(before, firing.place);
});

test('a run that ends while the alert fires leaves nothing behind', async () => {
  const { telemetry, received, before, report } = await runUntil('firing', 'firing', 45_000);
  assert.is(received[0]!.kind, 'firing');
  assert.is(report.counters['telemetry.alert.undelivered'], undefined);
  assert.equal(telemetry.listHandlers(), []);
  await assertNothingLeft(before, received[0]!.place);
});

test('a bus can see one incident after the other', async () => {
  const telemetry = createTelemetry({ events: agentEvents });
  const quiet = {
    model: { port: 1, turn: () => undefined },
    vitals: undefined,
    show: { alert: () => undefined, vitals: () => undefined },
  };
  let worked = 0;
  for (let round = 0; round < 2; round++) {
    await withIncident({ ...quiet, telemetry, incident: { fromMs: 1e6, untilMs: 2e6 } }, async () => {
      worked++;
    });
  }
  assert.is(worked, 2);
  assert.equal(telemetry.listHandlers(), []);
});

test('a run has an incident where there is room for it, with time before and after', async () => {
  assert.equal([0, 6_000, 11_999].map(incidentOf), [undefined, undefined, undefined]);
  assert.equal(incidentOf(30_000), { fromMs: 9_000, untilMs: 18_000 });
  assert.equal(incidentOf(600_000), { fromMs: 15_000, untilMs: 24_000 });
  for (let forMs = 12_000; forMs < 120_000; forMs += 500) {
    const { fromMs, untilMs } = incidentOf(forMs)!;
    assert.ok(fromMs >= 3_000 && untilMs - fromMs >= 5_000 && forMs - untilMs >= 3_000, `${forMs}: ${fromMs} to ${untilMs}`);
  }
});

test('a short run, and one without an incident, has neither receiver nor lines about it', async () => {
  const log = fileSink({ path: join(tree.folder, 'short.jsonl'), sync: true });
  const { view, lines } = createRecordingView();
  let plan: Plan | undefined;
  const begin = (given: Plan): void => {
    plan = given;
    view.begin(given);
  };
  const report = await runDemo({
    folder: tree.folder,
    forMs: 60_000,
    incident: null,
    log,
    view: { ...view, begin },
    signal: AbortSignal.timeout(300),
  });
  assert.is(plan?.incident, undefined);
  assert.equal([report.alerts, report.vitals], [undefined, undefined]);
  assert.not.match(lines.join('\n'), /Incident|Alerts|Machine/);
});

test('what is scheduled comes in its order, and not after it was called off', async () => {
  const came: string[] = [];
  const incident = { fromMs: 10, untilMs: 20 };
  schedule(
    incident,
    () => came.push('begin'),
    () => came.push('end'),
  );
  const callOff = schedule(
    incident,
    () => came.push('never'),
    () => came.push('never'),
  );
  callOff();
  for (let turn = 0; turn < 500 && came.length < 2; turn++) await delay(5);
  assert.equal(came, ['begin', 'end']);
});

test('the receiver takes notifications, refuses what is none, and shows no control', async () => {
  const received: ReceivedAlert[] = [];
  const receiver = await startReceiver((alert) => received.push(alert));
  const post = async (body: string) => (await fetch(receiver.url, { method: 'POST', body })).status;
  try {
    assert.is(await post(JSON.stringify({ kind: 'firing', title: `\u001b[2J${'x'.repeat(500)}`, more: 1 })), 204);
    assert.equal([await post('{'), await post('null'), await post('{"kind":5,"title":"x"}'), await post('[]')], [400, 400, 400, 400]);
    assert.ok([400, 'closed'].includes(await post(JSON.stringify({ kind: 'long', title: 'x'.repeat(200_000) })).catch(() => 'closed')));
    assert.equal(
      received.map(({ kind }) => kind),
      ['firing'],
    );
    assert.ok(received[0]!.title.startsWith('\\u001b[2Jxxx') && received[0]!.title.length < 160);
  } finally {
    await receiver.close();
  }
});

test.run();
