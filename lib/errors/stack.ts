import type { Frame } from './frame';
import { readAtLine, readNamedLine } from './stack-line';

const MAX_FRAMES = 100;
/** Longer lines are no frames: engines write addresses of files, and nobody's are that long. */
const MAX_LINE = 4096;

/**
 * Reads the text of an error's stack.
 *
 * Known are the formats of V8 (Node, Deno, Chrome, Edge) and Bun (`at name (file:line:column)`), of JavaScriptCore
 * (Safari) and of SpiderMonkey (Firefox; both `name@file:line:column`). What is no frame is passed over, so that any text
 * may be given; a message of several lines can pretend to have frames, so give the text behind the message if it is known.
 * At most 100 frames are read. Takes time linear in the length of the text, whatever is in it.
 *
 * @param stack - The `stack` of an error.
 * @returns The frames, the innermost first; none if there are none.
 * @example
 * parseStack('Error: no user\n    at find (file:///srv/app/users.js:4:31)')[0]?.functionName; // => 'find'
 */
export function parseStack(stack: string): Frame[] {
  const frames: Frame[] = [];
  forEachFrame(stack, (frame) => frames.push(frame) < MAX_FRAMES);
  return frames;
}

/** Hands over frames until `take` returns `false`: what needs five of them need not read fifty. */
export function forEachFrame(stack: string, take: (frame: Frame) => boolean): void {
  // Either all frames have their `at` or none has: a message with an e-mail address in it must not look like a frame.
  const read = hasAtLine(stack) ? readAtLine : readNamedLine;
  for (let start = 0; start < stack.length; ) {
    const newline = stack.indexOf('\n', start);
    const end = newline === -1 ? stack.length : newline;
    if (end - start <= MAX_LINE) {
      const frame = read(stack.slice(start, end).trim());
      if (frame !== undefined && !take(frame)) return;
    }
    start = end + 1;
  }
}

function hasAtLine(stack: string): boolean {
  for (let at = stack.indexOf('at '); at !== -1; at = stack.indexOf('at ', at + 3)) {
    let before = at - 1;
    while (before >= 0 && (stack.charCodeAt(before) === 32 || stack.charCodeAt(before) === 9)) before--;
    // Blanks are walked over once: those before the next `at ` are behind this one.
    if (before < 0 || stack.charCodeAt(before) === 10) return true;
  }
  return false;
}
