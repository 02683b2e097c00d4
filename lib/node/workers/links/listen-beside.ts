import type { EventEmitter } from 'node:events';

/** Messages that may wait for the listener of the application. */
const MOST = 10_000;

/** Marks our listeners; global, so that copies of the library know each other's. */
const OURS = Symbol.for('telemetry-bus/listen-beside');

interface OurListener {
  (...args: unknown[]): void;
  [OURS]?: true;
}

/**
 * Listens to the messages of a process beside the application.
 *
 * Node keeps messages until somebody listens. With our listener there it keeps none any more, so those that came before the
 * application listened are kept here, and handed to it.
 *
 * @param take - Returns whether a message was ours.
 * @returns What ends it.
 */
export function listenBeside(emitter: EventEmitter, take: (message: unknown) => boolean): () => void {
  let early: unknown[][] = [];

  const onMessage: OurListener = (...args) => {
    if (take(args[0])) return;
    const listeners = emitter.listeners('message') as OurListener[];
    // One of us keeps it.
    if (listeners.every((each) => each[OURS]) && listeners[0] === onMessage && early.length < MOST) early.push(args);
  };
  onMessage[OURS] = true;

  function onNewListener(name: string | symbol, listener: OurListener): void {
    if (name === 'message' && !listener[OURS] && early.length > 0) process.nextTick(handOver);
  }
  function handOver(): void {
    const messages = early;
    early = [];
    for (const args of messages) emitter.emit('message', ...args);
    if (!emitter.listeners('message').includes(onMessage)) emitter.off('newListener', onNewListener);
  }

  emitter.on('newListener', onNewListener);
  emitter.on('message', onMessage);
  return () => {
    emitter.off('message', onMessage);
    if (early.length === 0) emitter.off('newListener', onNewListener);
  };
}
