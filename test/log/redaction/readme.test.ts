import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TOKEN_NAMES } from '../../../lib/log/redaction/tokens';

test('the README names every token that is known by its shape', () => {
  const readme = readFileSync('README.md', 'utf8').replace(/\s+/g, ' ');
  assert.ok(readme.includes(`Tokens known by their shape: ${TOKEN_NAMES.join(', ')}.`), TOKEN_NAMES.join(', '));
});

test.run();
