import { isFunction, optionInvalid } from '../core/options';
import { read } from '../core/read';
import type { Tracker } from './api';
import type { Tracking } from './tracking';

/** What adapters take: what `trackHttp` returned. */
export type Tracked = Pick<Tracking, 'tracker'>;

/**
 * The tracker of what an adapter was given, when an application is put together; a bus would be a mistake that no request tells.
 *
 * @throws {TelemetryError} `OPTION_INVALID`
 */
export function trackerOf(where: string, tracking: Tracked): Tracker {
  const tracker = read(tracking, 'tracker') as Tracker | undefined;
  if (!isFunction(read(tracker, 'begin'))) throw optionInvalid(`${where}: tracking`, tracking, 'what trackHttp(telemetry) returned');
  return tracker!;
}
