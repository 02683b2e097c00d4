import { parseDuration } from '../../../core/unit';
import { Problem } from '../problem';

/** Reads how far back somebody wants to look. @throws {Problem} 400 */
export function readLast(text: string, mostMs: number): number {
  try {
    return parseDuration('last', text, mostMs);
  } catch {
    throw new Problem(400, 'QUERY_INVALID', `last must be a time with a unit, such as 90s or 5m, above 0 and at most ${mostMs / 60_000}m`);
  }
}
