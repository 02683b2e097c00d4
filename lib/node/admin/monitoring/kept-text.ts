/**
 * A text in memory of its own, without what is beyond a length: a piece cut out of a page, or put together of such pieces, would keep the
 * page for as long as it is kept itself.
 */
export function keptText(text: string, most: number): string {
  const piece = text.length > most ? text.slice(0, most) : text;
  // Put together and cut at once: the engine copies what it was put together of, and the cut refers to the copy.
  return ` ${piece}`.slice(1);
}
