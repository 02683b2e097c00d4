/** Waits for a fact, for 10 s at most. */
export async function until(what: string, isTrue: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) {
    if (isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`Waited in vain: ${what}`);
}
