import type { EventName } from '../core/event';
import type { Endpoints } from './endpoints';
import type { Faults } from './faults';
import type { HttpHost, SlowLimits } from './host';
import type { RequestIds } from './request-ids';
import type { HttpSettings } from './settings';

type Emit = (measurements: object, metadata: object) => void;
type Part = 'start' | 'stop' | 'exception';

/** What all requests of a tracking share. */
export interface TrackerParts {
  readonly host: HttpHost;
  readonly settings: HttpSettings;
  readonly faults: Faults;
  readonly ids: RequestIds;
  readonly endpoints: Endpoints;
  readonly events: Readonly<Record<Part, EventName>>;
  readonly emit: Readonly<Record<Part, Emit>>;
  readonly counts: { inFlight: number; total: number; aborted: number; upgraded: number };
  limitsOf(className: string): SlowLimits | undefined;
}
