import { createServer } from 'node:net';
import { type Finding, failed, ok } from './finding';
import { listenerOf } from './port-owner';

const CHECK = 'port';

/**
 * Some systems let one program have a port at a single address while another one has it at all of them: both are tried.
 * Which of the two an application wants is not known.
 */
const ADDRESSES: readonly string[] = ['127.0.0.1', '0.0.0.0', '::'];

/** What a machine without IPv6 says. */
const NO_SUCH_ADDRESS: readonly string[] = ['EADDRNOTAVAIL', 'EAFNOSUPPORT'];

/** Whether a server can listen at a port: by doing so for a moment at each kind of address, one after the other. */
export async function checkPort(port: number): Promise<Finding> {
  if (port === 0) return ok(CHECK, 'PORT is 0: the system chooses a free one');
  for (const address of ADDRESSES) {
    const code = await tryToListen(port, address);
    if (code === undefined || NO_SUCH_ADDRESS.includes(code)) continue;
    if (code !== 'EADDRINUSE') {
      const fix = code === 'EACCES' ? 'Take a port from 1024 on (PORT), or let the program listen there.' : 'Take another one: PORT.';
      return failed(CHECK, `Nothing can listen at port ${port}: ${code}`, fix);
    }
    const owner = listenerOf(port);
    const by = owner === undefined ? '' : ` by ${owner.name} (process ${owner.pid})`;
    return failed(CHECK, `Port ${port} is in use${by}`, 'Stop what has it, or take another one: PORT.', 'PORT_IN_USE');
  }
  return ok(CHECK, `Port ${port} is free`);
}

/** Settles when the port is free again. Returns the code of what went wrong. */
function tryToListen(port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'UNKNOWN'));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
