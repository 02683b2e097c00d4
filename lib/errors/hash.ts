const DIGITS = 6;
const MASK = 0xffffff;

/**
 * Reduces texts to 48 bits, as 12 hexadecimal digits. Not for secrets: who wants to can make two texts collide.
 *
 * Two lanes of 32 bits take in each UTF-16 unit, each moved by the other, then are finished by a mix in which every bit
 * depends on every other one. Multipliers, rotations and the finish are those of MurmurHash3_x86_128, of which this takes
 * the first two lanes (Austin Appleby, public domain, https://github.com/aappleby/smhasher). A hash of the platform would
 * be asynchronous in browsers or an import from Node; and a fingerprint must be known before its line is written.
 *
 * Each text goes in with its length, so that no two lists of texts are the same row of units.
 */
export function hashOf(texts: readonly string[]): string {
  let [one, two] = [0, 0];
  for (const text of texts) {
    for (let at = -1; at < text.length; at++) {
      const unit = at < 0 ? text.length : text.charCodeAt(at);
      one ^= Math.imul(rotate(Math.imul(unit, 0x239b961b), 15), 0xab0e9789);
      one = (Math.imul(rotate(one, 19) + two, 5) + 0x561ccd1b) | 0;
      two ^= Math.imul(rotate(Math.imul(unit, 0xab0e9789), 16), 0x38b34ae5);
      two = (Math.imul(rotate(two, 17) + one, 5) + 0x0bcaa747) | 0;
    }
  }
  one = (one + two) | 0;
  two = (two + one) | 0;
  one = finish(one);
  two = finish(two);
  one = (one + two) | 0;
  two = (two + one) | 0;
  // Nothing is all zeros, so that this can stand for "various".
  return digitsOf(one & MASK) + digitsOf(two & MASK || 1);
}

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

function finish(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

const digitsOf = (value: number): string => value.toString(16).padStart(DIGITS, '0');
