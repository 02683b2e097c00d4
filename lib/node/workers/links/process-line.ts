import cluster from 'node:cluster';
import { isOurs, readQuestion } from '../message';
import type { Line, LineOwner } from './line';
import { listenBeside } from './listen-beside';

/** What Node has beside what its types say: a channel keeps its process while listeners are counted. */
interface Counted {
  refCounted?(): void;
  unrefCounted?(): void;
}

/** The way out of a process that was started with a channel to its parent. */
export function openProcessLine(owner: LineOwner): Line {
  const channel = process.channel as Counted | undefined;
  let underWay: Promise<void> | undefined;
  /** The one that has its turn after that: no more than these two are in front of a parent that hangs. */
  let next: Promise<void> | undefined;

  const deafen = listenBeside(process, (message) => {
    if (!isOurs(message)) return false;
    const question = readQuestion(message);
    if (question !== undefined && (question.to === undefined || question.to === owner.id)) owner.onQuestion(question);
    return true;
  });
  // Listening for messages keeps a process alive. Our listener must not, and those of the application still do.
  channel?.unrefCounted?.();
  const onIdle = (): void => owner.onIdle();
  process.on('beforeExit', onIdle);

  const sendOne = (): Promise<void> =>
    new Promise((resolve) => {
      if (process.connected) process.send!(owner.makeReport(true), undefined, undefined, () => resolve());
      else resolve();
    });

  function send(): Promise<void> {
    if (underWay === undefined) {
      underWay = sendOne().finally(() => {
        underWay = undefined;
      });
      return underWay;
    }
    next ??= underWay.then(() => {
      next = undefined;
      return send();
    });
    return next;
  }

  return {
    kind: cluster.isWorker ? 'cluster' : 'process',
    isTold: false,
    send,
    sendNow: () => void sendOne(),
    close() {
      process.off('beforeExit', onIdle);
      channel?.refCounted?.();
      deafen();
    },
  };
}
