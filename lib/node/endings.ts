import { shared } from '../core/shared';

/** What an application that was started does when its process ends or is told something. */
export interface Ending {
  /** How long its lines may keep the process, in ms. */
  readonly deadlineMs: number;
  /** Logs what ends the process. */
  crashed(error: unknown, origin: NodeJS.UncaughtExceptionOrigin): void;
  /** Writes what waits, within a time. */
  flushSync(deadlineMs: number): void;
  /** Opens the files again. */
  reopen(): void;
}

/** Listeners of the process, one for all applications in it: two would log an error twice, and wait for each other. */
export interface Endings {
  readonly crashes: Set<Ending>;
  crashListener?: NodeJS.UncaughtExceptionListener;
  readonly signals: Map<NodeJS.Signals, { readonly ending: Set<Ending>; readonly reopening: Set<Ending>; readonly listener: () => void }>;
}

/** Those of all copies of the library: the ESM and the CommonJS build may both have started something. */
export const endings = (): Endings => (shared.endings ??= { crashes: new Set(), signals: new Map() } satisfies Endings) as Endings;

/** Writes what waits of several applications, within the longest of their deadlines. */
export function flushTogether(apps: Iterable<Ending>): void {
  const all = [...apps];
  const until = performance.now() + Math.max(...all.map(({ deadlineMs }) => deadlineMs));
  for (const app of all) app.flushSync(Math.max(0, until - performance.now()));
}
