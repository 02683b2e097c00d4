import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { verifyWebhook, type WebhookBody, webhookTarget } from '../../../../lib/node/alerts/index';
import { failureOf, refusalOf, send } from '../../../support/alerts/failure';
import { alertOf, notificationOf } from '../../../support/alerts/notification';
import { answer, parts, withReceiver } from '../../../support/alerts/receiver';

const SECRET = 'a secret of 16 or more';
const allowPrivate = ['127.0.0.1'];
const urlOf = (port: number): string => `http://127.0.0.1:${port}/in?key=abcdef0123456789`;

test('a receiver gets the notification as JSON of a stable shape', () =>
  withReceiver(answer(200), async ({ port, requests }) => {
    const target = webhookTarget({ url: urlOf(port), allowPrivate });
    assert.equal([target.name, target.place], ['webhook', `127.0.0.1:${port} …6789`]);
    await send(target);
    const { line, headers, body } = parts(requests[0]!);
    assert.equal(
      [line, headers['idempotency-key'], headers['x-telemetry-signature']],
      ['POST /in?key=abcdef0123456789 HTTP/1.1', 'ntf-0001', undefined],
    );
    const expected: WebhookBody = {
      version: 1,
      id: 'ntf-0001',
      kind: 'firing',
      severity: 'critical',
      title: '[FIRING] llm_errors: opus',
      text: 'Errors of opus are at 21 %',
      key: 'llm_errors',
      time: '2026-01-02T03:05:06.000Z',
      alerts: [
        {
          id: '00112233aabbccdd',
          rule: 'llm_errors',
          group: 'opus',
          by: 'model',
          state: 'firing',
          severity: 'critical',
          value: 0.21,
          threshold: 0.2,
          summary: 'Errors of opus are at 21 %',
          condition: 'errorRate("llm.request") > 5% critical 20% for 1m by model',
          runbook: 'https://wiki.example.com/llm?page=1&part=2',
          since: '2026-01-02T03:04:05.000Z',
          fired_at: '2026-01-02T03:05:05.000Z',
          resolved_at: null,
          is_silenced: false,
          details: { error: 'ERR-7K3M-Q9TD' },
        },
      ],
      more: 0,
      origin: { app: 'coder', environment: 'production', hostname: 'web-1' },
    };
    assert.equal(JSON.parse(body), expected);
  }));

test('what is not known is null, and what is more than there should be is left out', () =>
  withReceiver(answer(200), async ({ port, requests }) => {
    const details = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`key${index}`.padEnd(100, 'x'), 'y'.repeat(5000)]));
    const bare = alertOf({
      group: undefined,
      by: undefined,
      value: undefined,
      threshold: Number.NaN,
      runbook: undefined,
      firedAt: undefined,
      since: 1e20,
      details,
    });
    await send(
      webhookTarget({ url: urlOf(port), allowPrivate }),
      notificationOf({ alerts: Array(9).fill(bare), time: Number.NaN, text: 'a\u0000b\u202e' }),
    );
    const body = JSON.parse(parts(requests[0]!).body);
    assert.equal([body.time, body.text, body.alerts.length], [null, 'a b ', 5]);
    const { group, by, value, threshold, runbook, since, fired_at } = body.alerts[0];
    assert.equal([group, by, value, threshold, runbook, since, fired_at], Array(7).fill(null));
    const rows = Object.entries(body.alerts[0].details) as [string, string][];
    assert.is(rows.length, 20);
    assert.ok(rows.every(([key, text]) => key.length === 64 && text.length === 2500));
  }));

test('with a secret every attempt is signed, and has the same key', () =>
  withReceiver(answer(503), async ({ port, requests }) => {
    const target = webhookTarget({ url: urlOf(port), secret: SECRET, allowPrivate });
    for (let attempt = 0; attempt < 2; attempt++) await failureOf(send(target, notificationOf({ text: 'täxt €' })));
    for (const request of requests) {
      const { headers, body } = parts(request);
      assert.is(headers['idempotency-key'], 'ntf-0001');
      assert.ok(verifyWebhook(body, headers['x-telemetry-signature'], SECRET));
      assert.not(verifyWebhook(`${body} `, headers['x-telemetry-signature'], SECRET));
    }
    assert.is(requests.length, 2);
  }));

test('of a URL too short to keep a secret without its end, the host is shown alone', () => {
  assert.is(webhookTarget({ url: 'https://alerts.example.com:8443/in/123' }).place, 'alerts.example.com:8443');
});

test('the end of a URL is shown only if the last part of its path, or the last value, is long enough', () => {
  const placeOf = (path: string): string => webhookTarget({ url: `https://a.example.com${path}` }).place.replace('a.example.com', '');
  for (const path of [
    '/in?k=a1b2', '/a/long/path/of/many/parts/a1b2', '/a/long/path/of/many/parts?key=a1b2', '/0123456789abcdef/', '/in?key=0123456789abcdef&v=2', '/in?0123456789abcd=a1b2',
    '/in?key=', '/%61%61%61%61%62%63%64%65%66', '/', '', '/0123456789abcde', '/in?k=0123456789abcde', '/in?k=0123456789=a1b2', '/in?k=0123456789+/a1b2',
  ]) {
    assert.is(placeOf(path), '', path);
  } // biome-ignore format: a list
  for (const path of ['/0123456789abcdef', '/in?k=0123456789abcdef', '/services/T0/B0/0123456789_.~-abcdef', '/in?0123456789abcdef'])
    assert.is(placeOf(path), ' …cdef', path);
});

test('headers of the application are sent, but none of those that the target sets', () =>
  withReceiver(answer(200), async ({ port, requests }) => {
    await send(
      webhookTarget({ url: urlOf(port), allowPrivate, headers: { Authorization: 'Bearer canary', 'X-Team': 'ops', 'User-Agent': 'mine' } }),
    );
    const { headers } = parts(requests[0]!);
    assert.equal([headers.authorization, headers['x-team'], headers['user-agent']], ['Bearer canary', 'ops', 'mine']);
  }));

test('what is wrong with options is said, without repeating a secret', () => {
  const url = 'https://alerts.example.com/in/canary-0123456789';
  const refused = (options: unknown): string => refusalOf(() => webhookTarget(options as never));
  for (const [options, expected] of [
    [undefined, 'webhookTarget is not valid'],
    [url, 'webhookTarget is not valid'],
    [[url], 'webhookTarget is not valid'],
    [{}, 'webhookTarget: url is not valid. It is not a URL'],
    [{ url: 'canary' }, 'url is not valid. It is not a URL'],
    [{ url: `https://a/${'canary'.repeat(400)}` }, 'url is not valid. It is not a URL'],
    [{ url: 'ftp://canary/' }, 'url is not valid. Its protocol'],
    [{ url: 'https://canary:canary@example.com/' }, 'url is not valid. It has a user'],
    [{ url: 'https://canary@example.com/' }, 'url is not valid. It has a user'],
    [{ url: 'https://:canary@example.com/' }, 'url is not valid. It has a user'],
    [{ url: 'https://canary..example.com/' }, 'url is not valid. Its host is not a name'],
    [{ url: `https://${'canary'.repeat(11)}.example.com/` }, 'url is not valid. Its host is not a name'],
    [{ url: 'https://127.0.0.1/canary' }, 'url is not valid. Its host is this machine'],
    [{ url: 'http://example.com/canary' }, 'url is not valid. It is not encrypted'],
    [{ url, allowPrivate: [url] }, 'allowPrivate[0] is not valid'],
    [{ url, secret: 'canary' }, 'webhookTarget: secret is not valid'],
    [{ url, secret: 7 }, 'webhookTarget: secret is not valid'],
    [{ url, name: url }, 'webhookTarget: name is not valid'],
    [{ url, name: 7 }, 'webhookTarget: name is not valid'],
    [{ url, minSeverity: url }, 'webhookTarget: minSeverity is not valid'],
    [{ url, kinds: url }, 'webhookTarget: kinds is not valid'],
    [{ url, kinds: [url] }, 'webhookTarget: kinds is not valid'],
    [{ url, limit: url }, 'webhookTarget: limit is not valid'],
    [{ url, ca: [url, 7] }, 'webhookTarget: ca is not valid'],
    [{ url, headers: 'canary' }, 'webhookTarget: headers is not valid'],
    [{ url, headers: { 'canary canary': 'x' } }, 'webhookTarget: headers: name 1 is not valid'],
    [{ url, headers: { 'x-a': 'canary\r\nx-b: c' } }, 'webhookTarget: headers: x-a is not valid'],
    [{ url, headers: { 'x-a': 7 } }, 'webhookTarget: headers: x-a is not valid'],
    [{ url, headers: Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`x-${n}`, 'canary'])) }, 'at most 32 headers'],
    [{ url, Secret: 'canary' }, 'Did you mean "secret"?'],
  ] as const) {
    const refusal = refused(options);
    assert.match(refusal, expected);
    assert.not.match(refusal, 'canary');
  }
  for (const name of [
    'Host',
    'content-length',
    'Idempotency-Key',
    'X-Telemetry-Signature',
    'transfer-encoding',
    'connection',
    'content-type',
    'expect',
    'upgrade',
  ]) {
    assert.match(refused({ url, headers: { [name]: 'x' } }), 'another header');
  }
});

test.run();
