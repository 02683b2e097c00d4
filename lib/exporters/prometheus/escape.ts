const ALL_IN_VALUE: RegExp = /[\\"\p{Cc}\p{Cs}]/gu;
const ALL_IN_HELP: RegExp = /[\\\p{Cc}\p{Cs}]/gu;

/**
 * Escapes the value of a label. Backslashes, quotes and line feeds have escapes. What has none and would cost the whole
 * page becomes U+FFFD: lone surrogates, which are no UTF-8, and NUL, for which some builds of Prometheus refuse the page.
 */
export const escapeValue = (value: string): string => (isPlain(value) ? value : value.replace(ALL_IN_VALUE, replacement));

/** Whether there is nothing to escape, for certain. Most values are short and plain: a pattern takes much longer to say so. */
function isPlain(value: string): boolean {
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (code < 0x20 || code === 0x22 || code === 0x5c || code >= 0xd800) return false;
  }
  return true;
}

/** Escapes a HELP text, which is for people: no control character stays. */
export function escapeHelp(help: string, escapesQuotes: boolean): string {
  const text = help.replace(ALL_IN_HELP, (found) => (found === '\n' || found === '\\' || found >= '\ud800' ? replacement(found) : ' '));
  return escapesQuotes ? text.replaceAll('"', '\\"') : text;
}

function replacement(found: string): string {
  if (found === '\\') return '\\\\';
  if (found === '"') return '\\"';
  if (found === '\n') return '\\n';
  return found === '\0' || found >= '\ud800' ? '\ufffd' : found;
}
