/** A worker: a thread, a worker of a cluster or a child. It does what it is told, and tells when it has. */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { collectWorkers, shareMetrics } from '../../../lib/node/workers';
import { createShop, record, shop } from './known-data';
import type { Order, Plan } from './plan';

const plan: Plan = isMainThread ? JSON.parse(process.argv[2]!) : workerData;
const telemetry = createShop();
const options = plan.interval === undefined ? {} : { interval: plan.interval };
const shared = Array.from({ length: plan.shares ?? 1 }, () => shareMetrics(plan.collects ? collectWorkers(telemetry) : telemetry, options));
const say = (text: string): void => void (isMainThread ? process.send!({ said: text }) : parentPort!.postMessage({ said: text }));

function count(events: number): void {
  for (let index = 0; index < events; index++) telemetry.execute(shop.order.refused, { amount: 1 }, { region: 'eu' });
}

async function countInThreads(events: number): Promise<void> {
  const counted = Promise.all(threads.map((thread) => once(thread, 'message')));
  for (const thread of threads) thread.postMessage({ order: { count: events, say: 'counted' } });
  await counted;
}

async function obey(order: Order): Promise<void> {
  if (order.reset) telemetry.resetCounters({ exports: true });
  if (order.count !== undefined) count(order.count);
  if (order.record !== undefined) record(telemetry, ...order.record);
  for (let name = 0; name < (order.names ?? 0); name++)
    telemetry.execute(shop.order.named, { amount: 1 }, { name: `name ${name} ${'x'.repeat(20)}` });
  if (order.inThreads !== undefined) await countInThreads(order.inThreads);
  if (order.level !== undefined) telemetry.execute(shop.stock.counted, { level: order.level }, {});
  if (order.gate !== undefined) Atomics.wait(order.gate, 0, 0);
  for (const message of order.sends ?? []) process.send!(message);
  if (order.send) for (const each of shared) await each.send();
  if (order.stop) for (const each of shared) await each.stop();
  if (order.say !== undefined) say(order.say);
  if (order.then === 'hang') while (true);
  if (order.then === 'exit') process.exit(0);
  if (order.then === 'throw') throw new Error('as told');
  if (order.then === 'end') end();
}

const listen = (message: unknown): void => {
  const { order } = message as { readonly order?: Order };
  if (order !== undefined) void obey(order);
};
const end = (): void => void (isMainThread ? process.off('message', listen) : parentPort!.close());

if (plan.listens ?? true) {
  if (isMainThread) process.on('message', listen);
  else parentPort!.on('message', listen);
}
const threads = Array.from({ length: plan.threads ?? 0 }, () => {
  const workerData: Plan = { count: plan.count ?? 0, say: 'counted' };
  return new Worker(fileURLToPath(import.meta.url), { workerData });
});
await Promise.all(threads.map((thread) => once(thread, 'message')));
await obey(plan);
