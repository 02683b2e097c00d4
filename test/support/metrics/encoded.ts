import { ByteWriter } from '../../../lib/metrics/transfer/byte-writer';
import { HEADER_LENGTH, MAGIC, VERSION } from '../../../lib/metrics/transfer/layout';
import { seal } from '../../../lib/metrics/transfer/snapshot-writer';

/** Bytes with a header whose length and checksum are right, whatever comes after it. */
export function encoded(write: (out: ByteWriter) => void): Uint8Array {
  const out = new ByteWriter();
  out.raw(Uint8Array.of(...MAGIC, VERSION, ...new Uint8Array(HEADER_LENGTH - MAGIC.length - 1)));
  write(out);
  return sealed(out.written().slice());
}

/** The same bytes with a length and a checksum that are right. */
export function sealed(bytes: Uint8Array): Uint8Array {
  if (bytes.length >= HEADER_LENGTH) seal(bytes);
  return bytes;
}
