import { TelemetryError } from '../../../core/errors';
import { type AddressRange, isV4, isWithin, parseAddress, parseRange } from './address';
import { FORBIDDEN, FORBIDDEN_NAMES, GLOBAL_V6, INSIDE } from './special-ranges';

/** `public`: anybody's. `opened`: inside, and the application allows it. `refused`: everything else. */
export type Verdict = 'public' | 'opened' | 'refused';

const MAX_ENTRIES = 64;
/** The widest that are somebody's own: 10.0.0.0/8 and fc00::/7. */
const [WIDEST_V4, WIDEST_V6] = [8, 7];

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
      return range.bits >= (isV4(range.bytes) ? WIDEST_V4 : WIDEST_V6);
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
    if (this.ranges.some(isIn)) return 'opened';
    if (FORBIDDEN.some(isIn)) return 'refused';
    if (INSIDE.some(isIn)) return this.names.has(name) ? 'opened' : 'refused';
    return isV4(bytes) || isIn(GLOBAL_V6) ? 'public' : 'refused';
  }
}

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
    `Expected a list of at most ${MAX_ENTRIES} host names, addresses or ranges, such as ["hooks.internal", "127.0.0.1", "10.1.2.0/24"]; no URLs, ports or "*", and no range wider than 10.0.0.0/8 or fc00::/7`,
  );
