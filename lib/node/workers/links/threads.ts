import { receiveMessageOnPort, type Worker } from 'node:worker_threads';
import { isId, isOurs, taken, whoIsThere } from '../message';
import type { Connection } from '../source';
import { askOf, openChannel, post, REPORTS, WHO } from './channels';
import type { Receiver } from './receiver';

/** The worker threads of this process. */
export interface ThreadLink {
  /** Learns of the end of one that is older than the collector. */
  add(worker: Worker): void;
  /** Takes what has been posted, but not told of yet. */
  drain(): void;
  stop(): void;
}

/** Takes what threads report. It comes over a channel of all threads: the listeners of applications see nothing of it. */
export function linkThreads(by: string, receiver: Receiver): ThreadLink {
  const watched = new Map<Worker, () => void>();
  const take = (message: unknown): void => {
    const threadId = isOurs(message) && typeof message.threadId === 'number' ? message.threadId : 0;
    receiver.receive(threadOf(threadId), message);
    if (isUnasked(message)) post(askOf(message.id), taken(by, message.id));
  };
  const reports = openChannel(REPORTS, take);

  function drain(): void {
    for (let next = receiveMessageOnPort(reports); next !== undefined; next = receiveMessageOnPort(reports)) take(next.message);
  }

  function add(worker: Worker): void {
    const number = worker.threadId;
    if (number < 0 || watched.has(worker)) return;
    const onExit = (): void => {
      watched.delete(worker);
      drain();
      receiver.ended({ kind: 'thread', number });
    };
    worker.once('exit', onExit);
    watched.set(worker, onExit);
  }

  process.on('worker', add);
  post(WHO, whoIsThere(by));
  return {
    add,
    drain,
    stop() {
      process.off('worker', add);
      for (const [worker, onExit] of watched) worker.off('exit', onExit);
      watched.clear();
      reports.close();
    },
  };
}

/** Whether it is a snapshot that nobody asked for. */
const isUnasked = (message: unknown): message is { readonly id: string } =>
  isOurs(message) && message.snapshot !== undefined && message.answers === undefined && isId(message.id);

const threadOf = (number: number): Connection => ({
  kind: 'thread',
  number,
  ask: (asked) => post(askOf(asked.to!), asked),
});
