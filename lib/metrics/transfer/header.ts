import { invalid } from './byte-reader';
import { crc32 } from './crc32';
import { CRC_AT, HEADER_LENGTH, LENGTH_AT, MAGIC, VERSION } from './layout';

/**
 * Checks kind, version, length and checksum of an encoded snapshot.
 *
 * @throws {TelemetryError} `SNAPSHOT_INVALID`
 */
export function checkHeader(bytes: Uint8Array): void {
  if (bytes.length < HEADER_LENGTH) throw invalid(0, `${bytes.length} bytes are shorter than its header`);
  for (const [at, byte] of MAGIC.entries()) if (bytes[at] !== byte) throw invalid(at, 'it does not begin as a snapshot does');
  if (bytes[MAGIC.length] !== VERSION) throw invalid(MAGIC.length, `version ${bytes[MAGIC.length]}, where only ${VERSION} is known`);
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = header.getUint32(LENGTH_AT, true);
  if (length !== bytes.length) throw invalid(LENGTH_AT, `its length is ${length}, and there are ${bytes.length} bytes`);
  if (header.getUint32(CRC_AT, true) !== crc32(bytes, HEADER_LENGTH)) throw invalid(CRC_AT, 'its checksum does not fit');
}
