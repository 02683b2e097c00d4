const POLYNOMIAL = 0xedb88320;
let table: Uint32Array | undefined;

/** The checksum of zip and Ethernet (CRC-32, ISO 3309) of the bytes from a place on. Finds every change of one byte, or of bits close together. */
export function crc32(bytes: Uint8Array, from = 0): number {
  table ??= createTable();
  let crc = 0xffffffff;
  for (let at = from; at < bytes.length; at++) crc = table[(crc ^ bytes[at]!) & 255]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

function createTable(): Uint32Array {
  const made = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? POLYNOMIAL ^ (value >>> 1) : value >>> 1;
    made[byte] = value;
  }
  return made;
}
