/** URLs, tokens and secrets must be nowhere but in the requests themselves: J7 of the catalogue of faults. */
import { inspect } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AlertTarget } from '../../../lib/alerts/target';
import { emailTarget, slackTarget, webhookTarget } from '../../../lib/node/alerts/index';
import { send } from '../../support/alerts/failure';
import { notificationOf } from '../../support/alerts/notification';
import { answer, headOf, type Reply, withReceiver } from '../../support/alerts/receiver';

/** Each stands in one secret place. */
const CANARY = /canary-[a-z]+-0123456789/;
const canary = (where: string): string => `canary-${where}-0123456789`;
const allowPrivate = ['127.0.0.1', 'hooks.internal'];

const targets = (port: number): AlertTarget[] => [
  webhookTarget({
    url: `http://127.0.0.1:${port}/${canary('path')}?key=${canary('query')}#${canary('hash')}`,
    secret: canary('secret'),
    headers: { authorization: `Bearer ${canary('header')}` },
    allowPrivate,
  }),
  webhookTarget({ url: `https://127.0.0.1:${port}/${canary('path')}`, allowPrivate }),
  slackTarget({ webhookUrl: `http://127.0.0.1:${port}/services/${canary('hook')}` }, { allowPrivate }),
  slackTarget({ botToken: canary('token'), channel: 'C1' }, { apiUrl: `http://127.0.0.1:${port}/${canary('api')}`, allowPrivate }),
  emailTarget({
    transport: {
      options: { auth: { pass: canary('password') } },
      sendMail: () => Promise.reject(Object.assign(new Error(canary('mail')), { response: canary('mail'), command: canary('mail') })),
    } as never,
    from: 'alerts@example.com',
    to: `${canary('person')}@example.com`,
  }),
];

/** Everything that can be made of a value. */
const shown = (value: unknown): string =>
  [
    inspect(value, { depth: 20, showHidden: true, getters: true }),
    inspect(value, { showProxy: true, compact: false }),
    JSON.stringify(value),
    String(value),
    ...Object.getOwnPropertyNames(value).map((name) => String((value as Record<string, unknown>)[name])),
  ].join('\n');

test('a target shows no secret, however it is printed', () => {
  for (const target of targets(4321)) {
    assert.not.match(shown(target), CANARY);
    assert.equal(JSON.parse(JSON.stringify(target)), { name: target.name, place: target.place });
    assert.match(target.place, /^[\w.:]+(?: …6789)?$/);
  }
});

const says = (text: string): Record<string, string> => ({ 'x-echo': text, location: `https://${text}.example.com/` });

const REPLIES: Readonly<Record<string, Reply>> = {
  'a refusal that repeats everything': (socket, request) => answer(403, says('canary-echo-0123456789'), request)(socket, request),
  'a redirect': answer(302, says('canary-echo-0123456789')),
  'an error of Slack': answer(200, {}, JSON.stringify({ ok: false, error: canary('echo') })),
  'no HTTP': (socket, request) => socket.end(`${request} ${canary('echo')}`),
  'a broken head': (socket) => socket.end(`HTTP/1.1 200 OK\r\n${canary('echo')}\0\r\n\r\n`),
  'an end': (socket) => socket.destroy(),
  'half an answer': (socket) => socket.end(`${headOf(200, { 'content-length': '500' })}${canary('echo')}`),
};

for (const [what, reply] of Object.entries(REPLIES)) {
  test(`an error shows no secret, after ${what}, and nothing is printed`, async () => {
    const printed: unknown[] = [];
    const { log, warn, error, info, debug } = console;
    const note = (...args: unknown[]): unknown => printed.push(args);
    const { emitWarning } = process;
    Object.assign(console, { log: note, warn: note, error: note, info: note, debug: note });
    process.emitWarning = note as never;
    let errors = 0;
    try {
      await withReceiver(reply, async ({ port }) => {
        const made = targets(port);
        for (const target of made) {
          // One of them waits for an encrypted answer, which never comes.
          const patience = AbortSignal.timeout(target === made[1] ? 100 : 10_000);
          await send(target, notificationOf(), patience).catch((failure: Error) => {
            errors++;
            assert.not.match(shown(failure), CANARY);
            assert.not.match(shown(failure), String(port));
            assert.not.match(`${failure.stack}`, CANARY);
          });
        }
      });
    } finally {
      Object.assign(console, { log, warn, error, info, debug });
      process.emitWarning = emitWarning;
    }
    assert.ok(errors >= 3, `${errors} errors`);
    assert.equal(printed, []);
  });
}

test.run();
