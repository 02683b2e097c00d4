import type { ChildProcess } from 'node:child_process';
import cluster, { type Worker } from 'node:cluster';
import { whoIsThere } from '../message';
import type { Connection } from '../source';
import { listenBeside } from './listen-beside';
import type { Receiver } from './receiver';

/** Processes that this one has started. */
export interface ProcessLink {
  /** Takes what a child of `fork` reports. */
  add(child: ChildProcess): void;
  stop(): void;
}

/** How long a process that has ended may still be connected, because it left its end of the pipe to somebody. */
const CLOSING_MS = 1000;

/** Takes what the workers of `node:cluster` report, and other children that are added. */
export function linkProcesses(by: string, receiver: Receiver): ProcessLink {
  const connections = new WeakMap<ChildProcess, Connection>();
  /** What takes back the listeners at children. */
  const unlisten = new Map<ChildProcess, () => void>();

  function connect(child: ChildProcess, kind: 'cluster' | 'process'): Connection | undefined {
    const known = connections.get(child);
    if (known !== undefined || child.pid === undefined || (hasEnded(child) && !child.connected)) return known;
    const connection = connectionOf(child, kind, child.pid);
    connections.set(child, connection);
    // The messages of a cluster's workers come to the cluster, too, where nobody's listener is in the way.
    const deafen = kind === 'cluster' ? () => {} : listenBeside(child, (message) => receiver.receive(connection, message));
    const unwatch = watchEnd(child, () => {
      unlisten.get(child)?.();
      unlisten.delete(child);
      receiver.ended(connection);
    });
    unlisten.set(child, () => {
      unwatch();
      deafen();
    });
    connection.ask(whoIsThere(by), () => {});
    return connection;
  }

  function onMessage(worker: Worker, message: unknown): void {
    const connection = connect(worker.process, 'cluster');
    if (connection !== undefined) receiver.receive(connection, message);
  }
  const onOnline = (worker: Worker): void => void connect(worker.process, 'cluster');

  cluster.on('message', onMessage);
  cluster.on('online', onOnline);
  for (const worker of Object.values(cluster.workers ?? {})) {
    if (worker !== undefined) onOnline(worker);
  }
  return {
    add: (child) => void connect(child, isOfCluster(child) ? 'cluster' : 'process'),
    stop() {
      cluster.off('message', onMessage);
      cluster.off('online', onOnline);
      for (const stop of unlisten.values()) stop();
      unlisten.clear();
    },
  };
}

const isOfCluster = (child: ChildProcess): boolean => Object.values(cluster.workers ?? {}).some((worker) => worker?.process === child);

const connectionOf = (child: ChildProcess, kind: 'cluster' | 'process', number: number): Connection => ({
  kind,
  number,
  ask(question, onFailure) {
    if (child.connected) child.send(question, (error) => error && onFailure());
    else onFailure();
  },
});

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/** Calls back once a child has ended and everything it sent was received. @returns What takes that back. */
function watchEnd(child: ChildProcess, onEnd: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  function look(): void {
    if (!hasEnded(child)) return;
    if (child.connected) timer ??= setTimeout(onEnd, CLOSING_MS).unref();
    else onEnd();
  }
  child.on('exit', look);
  child.on('disconnect', look);
  return () => {
    clearTimeout(timer);
    child.off('exit', look);
    child.off('disconnect', look);
  };
}
