import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LOG_FORMATS, PATTERN_NAMES, parseFormat } from '../../lib/config/format';
import { parseLevels } from '../../lib/config/levels';
import { createFormat } from '../../lib/log/formats/create-format';
import { PATTERN_FIELDS } from '../../lib/log/formats/pattern-fields';
import { isLoggerName } from '../../lib/log/gate';

// The configuration and the log may not import each other; here is what keeps them in step.

test('a pattern may name what the log can fill in, and nothing else', () => {
  assert.equal([...PATTERN_NAMES].sort(), [...PATTERN_FIELDS].sort());
});

test('each named format is one of the log', () => {
  for (const name of LOG_FORMATS) assert.type(createFormat(name), 'function');
});

/** Text with placeholders, most of them nearly right. */
const pattern = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.constantFrom('%', '%%', '%(', ')', 's', ' - ', '\t', '\n', '-08', '.3', '1001'),
      fc.constantFrom(...PATTERN_FIELDS, 'nope', '').map((name) => `%(${name})`),
      fc
        .tuple(fc.constantFrom(...PATTERN_FIELDS), fc.constantFrom('s', '-8s', '03d', '.3f', 'i', 'x', '1001s'))
        .map(([name, rest]) => `%(${name})${rest}`),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join('').trim());

test('a pattern that the configuration takes is one that the log takes', () => {
  let [taken, refused] = [0, 0];
  fc.assert(
    fc.property(pattern, (text) => {
      const parsed = parseFormat(text);
      if ('value' in parsed) {
        taken++;
        assert.type(createFormat(String(parsed.value)), 'function');
      } else refused++;
    }),
    { numRuns: 5000 },
  );
  assert.ok(taken > 200 && refused > 200, `${taken} taken, ${refused} refused`);
});

test('what the log refuses of a pattern without strange characters is refused here, and the other way round', () => {
  const piece = fc.constantFrom(
    '%',
    '%%',
    '%(',
    ')',
    's',
    'd',
    ' ',
    '-8',
    '.2',
    '1001',
    '%(message)',
    '%(name)s',
    '%(nope)s',
    '%(lineno)04d',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const text = `%(message)s${pieces.join('')}`.trim();
      let isTaken = true;
      try {
        createFormat(text);
      } catch {
        isTaken = false;
      }
      assert.is('value' in parseFormat(text), isTaken, text);
    }),
    { numRuns: 5000 },
  );
});

test('a logger that the configuration takes is one that the log takes', () => {
  const letter = fc.constantFrom('a', 'Z', '0', '_', '-', '$', '.', ' ', 'ä');
  fc.assert(
    fc.property(fc.string({ unit: letter, maxLength: 12 }), (name) => {
      const isTaken = 'value' in parseLevels({ [name]: 'info' });
      assert.is(isTaken, isLoggerName(name), name);
    }),
    { numRuns: 5000 },
  );
});

test.run();
