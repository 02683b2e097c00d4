import { isError, nameOf, read } from '../core/read';

/** How much of a text is kept. */
const MAX_TEXT = 500;
/** How much of a text is looked at. */
const MAX_READ = 10_000;

/** A text that may be shown: without secrets, and not long. */
export function safeText(text: string, redact: (text: string) => string): string {
  const safe = redact(text.slice(0, MAX_READ));
  return safe.length > MAX_TEXT ? `${safe.slice(0, MAX_TEXT - 1)}…` : safe;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, MAX_READ) : '');

/**
 * What a failure says of itself, in one line: its message, and its code where the message doesn't tell. A connection that was
 * refused at several addresses has no message at all, and what `fetch` rejects with has the reason in its cause.
 */
export function reasonText(reason: unknown): string {
  if (typeof reason === 'string' && reason !== '') return textOf(reason);
  if (!isError(reason) && textOf(read(reason, 'message')) === '') return 'failed, and gave no reason';
  const message = textOf(read(reason, 'message'));
  const code = textOf(read(reason, 'code')) || textOf(read(read(reason, 'cause'), 'code'));
  if (message === '') return code || nameOf(reason) || 'failed, and gave no reason';
  return code === '' || message.includes(code) ? message : `${message} (${code})`;
}
