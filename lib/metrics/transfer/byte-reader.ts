import { TelemetryError } from '../../core/errors';
import { MAX_TEXT } from './layout';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const double = new DataView(new ArrayBuffer(8));
const ofDouble = new Uint8Array(double.buffer);

/** The error for bytes that are no snapshot. */
export const invalid = (at: number, why: string): TelemetryError =>
  new TelemetryError(
    'SNAPSHOT_INVALID',
    'These bytes are no snapshot of metrics',
    `At byte ${at}: ${why}`,
    'Pass what encodeSnapshot returned, whole and unchanged',
  );

/** Reads what a `ByteWriter` wrote, and refuses what it would not have written. */
export class ByteReader {
  constructor(
    readonly bytes: Uint8Array,
    public at: number,
  ) {}

  get rest(): number {
    return this.bytes.length - this.at;
  }

  byte(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw invalid(this.at, 'it ends too early');
    this.at++;
    return byte;
  }

  /** A whole number. */
  count(): number {
    const { bytes, at } = this;
    let byte = bytes[at]!;
    if (byte < 128) {
      this.at = at + 1;
      return byte;
    }
    let value = 0;
    let factor = 1;
    for (let next = at; next < at + 8; next++) {
      byte = bytes[next]!;
      if (byte === undefined) throw invalid(next, 'it ends too early');
      value += (byte & 127) * factor;
      if (byte > 127) {
        factor *= 128;
        continue;
      }
      if (byte === 0) throw invalid(at, 'a number is longer than it has to be');
      if (value > Number.MAX_SAFE_INTEGER) throw invalid(at, 'a number is above 2^53 - 1');
      this.at = next + 1;
      return value;
    }
    throw invalid(at, this.rest < 8 ? 'it ends too early' : 'a number is above 2^53 - 1');
  }

  /** How many there are of something, each of which takes at least so many bytes: more than the rest can hold are refused. */
  many(what: string, atLeast: number, most: number = Number.MAX_SAFE_INTEGER): number {
    const { at } = this;
    const count = this.count();
    if (count > most) throw invalid(at, `${count} ${what}, of which there can be ${most}`);
    if (count * atLeast > this.rest) throw invalid(at, `${count} ${what}, for which ${this.rest} bytes are too few`);
    return count;
  }

  signed(): number {
    const folded = this.count();
    return folded % 2 === 1 ? -(folded + 1) / 2 : folded / 2;
  }

  number(): number {
    const { at } = this;
    const length = this.byte();
    if (length > 8) throw invalid(at, `a number of ${length} bytes`);
    if (length > this.rest) throw invalid(at, 'it ends too early');
    if (length > 0 && this.bytes[this.at + length - 1] === 0) throw invalid(at, 'a number is longer than it has to be');
    for (let place = 0; place < 8; place++) ofDouble[place] = place < length ? this.bytes[this.at + place]! : 0;
    const value = double.getFloat64(0);
    if (!Number.isFinite(value) || Object.is(value, -0)) throw invalid(at, `a number that is ${Object.is(value, -0) ? '-0' : value}`);
    this.at += length;
    return value;
  }

  text(): string {
    const { at } = this;
    const length = this.many('bytes of text', 1, MAX_TEXT);
    if (length === 0) throw invalid(at, 'an empty text');
    const from = this.at;
    this.at += length;
    try {
      return decoder.decode(this.bytes.subarray(from, this.at));
    } catch {
      throw invalid(from, 'a text that is not UTF-8');
    }
  }
}
