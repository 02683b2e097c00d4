import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError } from '../../../lib/core/errors';
import { createFormat, type FormatOptions } from '../../../lib/log/formats/index';

function refuses(run: () => unknown, code: string, expected: RegExp): void {
  try {
    run();
  } catch (error) {
    assert.ok(isTelemetryError(error), String(error));
    assert.is(error.code, code);
    assert.match(error.message, expected);
    return;
  }
  assert.unreachable(`${code} should have been thrown`);
}

test('an unknown format is refused with the nearest name and what is allowed', () => {
  refuses(
    () => createFormat('jsno'),
    'OPTION_INVALID',
    /Got "jsno"\. Did you mean "json"\?\. Expected json, text, pretty, minimal, combined, or a pattern/,
  );
  refuses(() => createFormat('%s'), 'OPTION_INVALID', /Got "%s"\. Expected/);
  for (const format of ['constructor', '', 5, null, undefined, {}])
    refuses(() => createFormat(format as string), 'OPTION_INVALID', /Expected json/);
});

test('wrong options are refused', () => {
  const wrong = (options: object) => () => createFormat('json', options as FormatOptions);
  refuses(wrong({ shema: 'ecs' }), 'OPTION_UNKNOWN', /Did you mean "schema"/);
  refuses(wrong({ schema: 'gelf' }), 'OPTION_INVALID', /format: schema.*default\|pino\|ecs\|otel/);
  refuses(wrong({ timeZone: 'CET' }), 'OPTION_INVALID', /local\|utc/);
  refuses(wrong({ fieldsUnder: '' }), 'OPTION_INVALID', /a name/);
  for (const width of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '80']) refuses(wrong({ width }), 'OPTION_INVALID', /above 0/);
  for (const name of ['colors', 'instance']) refuses(wrong({ [name]: 1 }), 'OPTION_INVALID', /boolean/);
});

test('the example of the documentation holds', () => {
  const format = createFormat('%(levelname)-8s %(name)s: %(message)s');
  assert.is(
    format({ timestamp: '2026-02-13T19:06:35.545Z', level: 'INFO', logger: 'app.bot', message: 'ready' }),
    'INFO     app.bot: ready',
  );
});

test.run();
