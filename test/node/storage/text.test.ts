import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cleanJson, cleanText } from '../../../lib/node/storage/sql/text';

const fit = (text: string): string => text.replace(/\0|\p{Surrogate}/gu, '\ufffd');
/**
 * The JSON of a value with each of its texts made fit. Texts are compared, since parsing them is not to be relied on here: the engine
 * of Node 26.10 now and then takes one key with an escape in it for another, or leaves it out.
 */
function jsonOf(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(fit(value));
  if (Array.isArray(value)) return `[${value.map(jsonOf).join()}]`;
  const members = Object.entries(value as object).map(([key, member]) => `${jsonOf(key)}:${jsonOf(member)}`);
  return `{${members.join()}}`;
}

/** Texts full of what matters here. */
const tricky: fc.Arbitrary<string> = fc
  .array(
    fc.constantFrom('\\', '\\\\', 'u0000', 'ud800', 'uD83D', 'ude00', 'uDFFF', '\0', '\ud83d', '\ude00', '😀', '"', '\n', 'é', 'u', 'x'),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

test('any JSON is cleaned as if each of its texts were', () => {
  fc.assert(
    fc.property(fc.dictionary(tricky, fc.oneof(tricky, fc.array(tricky), fc.dictionary(tricky, tricky))), (value) => {
      assert.is(cleanJson(JSON.stringify(value)), jsonOf(value));
    }),
    { numRuns: 3000 },
  );
});

test('escapes are read in any case, one after the other', () => {
  const cases: [string, string][] = [
    ['"\\u0000"', '"\ufffd"'],
    ['"\\\\u0000"', '"\\\\u0000"'],
    ['"\\\\\\u0000"', '"\\\\\ufffd"'],
    ['"\\uD83D\\uDE00"', '"\\uD83D\\uDE00"'],
    ['"\\ud83d\\ude00"', '"\\ud83d\\ude00"'],
    ['"\\ude00\\ud83d"', '"\ufffd\ufffd"'],
    ['"\\uDbFf\\u0041"', '"\ufffd\\u0041"'],
    ['"\\ud83d\\ud83d\\ude00"', '"\ufffd\\ud83d\\ude00"'],
    ['"\\ud83d\\\\ude00"', '"\ufffd\\\\ude00"'],
    ['"\ud83d\\ude00"', '"\ufffd\ufffd"'],
    ['"\ud83d"', '"\ufffd"'],
    ['"\0"', '"\ufffd"'],
    ['"\\u00000 \\ud7ff \\ue000"', '"\ufffd0 \\ud7ff \\ue000"'],
  ];
  for (const [json, expected] of cases) assert.is(cleanJson(json), expected);
});

test('what needs no cleaning is the same text', () => {
  for (const json of ['{}', '{"a":"\\n\\u00e9 😀 \\u001b"}', '"\\\\"']) assert.is(cleanJson(json), json);
});

test('a text is cut to its bound, and never in the middle of a pair', () => {
  fc.assert(
    fc.property(tricky, fc.nat(20), (text, maxChars) => {
      const clean = cleanText(text, maxChars);
      assert.ok(clean.length <= maxChars && clean.length >= Math.min(text.length, maxChars) - 1);
      assert.not.match(clean, /\0|\p{Surrogate}/u);
      assert.ok(fit(text).startsWith(clean));
    }),
    { numRuns: 3000 },
  );
  assert.equal(
    [cleanText('a😀', 2), cleanText('a😀', 3), cleanText('a\ud83d', 2), cleanText('a\ud83db', 2)],
    ['a', 'a😀', 'a\ufffd', 'a\ufffd'],
  );
});

test('a megabyte of backslashes takes no time to speak of', () => {
  // No measure of speed: a search that goes back and forth would take hours.
  const json = JSON.stringify(`${'\\'.repeat(1_000_000)}\0`);
  assert.is(JSON.parse(cleanJson(json)).length, 1_000_001);
});

test.run();
