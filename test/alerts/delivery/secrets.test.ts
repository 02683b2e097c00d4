/** URLs and tokens that were put in the wrong place are not repeated by errors. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError } from '../../../lib/index';
import { bench, fakeTarget } from '../engine/fake-alerts';

const URL = 'https://hooks.slack.com/services/T000/B000/SECRET';

/** The message that something is refused with. */
async function refusal(make: () => unknown): Promise<string> {
  try {
    await make();
  } catch (error) {
    assert.ok(isTelemetryError(error) && error.code === 'OPTION_INVALID', String(error));
    return `${error.message} ${error.stack} ${JSON.stringify(error)}`;
  }
  throw new Error('It was taken');
}

test('what is configured wrongly is not repeated', async () => {
  const { alerts } = bench();
  for (const [target, expected] of [
    [URL, 'alerts.configure: targets[0] is not valid'],
    [{ name: 'a', place: '', send: URL }, 'targets[0] is not valid'],
    [fakeTarget(URL), 'targets[0]: name is not valid'],
    [fakeTarget('a', { minSeverity: URL as never }), 'targets[0]: minSeverity is not valid'],
    [fakeTarget('a', { kinds: URL as never }), 'targets[0]: kinds is not valid'],
    [fakeTarget('a', { kinds: [URL as never] }), 'targets[0]: kinds is not valid'],
    [fakeTarget('a', { limit: URL as never }), 'targets[0]: limit is not valid'],
    [fakeTarget('a', { limit: { most: URL as never, perMs: 1 } }), 'targets[0]: limit: most is not valid'],
    [fakeTarget('a', { limit: { most: 1, perMs: URL as never } }), 'targets[0]: limit: perMs is not valid'],
  ] as const) {
    const text = await refusal(() => alerts.configure({ targets: [target as never] }));
    assert.match(text, expected);
    assert.not.match(text, 'SECRET');
  }
  for (const targets of [URL, [[URL]], { url: URL }])
    assert.not.match(await refusal(() => alerts.configure({ targets: targets as never })), 'SECRET');
  assert.not.match(await refusal(() => alerts.configure({ targets: [fakeTarget('a'), fakeTarget('a')] })), 'SECRET');
  assert.not.match(await refusal(() => alerts.configure(URL as never)), 'SECRET');
  assert.not.match(await refusal(() => alerts.configure({ records: { targets: URL as never } })), 'SECRET');
  assert.not.match(await refusal(() => alerts.addRule({ name: 'a', when: 'count("a.b.c") > 1', targets: URL as never })), 'SECRET');
});

test('what names a target that is not there is not repeated', async () => {
  const { alerts, rule } = bench();
  const named = await refusal(() => rule('cpu', { targets: [URL] }));
  assert.match(named, 'Rule cpu: targets is not valid');
  assert.match(named, 'one of people');
  assert.not.match(named, 'SECRET');
  const near = await refusal(() => rule('cpu', { targets: ['poeple'] }));
  assert.match(near, 'Did you mean "people"?');
  const tried = await refusal(() => alerts.test(URL));
  assert.match(tried, 'alerts.test: target is not valid');
  assert.match(tried, 'one of people');
  assert.not.match(tried, 'SECRET');
  assert.not.match(await refusal(() => alerts.configure({ records: { targets: [URL] } })), 'SECRET');
  await alerts.stop();
  rule('cpu', { targets: [URL] });
  assert.not.match(await refusal(() => alerts.start()), 'SECRET');
});

test.run();
