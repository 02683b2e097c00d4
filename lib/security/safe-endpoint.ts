const MAX_CHARS = 128;
const MAX_READ_CHARS = 2048;
/** Digits that a short number of an order or a version has; a telephone number has more. */
const MAX_DIGITS = 6;

/**
 * The path of an endpoint without what may be private: no host, no query, no fragment; parts that look like a token or an
 * id become `***`. Characters beyond ASCII are left out. A word, however long it took to guess, is shown: nothing tells a secret that is
 * made of letters only from the name of a page.
 *
 * Takes a time that grows with the length of the text, of which at most 2,048 characters are read.
 */
export function safeEndpoint(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const [path = ''] = value.slice(0, MAX_READ_CHARS).split(/[?#;]/, 1);
  const printable = path.replace(/[^\x20-\x7e]/g, '');
  const masked = printable
    .replace(/[^ ]+/g, withoutHost)
    .replace(/[^/ ]+/g, (part) => (isPrivate(part) ? '***' : part))
    .trim();
  return masked === '' ? undefined : masked.slice(0, MAX_CHARS);
}

/** A word without `scheme://host` wherever it stands, and without a `//host` or `host:port` that it begins with. */
function withoutHost(word: string): string {
  let kept = '';
  let from = 0;
  // Searched for from its middle: from its beginning, each letter could be one of a scheme, and a search from each takes long.
  for (let at = word.indexOf('://'); at >= 0; at = word.indexOf('://', from)) {
    kept += word.slice(from, word.lastIndexOf('/', at) + 1);
    const end = word.indexOf('/', at + 3);
    from = end < 0 ? word.length : end;
  }
  return (kept + word.slice(from)).replace(/^(?:\/\/+[^/]*|[^/]*:\d{1,5}(?=\/|$))/, '');
}

/** Ids, tokens, numbers of people and mail addresses. */
const isPrivate = (part: string): boolean => /[@=%]/.test(part) || isToken(part) || isNumber(part);

/** What is long and has digits or both cases, or is very long. */
const isToken = (part: string): boolean =>
  (part.length >= 16 && (/\d/.test(part) || (/[a-z]/.test(part) && /[A-Z]/.test(part)))) || part.length > 64;

/** Digits with signs between them, as `123-45-6789`, or many; a short number is none, nor is a version. */
function isNumber(part: string): boolean {
  if (/[^\d+().,:*_~-]/.test(part)) return false;
  const digits = part.replace(/\D/g, '').length;
  return digits > MAX_DIGITS || (digits > 0 && /[^\d.]/.test(part));
}
