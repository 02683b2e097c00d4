import type { AnyEvents, EventsOf } from './catalogue';
import type { Clock } from './clock';
import type { Warning } from './warning';

/**
 * Options of a bus. All are optional.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `events` | a catalogue, or several | none: any name is taken |
 * | `clock` | where time comes from | the system's |
 * | `maxNames` | how many undeclared event names are remembered; further ones work, more slowly | 10,000 |
 * | `onWarning` | told what must not be thrown: failed handlers nobody listens for, nesting too deep | `console.warn` |
 */
export interface BusOptions<Catalogues = unknown> {
  readonly events?: Catalogues | readonly Catalogues[];
  readonly clock?: Clock;
  readonly maxNames?: number;
  readonly onWarning?: (warning: Warning) => void;
}

/** The events of a bus made with these catalogues; without any, every name is taken. */
export type BusEvents<Catalogues> = [Catalogues] extends [never] ? AnyEvents : EventsOf<Catalogues>;

/** What a bus knows of itself; see `stats`. */
export interface BusStats {
  readonly handlers: number;
  /** Event names: from catalogues, and met besides (remembered up to `limit`). */
  readonly names: { readonly declared: number; readonly undeclared: number; readonly limit: number };
  /** Emissions that reached nobody: nested too deep, or without a valid name. */
  readonly dropped: { readonly nested: number; readonly invalidName: number };
  /** Failures of handlers. */
  readonly failures: number;
}
