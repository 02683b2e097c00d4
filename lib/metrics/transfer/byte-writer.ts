import { MAX_TEXT } from './layout';

/** What can't be written: a metric with it is left out, and told. */
export class Unfit extends Error {}

const encoder = new TextEncoder();
const double = new DataView(new ArrayBuffer(8));

/** Writes numbers and texts one after another; see layout.ts for how. */
export class ByteWriter {
  length = 0;
  private bytes = new Uint8Array(1024);

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** A whole number. */
  count(value: number): void {
    if (!(Number.isSafeInteger(value) && value >= 0)) throw new Unfit(`it counts ${value}`);
    this.reserve(8);
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.bytes[this.length++] = (rest % 128) | 128;
    this.bytes[this.length++] = rest;
  }

  /** A whole number that may be negative. */
  signed(value: number): void {
    this.count(value < 0 ? -2 * value - 1 : 2 * value);
  }

  number(value: number): void {
    if (!Number.isFinite(value)) throw new Unfit(`it has the value ${value}`);
    // -0 is 0.
    double.setFloat64(0, value + 0);
    let length = 8;
    while (length > 0 && double.getUint8(length - 1) === 0) length--;
    this.byte(length);
    this.reserve(length);
    for (let at = 0; at < length; at++) this.bytes[this.length++] = double.getUint8(at);
  }

  text(text: string): void {
    const encoded = encoder.encode(text);
    if (encoded.length === 0 || encoded.length > MAX_TEXT) throw new Unfit(`it has a text of ${encoded.length} bytes`);
    this.count(encoded.length);
    this.raw(encoded);
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Takes back what was written from a place on. */
  truncate(length: number): void {
    this.length = length;
  }

  /** What was written; good until more is. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
    grown.set(this.written());
    this.bytes = grown;
  }
}
