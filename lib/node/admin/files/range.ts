/** Bytes of a file, both ends included. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Reads a `Range` header (RFC 9110, 14.2) for a file of so many bytes.
 *
 * @returns `undefined`: all of it, also for several ranges and for what is no range of bytes, which a server may ignore; `'none'`: there
 * is nothing there (416).
 */
export function readRange(header: string | null, bytes: number): ByteRange | 'none' | undefined {
  const [, first, last] = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  if (first === '') {
    const length = Number(last);
    return length === 0 || bytes === 0 ? 'none' : { from: Math.max(0, bytes - length), to: bytes - 1 };
  }
  const from = Number(first);
  const to = last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1);
  // Backwards it is no range at all.
  if (last !== '' && Number(last) < from) return undefined;
  return from >= bytes ? 'none' : { from, to };
}
