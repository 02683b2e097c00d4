import type { Socket } from 'node:net';
import type { NodeExchange, NodeResponse } from './node-exchange';
import type { NodeRequest } from './request-head';

const WAITING: unique symbol = Symbol('waiting');

/** Exchanges of a connection whose answers wait for those before them; by connection. */
type Waiting = Socket & { [WAITING]?: Set<NodeExchange> };

/**
 * Of pipelined requests, only the first has the connection; Node tells the responses that wait behind it nothing when the client leaves,
 * not even `close`. So their ends come from here. One listener per connection, however many requests wait.
 */
export function waitForTurn(pair: NodeExchange, request: NodeRequest, response: NodeResponse): void {
  // HTTP/2 has a stream for each.
  if (response.socket !== null || request.httpVersionMajor !== 1) return;
  const socket = request.socket as Waiting | undefined;
  if (typeof socket?.once !== 'function') return;
  if (socket[WAITING] === undefined) {
    socket[WAITING] = new Set();
    socket.once('close', leave);
  }
  socket[WAITING].add(pair);
}

export function forgetWaiting(pair: NodeExchange, request: NodeRequest): void {
  (request.socket as Waiting | undefined)?.[WAITING]?.delete(pair);
}

function leave(this: Waiting): void {
  const waiting = this[WAITING];
  if (waiting === undefined) return;
  for (const pair of [...waiting]) pair.over(false);
}
