import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createAdmin } from '../../../../lib/node/admin/admin';
import { withoutSecrets } from '../../../../lib/node/admin/endpoints/config-url';
import { withAdmin } from '../../../support/admin/served';
import { READ_TOKEN, TOKENS } from '../../../support/admin/tokens';
import { ask } from '../../../support/admin/validate';
import { withStart } from '../../../support/started';

const SECRET = 'T0000SECRET/B0000SECRET/XXXXSECRETXXXX';

test('each value is told with where it came from, and secrets are not', async () => {
  const env = {
    PORT: '9123',
    SLACK_WEBHOOK_URL: `https://hooks.slack.com/services/${SECRET}`,
    SLACK_BOT_TOKEN: 'xoxb-1234567890-SECRETSECRET',
  };
  await withStart({ env, instance: 'two' }, async ({ app }) => {
    using admin = createAdmin(app, { tokens: TOKENS });
    const { json, text } = await ask(admin, 'GET', '/admin/config', { token: READ_TOKEN });
    const of = (wanted: string) => json.values.find(({ key }: { key: string }) => key === wanted);
    assert.equal(of('port'), { key: 'port', value: 9123, source: 'environment', variable: 'PORT' });
    assert.equal(of('instance'), { key: 'instance', value: 'two', source: 'argument' });
    assert.equal([of('slackWebhookUrl').value, of('slackBotToken').value], ['***', '***']);
    assert.is(json.is_started, true);
    assert.not.match(text, /SECRET/);
  });
});

test('a bus that was not started knows its levels, and says so', async () => {
  await withAdmin({}, async ({ admin, bus }) => {
    bus.setLogLevel('debug', 'shop');
    const { json } = await ask(admin, 'GET', '/admin/config');
    assert.equal([json.is_started, json.values, json.log_levels.shop], [false, [], 'debug']);
  });
});

test('URLs tell neither who logs in nor what is in their query', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['postgres://bob:hunter2@db:5432/shop', 'postgres://***@db:5432/shop'],
    ['redis://:p@ss/wo?rd#x@cache:6379', 'redis://***@cache:6379'],
    ['https://host/in?key=abc&b=1', 'https://host/in?key=***&b=***'],
    ['https://host/in?abcdef', 'https://host/in?***'],
    ['https://host/in#token=abc', 'https://host/in#token=***'],
    ['https://host/path', 'https://host/path'],
    ['no url at all: /var/log', 'no url at all: /var/log'],
    ['two https://a:b@c and https://d/?e=f', 'two https://***@c and https://d/?e=***'],
  ];
  for (const [given, shown] of cases) assert.is(withoutSecrets(given), shown);
});

test.run();
