/** Lines for a terminal: cut to its width first, coloured afterwards, so that colours never count as columns. */
import type { Paint, Style } from '../../../log/formats/colors';
import { cut, pad } from '../../../log/formats/width';

/** A piece of a line. Its characters take one column each; see {@link field} for text from elsewhere. */
export type Piece = string | readonly [style: Style, text: string];

/** Text of any characters in exactly so many columns. */
export const field = (text: string, columns: number): string => pad(cut(text, columns), columns);

/** Pieces one after the other, in at most so many columns. */
export function line(pieces: readonly Piece[], columns: number, paint: Paint): string {
  let text = '';
  let room = columns;
  for (const piece of pieces) {
    const [style, whole] = typeof piece === 'string' ? [undefined, piece] : piece;
    const shown = whole.length <= room ? whole : room === 0 ? '' : `${whole.slice(0, room - 1)}…`;
    room -= shown.length;
    text += style === undefined ? shown : paint(style, shown);
  }
  return text;
}
