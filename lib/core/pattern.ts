import { TelemetryError } from './errors';
import { PatternReader, Refused } from './pattern-reader';

/**
 * Judges regular expressions before they run. JavaScript's engine backtracks; a pattern that can match the same text in
 * many ways takes a time that grows with a power of the text's length, or worse. What cannot be shown to be tame by the
 * simple rules here is refused, so some harmless patterns are, too; each refusal says how to write it instead.
 */

/**
 * Why a pattern is refused: nested repetition, alternatives that begin alike inside a repetition, neighbours that repeat
 * without bound and share characters, or that share them in more than 5,000 ways (the product of their bounds), back-references,
 * look-arounds with repetition, or matching the empty text.
 *
 * @returns The reason with what to do, or `undefined` for a pattern that may be used.
 * @example
 * refusalOf(/(a+)+/)?.startsWith('it repeats what repeats already'); // => true
 * refusalOf(/.{0,200}.{0,200}x/)?.startsWith('neighbours share'); // => true
 * refusalOf(/cust-\d{6}/); // => undefined
 */
export function refusalOf(pattern: RegExp): string | undefined {
  try {
    new PatternReader(pattern).read();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error.message;
  }
  if (new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')).test('')) return 'it matches the empty text; let it need a character';
  return undefined;
}

/**
 * Refuses a pattern that could take long on a hostile text, or matches every text.
 *
 * @param where - Whose pattern it is; begins the message.
 * @returns The pattern.
 * @throws {TelemetryError} `OPTION_INVALID`, with what to write instead.
 */
export function checkPattern(pattern: RegExp, where: string): RegExp {
  const reason = refusalOf(pattern);
  if (reason === undefined) return pattern;
  const [why, fix] = reason.split('; ');
  throw new TelemetryError(
    'OPTION_INVALID',
    `${where}: the pattern ${String(pattern).slice(0, 80)} is refused`,
    `On a hostile text it could take too long or match everything: ${why}`,
    `To use it, ${fix}`,
  );
}
