import type { TraceSource } from './active-trace';
import type { ContextStorage } from './context';
import type { ErrorIds } from './error-id';

/**
 * What copies of this library in one process share: the ESM and the CommonJS build, or two installs of one major
 * version. It hangs on a global symbol; everything else in the library is per bus.
 */
export interface Shared {
  /** Next number for a definition; numbers index each bus's channel list, so they must never collide. */
  nextDefinition: number;
  /** Next span context; unique in the process. */
  nextSpan: number;
  /** The default bus, made by whichever copy is asked first. */
  telemetry?: unknown;
  /** Where error ids come from. */
  errorIds?: ErrorIds;
  /** Where the fields of `runWithContext` are kept. */
  context?: ContextStorage;
  /** Who tells of active spans of other systems; see `provideTraceSource`. */
  traceSources?: readonly TraceSource[] | undefined;
  /** What components of apps are about, by `app.component`; see `declareDomain`. */
  domains?: Map<string, string>;
  /** Buses that `startTelemetry` was called for and not stopped. */
  started?: WeakSet<object>;
  /** What looks out for the end of the process, for all of them. */
  endings?: unknown;
}

const SLOT = Symbol.for('telemetry-bus/shared/v1');
const global = globalThis as { [SLOT]?: Shared };

export const shared: Shared = (global[SLOT] ??= { nextDefinition: 0, nextSpan: 0 });
