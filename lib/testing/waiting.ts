import { TelemetryError } from '../core/errors';
import { show } from '../core/show';
import { type Duration, parseDuration } from '../core/unit';

export interface WaitOptions {
  /** How long to wait; default 1 s. Real time, whatever the clock of the bus. */
  readonly timeout?: Duration;
}

/** How the time-out speaks of what was waited for. */
export interface WaitWords {
  /** `events`, `records`. */
  readonly many: string;
  /** `an event`, `a record`. */
  readonly one: string;
  readonly fix: string;
}

/** Waiting for a list that grows; tell it when it grew. */
export interface Waiting<Item> {
  grew(): void;
  /** @throws {TelemetryError} `CAPTURE_TIMEOUT`, rejecting, with what there was instead. */
  waitFor(condition: number | ((item: Item) => boolean), options?: WaitOptions): Promise<unknown>;
}

/** @param name - Names an item in the error. */
export function createWaiting<Item>(items: readonly Item[], name: (item: Item) => unknown, words: WaitWords): Waiting<Item> {
  const waiting = new Set<() => void>();
  return {
    grew() {
      for (const check of [...waiting]) check();
    },
    waitFor(condition, { timeout = 1000 } = {}) {
      const find =
        typeof condition === 'number' ? () => (items.length >= condition ? items.slice() : undefined) : () => items.find(condition);
      const ms = parseDuration('waitFor: timeout', timeout);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => settle(() => reject(timedOut(condition, timeout, items.map(name), words))), ms);
        function settle(how: () => void): void {
          clearTimeout(timer);
          waiting.delete(check);
          how();
        }
        function check(): void {
          try {
            const found = find();
            if (found !== undefined) settle(() => resolve(found));
          } catch (error) {
            settle(() => reject(error));
          }
        }
        waiting.add(check);
        check();
      });
    },
  };
}

function timedOut(condition: unknown, timeout: Duration, seen: readonly unknown[], { many, one, fix }: WaitWords): TelemetryError {
  const what = typeof condition === 'number' ? `${condition} ${many}` : `${one} that meets the condition`;
  return new TelemetryError(
    'CAPTURE_TIMEOUT',
    `Waited ${typeof timeout === 'number' ? `${timeout} ms` : timeout} for ${what}`,
    `Captured ${seen.length}${seen.length > 0 ? `: ${show(seen.slice(0, 5))}` : ''}`,
    fix,
  );
}
