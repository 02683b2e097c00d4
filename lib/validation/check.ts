import type { StandardSchema } from '../core/schema';
import { stackOf } from '../core/stack';

/** What checking one value told: nothing wrong, what is wrong, or that the schema can't be used in an emission. */
export type Verdict = undefined | string | typeof ASYNC;
export const ASYNC: unique symbol = Symbol('async');

/**
 * Checks a value against a schema. The result of the schema (defaults, coercions) is dropped on purpose: handlers see
 * what was emitted. A schema that throws counts as a mismatch; one that answers with a promise is {@link ASYNC}, and
 * the promise's own fate is swallowed so that it can't become an unhandled rejection.
 */
export function check(schema: StandardSchema, value: unknown): Verdict {
  try {
    const result = schema['~standard'].validate(value);
    if ('then' in result) {
      result.then(undefined, () => {});
      return ASYNC;
    }
    const issue = result.issues?.[0];
    if (issue === undefined) return undefined;
    const path = issue.path?.map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
    return path ? `${path}: ${issue.message}` : issue.message;
  } catch (error) {
    return stackOf(error).split('\n', 1)[0];
  }
}
