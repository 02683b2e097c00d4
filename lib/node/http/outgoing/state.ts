import type { ClientEvents } from './client-span';

/** One call of `startPropagation` that was not stopped. */
export interface Use {
  /** Whether its requests carry trace headers at all. */
  readonly sends: boolean;
  /** Whose requests it is for, see `busOf`; `undefined`: those of the whole process. */
  readonly bus: object | undefined;
  /** Whether the bus has a tracking that is not closed. */
  readonly isTracked: () => boolean;
  /** Says which servers may be told. */
  readonly propagateTo: ((url: URL) => boolean) | undefined;
  /** What `propagateTo` threw. */
  readonly failed: (reason: unknown) => void;
}

/** What became of trace headers in this process. */
export interface OutgoingStats {
  /** Requests that were given them. */
  readonly propagated: number;
  /** Requests that had some of their own, which stay. */
  readonly kept: number;
  /** Requests to servers that `propagateTo` does not name. */
  readonly withheld: number;
  /** Requests whose head was written already, or whose headers could not be added to. */
  readonly unreachable: number;
  /** How often `propagateTo` threw: those requests carry none. */
  readonly faults: number;
}

/** The one installation of a process; the ESM and the CommonJS build share it. */
export interface Outgoing {
  readonly uses: Set<Use>;
  /** The last one of a bus that has none any more: requests that its tracking began may go on for long. */
  readonly left: WeakMap<object, Use>;
  /** Buses that are told of requests, by their host, with how many uses want it. */
  readonly clients: Map<object, { readonly events: ClientEvents; uses: number }>;
  readonly counts: { -readonly [Name in keyof OutgoingStats]: OutgoingStats[Name] };
  /** Takes out what is installed, by part; whichever copy of the library put it in. */
  propagation: (() => void) | undefined;
  watching: (() => void) | undefined;
}

const SLOT = Symbol.for('telemetry-bus/http/outgoing/v1');
const global = globalThis as { [SLOT]?: Outgoing };

export const outgoing: Outgoing = (global[SLOT] ??= {
  uses: new Set(),
  left: new WeakMap(),
  clients: new Map(),
  counts: { propagated: 0, kept: 0, withheld: 0, unreachable: 0, faults: 0 },
  propagation: undefined,
  watching: undefined,
});
