/** How long a slice of work may take before everything else has its turn, in ms. */
const BUDGET_MS = 1;

/** Does work step by step, and lets the event loop turn whenever the budget is spent. A step should take far less than that. */
export async function runInSlices(steps: Iterator<void, void>): Promise<void> {
  for (;;) {
    const until = performance.now() + BUDGET_MS;
    do {
      if (steps.next().done) return;
    } while (performance.now() < until);
    await turn();
  }
}

interface Platform {
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly MessageChannel?: new () => {
    readonly port1: { onmessage: unknown; close(): void };
    readonly port2: { postMessage(message: unknown): void };
  };
}

/** Waits for one turn of the event loop. Timers are the last resort: browsers let them wait for 4 ms and more. */
function turn(): Promise<void> {
  const platform = globalThis as unknown as Platform;
  return new Promise((resolve) => {
    if (platform.setImmediate !== undefined) platform.setImmediate(resolve);
    else if (platform.MessageChannel !== undefined) {
      const { port1, port2 } = new platform.MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(undefined);
    } else setTimeout(resolve, 0);
  });
}
