/** What the name of a rule may be, in words. */
export const RULE_NAME = '1 to 64 letters, digits, _, - or .';
const MAX = 64;

export const isRuleName = (value: unknown): value is string => typeof value === 'string' && /^[\w.-]{1,64}$/.test(value);

const SPOKEN: readonly (readonly [sign: RegExp, word: string])[] = [
  [/>=/g, ' from '],
  [/<=/g, ' upto '],
  [/>/g, ' over '],
  [/</g, ' under '],
  [/%/g, 'pct '],
];

/** Quoted texts, and regular expressions up to the end of the rule: what people wrote, in which each character tells. */
const WRITTEN = /"(?:[^"\\]|\\.)*"|\(\s*\/.*/gs;

/** A name for a rule that was given none: its text, with what no name can have left out. The same for the same text. */
export function nameFrom(text: string): string {
  const spoken = SPOKEN.reduce((name, [sign, word]) => name.replace(sign, word), text);
  const name = spoken.replace(/[^\w.-]+/g, '_').replace(/^_+|_+$/g, '');
  const isWhole = (text.match(WRITTEN) ?? []).every((written) => /^"[\w.-]*"$/.test(written));
  if (name.length <= MAX && name !== '' && isWhole) return name;
  // Texts that begin alike, or differ in what was left out, are told apart by a number made of all of them.
  return `${name.slice(0, MAX - 9)}_${hashOf(text)}`;
}

/** FNV-1a, 8 hexadecimal digits. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
