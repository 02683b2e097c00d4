const MAX_LOCALE_CHARS = 35;

/**
 * What to look for when a language is asked for, the closest first: `de-Latn-AT`, `de-Latn`, `de`. The lookup of RFC 4647,
 * section 3.4; case does not count, and `_` is as good as `-`. The tag may come from a request: whatever it is, this ends.
 */
export function localesOf(tag: string): readonly string[] {
  const parts = normaliseLocale(tag.slice(0, MAX_LOCALE_CHARS)).split('-');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('-'));
}

export const normaliseLocale = (tag: string): string => tag.toLowerCase().replaceAll('_', '-');
