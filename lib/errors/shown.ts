import { quietly } from '../core/quietly';
import type { ErrorIdentity } from './fingerprint';
import { normaliseMessage } from './normalise';
import { detached } from './thrown';
import { VARIABLE } from './variable';

const MAX_TYPE = 128;

/** What is shown of an error on pages and in summaries. */
export interface ShownError {
  readonly type: string;
  /** Normalised. */
  readonly message: string;
}

/** Makes of an error what is shown of it. */
export type Show = (identity: ErrorIdentity) => ShownError;

/** Shows what fingerprints are made of. */
export const asNormalised: Show = ({ type, message }) => ({ type, message });

/**
 * Redacts the message as the error has it, then normalises it: a rule for `order-4711` finds nothing in `order-<*>`.
 * What can't be redacted is not shown.
 *
 * @param failed - Called when `redact` throws.
 */
export function redactedBy(redact: (text: string) => string, failed: () => void): Show {
  let isRedacting = false;
  const redacted = (text: string): string => {
    const result = quietly(() => redact(text), failed);
    return typeof result === 'string' ? result : VARIABLE;
  };
  return ({ type, raw }) => {
    // A rule of the application's that logs an error would be asked about that one, and so on.
    if (isRedacting) return { type: VARIABLE, message: VARIABLE };
    isRedacting = true;
    const shown = { type: detached(redacted(type).slice(0, MAX_TYPE)), message: detached(normaliseMessage(redacted(raw))) };
    isRedacting = false;
    return shown;
  };
}
