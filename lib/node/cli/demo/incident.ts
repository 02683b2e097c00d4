/** The incident of the demo: for a while the model is slow, an alert is told of it, and of its end. */

/** When the model is slow, in ms from the beginning. */
export interface Incident {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A run that is shorter has no room for an incident, and for seeing how it was before and after. */
const SHORTEST_RUN_MS = 12_000;
const BEGINS_AFTER = 0.3;
const LATEST_BEGIN_MS = 15_000;
/** Long enough for the rule's window to hold nothing but slow answers. */
const SHORTEST_MS = 5_000;
const LONGEST_MS = 9_000;

/** The incident of a run; `undefined` when it is too short for one. */
export function incidentOf(forMs: number): Incident | undefined {
  if (forMs < SHORTEST_RUN_MS) return undefined;
  const fromMs = Math.min(BEGINS_AFTER * forMs, LATEST_BEGIN_MS);
  return { fromMs, untilMs: fromMs + Math.min(Math.max(BEGINS_AFTER * forMs, SHORTEST_MS), LONGEST_MS) };
}

/** Calls back when it begins and when it is over; what it returns calls both off. */
export function schedule({ fromMs, untilMs }: Incident, begin: () => void, end: () => void): () => void {
  const timers = [setTimeout(begin, fromMs), setTimeout(end, untilMs)];
  return () => timers.forEach(clearTimeout);
}
