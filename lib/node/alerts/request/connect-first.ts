import type { Socket } from 'node:net';
import type { Network } from './network';

/** Addresses that are tried, and how long each may take while another one is left. */
const [MAX_ATTEMPTS, ATTEMPT_MS] = [6, 1000];

/**
 * Connects to the first address that answers, in the order given. The socket doesn't keep the process alive.
 *
 * Rejects with the error of the last attempt, and when the signal is aborted; then nothing is left open.
 */
export async function connectFirst(
  addresses: readonly string[],
  { port, dial, signal }: { readonly port: number; readonly dial: Network['dial']; readonly signal: AbortSignal },
): Promise<Socket> {
  const tried = addresses.slice(0, MAX_ATTEMPTS);
  let failure: unknown;
  for (const [index, address] of tried.entries()) {
    signal.throwIfAborted();
    try {
      return await connected(dial(address, port), signal, index < tried.length - 1 ? ATTEMPT_MS : undefined);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function connected(socket: Socket, signal: AbortSignal, limitMs: number | undefined): Promise<Socket> {
  socket.unref();
  return new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      socket.off('error', settle).off('connect', settle);
      // An error that comes late has nobody to hear it, and would end the process.
      socket.on('error', () => {});
      if (error === undefined) {
        resolve(socket);
      } else {
        socket.destroy();
        reject(error);
      }
    };
    const abort = (): void => settle(new Error('aborted'));
    const giveUp = (): void => settle(new Error('late'));
    const timer = limitMs === undefined ? undefined : setTimeout(giveUp, limitMs).unref();
    socket.on('error', settle).on('connect', settle);
    signal.addEventListener('abort', abort);
  });
}
