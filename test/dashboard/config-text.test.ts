import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configText, hasWords, valueText } from '../../lib/dashboard/page/views/config-text';

test('values stand on one line', () => {
  assert.equal(
    [
      valueText('logs'),
      valueText(0),
      valueText(false),
      valueText('***'),
      valueText({ 'coder.llm': 'debug', shop: 'warn' }),
      valueText(['a', 1]),
    ],
    ['logs', '0', 'false', '***', 'coder.llm=debug, shop=warn', 'a, 1'],
  );
});

test('nothing is a dash', () => {
  assert.equal([valueText(null), valueText(undefined), valueText(''), valueText({}), valueText([])], ['–', '–', '–', '–', '–']);
});

test('modes of files are octal, and sizes are told in a unit as well', () => {
  assert.equal(
    [configText('logFileMode', 0o600), configText('logMaxBytes', 52_428_800), configText('port', 8000)],
    ['0600', '52428800 (50 MB)', '8000'],
  );
  assert.is(configText('logFileMode', null), '–');
});

test('every word is looked for, in any text and any case', () => {
  assert.ok(hasWords('LOG dir', 'logDir', '/var', undefined));
  assert.ok(hasWords('', 'anything'));
  assert.not.ok(hasWords('log port', 'logDir', '/var'));
});

test.run();
