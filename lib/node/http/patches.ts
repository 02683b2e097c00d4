import type { Exchange } from '../../http/api';
import { currentRequest } from '../../http/scope';
import { withOwnHeaders } from './own-headers';

/** Under which key a request and its response have their exchange. A symbol of all copies of the library: none tracks a request twice. */
export const TRACKED: unique symbol = Symbol.for('telemetry-bus/node/http/exchange') as never;

type Method = (...args: never[]) => unknown;

/** The methods of before. */
export interface Unpatched {
  readonly requestEmit: Method;
  readonly push: Method;
  readonly responseEmit: Method;
  readonly writeHead: Method;
  readonly write: Method;
  readonly end: Method;
}

/** What the patched methods know of their request. */
export interface Pair {
  readonly exchange: Exchange;
  readonly unpatched: Unpatched;
  requestBytes: number;
  responseBytes: number;
  /** `finish` was told: all of the answer was handed over. */
  isFinished: boolean;
  over(): void;
}

/** What is patched of Node's objects, and read of them. */
export interface Patched {
  [TRACKED]: Pair;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly stream?: { readonly endAfterHeaders?: boolean };
  readonly writableEnded: boolean;
  readonly destroyed: boolean;
  listenerCount(name: unknown): number;
  hasHeader(name: string): boolean;
  emit: Method;
  push: Method;
  writeHead: Method;
  write: Method;
  end: Method;
}

/**
 * Replaces methods of a request and its response by functions that all of them share. They pass on `this`, arguments, results and what is
 * thrown; a later patch of somebody else's wraps them as it would wrap Node's.
 *
 * - `emit`, because the parser and the socket emit from where no request is: listeners run in the scope of theirs.
 * - `writeHead`, which implicit heads pass through as well: the last moment for headers, after frameworks removed theirs.
 * - `write` and `end`, to count; `push` of a body that no header tells the length of, because listening to it would make it flow.
 */
export function patch(request: Patched, response: Patched, hasOwnHeaders: boolean): Unpatched {
  const unpatched: Unpatched = {
    requestEmit: request.emit,
    push: request.push,
    responseEmit: response.emit,
    writeHead: response.writeHead,
    write: response.write,
    end: response.end,
  };
  request.emit = emitOfRequest;
  if (isOfUnknownLength(request)) request.push = push;
  response.emit = emitOfResponse;
  if (hasOwnHeaders) response.writeHead = writeHead;
  response.write = write;
  response.end = end;
  return unpatched;
}

function isOfUnknownLength({ headers, stream }: Patched): boolean {
  if (headers['content-length'] !== undefined) return false;
  return headers['transfer-encoding'] !== undefined || stream?.endAfterHeaders === false;
}

function emitOfRequest(this: Patched, ...args: unknown[]): unknown {
  const { exchange, unpatched } = this[TRACKED];
  return inScope(this, exchange, unpatched.requestEmit, args);
}

/** `close` is the end of each response; those who listen to it hear it in the scope of a request that goes on. */
function emitOfResponse(this: Patched, ...args: unknown[]): unknown {
  const pair = this[TRACKED];
  const { exchange, unpatched } = pair;
  if (args[0] === 'finish') pair.isFinished = true;
  if (args[0] !== 'close') return inScope(this, exchange, unpatched.responseEmit, args);
  try {
    return inScope(this, exchange, unpatched.responseEmit, args);
  } finally {
    pair.over();
  }
}

/** Nothing is opened for those who are within the request already, in a scope of their own perhaps, nor for nobody. */
function inScope(emitter: Patched, exchange: Exchange, emit: Method, args: unknown[]): unknown {
  if (emitter.listenerCount(args[0]) === 0 || currentRequest() === exchange) return Reflect.apply(emit, emitter, args);
  return exchange.runWith(emit as (...args: unknown[]) => unknown, emitter, args);
}

function push(this: Patched, ...args: unknown[]): unknown {
  const pair = this[TRACKED];
  pair.requestBytes += sizeOf(args[0], args[1]);
  return Reflect.apply(pair.unpatched.push, this, args);
}

function writeHead(this: Patched, ...args: unknown[]): unknown {
  const { exchange, unpatched } = this[TRACKED];
  return Reflect.apply(unpatched.writeHead, this, withOwnHeaders(this, exchange, args));
}

function write(this: Patched, ...args: unknown[]): unknown {
  const pair = this[TRACKED];
  const isOpen = !this.writableEnded && !this.destroyed;
  const result = Reflect.apply(pair.unpatched.write, this, args);
  if (isOpen) pair.responseBytes += sizeOf(args[0], args[1]);
  return result;
}

function end(this: Patched, ...args: unknown[]): unknown {
  const pair = this[TRACKED];
  const isOpen = !this.writableEnded && !this.destroyed;
  const before = pair.responseBytes;
  const result = Reflect.apply(pair.unpatched.end, this, args);
  // That of HTTP/2 calls `write`, and so do others that people put in front.
  if (isOpen && pair.responseBytes === before) pair.responseBytes += sizeOf(args[0], args[1]);
  return result;
}

function sizeOf(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
  return chunk instanceof Uint8Array ? chunk.byteLength : 0;
}
