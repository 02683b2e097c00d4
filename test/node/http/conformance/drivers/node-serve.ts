import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NodeHttpTracking } from '../../../../../lib/node/http/index';
import type { Served } from '../driver';

/** Lets a server listen, and ends all with one call. */
export async function served(server: Server, tracking: NodeHttpTracking, before?: () => unknown): Promise<Served> {
  if (!server.listening) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    tracking,
    async close() {
      await before?.();
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
      tracking.close();
    },
  };
}
