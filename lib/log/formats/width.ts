/** Printable ASCII: as many columns as characters. */
const NARROW = /^[\x20-\x7e]*$/;

/** What terminals draw two columns wide: East Asian wide and full-width characters, emoji. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]|\ufe0f/u;

/** What takes no column: marks that combine with the character before, joiners. */
const MARKS = /^[\p{M}\p{Cf}]+$/u;

const segmenter: Intl.Segmenter | undefined = typeof Intl === 'object' && 'Segmenter' in Intl ? new Intl.Segmenter() : undefined;

/** What people take for one character; code points where the platform cannot tell. */
function* characters(text: string): Generator<string> {
  if (segmenter === undefined) yield* text;
  else for (const { segment } of segmenter.segment(text)) yield segment;
}

const widthOf = (character: string): number => (MARKS.test(character) ? 0 : WIDE.test(character) ? 2 : 1);

/** How many columns a terminal takes for a text without controls. */
function displayWidth(text: string): number {
  if (NARROW.test(text)) return text.length;
  let width = 0;
  for (const character of characters(text)) width += widthOf(character);
  return width;
}

/** A character may be made of any number of marks: a text that is this much longer than its columns is not measured. */
const lookahead = (width: number): number => 16 * width + 16;

/** Fills a text up with spaces, to the right of it or to the left. */
export function pad(text: string, width: number, side: 'left' | 'right' = 'right'): string {
  if (text.length > lookahead(width)) return text;
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return side === 'right' ? text + space : space + text;
}

/** The beginning of a text, at most so many columns of it. */
export function take(text: string, width: number): string {
  if (NARROW.test(text)) return text.slice(0, width);
  let [taken, used] = ['', 0];
  for (const character of characters(text.slice(0, lookahead(width)))) {
    used += widthOf(character);
    if (used > width) break;
    taken += character;
  }
  // The look may have ended between the halves of a surrogate pair.
  return taken.replace(/\p{Cs}$/u, '');
}

/** A text that is too wide, cut visibly: it ends in `…`. */
export const cut = (text: string, width: number): string =>
  text.length <= lookahead(width) && displayWidth(text) <= width ? text : `${take(text, width - 1)}…`;
