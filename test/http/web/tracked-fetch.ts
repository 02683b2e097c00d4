/** For tests of `trackFetch`: a tracked bus for the time of one test, and requests. */
import { trackHttp } from '../../../lib/entries/http';
import type { HttpOptions } from '../../../lib/http/options';
import { type Recording, recording } from '../../support/http/recording';

interface Tracked extends Recording {
  readonly tracking: ReturnType<typeof trackHttp>;
}

/** Calls back with a bus whose requests are tracked. */
export async function withTracking(options: HttpOptions, body: (tracked: Tracked) => unknown): Promise<void> {
  const recorded = recording();
  const tracking = trackHttp(recorded.telemetry, options);
  try {
    await body({ ...recorded, tracking });
  } finally {
    tracking.close();
    recorded.stop();
  }
}

export const request = (path: string, init?: RequestInit): Request => new Request(`http://shop.test${path}`, init);
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
