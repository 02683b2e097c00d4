import { safeLines } from '../safe-text';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * A text as Slack shows it letter by letter: without `<`, which begins mentions and links, and at most so many characters long
 * when it is escaped. It never ends within an escaped character.
 */
export function slackText(value: unknown, maxChars: number): string {
  let escaped = '';
  const text = safeLines(value, maxChars);
  for (const character of text) {
    const next = ENTITIES[character] ?? character;
    if (escaped.length + next.length > maxChars) return `${fit(escaped, maxChars - 1)}…`;
    escaped += next;
  }
  return escaped;
}

/** The same, as one line. */
export const slackLine = (value: unknown, maxChars: number): string => slackText(value, maxChars).replace(/\s+/g, ' ').trim();

/** Cuts escaped text between characters. */
const fit = (escaped: string, maxChars: number): string =>
  escaped.length <= maxChars ? escaped : escaped.slice(0, maxChars).replace(/&[a-z]{0,3}$|[\ud800-\udbff]$/, '');
