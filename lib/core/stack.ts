import { show } from './show';

/** The stack of what was thrown, or a sentence for what has none. Never empty, never throws. */
export function stackOf(reason: unknown): string {
  try {
    const { stack } = reason as { readonly stack?: unknown };
    if (typeof stack === 'string' && stack !== '') return stack;
  } catch {
    // null, undefined, or an object that refuses to be read.
  }
  return `No stack: ${show(reason)} was thrown, which is not an Error`;
}
