import { lookup } from 'node:dns/promises';
import { connect, type Socket } from 'node:net';

/** What is used of the network; tests put their own in its place. */
export interface Network {
  /** All addresses of a name. */
  resolve(name: string): Promise<readonly string[]>;
  /** Begins to connect. The address is one, never a name: nothing is resolved a second time. */
  dial(address: string, port: number): Socket;
}

/** The names and sockets of the system. */
export function systemNetwork(): Network {
  const pending = new Map<string, Promise<readonly string[]>>();
  return {
    // The system's resolver can't be interrupted and takes a thread of few: one question for each name at a time.
    resolve(name) {
      const asked = pending.get(name);
      if (asked !== undefined) return asked;
      const answer = lookup(name, { all: true, verbatim: true }).then((found) => found.map(({ address }) => address));
      pending.set(name, answer);
      const forget = (): boolean => pending.delete(name);
      answer.then(forget, forget);
      return answer;
    },
    dial: (address, port) => connect({ host: address, port }),
  };
}
