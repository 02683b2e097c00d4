import { isIPv6 } from 'node:net';

const GROUPS_OF_64_BITS = 4;
const V4_IN_V6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * Who an address belongs to: itself for IPv4, its first 64 bits for IPv6, where one household has all the rest. An address of IPv4 that is
 * written as one of IPv6 is the same one. What is no address is one source.
 */
export function sourceOf(ip: string | undefined): string {
  if (ip === undefined) return '';
  const v4 = V4_IN_V6.exec(ip)?.[1];
  if (v4 !== undefined) return v4;
  return isIPv6(ip) ? `${first64(ip)}::/64` : ip.slice(0, 64);
}

function first64(ip: string): string {
  const [address = ''] = ip.split('%');
  const [head = '', tail] = address.split('::') as [string, string?];
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  // An address of IPv4 at the end takes the place of two groups, beyond the first 64 bits.
  const missing = 8 - before.length - after.length - (address.includes('.') ? 1 : 0);
  const groups = tail === undefined ? before : [...before, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...after];
  return groups
    .slice(0, GROUPS_OF_64_BITS)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/** Whether it is this machine. */
export const isLoopback = (address: string): boolean => address === '::1' || /^(?:::ffff:)?127\./i.test(address);

const groupsOf = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));
