import { isThenable } from '../core/dispatch';
import { isError, read } from '../core/read';
import { show } from '../core/show';
import type { Warning } from '../core/warning';

/** Options that are functions, what requests say of themselves, and the reader of headers that an adapter brings. */
export type Fault = 'requestId' | 'routeOf' | 'ignore' | 'classOf' | 'classify' | 'fields' | 'context' | 'headers';

const TEXTS: Readonly<Record<Fault, string>> = {
  requestId: 'requestId.make failed or made no id of 1 to 128 letters, digits and ._:@+/=-, so one was made in its place',
  routeOf: 'routeOf failed or told no text, so the request went on without it',
  ignore: 'ignore failed, so the request is tracked',
  classOf: 'classOf failed or named a class that classes does not have, so another one holds',
  classify: 'classify named a class that classes does not have, so it was ignored',
  fields: 'fields failed or returned no object, so its fields are missing in the access record',
  context: 'context failed or returned no object, so its fields are missing in the scope',
  headers: 'the headers of a request could not be read, so they count as missing',
};

/** Counts what must not be thrown, and warns of each kind once. */
export class Faults {
  private readonly counts = new Map<Fault, number>();

  constructor(private readonly warn: (warning: Warning) => void) {}

  /** @param found - What was returned or thrown. */
  add(fault: Fault, found: unknown): void {
    const before = this.counts.get(fault) ?? 0;
    this.counts.set(fault, before + 1);
    settle(found);
    if (before > 0) return;
    try {
      this.warn({
        code: 'HANDLER_FAILED',
        message: `trackHttp: ${TEXTS[fault]}, got ${reasonText(found)}. This is said once; stats() counts`,
      });
    } catch {
      // It has nowhere else to go.
    }
  }

  /** Calls what the application gave. @returns `undefined` if it threw. */
  call<Result>(fault: Fault, fn: () => Result): Result | undefined {
    try {
      return fn();
    } catch (reason) {
      this.add(fault, reason);
      return undefined;
    }
  }

  report(): Record<string, number> {
    return Object.fromEntries(this.counts);
  }
}

/** A promise is no answer; nobody else would hear it reject. */
function settle(value: unknown): void {
  try {
    if (isThenable(value)) Promise.resolve(value).then(undefined, () => undefined);
  } catch {
    // A thenable that refuses to be looked at rejects nothing.
  }
}

const reasonText = (found: unknown): string => show(isError(found) ? read(found, 'message') : found);
