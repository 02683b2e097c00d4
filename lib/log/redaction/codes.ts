/** A buffer larger than this is given back after its text. */
const KEPT = 1 << 16;
/** Strings are made of lists of this many code units: `fromCharCode` takes its arguments on the stack. */
const PART = 4096;

/** From this length on the engine's own encoder reads a text faster than a loop does. */
const LONG = 12;
/** From this length on the engine's own copying is faster, too. */
const VERY_LONG = 256;
/** Every platform has one but a bare context, where the loop will do. */
const encoder = typeof TextEncoder === 'function' ? new TextEncoder() : undefined;
let bytes: Uint8Array = new Uint8Array(1024);

/**
 * The characters of a text of ASCII; `undefined` for another. In an array that is used again for the next text. Reading
 * strings one character at a time is slow where strings of many inner kinds (flat, sliced, joined) have passed.
 */
export function asciiOf(text: string): Uint8Array | undefined {
  if (encoder === undefined) return undefined;
  if (bytes.length < text.length) bytes = new Uint8Array(text.length);
  const { read, written } = encoder.encodeInto(text, bytes);
  // A character beyond ASCII takes two bytes or more.
  const found = read === text.length && written === read ? bytes : undefined;
  if (bytes.length > KEPT) bytes = new Uint8Array(1024);
  return found;
}

/**
 * The characters of the text that is being scanned, in an array that is used again for the next text. Scanners read each
 * character several times, and from an array it costs a fraction of what it costs from a string.
 */
export class Codes {
  length = 0;
  units: Uint16Array = new Uint16Array(1024);

  /** Takes over the characters of a text. */
  load(text: string): this {
    const { length } = text;
    this.reserve(length);
    const { units } = this;
    this.length = length;
    const ascii = length >= LONG ? asciiOf(text) : undefined;
    if (ascii === undefined) for (let i = 0; i < length; i++) units[i] = text.charCodeAt(i);
    else if (length >= VERY_LONG) units.set(ascii.subarray(0, length));
    else for (let i = 0; i < length; i++) units[i] = ascii[i]!;
    // It ends every run: it is of no class.
    units[length] = 0;
    return this;
  }

  /** Makes room for a text of a length, and its end. */
  reserve(length: number): void {
    if (length >= this.units.length) this.units = new Uint16Array(length * 2 < KEPT ? length * 2 : length + 1);
  }

  /** Sets the length; a 0, which is of no class, stands after the last character. */
  end(length: number): void {
    this.length = length;
    this.units[length] = 0;
  }

  /** Lets go of a large text. */
  clear(): void {
    this.length = 0;
    if (this.units.length > KEPT) this.units = new Uint16Array(1024);
  }

  /** The character at a position within the text. */
  charCodeAt(at: number): number {
    return this.units[at]!;
  }

  slice(start: number, end: number): string {
    let text = '';
    for (let i = start; i < end; i += PART) {
      text += String.fromCharCode.apply(null, this.units.subarray(i, Math.min(end, i + PART)) as unknown as number[]);
    }
    return text;
  }

  startsWith(word: string, at: number): boolean {
    if (at + word.length > this.length) return false;
    for (let i = 0; i < word.length; i++) if (this.charCodeAt(at + i) !== word.charCodeAt(i)) return false;
    return true;
  }

  indexOf(word: string, from: number): number {
    const first = word.charCodeAt(0);
    for (let i = from; i < this.length; i++) if (this.charCodeAt(i) === first && this.startsWith(word, i)) return i;
    return -1;
  }
}
