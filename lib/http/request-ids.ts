import type { Faults } from './faults';
import type { Head } from './head';
import type { HttpSettings } from './settings';

/** What may stand in records, headers and shells as it is. */
const WELL_FORMED = /^[A-Za-z0-9._:@+/=-]{1,128}$/;

/** Finds the id of a request. */
export class RequestIds {
  constructor(
    private readonly settings: Pick<HttpSettings, 'idHeader' | 'acceptId' | 'makeId'>,
    private readonly faults: Faults,
  ) {}

  /** The one it came with, if that is well-formed; else one that the application makes. `undefined`: it needs one of 32 hex digits. */
  idOf(head: Head): string | undefined {
    const { acceptId, idHeader, makeId } = this.settings;
    const given = acceptId ? head.header(idHeader) : undefined;
    if (given !== undefined && WELL_FORMED.test(given)) return given;
    return makeId === undefined ? undefined : this.made(makeId);
  }

  private made(makeId: () => string): string | undefined {
    let made: unknown;
    try {
      made = makeId();
      if (typeof made === 'string' && WELL_FORMED.test(made)) return made;
    } catch (reason) {
      made = reason;
    }
    this.faults.add('requestId', made);
    return undefined;
  }
}
