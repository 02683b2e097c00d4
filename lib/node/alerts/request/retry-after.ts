/** Nobody is made to wait longer than that, whatever a receiver says; deliveries wait no longer either. */
const MAX_MS = 300_000;
const DATE =
  /^(?:[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4}|[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2}|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d) \d{2}:\d{2}:\d{2}(?: GMT| \d{4})$/;

/**
 * Reads a `Retry-After` header: seconds, or a date (RFC 9110, 10.2.3).
 *
 * @param now - ms since the epoch by the clock that the date is of.
 * @returns ms, 0 to 5 minutes; `undefined` for anything else.
 */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? '';
  // More digits than a date has come to the longest wait as well.
  if (/^\d{1,400}$/.test(text)) return Math.min(MAX_MS, Number(text) * 1000);
  const at = parseDate(text);
  return at === undefined ? undefined : Math.min(MAX_MS, Math.max(0, at - now));
}

/** Reads a date as HTTP has it, in one of its three forms; `undefined` for anything else. */
export function parseDate(value: string | undefined): number | undefined {
  if (value === undefined || value.length > 40 || !DATE.test(value)) return undefined;
  const at = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
  return Number.isNaN(at) ? undefined : at;
}
