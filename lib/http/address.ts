/** An internet address: 4 bytes or 16, and as it is told. */
export interface Address {
  readonly bytes: readonly number[];
  readonly text: string;
}

const MAX_TEXT = 64;
const OCTET = /^(?:0|[1-9]\d{0,2})$/;
const GROUP = /^[0-9a-f]{1,4}$/;
/** `::ffff:0:0/96`: https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2 */
const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/**
 * Reads an address: IPv4 (no leading zeros, which some take for octal), or IPv6 with or without brackets. A port behind it and the zone
 * of a link-local address go. An IPv4 address that is mapped into IPv6 is told as IPv4.
 *
 * @returns `undefined` for what is none.
 */
export function readAddress(given: string): Address | undefined {
  if (given.length > MAX_TEXT) return undefined;
  const text = given.trim().toLowerCase();
  const bare = withoutPort(text);
  if (bare === undefined) return undefined;
  if (!bare.includes(':')) {
    const bytes = ipv4(bare);
    return bytes && { bytes, text: bare };
  }
  const [address, zone] = bare.split('%', 2) as [string, string | undefined];
  const bytes = zone === '' ? undefined : ipv6(address);
  if (bytes === undefined) return undefined;
  if (!MAPPED.every((byte, index) => bytes[index] === byte)) return { bytes, text: address };
  const inner = bytes.slice(MAPPED.length);
  return { bytes: inner, text: inner.join('.') };
}

/** `1.2.3.4:80` → `1.2.3.4`, `[::1]:80` → `::1`. */
function withoutPort(text: string): string | undefined {
  if (text.startsWith('[')) return /^\[([^\]]*:[^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1];
  const colon = text.indexOf(':');
  // More than one colon: IPv6 without brackets has no port.
  if (colon === -1 || text.includes(':', colon + 1)) return text;
  return /^\d{1,5}$/.test(text.slice(colon + 1)) ? text.slice(0, colon) : undefined;
}

function ipv4(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => OCTET.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function ipv6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => groupsOf(half));
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  if (tail === undefined) return head.length === 16 ? head : undefined;
  const missing = 16 - head.length - tail.length;
  // `::` stands for one group of zeros at least.
  return missing < 2 ? undefined : [...head, ...Array<number>(missing).fill(0), ...tail];
}

/** The bytes of groups of hex digits; the last may be an IPv4 address. */
function groupsOf(text: string): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    if (GROUP.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
      continue;
    }
    const last = index === groups.length - 1 ? ipv4(group) : undefined;
    if (last === undefined) return undefined;
    bytes.push(...last);
  }
  return bytes;
}

/** A range of addresses. */
export interface AddressRange {
  readonly bytes: readonly number[];
  readonly bits: number;
}

/** Reads an address or a range, `10.0.0.0/8`. @returns `undefined` for what is none, and for a range of all addresses there are. */
export function readRange(given: string): AddressRange | undefined {
  const [address, length, more] = given.trim().split('/') as [string, string | undefined, string | undefined];
  // One colon alone would be that of a port.
  const isBare = /^[\da-f:.]+$/i.test(address) && !/^[^:]*:[^:]*$/.test(address);
  const bare = isBare && more === undefined ? readAddress(address) : undefined;
  if (bare === undefined) return undefined;
  const most = bare.bytes.length * 8;
  if (length === undefined) return { bytes: bare.bytes, bits: most };
  if (!/^\d{1,3}$/.test(length)) return undefined;
  // A range of mapped addresses is one of IPv4.
  const bits = Number(length) - (most === 32 && address.includes(':') ? 96 : 0);
  return bits >= 1 && bits <= most ? { bytes: bare.bytes, bits } : undefined;
}

export function isWithin({ bytes }: Address, range: AddressRange): boolean {
  if (bytes.length !== range.bytes.length) return false;
  const whole = range.bits >> 3;
  for (let index = 0; index < whole; index++) if (bytes[index] !== range.bytes[index]) return false;
  const rest = range.bits & 7;
  return rest === 0 || bytes[whole]! >> (8 - rest) === range.bytes[whole]! >> (8 - rest);
}
