/**
 * Names the alert of a rule and group: 16 hexadecimal digits, the same in every process. Two lanes of 32 bits take in each UTF-16
 * unit by a multiplication each (cyrb53 by bryc, public domain, here with all its 64 bits) and are finished as in MurmurHash3.
 */
export function alertIdOf(rule: string, group: string | undefined): string {
  // A rule's name holds no such character, so no rule is taken for another one's group.
  const text = group === undefined ? rule : `${rule}\u0000${group}`;
  let [one, two] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    one = Math.imul(one ^ unit, 0x9e3779b1);
    two = Math.imul(two ^ unit, 0x5f356495);
  }
  const mixedOne = finish(one, two);
  const mixedTwo = finish(two, mixedOne);
  return digits(mixedOne) + digits(mixedTwo);
}

const finish = (one: number, two: number): number => Math.imul(one ^ (one >>> 16), 0x85ebca6b) ^ Math.imul(two ^ (two >>> 13), 0xc2b2ae35);
const digits = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
