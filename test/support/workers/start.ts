/** Starts workers, from one bundle: starting many must cost little. */
import { type ChildProcess, fork } from 'node:child_process';
import cluster, { type Worker as ClusterWorker } from 'node:cluster';
import { Worker } from 'node:worker_threads';
import { test } from 'uvu';
import { bundled } from '../bundled';
import type { Order, Plan } from './plan';

/** What is to be done to end those that were started. */
const ends = new Set<() => Promise<unknown>>();

/** `test`, after which no worker that it started is there any more, however it ends. */
export function testWorkers(name: string, body: () => Promise<void>): void {
  test(name, async () => {
    try {
      await body();
    } finally {
      await Promise.all([...ends].map((end) => end()));
    }
  });
}

/** The program of `program.ts` as one plain file. */
export const programPath = (): Promise<string> => bundled(new URL('./program.ts', import.meta.url));

/** A worker of some kind. */
export interface Started<Of> {
  readonly of: Of;
  tell(order: Order): void;
  /** Waits until it says so. */
  said(text: string): Promise<void>;
  readonly ended: Promise<void>;
}

interface Emitter {
  on(event: 'message' | 'exit' | 'error', listener: (value: unknown) => void): unknown;
}

function started<Of extends Emitter>(of: Of, send: (message: unknown) => void, kill: () => unknown): Started<Of> {
  const heard = new Set<string>();
  const waiting = new Map<string, () => void>();
  of.on('message', (message) => {
    const { said } = Object(message) as { readonly said?: string };
    if (said === undefined) return;
    heard.add(said);
    waiting.get(said)?.();
  });
  of.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => of.on('exit', () => resolve()));
  const end = async (): Promise<void> => {
    kill();
    await ended;
  };
  ends.add(end);
  void ended.then(() => ends.delete(end));
  return {
    of,
    tell: (order) => send({ order }),
    async said(text) {
      const told = new Promise<void>((resolve) => waiting.set(text, resolve));
      if (heard.has(text)) return;
      const hasEnded = await Promise.race([told.then(() => false), ended.then(() => true)]);
      if (hasEnded && !heard.has(text)) throw new Error(`it ended without saying ${text}`);
    },
    ended,
  };
}

export async function startThread(plan: Plan): Promise<Started<Worker>> {
  const thread = new Worker(await programPath(), { workerData: plan, execArgv: [], stderr: true });
  return started(
    thread,
    (message) => thread.postMessage(message),
    () => thread.terminate(),
  );
}

export async function startChild(plan: Plan): Promise<Started<ChildProcess>> {
  const child = fork(await programPath(), [JSON.stringify(plan)], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  return started(
    child,
    (message) => child.send(message as never),
    () => child.kill('SIGKILL'),
  );
}

export async function startClusterWorker(plan: Plan): Promise<Started<ClusterWorker>> {
  cluster.setupPrimary({ exec: await programPath(), args: [JSON.stringify(plan)], execArgv: [], silent: true });
  const worker = cluster.fork();
  return started(
    worker,
    (message) => worker.send(message as never),
    () => worker.process.kill('SIGKILL'),
  );
}
