import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { LineReceiver } from '../delivery/receiver';
import type { DeliveryRow } from '../delivery/row';
import type { HttpClient } from './http/http-client';
import { ShippingError, statusError } from './http/shipping-error';

const compress = promisify(gzip);

/** What a receiver says of a request that it took. */
export interface Reception {
  /** Rows that it threw away. */
  readonly rejected: number;
  /** Why; text of somebody else. */
  readonly reason: string;
}

/** How lines are written for a receiver. */
export interface WireFormat {
  /** Writes a body; rejects when these lines make none, as when it were longer than a text can be. Does not keep the event loop for long. */
  body(rows: readonly DeliveryRow[]): Promise<string>;
  /** Reads the answer to a request that was taken, if it says anything. Throws nothing. */
  reception(answer: string): Reception | undefined;
}

export interface ReceiverParts {
  /** Host and port. */
  readonly name: string;
  readonly client: HttpClient;
  readonly wire: WireFormat;
  readonly compression: 'gzip' | 'none';
  readonly onRejected: (reception: Reception) => void;
}

/** A receiver of lines that is spoken to over HTTP. */
export class HttpReceiver implements LineReceiver {
  readonly name: string;
  requests = 0;
  sentBytes = 0;

  constructor(private readonly parts: ReceiverParts) {
    this.name = parts.name;
  }

  /** There is nothing to open: the first request does. */
  async open(): Promise<void> {}

  async insert(rows: readonly DeliveryRow[]): Promise<number> {
    const { client, wire, compression, onRejected } = this.parts;
    const text = await this.bodyOf(rows);
    const isCompressed = compression === 'gzip';
    const body = isCompressed ? await compress(text) : text;
    const headers = { 'content-type': 'application/json', ...(isCompressed && { 'content-encoding': 'gzip' }) };
    this.requests++;
    const answer = await client.post(headers, body);
    this.sentBytes += body.length;
    const failure = statusError(answer);
    if (failure !== undefined) throw failure;
    const reception = wire.reception(answer.body);
    if (reception === undefined) return 0;
    const rejected = Math.min(rows.length, reception.rejected);
    onRejected({ ...reception, rejected });
    return rejected;
  }

  /** What can't be written now never can: the batch is halved. */
  private async bodyOf(rows: readonly DeliveryRow[]): Promise<Buffer> {
    try {
      return Buffer.from(await this.parts.wire.body(rows));
    } catch {
      throw new ShippingError({ kind: 'refused', code: 'UNWRITABLE' });
    }
  }

  async close(): Promise<void> {
    this.parts.client.close();
  }
}
