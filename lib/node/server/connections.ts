import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ServerLimits } from './limits';
import { isLoopback, sourceOf } from './source-of';

interface Connection {
  readonly socket: Socket;
  /** Who it belongs to; `undefined` for this machine. */
  readonly source: string | undefined;
  /** No head of a request has arrived yet. */
  isNew: boolean;
}

/** Connections that are closed in one turn of the event loop. */
const PER_TURN = 32;

/** What a connection is known by, also where TLS has put a socket of its own on top. */
const keyOf = ({ remoteAddress, remotePort }: Socket): string | undefined =>
  remoteAddress === undefined ? undefined : `${remoteAddress} ${remotePort}`;

/**
 * Holds the connections of a server, or of several together, within their limits. Where there is no room, the one that has waited longest
 * without a complete request gives way to the new one: so those who only hold connections can't keep others out. One that is being
 * answered never gives way. Who has not been heard yet is told why; while there is no room, an answer is the last of its connection.
 */
export class Connections {
  private readonly all = new Map<string, Connection>();
  /** Without a complete request, the one that has waited longest first. */
  private readonly waiting = new Set<string>();
  private isTrimming = false;

  /** @param tell - Tells one that was not heard why it ends, and ends it. */
  constructor(
    private readonly limits: Pick<ServerLimits, 'connections' | 'perAddress'>,
    private readonly tell: (socket: Socket) => void,
  ) {}

  get size(): number {
    return this.all.size;
  }

  /** A connection was made. */
  add(socket: Socket): void {
    // Errors come to the server as well, but not those of a socket that TLS has not taken over yet.
    socket.on('error', () => undefined);
    const { remoteAddress } = socket;
    const key = keyOf(socket);
    if (remoteAddress === undefined || key === undefined) return void socket.destroy();
    const source = isLoopback(remoteAddress) ? undefined : sourceOf(remoteAddress);
    const isFull = source !== undefined && this.countOf(source) >= this.limits.perAddress;
    if (isFull && !this.evict((one) => one.source === source)) return void socket.destroy();
    this.all.set(key, { socket, source, isNew: true });
    this.waiting.add(key);
    socket.once('close', () => this.forget(key, socket));
    // It keeps no process alive.
    socket.unref();
    if (this.all.size > this.limits.connections) this.trimLater();
  }

  /**
   * Lets connections beyond the limit give way, some in each turn of the event loop: a flood is taken in one turn by the system's own loop,
   * and who comes behind it with a whole request would wait until each of them was closed.
   */
  private trimLater(): void {
    if (this.isTrimming) return;
    this.isTrimming = true;
    setImmediate(() => {
      this.isTrimming = false;
      for (let count = 0; count < PER_TURN && this.all.size > this.limits.connections; count++) if (!this.evict(() => true)) return;
      if (this.all.size > this.limits.connections) this.trimLater();
    });
  }

  /** The head of a request has arrived. */
  began(request: IncomingMessage, response: ServerResponse): void {
    const key = keyOf(request.socket);
    if (key === undefined) return;
    const one = this.all.get(key);
    if (one !== undefined) one.isNew = false;
    if (this.all.size > this.limits.connections) response.shouldKeepAlive = false;
    const { headers } = request;
    const isWhole = headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
    if (isWhole) this.waiting.delete(key);
    else request.once('end', () => this.waiting.delete(key));
    response.once('close', () => {
      this.waiting.delete(key);
      if (this.all.has(key)) this.waiting.add(key);
    });
  }

  /** Ends all of them, also those that no server knows as its own: TLS that has not shaken hands. */
  destroyAll(): void {
    for (const { socket } of [...this.all.values()]) socket.destroy();
  }

  private countOf(source: string): number {
    let count = 0;
    for (const one of this.all.values()) if (one.source === source) count++;
    return count;
  }

  /** @returns Whether there was one to give way. */
  private evict(fits: (one: Connection) => boolean): boolean {
    for (const key of this.waiting) {
      const one = this.all.get(key);
      if (one === undefined || !fits(one)) continue;
      this.forget(key, one.socket);
      if (one.isNew) this.tell(one.socket);
      else one.socket.destroy();
      return true;
    }
    return false;
  }

  private forget(key: string, socket: Socket): void {
    // The same port may be a later connection already.
    if (this.all.get(key)?.socket !== socket) return;
    this.all.delete(key);
    this.waiting.delete(key);
  }
}
