const V4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const GROUP = /^[0-9a-f]{1,4}$/i;
const V4_BYTES = 4;
const V6_GROUPS = 8;

/** An address as its bytes: 4 of IPv4, 16 of IPv6. */
export type AddressBytes = readonly number[];

/**
 * Reads an address in its usual spelling: four decimal numbers, or the groups of RFC 4291, 2.2. Whatever else systems take for
 * one (octal, hexadecimal, missing parts, zones) is none here.
 */
export function parseAddress(text: string): AddressBytes | undefined {
  if (V4.test(text)) return text.split('.').map(Number);
  return text.includes(':') ? parseV6(text) : undefined;
}

function parseV6(text: string): AddressBytes | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => groupsOf(half, index === halves.length - 1));
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const missing = V6_GROUPS - head.length - (tail?.length ?? 0);
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const zeros = new Array<number>(missing).fill(0);
  return [...head, ...zeros, ...(tail ?? [])].flatMap((group) => [group >> 8, group & 0xff]);
}

/** The groups of one side of `::`; an address of IPv4 may stand for the last two. */
function groupsOf(half: string, isLast: boolean): number[] | undefined {
  if (half === '') return [];
  const parts = half.split(':');
  const last = parts.at(-1)!;
  const groups: number[] = [];
  if (isLast && V4.test(last)) {
    parts.pop();
    const [a, b, c, d] = last.split('.').map(Number) as [number, number, number, number];
    groups.push((a << 8) | b, (c << 8) | d);
  }
  if (!parts.every((part) => GROUP.test(part))) return undefined;
  return [...parts.map((part) => Number.parseInt(part, 16)), ...groups];
}

/** All addresses that begin with the same bits. */
export interface AddressRange {
  readonly bytes: AddressBytes;
  readonly bits: number;
}

/** Reads `10.0.0.0/8`, `fc00::/7`, or a single address. Bits beyond the prefix must be 0. */
export function parseRange(text: string): AddressRange | undefined {
  const [address = '', prefix, ...more] = text.split('/');
  const bytes = parseAddress(address);
  if (bytes === undefined || more.length > 0) return undefined;
  if (prefix === undefined) return { bytes, bits: bytes.length * 8 };
  const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (!(bits <= bytes.length * 8)) return undefined;
  const isClean = bytes.every((byte, index) => (byte & ~maskOf(bits, index) & 0xff) === 0);
  return isClean ? { bytes, bits } : undefined;
}

export const isWithin = (address: AddressBytes, { bytes, bits }: AddressRange): boolean =>
  address.length === bytes.length && bytes.every((byte, index) => (address[index]! & maskOf(bits, index)) === byte);

export const isV4 = (address: AddressBytes): boolean => address.length === V4_BYTES;

/** Which bits of one byte belong to a prefix. */
function maskOf(bits: number, index: number): number {
  const own = Math.min(8, Math.max(0, bits - index * 8));
  return (0xff << (8 - own)) & 0xff;
}
