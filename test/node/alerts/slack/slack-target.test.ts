import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AlertNotification, AlertTarget } from '../../../../lib/alerts/target';
import { slackTarget } from '../../../../lib/node/alerts/index';
import { failureOf, refusalOf, send } from '../../../support/alerts/failure';
import { alertOf, notificationOf } from '../../../support/alerts/notification';
import { answer, parts, type Reply, withReceiver } from '../../../support/alerts/receiver';

const TOKEN = 'xoxb-0123456789-abcdef';
const allowPrivate = ['127.0.0.1'];
const hook = (port: number): AlertTarget =>
  slackTarget({ webhookUrl: `http://127.0.0.1:${port}/services/T0/B0/abcdef0123456789` }, { allowPrivate });
const bot = (port: number): AlertTarget =>
  slackTarget({ botToken: TOKEN, channel: '#alerts' }, { apiUrl: `http://127.0.0.1:${port}/api`, allowPrivate });

/** Slack's answers in JSON. */
const says = (body: object, headers: Record<string, string> = {}): Reply => answer(200, headers, JSON.stringify(body));
const posted = (request: string): Record<string, unknown> => JSON.parse(parts(request).body);

test('a webhook is sent the message', () =>
  withReceiver(answer(200), async ({ port, requests }) => {
    const target = hook(port);
    assert.equal([target.name, target.place], ['slack', `127.0.0.1:${port} …6789`]);
    await send(target);
    const { line, headers } = parts(requests[0]!);
    assert.equal([line, headers.authorization], ['POST /services/T0/B0/abcdef0123456789 HTTP/1.1', undefined]);
    const { text, blocks } = posted(requests[0]!);
    assert.is(text, '[FIRING] llm_errors: opus\nErrors of opus are at 21 %');
    assert.is((blocks as unknown[]).length, 5);
  }));

test('a webhook that is over is a failure for good', () =>
  withReceiver(answer(404, {}, 'no_service'), async ({ port }) => {
    const { code, mayPass } = await failureOf(send(hook(port)));
    assert.equal([code, mayPass], ['HTTP_404', false]);
  }));

test('a bot posts into its channel, with its token in the header and nowhere else', () =>
  withReceiver(says({ ok: true, ts: '1700000000.000100' }), async ({ port, requests }) => {
    await send(bot(port));
    const { line, headers, body } = parts(requests[0]!);
    assert.equal([line, headers.authorization], ['POST /api/chat.postMessage HTTP/1.1', `Bearer ${TOKEN}`]);
    assert.not.match(body, TOKEN);
    const { channel, parse, link_names, unfurl_links, thread_ts } = posted(requests[0]!);
    assert.equal([channel, parse, link_names, unfurl_links, thread_ts], ['#alerts', 'none', false, false, undefined]);
  }));

test("where the Web API is may be said with or without a slash, and without it, it is Slack's", () =>
  withReceiver(says({ ok: true }), async ({ port, requests }) => {
    for (const path of ['', '/', '/api', '/api//', '/api/?a=b']) {
      await send(slackTarget({ botToken: TOKEN, channel: 'C1' }, { apiUrl: `http://127.0.0.1:${port}${path}`, allowPrivate }));
    }
    const paths = requests.map((request) => parts(request).line.split(' ')[1]);
    assert.equal(paths, [
      '/chat.postMessage',
      '/chat.postMessage',
      '/api/chat.postMessage',
      '/api/chat.postMessage',
      '/api/chat.postMessage',
    ]);
    assert.is(slackTarget({ botToken: TOKEN, channel: 'C1' }).place, 'slack.com');
  }));

/** Sends some notifications to a Slack that counts its messages; gives the thread of each. */
async function threadsOf(
  notifications: readonly AlertNotification[],
  stamps: (n: number) => unknown = (n) => `1700000000.00${n}`,
): Promise<unknown[]> {
  let count = 0;
  const threads: unknown[] = [];
  await withReceiver(
    (socket, request) => says({ ok: true, ts: stamps(++count) })(socket, request),
    async ({ port, requests }) => {
      const target = bot(port);
      for (const notification of notifications) await send(target, notification);
      for (const request of requests) threads.push(posted(request).thread_ts);
    },
  );
  return threads;
}

const [a, b] = [alertOf({ id: 'aaaaaaaaaaaaaaaa', group: 'a' }), alertOf({ id: 'bbbbbbbbbbbbbbbb', group: 'b' })];
const told = (kind: AlertNotification['kind'], ...alerts: AlertNotification['alerts'][number][]): AlertNotification =>
  notificationOf({ kind, alerts });

test('what comes later goes into the thread of its firing', async () => {
  const later = await threadsOf([told('firing', a), told('firing', b), told('reminder', a), told('resolved', b), told('resolved', a), told('firing', a), told('resolved', a)]);
  assert.equal(later, [undefined, undefined, '1700000000.001', '1700000000.002', '1700000000.001', undefined, '1700000000.006']);
}); // biome-ignore format: a list

test('an alert that its firing did not name goes into the thread of its rule', async () => {
  const other = alertOf({ id: 'cccccccccccccccc' });
  assert.equal(await threadsOf([told('firing', a), told('resolved', other)]), [undefined, '1700000000.001']);
  assert.equal(await threadsOf([told('firing', a), { ...told('resolved', other), key: 'other' }]), [undefined, undefined]);
});

test('records, summaries and tests are messages of their own', async () => {
  assert.equal(await threadsOf([told('firing', a), told('record', a), told('summary', a), told('test', a), told('resolved', a)]), [
    undefined, undefined, undefined, undefined, '1700000000.001',
  ]); // biome-ignore format: a list
});

test('only stamps of messages are remembered', async () => {
  for (const stamp of [undefined, 7, '', 'x', '1700000000', `${'1'.repeat(30)}.1`]) {
    assert.equal(await threadsOf([told('firing', a), told('resolved', a)], () => stamp), [undefined, undefined]);
  }
});

test('a reminder is shown in the channel, too', () =>
  withReceiver(says({ ok: true, ts: '1.1' }), async ({ port, requests }) => {
    const target = bot(port);
    for (const kind of ['firing', 'reminder', 'resolved'] as const) await send(target, told(kind, a));
    assert.equal(
      requests.map((request) => posted(request).reply_broadcast),
      [undefined, true, false],
    );
  }));

test('threads of the last 1,000 alerts are remembered', async () => {
  const of = (n: number): AlertNotification => ({ ...told('firing', alertOf({ id: `alert-${n}` })), key: 'one' });
  const many = Array.from({ length: 1000 }, (_, n) => of(n));
  const threads = await threadsOf([...many, { ...of(0), kind: 'resolved', key: 'two' }, { ...of(1), kind: 'resolved', key: 'two' }]);
  // 1,000 alerts and their rule are one more than there is room for.
  assert.equal(threads.slice(1000), [undefined, '1700000000.002']);
});

test('of the threads those of alerts that fired longest ago are forgotten first', async () => {
  const of = (n: number, kind: AlertNotification['kind'], key: string): AlertNotification => ({
    ...told(kind, alertOf({ id: `alert-${n}` })),
    key,
  });
  const fired = [...Array.from({ length: 999 }, (_, n) => n), 0, 999].map((n) => of(n, 'firing', 'one'));
  const threads = await threadsOf([...fired, of(0, 'resolved', 'two'), of(1, 'resolved', 'two')]);
  assert.equal(threads.slice(fired.length), ['1700000000.001000', undefined]);
});

test('a thread that is not there any more is forgotten, and the next attempt is a message of its own', async () => {
  for (const error of ['thread_not_found', 'message_not_found', 'restricted_action_thread_locked', 'cannot_reply_to_message']) {
    await withReceiver(
      (socket, request) =>
        (posted(request).thread_ts === undefined ? says({ ok: true, ts: '1.1' }) : says({ ok: false, error }))(socket, request),
      async ({ port }) => {
        const target = bot(port);
        await send(target, told('firing', a));
        assert.ok((await failureOf(send(target, told('resolved', a)))).mayPass, error);
        await send(target, told('resolved', a));
      },
    );
  }
});

test("Slack's errors say whether trying again can help", async () => {
  const failures: Record<string, unknown> = {};
  for (const error of ['ratelimited', 'internal_error', 'invalid_auth', 'channel_not_found', 'not_in_channel', 'token_revoked', 'thread_not_found', 'constructor', 'xoxb-canary', 7]) {
    await withReceiver(says({ ok: false, error }, { 'retry-after': '9' }), async ({ port }) => {
      const { code, mayPass, retryAfterMs } = await failureOf(send(bot(port)));
      failures[`is ${error}`] = [code, mayPass, retryAfterMs];
    });
  }
  assert.equal(failures, {
    'is ratelimited': ['SLACK_RATELIMITED', true, 9000],
    'is internal_error': ['SLACK_INTERNAL_ERROR', true, 9000],
    'is invalid_auth': ['SLACK_INVALID_AUTH', false, 9000],
    'is channel_not_found': ['SLACK_CHANNEL_NOT_FOUND', false, 9000],
    'is not_in_channel': ['SLACK_NOT_IN_CHANNEL', false, 9000],
    'is token_revoked': ['SLACK_TOKEN_REVOKED', false, 9000],
    'is thread_not_found': ['SLACK_FAILED', false, 9000],
    'is constructor': ['SLACK_FAILED', false, 9000],
    'is xoxb-canary': ['SLACK_FAILED', false, 9000],
    'is 7': ['SLACK_FAILED', true, 9000],
  });
}); // biome-ignore format: a list

test('an answer that is not of Slack is a failure that may pass', async () => {
  for (const body of ['', 'ok', '<html>', '[]', 'null', '{"ok":"true"}', '{"ok":true', '1']) {
    await withReceiver(answer(200, {}, body), async ({ port }) => {
      const { code, mayPass } = await failureOf(send(bot(port)));
      assert.equal([code, mayPass], ['SLACK_FAILED', true], body);
    });
  }
});

test('429 with Retry-After is respected', () =>
  withReceiver(answer(429, { 'retry-after': '30' }), async ({ port }) => {
    const { code, mayPass, retryAfterMs } = await failureOf(send(bot(port)));
    assert.equal([code, mayPass, retryAfterMs], ['HTTP_429', true, 30_000]);
  }));

test('options say what a target is called and what it takes', () => {
  const options = { name: 'on-call', minSeverity: 'critical', kinds: ['firing', 'record'], limit: { most: 3, perMs: 1000 } } as const;
  const { send: _, place, ...rest } = slackTarget({ webhookUrl: 'https://hooks.slack.com/services/T0/B0/abcdef0123456789' }, options);
  assert.equal({ ...rest }, options);
  assert.is(place, 'hooks.slack.com …6789');
});

test('what is wrong with options is said', () => {
  const refused = (where: unknown, options?: unknown): string => refusalOf(() => slackTarget(where as never, options as never));
  const webhookUrl = 'https://hooks.slack.com/services/T0/B0/canary-canary';
  for (const [where, options, expected] of [
    [{}, undefined, 'either webhookUrl, or botToken and channel'],
    [{ webhookUrl, botToken: TOKEN }, undefined, 'either webhookUrl, or botToken and channel'],
    [{ webhookUrl, channel: 'C1' }, undefined, 'either webhookUrl, or botToken and channel'],
    [{ botToken: TOKEN }, undefined, 'slackTarget: channel is not valid'],
    [{ botToken: TOKEN, channel: 'a b' }, undefined, 'slackTarget: channel is not valid'],
    [{ botToken: 'xoxb with blanks', channel: 'C1' }, undefined, 'slackTarget: botToken is not valid'],
    [{ botToken: 7, channel: 'C1' }, undefined, 'slackTarget: botToken is not valid'],
    [{ webhookUrl: 'ftp://a/' }, undefined, 'slackTarget: webhookUrl is not valid'],
    [{ webhookUrl: 7 }, undefined, 'slackTarget: webhookUrl is not valid'],
    [{ botToken: TOKEN, channel: 'C1' }, { apiUrl: 'http://127.0.0.1/' }, 'slackTarget: apiUrl is not valid'],
    [{ webhookURL: webhookUrl }, undefined, 'Did you mean "webhookUrl"?'],
    [{ webhookUrl }, { naem: 'x' }, 'Did you mean "name"?'],
    [{ webhookUrl }, { name: 'a b' }, 'slackTarget: name is not valid'],
    [{ webhookUrl }, { minSeverity: 'low' }, 'warning or critical'],
    [{ webhookUrl }, { kinds: ['fired'] }, 'firing, resolved'],
    [{ webhookUrl }, { limit: { most: 0, perMs: 1 } }, '{ most: 10, perMs: 60_000 }'],
    [{ webhookUrl }, { minSeverity: webhookUrl }, 'slackTarget: minSeverity is not valid'],
    [{ webhookUrl }, { limit: webhookUrl }, 'slackTarget: limit is not valid'],
    [webhookUrl, undefined, '{ webhookUrl } or { botToken, channel }'],
    [{ webhookUrl }, 'x', 'an object of options'],
  ] as const) {
    const refusal = refused(where, options);
    assert.match(refusal, expected);
    assert.not.match(refusal, /canary|abcdef/);
  }
});

test.run();
