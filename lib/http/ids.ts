/** Drawn at once: a call for each id would cost more than all the rest of it. */
const BLOCK = 4096;
/** Spelled at once. Ids are parts of this text, so whoever keeps one keeps a kilobyte. */
const PORTION = 512;

type Platform = {
  readonly crypto?: { getRandomValues(bytes: Uint8Array): unknown };
  readonly TextDecoder?: new (label: string) => { decode(bytes: Uint8Array): string };
};

/** The two digits of each byte, as the two bytes that spell them. */
const DIGITS = new Uint8Array(512);
for (let byte = 0; byte < 256; byte++) {
  const digits = byte.toString(16).padStart(2, '0');
  DIGITS[2 * byte] = digits.charCodeAt(0);
  DIGITS[2 * byte + 1] = digits.charCodeAt(1);
}
const PAIRS = new Uint16Array(DIGITS.buffer);

let block: Uint8Array | undefined;
let spelledUntil = BLOCK;
let characters: Uint8Array | undefined;
let pairs: Uint16Array | undefined;
let decoder: { decode(bytes: Uint8Array): string } | undefined;
let text = '';
let used = 0;

/** Ids are no secrets: where there is no cryptography, as in a bare context, any random number will do. */
function draw(bytes: Uint8Array): void {
  const { crypto } = globalThis as Platform;
  if (crypto === undefined) for (let index = 0; index < bytes.length; index++) bytes[index] = Math.floor(Math.random() * 256);
  else crypto.getRandomValues(bytes);
}

/** The next portion in hex digits. One text of it: put together digit by digit, each id would be a tree of them until somebody reads it. */
function spell(): string {
  block ??= new Uint8Array(BLOCK);
  characters ??= new Uint8Array(2 * PORTION);
  pairs ??= new Uint16Array(characters.buffer);
  if (spelledUntil >= BLOCK) {
    draw(block);
    spelledUntil = 0;
  }
  for (let index = 0; index < PORTION; index++) {
    pairs[index] = PAIRS[block[spelledUntil + index]!]!;
  }
  spelledUntil += PORTION;
  const { TextDecoder } = globalThis as Platform;
  if (TextDecoder === undefined) return String.fromCharCode(...characters);
  decoder ??= new TextDecoder('latin1');
  return decoder.decode(characters);
}

function hex(digits: number): string {
  if (used + digits > text.length) {
    text = spell();
    used = 0;
  }
  const id = text.slice(used, used + digits);
  used += digits;
  return id;
}

const NO_TRACE = '0'.repeat(32);
const LETTER = /[a-f]/;

/** 32 hex digits, never all zero: what a trace id must be, and a request id may be. */
export function newTraceId(): string {
  const id = hex(32);
  return id === NO_TRACE ? newTraceId() : id;
}

/** 16 hex digits, one of them a letter: never all zero, nor what a log could mask as the number of a card. */
export function newSpanId(): string {
  const id = hex(16);
  return LETTER.test(id) ? id : newSpanId();
}
