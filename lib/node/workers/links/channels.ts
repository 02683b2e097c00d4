import { BroadcastChannel, type MessagePort } from 'node:worker_threads';

/** A channel between all threads of a process. As Node has it, which its types do not say. */
export type Channel = BroadcastChannel & MessagePort;

const PREFIX = 'telemetry-bus/metrics';
/** Where collectors ask who is there. */
export const WHO: string = `${PREFIX}/who`;
/** Where everybody reports. */
export const REPORTS: string = `${PREFIX}/reports`;
/** Where one is asked. */
export const askOf = (id: string): string => `${PREFIX}/ask/${id}`;

/** Listens on a channel, without keeping the process or its thread. */
export function openChannel(name: string, onMessage: (message: unknown) => void): Channel {
  const channel = new BroadcastChannel(name) as Channel;
  channel.unref();
  channel.onmessage = ({ data }) => onMessage(data);
  return channel;
}

/** Sends to those who listen on a channel. Who stayed in it would get everything that others send. */
export function post(name: string, message: unknown): void {
  const channel = new BroadcastChannel(name);
  channel.postMessage(message);
  channel.close();
}
