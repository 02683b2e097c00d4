import type { Clock } from '../../core/clock';

/**
 * Waits for something, but no longer than a time, and no longer than who asked does. Keeps no process alive.
 *
 * @returns Whether it was over in time. Rejects as it does.
 */
export function inTime(clock: Clock, work: Promise<unknown>, ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const late = (): void => end(() => resolve(false));
    const cancel = clock.setTimer(late, ms);
    const end = (settle: () => void): void => {
      cancel();
      signal.removeEventListener('abort', late);
      settle();
    };
    signal.addEventListener('abort', late);
    if (signal.aborted) late();
    work.then(
      () => end(() => resolve(true)),
      (reason) => end(() => reject(reason)),
    );
  });
}
