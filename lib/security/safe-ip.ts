const V4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const GROUP = /^[0-9a-f]{1,4}$/i;
const ZONE = /^[\w.-]{1,16}$/;
/** The longest address, and a zone behind it. */
const MAX_CHARS = 64;
const GROUPS = 8;

/** An address of IPv4, or of IPv6 with or without a zone; anything else is left out. */
export const safeIp = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length <= MAX_CHARS && (V4.test(value) || isV6(value)) ? value : undefined;

/** See RFC 4291, 2.2: eight groups, of which `::` stands for one or more; an address of IPv4 may stand for the last two. */
function isV6(text: string): boolean {
  const [address, zone, ...more] = text.split('%') as [string, ...string[]];
  if (more.length > 0 || (zone !== undefined && !ZONE.test(zone))) return false;
  const halves = address.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1);
  const isMixed = !address.endsWith(':') && last !== undefined && V4.test(last);
  if (!(isMixed ? groups.slice(0, -1) : groups).every((group) => GROUP.test(group))) return false;
  const count = groups.length + (isMixed ? 1 : 0);
  return halves.length === 2 ? count < GROUPS : count === GROUPS;
}
