import { type AddressRange, parseRange } from './address';

const ranges = (...texts: readonly string[]): readonly AddressRange[] => texts.map((text) => parseRange(text)!);

/**
 * Addresses that are never a receiver's: where clouds hand out credentials, what only this link or nobody has, and what leads to
 * an address of IPv4 in another dress. Only an entry of allowed addresses that lies within the narrowest of these ranges opens
 * them, so that metadata has an entry of its own; one around them does not, and a name never does.
 * See the registries of special-purpose addresses: RFC 6890 with its updates.
 */
export const FORBIDDEN: readonly AddressRange[] = ranges(
  '0.0.0.0/8', // this network, unspecified
  '100.100.100.200', // metadata of a cloud
  '168.63.129.16', // the same, of another
  '169.254.0.0/16', // link-local
  '169.254.169.254', // metadata of most clouds
  '169.254.170.2', // credentials of containers
  '169.254.170.23', // credentials of pods
  '192.0.0.0/24', // protocol assignments
  '192.0.0.192', // metadata of a cloud
  '192.0.2.0/24', // documentation
  '192.31.196.0/24', // AS112
  '192.52.193.0/24', // AMT
  '192.88.99.0/24', // relays of 6to4
  '192.175.48.0/24', // AS112
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
  'fd00:ec2::23', // credentials of pods
  'fd00:ec2::254', // metadata of a cloud
  'fd20:ce::254', // the same, of another
  '2001::/23', // protocol assignments: Teredo, benchmarks, ORCHID
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4
  '2620:4f:8000::/48', // AS112
  '3ffe::/16', // given back
  '3fff::/20', // documentation
  '100::/64', // discard
  'fe80::/10', // link-local
  'fec0::/10', // site-local
  'ff00::/8', // multicast
);

/** Addresses that end with one of IPv4: mapped ones, and those of NAT64. They are judged by that one. */
export const DRESSES: readonly AddressRange[] = ranges('::ffff:0:0/96', '64:ff9b::/96');

/** Addresses inside: of this machine, or of a network that is not the Internet. A name in the list of allowed ones may lead to them. */
export const INSIDE: readonly AddressRange[] = ranges(
  '10.0.0.0/8',
  '100.64.0.0/10', // behind the address translation of a provider
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1',
  'fc00::/7',
);

/** All that is given to networks in IPv6. What is outside of it and of the ranges above is opened as a single address only. */
export const GLOBAL_V6: AddressRange = parseRange('2000::/3')!;

/** Names of what hands out credentials, or of this machine, whatever they lead to. */
export const FORBIDDEN_NAMES: ReadonlySet<string> = new Set([
  'instance-data',
  'instance-data.ec2.internal',
  'ip6-localhost',
  'ip6-loopback',
  'localhost',
  'localhost.localdomain',
  'metadata',
  'metadata.azure.com',
  'metadata.azure.internal',
  'metadata.goog',
  'metadata.google.internal',
]);
