import { MessageChannel } from 'node:worker_threads';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Rounds } from '../../../lib/node/workers/rounds';
import { type Connection, Source } from '../../../lib/node/workers/source';

const BY = '00000000000000aa';
const ID = '00000000000000bb';

const busyFor = (ms: number): void => {
  for (const end = performance.now() + ms; performance.now() < end; );
};
const sourceThat = (ask: Connection['ask']): Source => new Source(ID, { kind: 'process', number: 1, ask });

test('an answer that came while this process was busy counts, even if the time is over', async () => {
  const { port1, port2 } = new MessageChannel();
  const rounds = new Rounds(BY);
  const source = sourceThat(({ ask }) => port2.postMessage(ask));
  port1.on('message', (ask) => rounds.answered(source, { by: BY, ask }));
  // From an immediate: timers are looked at next, and before anything that came.
  await new Promise<void>((resolve) => {
    setImmediate(() => {
      void rounds.collect([source], 5).then(resolve);
      busyFor(20);
    });
  });
  port1.close();
  assert.equal(rounds.stats(), { questions: 1, answers: 1, timeouts: 0 });
  assert.is(source.state, 'live');
});

test('who does not answer is waited for once, and who waits is let go by stop', async () => {
  const rounds = new Rounds(BY);
  const source = sourceThat(() => undefined);
  await rounds.collect([source], 1);
  assert.is(source.state, 'silent');
  await rounds.collect([source], 1e9);
  assert.equal(rounds.stats(), { questions: 1, answers: 0, timeouts: 1 });
  const other = sourceThat(() => undefined);
  const waiting = rounds.collect([other], 1e9);
  rounds.stop();
  await waiting;
  assert.is(other.state, 'live');
});

test.run();
