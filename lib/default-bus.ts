import { createTelemetry } from './assemble';
import type { AnyEvents, EventsOf } from './core/catalogue';
import { shared } from './core/shared';
import type { Telemetry } from './telemetry';

/**
 * The events of the default bus. Empty, so that it takes any name; an application or a library adds its catalogue and
 * from then on names and payloads are checked:
 *
 * ```ts
 * declare module 'telemetry-bus' {
 *   interface TelemetryEvents { coder: typeof coder }
 * }
 * ```
 *
 * It is declared in the entry's own module because TypeScript merges declarations only there.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is filled by declaration merging
export interface TelemetryEvents {}

type DefaultEvents = [keyof TelemetryEvents] extends [never] ? AnyEvents : EventsOf<TelemetryEvents[keyof TelemetryEvents]>;

/**
 * The default bus: one per process, even when the ESM and the CommonJS build are both loaded. Libraries emit on it,
 * applications attach to it. Tests had better make a bus of their own with `createTelemetry`.
 */
export const telemetry: Telemetry<DefaultEvents> = (shared.telemetry ??= /* @__PURE__ */ createTelemetry()) as Telemetry<DefaultEvents>;
