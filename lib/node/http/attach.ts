import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { isFunction, optionInvalid } from '../../core/options';
import { read } from '../../core/read';
import { exchangeOf, type NodeResponse, track } from './node-exchange';
import type { NodeRequest } from './request-head';
import { type NodeTracked, trackerOf } from './tracked';
import { trackUpgrade } from './upgrade';

/** A server of `http`, `https` or `http2`. */
export type NodeServer = Pick<EventEmitter, 'emit' | 'listenerCount'>;

const REQUESTS: ReadonlySet<unknown> = new Set(['request', 'checkContinue', 'checkExpectation']);
const UPGRADES: ReadonlySet<unknown> = new Set(['upgrade', 'connect']);

/**
 * Tracks all requests of a server, whatever its listeners are and whenever they are added: `emit` of this one server is replaced. Listeners
 * run in the scope of their request, those of `upgrade` and `connect` as well. What a listener throws is reported, and goes on.
 *
 * @param tracking - Of `trackHttp`.
 * @param server - Of `http`, `https` or `http2`, whether it listens already or not.
 * @returns What ends it. Requests that are under way end as they began.
 * @throws {TelemetryError} `OPTION_INVALID`, also for what is no server.
 */
export function attachServer(tracking: NodeTracked, server: NodeServer): () => void {
  const tracker = trackerOf('attachServer', tracking);
  // Applications of frameworks emit as well, but no requests.
  if (typeof server !== 'object' || !['emit', 'listenerCount', 'address'].every((method) => isFunction(read(server, method)))) {
    throw optionInvalid('attachServer: server', server, 'a server of http, https or http2');
  }
  const patched = server as { emit: (this: NodeServer, ...args: unknown[]) => unknown };
  const { emit } = patched;
  const wasOwn = Object.hasOwn(server, 'emit');
  let isOn = true;

  function emitTracked(this: NodeServer, ...args: unknown[]): unknown {
    const [name] = args;
    if (isOn && REQUESTS.has(name)) {
      const [, request, response] = args as [unknown, NodeRequest, NodeResponse];
      const pair = exchangeOf(response) === undefined ? track(tracker, request, response) : undefined;
      if (pair !== undefined) return emitIn(pair, emit, this, args);
    } else if (isOn && UPGRADES.has(name) && server.listenerCount(name as string) > 0) {
      const [, request, socket] = args as [unknown, NodeRequest, Duplex];
      const upgrade = trackUpgrade(tracker, request, socket);
      if (upgrade !== undefined) return emitIn(upgrade, emit, this, args);
    }
    return Reflect.apply(emit, this, args);
  }

  patched.emit = emitTracked;
  return () => {
    isOn = false;
    // Somebody who came later stays in front; what is behind does nothing any more.
    if (patched.emit !== emitTracked) return;
    if (wasOwn) patched.emit = emit;
    else delete (patched as Partial<typeof patched>).emit;
  };
}

interface Failing {
  readonly exchange: { runWith(fn: (...args: unknown[]) => unknown, self: unknown, args: unknown[]): unknown };
  fail(error: unknown): void;
}

function emitIn(pair: Failing, emit: (...args: unknown[]) => unknown, server: unknown, args: unknown[]): unknown {
  try {
    return pair.exchange.runWith(emit, server, args);
  } catch (error) {
    pair.fail(error);
    throw error;
  }
}
