/** Waits until something is so; fails when it takes too long. */
export async function until(what: string, isSo: () => unknown | Promise<unknown>, limitMs = 30_000): Promise<void> {
  for (const end = performance.now() + limitMs; performance.now() < end; ) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`waited in vain for ${what}`);
}
