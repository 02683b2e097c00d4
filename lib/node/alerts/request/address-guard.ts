import { TelemetryError } from '../../../core/errors';
import { type AddressBytes, type AddressRange, isV4, isWithin, parseAddress, parseRange } from './address';
import { DRESSES, FORBIDDEN, FORBIDDEN_NAMES, GLOBAL_V6, INSIDE } from './special-ranges';

/** `public`: anybody's. `opened`: inside, and the application allows it. `refused`: everything else. */
export type Verdict = 'public' | 'opened' | 'refused';

const MAX_ENTRIES = 64;
/** The widest that are somebody's own: 10.0.0.0/8, what is within fc00::/7, and what providers are given. */
const [WIDEST_V4, WIDEST_V6] = [8, 32];
const LOCAL_V6 = parseRange('fc00::/7')!;

/** Tells which hosts may be sent to: public ones, and those that the application allows by name or address. */
export class AddressGuard {
  private readonly names = new Set<string>();
  private readonly ranges: AddressRange[] = [];

  /**
   * @param where - Whose option it is; begins the message of errors.
   * @param allowed - Names, addresses, ranges such as `10.1.2.0/24`.
   * @throws {TelemetryError} `OPTION_INVALID`. It doesn't repeat the entry, which may be a URL put there by mistake.
   */
  constructor(where: string, allowed: readonly string[] | undefined) {
    const entries: unknown = allowed ?? [];
    if (!Array.isArray(entries) || entries.length > MAX_ENTRIES) throw invalid(`${where}: allowPrivate`);
    entries.forEach((entry: unknown, index) => {
      if (!this.add(entry)) throw invalid(`${where}: allowPrivate[${index}]`);
    });
  }

  private add(entry: unknown): boolean {
    if (typeof entry !== 'string') return false;
    const range = parseRange(entry.replace(/^\[(.*)\]$/, '$1'));
    if (range !== undefined) {
      this.ranges.push(range);
      return range.bits >= (isV4(range.bytes) ? WIDEST_V4 : isWithin(range.bytes, LOCAL_V6) ? LOCAL_V6.bits : WIDEST_V6);
    }
    const name = nameOf(entry);
    if (name !== undefined) this.names.add(name);
    return name !== undefined;
  }

  /** Whether anything at all is opened. */
  get opensAny(): boolean {
    return this.names.size > 0 || this.ranges.length > 0;
  }

  /** @param name - In lower case, without a dot at its end. */
  isOpenName(name: string): boolean {
    return this.names.has(name);
  }

  /** Whether a name is refused whatever it leads to. */
  isForbiddenName(name: string): boolean {
    return !this.names.has(name) && (FORBIDDEN_NAMES.has(name) || name.endsWith('.localhost'));
  }

  /**
   * @param name - Of the host that has this address, or the address itself.
   * @param address - In its usual spelling; any other is refused.
   */
  judge(name: string, address: string): Verdict {
    const bytes = parseAddress(address);
    if (bytes === undefined) return 'refused';
    const isIn = (range: AddressRange): boolean => isWithin(bytes, range);
    const least = bitsToOpen(bytes);
    if (this.ranges.some((range) => range.bits >= least && isIn(range))) return 'opened';
    if (least > 0) return 'refused';
    if (INSIDE.some(isIn)) return this.names.has(name) ? 'opened' : 'refused';
    return 'public';
  }
}

/** How narrow a range must be to open an address: as narrow as the narrowest that forbids it. 0: none does. */
function bitsToOpen(bytes: AddressBytes): number {
  const dress = DRESSES.find((range) => isWithin(bytes, range));
  if (dress !== undefined) return dress.bits + narrowest(bytes.slice(dress.bits / 8), [...FORBIDDEN, ...INSIDE]);
  const bits = narrowest(bytes, FORBIDDEN);
  const isKnown = bits > 0 || isV4(bytes) || [GLOBAL_V6, ...INSIDE].some((range) => isWithin(bytes, range));
  return isKnown ? bits : bytes.length * 8;
}

const narrowest = (bytes: AddressBytes, ranges: readonly AddressRange[]): number =>
  Math.max(0, ...ranges.filter((range) => isWithin(bytes, range)).map(({ bits }) => bits));

/** A name as URLs have it; `undefined` for what is more than a name, or an address in a spelling of its own. */
function nameOf(entry: string): string | undefined {
  if (!/^[^\s/?#@:\\[\]%*]{1,253}$/.test(entry)) return undefined;
  try {
    const name = new URL(`https://${entry}/`).hostname.replace(/\.$/, '');
    return name === '' || parseAddress(name) !== undefined ? undefined : name;
  } catch {
    return undefined;
  }
}

const invalid = (what: string): TelemetryError =>
  new TelemetryError(
    'OPTION_INVALID',
    `${what} is not valid`,
    'It is none of the forms below',
    `Expected a list of at most ${MAX_ENTRIES} host names, addresses or ranges, such as ["hooks.internal", "127.0.0.1", "10.1.2.0/24"]; no URLs, ports or "*", and no range wider than 10.0.0.0/8, fc00::/7 or, elsewhere in IPv6, /32`,
  );
