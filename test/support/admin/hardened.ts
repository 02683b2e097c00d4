/** A server as `serveAdmin` starts it, with limits and a handler of the test's. */
import { fixedProblem } from '../../../lib/node/admin/answers';
import { tellingListener, type WebHandler } from '../../../lib/node/http/node-listener';
import { type HardenedServer, startHardened } from '../../../lib/node/server/hardened-server';
import { SERVER_LIMITS, type ServerLimits } from '../../../lib/node/server/limits';

/** Closed afterwards. */
export async function hardened(
  handler: WebHandler,
  limits: Partial<ServerLimits>,
  body: (server: HardenedServer) => unknown,
  addresses: readonly [string, ...string[]] = ['127.0.0.1'],
): Promise<void> {
  const server = await startHardened({
    where: 'test',
    addresses,
    port: 0,
    tls: undefined,
    limits: { ...SERVER_LIMITS, ...limits },
    listener: tellingListener(handler, (status) => new Response(null, { status })),
    refusal: fixedProblem,
    onError: () => undefined,
  });
  try {
    await body(server);
  } finally {
    await server.close();
  }
}
