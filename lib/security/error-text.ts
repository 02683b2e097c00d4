import { read } from '../core/read';

/** As much of an error as is searched. */
const MAX_CHARS = 2000;
const MAX_CAUSES = 4;

/**
 * What an error says of itself, and its causes: a line of type, code and message for each, at most 2,000 characters in all. Never
 * throws.
 *
 * @param message - Of a line that tells of no error.
 */
export function errorText(error: unknown, hasError: boolean, message: string): string {
  if (!hasError) return message.slice(0, MAX_CHARS);
  const lines: string[] = [];
  let current = error;
  for (let room = MAX_CHARS, depth = 0; depth <= MAX_CAUSES && room > 0 && current !== undefined && current !== null; depth++) {
    const line = lineOf(current).slice(0, room);
    lines.push(line);
    room -= line.length + 1;
    current = typeof current === 'object' ? read(current, 'cause') : undefined;
  }
  return lines.join('\n');
}

function lineOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return typeof thrown === 'string' ? thrown.slice(0, MAX_CHARS) : '';
  const parts: string[] = [];
  for (const key of ['name', 'code', 'message']) {
    const value = read(thrown, key);
    if (typeof value === 'string') parts.push(value.slice(0, MAX_CHARS));
  }
  return parts.join(' ');
}
