/** 40 spellings and more of where alerts must not go, each with three tricks: N27 of the catalogue of faults. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type AlertTarget, DeliveryError } from '../../../../lib/alerts/target';
import type { Network } from '../../../../lib/node/alerts/request/network';
import { slackTargetOver } from '../../../../lib/node/alerts/slack/slack-target';
import { webhookTargetOver } from '../../../../lib/node/alerts/webhook/webhook-target';
import { failureOf, refusalOf, send } from '../../../support/alerts/failure';
import { FORBIDDEN } from '../../../support/alerts/forbidden';
import { answer, withReceiver } from '../../../support/alerts/receiver';
import { recordingNetwork } from '../../../support/alerts/recording-network';

const [PUBLIC, OTHER] = ['93.184.216.34', '2606:2800:220:1::1'];

type Make = (network: Network, origin: string, allowPrivate?: readonly string[]) => AlertTarget;

const WAYS: Readonly<Record<string, Make>> = {
  webhook: (network, origin, allowPrivate = []) => webhookTargetOver(network, { url: `${origin}/in`, allowPrivate }),
  'Slack webhook': (network, origin, allowPrivate = []) => slackTargetOver(network, { webhookUrl: `${origin}/in` }, { allowPrivate }),
  'Slack bot': (network, origin, allowPrivate = []) =>
    slackTargetOver(network, { botToken: 'xoxb-12345678', channel: 'C1' }, { apiUrl: `${origin}/api/`, allowPrivate }),
};

test('there are more than 40 spellings', () => assert.ok(new Set(FORBIDDEN.map(([spelling]) => spelling)).size >= 40));

for (const [way, make] of Object.entries(WAYS)) {
  test(`trick 1, ${way}: no spelling in a URL is taken, whatever the scheme, port and user`, () => {
    const network = recordingNetwork(() => [PUBLIC]);
    for (const [spelling] of FORBIDDEN) {
      const origins = [
        `https://${spelling}`,
        `http://${spelling}`,
        `https://${spelling}:8443`,
        `https://hooks.example.com@${spelling}`,
        `https:${spelling}`,
      ];
      for (const origin of origins)
        assert.match(
          refusalOf(() => make(network, origin)),
          /^OPTION_INVALID/,
          origin,
        );
    }
    assert.equal([network.asked, network.dialled], [[], []]);
  });

  test(`trick 2, ${way}: no answer of a resolver leads there, alone or among good ones`, async () => {
    for (const [spelling, address] of FORBIDDEN) {
      const bare = spelling.replace(/^\[|\]$/g, '');
      for (const answers of [[address], [bare], [PUBLIC, address], [address, PUBLIC], [PUBLIC, OTHER, OTHER, address]]) {
        const network = recordingNetwork(() => answers);
        const target = make(network, 'https://hooks.example.com');
        assert.is((await failureOf(send(target))).code, 'ADDRESS_REFUSED', `${answers}`);
        assert.equal(network.dialled, [], `${answers}`);
      }
    }
  });

  test(`trick 3, ${way}: a name that changes its mind leads nowhere else`, async () => {
    for (const [, address] of FORBIDDEN) {
      const network = recordingNetwork((_, time) => (time === 1 ? [PUBLIC] : [address]));
      const target = make(network, 'https://hooks.example.com');
      assert.is((await failureOf(send(target))).code, 'ECONNREFUSED');
      assert.equal(network.asked, ['hooks.example.com'], 'asked once for each attempt');
      const second = await failureOf(send(target));
      assert.equal([second.code, second.mayPass], ['ADDRESS_REFUSED', false]);
      assert.equal(network.dialled, [PUBLIC]);
    }
  });

  test(`trick 3, ${way}: a redirect leads nowhere`, async () => {
    const places = FORBIDDEN.map(([spelling]) => `http://${spelling}/`);
    let asked = 0;
    await withReceiver(
      (socket, request) => answer([301, 302, 303, 307, 308][asked % 5]!, { location: places[asked++]! })(socket, request),
      async (receiver) => {
        const network = recordingNetwork(() => ['10.1.2.3'], receiver.port);
        const target = make(network, 'http://hooks.internal', ['hooks.internal']);
        for (let index = 0; index < places.length; index++) {
          const { code, mayPass } = await failureOf(send(target));
          assert.equal([code, mayPass], ['REDIRECT_REFUSED', false]);
        }
        assert.equal(new Set(network.asked), new Set(['hooks.internal']));
        assert.equal(new Set(network.dialled), new Set(['10.1.2.3']));
        assert.is(receiver.connections, places.length);
      },
    );
  });
}

test('addresses are dialled as addresses, in the order of the answer, each once', async () => {
  const network = recordingNetwork(() => [OTHER, PUBLIC, OTHER]);
  const target = WAYS.webhook!(network, 'https://hooks.example.com.');
  assert.is((await failureOf(send(target))).code, 'ECONNREFUSED');
  assert.equal([network.asked, network.dialled], [['hooks.example.com'], [OTHER, PUBLIC]]);
});

test('no more than 6 addresses of a name are tried, and all are checked', async () => {
  const many = Array.from({ length: 50 }, (_, index) => `8.8.8.${index}`);
  const network = recordingNetwork(() => many);
  await failureOf(send(WAYS.webhook!(network, 'https://hooks.example.com')));
  assert.equal(network.dialled, many.slice(0, 6));
  const bad = recordingNetwork(() => [...many, '10.0.0.1']);
  assert.is((await failureOf(send(WAYS.webhook!(bad, 'https://hooks.example.com')))).code, 'ADDRESS_REFUSED');
  assert.equal(bad.dialled, []);
});

test('a name that leads nowhere, and one that does not resolve, are failures that may pass', async () => {
  const failures = await Promise.all([
    failureOf(
      send(
        WAYS.webhook!(
          recordingNetwork(() => []),
          'https://hooks.example.com',
        ),
      ),
    ),
    failureOf(
      send(
        WAYS.webhook!(
          recordingNetwork(() => Promise.reject(Object.assign(new Error('canary'), { code: 'EAI_AGAIN' }))),
          'https://hooks.example.com',
        ),
      ),
    ),
    failureOf(
      send(
        WAYS.webhook!(
          recordingNetwork(() => {
            throw 'canary';
          }),
          'https://hooks.example.com',
        ),
      ),
    ),
  ]);
  assert.equal(failures.map(({ code, mayPass }) => [code, mayPass]), [['ENOTFOUND', true], ['EAI_AGAIN', true], ['NETWORK_FAILED', true]]); // biome-ignore format: a list
});

test('without TLS only opened addresses are sent to', async () => {
  const refused = (url: string, allowPrivate: readonly string[]): string =>
    refusalOf(() => WAYS.webhook!(recordingNetwork(), url, allowPrivate));
  assert.match(refused('http://hooks.example.com', []), 'It is not encrypted');
  assert.match(refused('http://8.8.8.8', ['10.0.0.0/8']), 'It is not encrypted');
  assert.is(refused('http://10.0.0.1', ['10.0.0.0/8']), 'none');
  const outside = recordingNetwork(() => ['10.0.0.1', PUBLIC]);
  const { code, mayPass } = await failureOf(send(WAYS.webhook!(outside, 'http://hooks.internal', ['hooks.internal'])));
  assert.equal([code, mayPass, outside.dialled], ['HTTPS_REQUIRED', false, []]);
  // A name that isn't opened itself, but leads to an opened range.
  const inside = recordingNetwork(() => ['10.0.0.1']);
  assert.is((await failureOf(send(WAYS.webhook!(inside, 'http://hooks.example.com', ['10.0.0.0/8'])))).code, 'ECONNREFUSED');
  assert.equal(inside.dialled, ['10.0.0.1']);
});

test('an open name does not open what no name may lead to', async () => {
  const network = recordingNetwork(() => ['169.254.169.254']);
  assert.is((await failureOf(send(WAYS.webhook!(network, 'https://hooks.internal', ['hooks.internal'])))).code, 'ADDRESS_REFUSED');
  assert.equal(network.dialled, []);
});

test('a failure is a DeliveryError with a code alone', async () => {
  const network = recordingNetwork(() => [PUBLIC]);
  const failure = await failureOf(send(WAYS.webhook!(network, 'https://hooks.example.com')));
  assert.ok(failure instanceof DeliveryError);
  assert.is(failure.message, 'ECONNREFUSED');
  assert.is((failure as Error).cause, undefined);
});

test.run();
