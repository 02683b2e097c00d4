/** Controls but line feeds and tabs; what turns the direction of text or hides in it; halves of surrogate pairs. */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Text of some lines without characters that do anything but show, at most so long. */
export function safeLines(value: unknown, maxChars: number): string {
  const text = typeof value === 'string' ? value.slice(0, maxChars + 1) : '';
  return shorten(text.replace(/\r\n?/g, '\n').replace(UNSAFE, ' '), maxChars);
}

/** The same as one line. */
export const safeLine = (value: unknown, maxChars: number): string => safeLines(value, maxChars).replace(/\s+/g, ' ').trim();

/** Cuts a text, and shows it, but never a character of two halves. */
export function shorten(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const cut = text.slice(0, maxChars - 1);
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** An address for people to follow, if it is one of the Web that hides no user in front of its host; as URLs spell it. */
export function safeLink(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > MAX_LINK) return undefined;
  try {
    const url = new URL(value);
    const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
    if (!isWeb || url.username !== '' || url.password !== '') return undefined;
    // Marks that mean something where links are written.
    const link = url.href.replace(/[|<>"'`\\^{}]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
    return link.length <= MAX_LINK ? link : undefined;
  } catch {
    return undefined;
  }
}

const MAX_LINK = 1000;

/** Times as everybody reads them; empty for what is none. */
export function safeTime(ms: number | undefined): string {
  const date = new Date(ms ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().replace(/\.\d+Z$/, 'Z');
}
