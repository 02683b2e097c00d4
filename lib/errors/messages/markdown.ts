/** What begins something anywhere in a line of CommonMark or GFM: emphasis, code, links, HTML, entities, tables. */
const ANYWHERE = /[\\`*_[\]<>&|~]/g;
/** What begins something only where a line begins: headings, lists, rules, underlined headings. */
const AT_BEGIN = /^(?:[#+=-]|\d{1,9}(?=[.)]))/;

/** A line of text that Markdown shows as it is. */
export function escapeMarkdown(text: string): string {
  const escaped = text.replace(ANYWHERE, '\\$&');
  // A digit can't be escaped, the dot behind it can.
  return escaped.replace(AT_BEGIN, (begin) => (/^\d/.test(begin) ? begin : `\\${begin}`)).replace(/^(\d{1,9})([.)])/, '$1\\$2');
}
