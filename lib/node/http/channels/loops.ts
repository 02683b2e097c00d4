/** An event that is being published here and now, in this stack. */
export interface Publishing {
  readonly bus: object;
  readonly key: string;
}

const SLOT = Symbol.for('telemetry-bus/http/publishing/v1');
const global = globalThis as { [SLOT]?: Publishing[] };

/** From the outermost on; never deeper than emissions nest. The ESM and the CommonJS build share it. */
const stack: Publishing[] = (global[SLOT] ??= []);

/** Runs what publishes an event. */
export function whilePublishing(entry: Publishing, publish: () => void): void {
  stack.push(entry);
  try {
    publish();
  } finally {
    stack.pop();
  }
}

/** Whether emitting an event here would lead back to where this stack came from. */
export const isPublishing = (bus: object, key: string): boolean => stack.some((entry) => entry.bus === bus && entry.key === key);
