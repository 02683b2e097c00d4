import { optionInvalid } from '../core/options';
import { type Address, type AddressRange, isWithin, readAddress, readRange } from './address';
import type { TrustProxy } from './options';

/** What a request says of itself. */
interface Claims {
  /** `X-Forwarded-For`. */
  forwardedFor(): string | undefined;
}

/**
 * Says who the client is.
 *
 * @param peer - The other end of the connection.
 * @param claims - Asked only where the peer is trusted.
 */
export type ClientAddress = (peer: string | undefined, claims: Claims) => string | undefined;

const MAX_HOPS = 100;
const MAX_RANGES = 1000;
const WORDS: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};
const EXPECTED =
  'false, how many proxies there are (1 to 100), or a list of addresses, ranges and the words loopback and private, such as ["loopback", "10.0.0.0/8"]; ' +
  'to trust everybody would let everybody say who they are';

/**
 * Makes what finds the address of a client.
 *
 * Each proxy adds at the right of `X-Forwarded-For` whom it was asked by. So the list is walked from the right, and only while who
 * said it is trusted: with a number, so many steps; with ranges, as long as the address reached is in one of them. What stands further
 * left can be made up by anybody and never counts. An entry that is no address ends the walk. `Forwarded` (RFC 7239) is not read: a
 * proxy that does not know it lets it through as the client sent it.
 *
 * @throws {TelemetryError} `OPTION_INVALID`
 */
export function clientAddressBy(where: string, trust: TrustProxy): ClientAddress {
  if (trust === false) return (peer) => plain(peer);
  if (typeof trust === 'number') {
    if (!Number.isInteger(trust) || trust < 1 || trust > MAX_HOPS) throw optionInvalid(where, trust, EXPECTED);
    return (peer, claims) => walk(peer, claims, (_address, step) => step < trust);
  }
  if (!Array.isArray(trust) || trust.length > MAX_RANGES) throw optionInvalid(where, trust, EXPECTED);
  const ranges = trust.flatMap((entry: unknown) => rangesOf(where, entry));
  const isTrusted = (address: Address | undefined): boolean => address !== undefined && ranges.some((range) => isWithin(address, range));
  return (peer, claims) => walk(peer, claims, isTrusted);
}

function rangesOf(where: string, entry: unknown): AddressRange[] {
  if (typeof entry !== 'string') throw optionInvalid(where, entry, EXPECTED);
  const texts = Object.hasOwn(WORDS, entry) ? WORDS[entry]! : [entry];
  return texts.map((text) => {
    const range = readRange(text);
    if (range === undefined) throw optionInvalid(where, entry, EXPECTED);
    return range;
  });
}

/** How many entries are looked at, whatever is trusted. */
const MAX_STEPS = 100;

/** @param isTrusted - Whether what that address says counts. A peer without an address (a socket of the file system) is a step like others. */
function walk(
  peer: string | undefined,
  claims: Claims,
  isTrusted: (address: Address | undefined, step: number) => boolean,
): string | undefined {
  let found = peer === undefined ? undefined : readAddress(peer);
  // Whoever has no address that can be read is nobody who could be on a list.
  let told = found?.text ?? peer;
  if (!isTrusted(found, 0)) return told;
  const list = claims.forwardedFor();
  if (list === undefined) return told;
  let end = list.length;
  for (let step = 1; step <= MAX_STEPS && end >= 0; step++) {
    const comma = end === 0 ? -1 : list.lastIndexOf(',', end - 1);
    const next = readAddress(list.slice(comma + 1, end));
    if (next === undefined) break;
    found = next;
    told = next.text;
    if (!isTrusted(found, step)) break;
    end = comma;
  }
  return told;
}

/** Most peers are IPv4 addresses and need no reading. */
const plain = (peer: string | undefined): string | undefined =>
  peer === undefined || !peer.includes(':') ? peer : (readAddress(peer)?.text ?? peer);
