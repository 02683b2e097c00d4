import type { Tracker } from '../../http/api';
import { exchangeOf, type NodeResponse, track } from './node-exchange';
import type { NodeRequest } from './request-head';

type Emit = (this: unknown, ...args: unknown[]) => unknown;

/** Requests that were asked about, and are not to be tracked: `ignore` is asked once. */
const ignored = new WeakSet<object>();

/** Tracks a request, unless that was refused before. */
export function trackOnce(tracker: Tracker, request: NodeRequest, response: NodeResponse): ReturnType<typeof track> {
  if (ignored.has(request)) return undefined;
  const pair = track(tracker, request, response);
  if (pair === undefined) ignored.add(request);
  return pair;
}

/**
 * Fastify answers some requests before any hook, such as those with a malformed URL; so the server of an application begins to track its
 * requests. Of a plugin within an application it is not done: the others' requests are not its own. Nor are upgrades tracked here.
 */
export function trackServerOf(instance: object, tracker: Tracker): void {
  // All instances within inherit it.
  if (!Object.hasOwn(instance, 'server')) return;
  const { server } = instance as { readonly server?: { emit: Emit } };
  if (typeof server?.emit !== 'function') return;
  const { emit } = server;
  server.emit = function emitTracked(...args) {
    const [name, request, response] = args as [unknown, NodeRequest, NodeResponse];
    const pair = name === 'request' && exchangeOf(response) === undefined ? trackOnce(tracker, request, response) : undefined;
    return pair === undefined ? Reflect.apply(emit, this, args) : pair.exchange.runWith(emit, this, args);
  };
}
