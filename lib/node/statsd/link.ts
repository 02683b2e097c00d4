import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';

/** A way to the receiver. */
export interface Link {
  /** @param done - Told once that the system took the datagram, or the code of the error. */
  send(text: string, done: (code: string | undefined) => void): void;
  close(): void;
}

/**
 * Opens a link.
 *
 * @param onError - Told the code of what goes wrong beside a `send`, at any time.
 * @throws rejecting, with the error of the system.
 */
export type OpenLink = (host: string, port: number, onError: (code: string) => void) => Promise<Link>;

/**
 * A UDP socket that does not keep the process alive. It is connected, which for UDP means that the system tells when
 * nobody listens, and that it takes nothing from strangers.
 */
export const openUdp: OpenLink = async (host, port, onError) => {
  const { address, family } = await lookup(host);
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  socket.unref();
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(port, address, ((error?: Error) => (error ? reject(error) : resolve())) as () => void);
    });
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.removeAllListeners('error');
  socket.on('error', (error) => onError(codeOf(error)));
  return {
    send: (text, done) => socket.send(text, (error) => done(error === null || error === undefined ? undefined : codeOf(error))),
    close: () => socket.close(),
  };
};

/** The code of an error, short enough to be a key. */
export function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^\w{1,40}$/.test(code) ? code : 'UNKNOWN';
}
