import { nearest } from '../../core/show';

/** A command line that can't be followed; the message says why. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** `. Did you mean 'demo'?`, or nothing. */
export function didYouMean(word: string, allowed: readonly string[]): string {
  const meant = nearest(word, allowed);
  return meant === undefined ? '' : `. Did you mean '${meant}'?`;
}
