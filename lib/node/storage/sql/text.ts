/** What stands for a character that a database can't hold. */
const REPLACEMENT = '\ufffd';

/** NUL, which PostgreSQL refuses and some drivers of SQLite end a text at; half a pair of surrogates, which has no UTF-8. */
const UNFIT = /\0|\p{Surrogate}/gu;

/** As {@link UNFIT}, and their escapes in JSON. Halves of a pair that stand together are told from lone ones by the search below. */
const MAYBE_UNFIT_JSON = /\\u(?:0000|d[89a-f])|\0|\p{Surrogate}/iu;

/**
 * One escape of JSON after the other, so that the second backslash of `\\u0000` begins none: pairs of surrogates; what is
 * unfit; every other one. Outside of escapes, what is unfit by itself.
 */
const ESCAPES =
  /(\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2})|(\\u(?:0000|[dD][89a-fA-F][\da-fA-F]{2}))|(\\.)|\0|\p{Surrogate}/gsu;

/**
 * A text as every database holds it and gives it back: bounded, NUL and lone surrogates replaced by U+FFFD.
 *
 * @param maxChars - In UTF-16 units; a pair is not cut in the middle.
 */
export function cleanText(text: string, maxChars: number): string {
  let end = Math.min(text.length, maxChars);
  if (end < text.length && isLead(text.charCodeAt(end - 1)) && isTrail(text.charCodeAt(end))) end--;
  return text.slice(0, end).replace(UNFIT, REPLACEMENT);
}

const isLead = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isTrail = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/**
 * A JSON text that no database refuses: in it, {@link cleanText} of every string and key. Its escapes of NUL and of lone
 * surrogates are valid JSON, but PostgreSQL fails on them as soon as somebody reads such a field.
 */
export function cleanJson(json: string): string {
  if (!MAYBE_UNFIT_JSON.test(json)) return json;
  return json.replace(ESCAPES, (whole, pair?: string, _unfit?: string, other?: string) => pair ?? other ?? (whole && REPLACEMENT));
}
