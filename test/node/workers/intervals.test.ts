import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry } from '../../../lib/index';
import { METRICS_SEAM } from '../../../lib/metrics/seam';
import type { LineOwner } from '../../../lib/node/workers/links/line';
import { question, type Report, taken } from '../../../lib/node/workers/message';
import { Sharer } from '../../../lib/node/workers/sharer';
import { fakeClock } from '../../../lib/testing/index';

const BY = '0123456789abcdef';
const INTERVAL_MS = 5000;

/** A worker whose parent takes what it sends only when it is told to. */
function sharing(isTold: boolean) {
  const clock = fakeClock();
  const telemetry = createTelemetry({ clock });
  const sent: Report[] = [];
  let owner: LineOwner | undefined;
  const sharer = new Sharer(telemetry, telemetry[METRICS_SEAM]!, INTERVAL_MS, (given) => {
    owner = given;
    const sendNow = (): void => void sent.push(given.makeReport(false));
    return { kind: 'thread', isTold, send: async () => sendNow(), sendNow, close: () => undefined };
  });
  const pass = async (intervals: number): Promise<void> => {
    for (let left = intervals; left > 0; left--) {
      clock.advance(INTERVAL_MS);
      await new Promise(setImmediate);
    }
  };
  return { sharer, owner: owner!, sent, pass };
}

test('a thread sends nothing more at intervals until what it sent is taken, and goes on from there', async () => {
  const { sharer, owner, sent, pass } = sharing(true);
  owner.onQuestion(question(BY, 1, sharer.id));
  await pass(10);
  const snapshots = (): number => sent.filter(({ snapshot }) => snapshot !== undefined).length;
  assert.is(snapshots(), 2, 'the answer, and what came after the first interval');
  owner.onQuestion(taken(BY, sharer.id));
  await pass(10);
  assert.is(snapshots(), 3);
  owner.onQuestion(question(BY, 2, sharer.id));
  await pass(1);
  assert.is(snapshots(), 5, 'who asks is there');
  await sharer.stop();
});

test('a process, whose system tells what was taken, sends after every interval', async () => {
  const { sharer, owner, sent, pass } = sharing(false);
  owner.onQuestion(question(BY, 1, sharer.id));
  await pass(10);
  assert.is(sent.filter(({ snapshot }) => snapshot !== undefined).length, 11);
  await sharer.stop();
});

test.run();
