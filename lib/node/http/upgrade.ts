import type { Duplex } from 'node:stream';
import type { Exchange, Outcome, Tracker } from '../../http/api';
import { type NodeRequest, RequestHead } from './request-head';

const UPGRADE: unique symbol = Symbol('upgrade');
type Method = (...args: unknown[]) => unknown;

interface UpgradeSocket {
  [UPGRADE]?: NodeUpgrade;
  write: Method;
  end: Method;
  once(name: 'close', listener: () => void): unknown;
  off(name: 'close', listener: () => void): unknown;
}

/** `HTTP/1.1 101`: as much of an answer as tells its status. */
const STATUS = /^HTTP\/1\.[01] (\d{3})/;
const STATUS_LENGTH = 12;

/** A request to speak another protocol: the connection is its listener's, who writes the answer on it. */
export class NodeUpgrade extends RequestHead {
  exchange!: Exchange;
  private readonly write: Method;
  private readonly finish: Method;
  private begun = '';
  private isOver = false;

  constructor(
    request: NodeRequest,
    private readonly socket: UpgradeSocket,
  ) {
    super(request);
    this.write = socket.write;
    this.finish = socket.end;
  }

  /** Looks at the first bytes of the answer. */
  watch(): void {
    const { socket } = this;
    socket[UPGRADE] = this;
    socket.write = write;
    socket.end = end;
    socket.once('close', close);
  }

  fail(error: unknown): void {
    this.exchange.fail(error);
  }

  /** Passes a call on to the connection. */
  pass(method: 'write' | 'finish', args: unknown[]): unknown {
    if (!this.isOver) this.look(args[0]);
    return Reflect.apply(this[method], this.socket, args);
  }

  private look(chunk: unknown): void {
    if (typeof chunk === 'string') this.begun += chunk.slice(0, STATUS_LENGTH);
    else if (chunk instanceof Uint8Array) this.begun += String.fromCharCode(...chunk.subarray(0, STATUS_LENGTH));
    if (this.begun.length < STATUS_LENGTH) return;
    const [, digits] = STATUS.exec(this.begun) ?? [];
    const status = digits === undefined ? undefined : Number(digits);
    const isTunnel = this.method === 'CONNECT' && status !== undefined && status >= 200 && status < 300;
    this.over({ status, upgraded: status === 101 || isTunnel, responseBytes: status === 101 ? 0 : undefined });
  }

  over(outcome: Outcome): void {
    if (this.isOver) return;
    this.isOver = true;
    const { socket } = this;
    socket.off('close', close);
    // Whoever patched it later stays in front.
    if (socket.write === write) socket.write = this.write;
    if (socket.end === end) socket.end = this.finish;
    this.exchange.end(outcome);
  }
}

function write(this: UpgradeSocket, ...args: unknown[]): unknown {
  return this[UPGRADE]?.pass('write', args);
}

function end(this: UpgradeSocket, ...args: unknown[]): unknown {
  return this[UPGRADE]?.pass('finish', args);
}

function close(this: UpgradeSocket): void {
  this[UPGRADE]?.over({ status: undefined, aborted: true });
}

/**
 * Begins to track a request of a server's `upgrade` or `connect`. It ends with the status of the first bytes that are written on the
 * connection, or with the connection. Headers of tracking are not in that answer: it is the listener's, byte by byte.
 *
 * @returns `undefined` for one that is not to be tracked.
 */
export function trackUpgrade(tracker: Tracker, request: NodeRequest, socket: Duplex): NodeUpgrade | undefined {
  const upgrade = new NodeUpgrade(request, socket as UpgradeSocket);
  const exchange = tracker.begin(upgrade);
  if (exchange === undefined) return undefined;
  upgrade.exchange = exchange;
  upgrade.watch();
  return upgrade;
}
