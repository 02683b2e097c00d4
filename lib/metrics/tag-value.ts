/** Longer values are cut: two thousand series must not hold two thousand pages. */
const MAX_LENGTH = 256;

/** Whatever would end a line somewhere, or is no character: one series on the wire must be one series here. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]|\p{Surrogate}/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above; without the flag, any half of a pair is worth a closer look.
const DOUBTFUL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff\ud800-\udfff]/;

/**
 * A value of metadata as the text of a tag. Calls no code of the value's: objects are named by their kind, so that they
 * are told apart from text and do not make a series each. Absent values, and functions, have no text.
 */
export function tagText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return safeText(value);
    case 'number':
    case 'boolean':
    case 'bigint':
      return safeText(`${value}`);
    case 'object':
      return value === null ? '' : Array.isArray(value) ? '(array)' : '(object)';
    case 'symbol':
      return '(symbol)';
    default:
      return '';
  }
}

/** Whether a value may be remembered as it is: comparing it says all, and it holds no more than its text. */
export const isPlain = (value: unknown): boolean =>
  typeof value === 'string'
    ? value.length <= MAX_LENGTH
    : typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol';

function safeText(text: string): string {
  const short = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1)}…` : text;
  return DOUBTFUL.test(short) ? short.replace(UNSAFE, '\ufffd') : short;
}

/** The same text in memory of its own: a piece cut out of a page would keep the page. */
export const ownText = (text: string): string => JSON.parse(JSON.stringify(text)) as string;
