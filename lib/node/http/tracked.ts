import { optionInvalid } from '../../core/options';
import type { Tracked } from '../../http/tracker-of';

export { trackerOf } from '../../http/tracker-of';

/** What adapters take: what `trackHttp` returned. */
export type NodeTracked = Tracked;

/** Refuses what would be ignored: `koa(app)` puts nothing into the application. @throws {TelemetryError} `OPTION_INVALID` */
export function expectNothing(where: string, given: readonly unknown[]): void {
  if (given.some((value) => value !== undefined)) {
    throw optionInvalid(where, given[0], 'nothing: what it returns is given to the application');
  }
}
