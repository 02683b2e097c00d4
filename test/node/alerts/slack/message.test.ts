import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AlertNotification } from '../../../../lib/alerts/target';
import { type SlackBlock, type SlackMessage, slackMessage } from '../../../../lib/node/alerts/slack/message';
import { slackText } from '../../../../lib/node/alerts/slack/text';
import { alertOf, notificationOf } from '../../../support/alerts/notification';

/** Every text of a message. */
const textsOf = ({ text, blocks }: SlackMessage): string[] => [text, ...blocks.flatMap(textsOfBlock)];
function textsOfBlock(block: SlackBlock): string[] {
  if (block.type === 'context') return block.elements.map(({ text }) => text);
  return 'text' in block ? [block.text.text] : block.fields.map(({ text }) => text);
}

test('a message has a headline, the text, what is known of the alert, the runbook, and where it comes from', () => {
  const mrkdwn = (text: string): object => ({ type: 'mrkdwn', text, verbatim: true });
  assert.equal(slackMessage(notificationOf()), {
    text: '[FIRING] llm_errors: opus\nErrors of opus are at 21 %',
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: '[FIRING] llm_errors: opus', emoji: false } },
      { type: 'section', text: mrkdwn('Errors of opus are at 21 %') },
      {
        type: 'section',
        fields: [
          '*Severity*\ncritical',
          '*Rule*\nllm_errors',
          '*model*\nopus',
          '*Condition*\nerrorRate("llm.request") &gt; 5% critical 20% for 1m by model',
          '*Since*\n2026-01-02T03:04:05Z',
          '*error*\nERR-7K3M-Q9TD',
        ].map(mrkdwn),
      },
      { type: 'section', text: mrkdwn('<https://wiki.example.com/llm?page=1&amp;part=2|Runbook>') },
      { type: 'context', elements: ['coder', 'production', 'web-1', '2026-01-02T03:05:06Z', 'ntf-0001'].map(mrkdwn) },
    ],
    unfurl_links: false,
    unfurl_media: false,
  } as unknown as SlackMessage);
});

test('of several alerts their number is told, and each runbook once', () => {
  const runbooks = ['https://a/', 'https://a/', 'https://b/', 'javascript:alert(1)', undefined];
  const message = slackMessage(notificationOf({ alerts: runbooks.map((runbook) => alertOf({ runbook })), more: 41 }));
  const texts = textsOf(message);
  assert.ok(texts.includes('*Alerts*\n46'));
  assert.ok(texts.includes('<https://a/|Runbook 1>  <https://b/|Runbook 2>'));
});

test('a notification without alerts or texts is still a message that Slack takes', () => {
  const message = slackMessage(notificationOf({ kind: 'test', title: '', text: '\n', alerts: [], origin: {} }));
  assert.equal(
    message.blocks.map(({ type }) => type),
    ['header', 'context'],
  );
  assert.is(textsOf(message)[1], 'Alert');
});

test('text is escaped letter by letter, and never cut within an escaped one', () => {
  assert.is(
    slackText('<!channel> & <@U1|x> <#C1> <https://a|b>', 200),
    '&lt;!channel&gt; &amp; &lt;@U1|x&gt; &lt;#C1&gt; &lt;https://a|b&gt;',
  );
  assert.is(slackText('&amp;', 20), '&amp;amp;');
  for (let most = 1; most < 30; most++) {
    const text = slackText('<&><&><&>', most);
    assert.ok(text.length <= most, text);
    assert.match(text, /^(?:&(?:lt|gt|amp);)*…?$/);
  }
});

/** Data that wants to be more than data. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 5000 }),
  fc
    .array(
      fc.constantFrom('<!channel>', '<!here|x>', '<@U012>', '<#C012>', '<https://evil|bank>', '<', '>', '&', '&lt;', '@here', '|', '*', '`', '\r\n', '\0', '\ud83d', '😀', 'a', ' '),
      { maxLength: 1200 },
    )
    .map((parts) => parts.join('')),
); // biome-ignore format: a list

const alert = fc
  .record({
    rule: hostile,
    group: hostile,
    by: hostile,
    condition: hostile,
    runbook: fc.oneof(
      hostile,
      fc.webUrl(),
      hostile.map((text) => `https://wiki/${text}`),
    ),
  })
  .chain((parts) => fc.dictionary(hostile, hostile, { maxKeys: 12 }).map((details) => alertOf({ ...parts, details })));

const notification: fc.Arbitrary<AlertNotification> = fc
  .record({
    title: hostile,
    text: hostile,
    key: hostile,
    id: hostile,
    app: hostile,
    hostname: hostile,
    alerts: fc.array(alert, { maxLength: 5 }),
  })
  .map(({ app, hostname, ...parts }) => notificationOf({ ...parts, origin: { app, hostname } }));

/** What we write ourselves. */
const RUNBOOK = /^<https?:\/\/[^<>|\s]+\|Runbook(?: \d)?>(?: {2}<https?:\/\/[^<>|\s]+\|Runbook(?: \d)?>)*$/;

test('property: no data becomes a mention or a link', () => {
  fc.assert(
    fc.property(notification, (given) => {
      for (const text of textsOf(slackMessage(given))) {
        assert.not.match(text, /<[!@#]/);
        if (!RUNBOOK.test(text)) assert.not.match(text, /[<>]/);
        // Every & begins one of the three.
        assert.not.match(text.replace(/&(?:amp|lt|gt);/g, ''), /&/);
      }
    }),
    { numRuns: 300 },
  );
});

test('property: a message keeps to the limits of Slack', () => {
  fc.assert(
    fc.property(notification, (given) => {
      const { text, blocks } = slackMessage(given);
      assert.ok(text.length <= 3000 && blocks.length <= 50);
      for (const block of blocks) {
        const texts = textsOfBlock(block);
        assert.ok(texts.every((one) => one.length > 0));
        if (block.type === 'header') assert.ok(texts[0]!.length <= 150);
        else if (block.type === 'context') assert.ok(texts.length >= 1 && texts.length <= 10);
        else if ('text' in block) assert.ok(texts[0]!.length <= 3000);
        else assert.ok(texts.length <= 10 && texts.every((one) => one.length <= 2000));
      }
    }),
    { numRuns: 300 },
  );
});

test.run();
