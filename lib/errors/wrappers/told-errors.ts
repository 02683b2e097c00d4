import { isObject } from '../../core/read';
import type { LineLevel } from './report';

/** Who tells of an error because somebody says so. */
export type Stage = 'report' | 'logAndFormat';

/** What was told of an error last. */
interface Told {
  /** The call within which it was reported. */
  readonly call: number;
  /** Who told of it since, each once: the same one again tells of a new failure. */
  readonly stages: Set<Stage>;
  /** Whether it was told of at level error or critical, which is what counts. */
  readonly isCounted: boolean;
}

const MAX_KEPT_CHARS = 1024;

/**
 * Remembers which errors were told of, so that of nested wrappers the innermost reports. There is one for all the functions
 * around errors of one bus.
 *
 * Each call of a wrapped function draws a number when it begins. An outer call begins before an inner one, so it knows by
 * the number of the call that reported an error whether that happened within itself: then the error only passes through. A
 * call that began later sees a new failure, even if the object thrown is the same (a constant, a cached error).
 */
export class ToldErrors {
  private calls = 0;
  private readonly told = new WeakMap<object, Told>();
  /** What is thrown without being an object has no identity; while the stack unwinds, it is the one reported last. */
  private unwinding: { readonly thrown: unknown; readonly call: number } | undefined;

  /** The number of a call that begins. */
  begin(): number {
    return ++this.calls;
  }

  /** @param isAsync - A promise rejected: what was thrown last need not have to do with it. */
  wasToldWithin(thrown: unknown, call: number, isAsync: boolean): boolean {
    if (isObject(thrown)) return call <= (this.told.get(thrown)?.call ?? 0);
    const { unwinding } = this;
    return !isAsync && unwinding !== undefined && call <= unwinding.call && Object.is(unwinding.thrown, thrown);
  }

  /**
   * A call, or a stage, tells of an error now.
   *
   * @param stage - `undefined`: a wrapper, to which it is a new failure.
   * @returns Whether this failure was counted before, as one of another stage or a wrapper.
   */
  remember(thrown: unknown, stage: Stage | undefined, call: number, level: LineLevel): boolean {
    const isLoud = level === 'error' || level === 'critical';
    if (!isObject(thrown)) {
      // A text of megabytes is not worth keeping for that.
      if (typeof thrown !== 'string' || thrown.length <= MAX_KEPT_CHARS) this.unwinding = { thrown, call };
      return false;
    }
    const before = this.told.get(thrown);
    const isSame = stage !== undefined && before !== undefined && !before.stages.has(stage);
    const stages = isSame ? before.stages : new Set<Stage>();
    if (stage !== undefined) stages.add(stage);
    const isRepeat = isSame && before.isCounted;
    this.told.set(thrown, { call, stages, isCounted: isLoud || isRepeat });
    return isRepeat;
  }

  /** The error ends here: thrown again, the same object is a new failure. */
  forget(thrown: unknown): void {
    if (isObject(thrown)) this.told.delete(thrown);
    else this.unwinding = undefined;
  }
}
