import { connect, Socket } from 'node:net';
import type { Network } from '../../../lib/node/alerts/request/network';

/** A network that records what is asked of it. */
export interface RecordingNetwork extends Network {
  readonly asked: string[];
  readonly dialled: string[];
}

export type Resolve = (name: string, time: number) => readonly string[] | Promise<readonly string[]>;

/**
 * Answers questions for names as it is told, and dials nothing: every connection is refused at once; unless a port is given,
 * then all of them lead to that port of this machine.
 */
export function recordingNetwork(resolve: Resolve = () => [], port?: number): RecordingNetwork {
  const asked: string[] = [];
  const dialled: string[] = [];
  return {
    asked,
    dialled,
    async resolve(name) {
      asked.push(name);
      return resolve(name, asked.length);
    },
    dial(address) {
      dialled.push(address);
      return port === undefined ? refusing() : connect(port, '127.0.0.1');
    },
  };
}

/** A connection that is refused. */
function refusing(): Socket {
  const socket = new Socket();
  process.nextTick(() => socket.destroy(Object.assign(new Error('refused by canary-host'), { code: 'ECONNREFUSED' })));
  return socket;
}
