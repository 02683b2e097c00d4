import { isThenable } from '../core/dispatch';
import { show } from '../core/show';
import type { Warning } from '../core/warning';
import type { NoDuration } from './duration';

/** What went wrong with the functions of the options. */
export interface CallbackFaults {
  /** `classOf` threw. */
  readonly classOf: number;
  /** `classOf` named a class that there is not. */
  readonly unknownClass: number;
  /** `describe` threw, or told no text. */
  readonly describe: number;
}

/** Counts what must not be thrown, and warns of each kind once. */
export class Faults {
  private ignored = new Map<NoDuration, number>();
  private callbacks = { classOf: 0, unknownClass: 0, describe: 0 };
  private readonly said = new Set<keyof CallbackFaults>();

  constructor(private readonly warn: (warning: Warning) => void) {}

  /** Something under `duration` is none. */
  ignore(reason: NoDuration): void {
    this.ignored.set(reason, (this.ignored.get(reason) ?? 0) + 1);
  }

  /**
   * @param found - What was returned or thrown.
   * @param mayQuote - `false`: it may hold what must not be told.
   */
  add(fault: keyof CallbackFaults, found: unknown, mayQuote: boolean): void {
    this.callbacks[fault]++;
    settle(found);
    if (this.said.has(fault)) return;
    this.said.add(fault);
    const quote = mayQuote ? `, got ${reasonText(found)}` : '';
    this.say({ code: 'HANDLER_FAILED', message: `${TEXTS[fault]}${quote}. This is said once; counts() tells how often` });
  }

  say(warning: Warning): void {
    try {
      this.warn(warning);
    } catch {
      // It has nowhere else to go.
    }
  }

  counts(): { readonly ignored: Partial<Record<NoDuration, number>>; readonly faults: CallbackFaults } {
    return { ignored: Object.fromEntries(this.ignored), faults: { ...this.callbacks } };
  }

  clear(): void {
    this.ignored.clear();
    this.callbacks = { classOf: 0, unknownClass: 0, describe: 0 };
  }
}

const TEXTS: Readonly<Record<keyof CallbackFaults, string>> = {
  classOf: 'watchSlow: classOf failed, so the thresholds of the event held',
  unknownClass: 'watchSlow: classOf named a class that classes does not have, so the thresholds of the event held',
  describe: 'watchSlow: describe failed or told no text, so the default stands in the line',
};

/** A promise is no answer; nobody else would hear it reject. */
function settle(value: unknown): void {
  try {
    if (isThenable(value)) Promise.resolve(value).then(undefined, () => undefined);
  } catch {
    // A thenable that refuses to be looked at rejects nothing.
  }
}

/** An error is told by its message; what else there is, by its kind. */
function reasonText(found: unknown): string {
  try {
    return found instanceof Error ? show(found.message) : show(found);
  } catch {
    return show(found);
  }
}
