import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { collectWorkers } from '../../lib/node/workers';
import { assertAccounted } from '../support/workers/accounted';
import { createShop } from '../support/workers/known-data';
import { startThread, testWorkers } from '../support/workers/start';

const THREADS = process.env.FAULTS === 'long' ? 400 : 60;
const SHARES = 4;
const AT_ONCE = 4;

testWorkers('threads that come and go: counts are exact, and what is kept does not grow', async () => {
  using all = collectWorkers(createShop());
  for (let started = 0; started < THREADS; started += AT_ONCE) {
    const plan = { shares: SHARES, count: 7, listens: false };
    const threads = await Promise.all(Array.from({ length: AT_ONCE }, () => startThread(plan)));
    await Promise.all(threads.map((thread) => thread.ended));
  }
  assert.is(all.snapshot().getCounters()['shop.order.refused'], 7 * SHARES * THREADS);
  const { workers, gone, bytes } = all.stats();
  assert.equal({ workers, gone, bytes }, { workers: 0, gone: SHARES * THREADS, bytes: 0 });
  assert.is(all.workers().length, 100);
  assertAccounted(all);
});

test.run();
