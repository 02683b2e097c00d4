/** What runtimes hand over beside a request, as far as it tells who is at the other end. */
interface Surroundings {
  /** Bun: its server. */
  readonly requestIP?: (request: Request) => { readonly address?: unknown } | null;
  /** Deno. */
  readonly remoteAddr?: { readonly hostname?: unknown };
  /** `@hono/node-server`: Node's request. */
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: unknown } };
  /** `toNodeListener`. */
  readonly peer?: unknown;
}

/**
 * The address at the other end of the connection, from what the runtime hands over beside the request: the server of Bun, the info of
 * Deno, the bindings of `@hono/node-server`, the info of `toNodeListener`. `undefined` where none of these is there. Never throws.
 *
 * Headers are not looked at: anybody can write them.
 */
export function peerOf(request: Request, beside: unknown): string | undefined {
  if (typeof beside !== 'object' || beside === null) return undefined;
  try {
    const { peer, remoteAddr, incoming } = beside as Surroundings;
    // A function of Bun's server needs its server.
    const found = peer ?? remoteAddr?.hostname ?? incoming?.socket?.remoteAddress ?? (beside as Surroundings).requestIP?.(request)?.address;
    return typeof found === 'string' ? found : undefined;
  } catch {
    return undefined;
  }
}
