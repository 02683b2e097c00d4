import * as fc from 'fast-check';
import { createTransport } from 'nodemailer';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AlertTarget } from '../../../../lib/alerts/target';
import { type EmailMessage, type EmailTransport, emailTarget } from '../../../../lib/node/alerts/index';
import { failureOf, patient, refusalOf, send } from '../../../support/alerts/failure';
import { alertOf, notificationOf } from '../../../support/alerts/notification';
import { type SmtpSink, withSmtpSink } from '../../../support/alerts/smtp-sink';
import { until } from '../../../support/alerts/until';

const [from, to] = ['Alerts <alerts@example.com>', ['ops@example.com', 'dev@example.org']];

/** A transport of nodemailer to a sink. */
const smtp = ({ port }: SmtpSink): EmailTransport => createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true });
const over = (transport: unknown): AlertTarget => emailTarget({ transport: transport as EmailTransport, from, to });

/** Headers of a mail, unfolded, and what follows them. */
function mailOf(data: string): { headers: Record<string, string>; body: string } {
  const at = data.indexOf('\r\n\r\n');
  const rows = data.slice(0, at).replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  return { headers: Object.fromEntries(rows.map((row) => [row.slice(0, row.indexOf(':')).toLowerCase(), row.slice(row.indexOf(':') + 2)])), body: data.slice(at + 4) };
} // biome-ignore format: one line

test('a mail server gets the mail, through nodemailer', () =>
  withSmtpSink({}, async (sink) => {
    const target = over(smtp(sink));
    assert.equal([target.name, target.place], ['email', 'example.com and 1 more']);
    await send(target);
    const [mail] = sink.mails;
    assert.equal([mail!.from, mail!.to], ['alerts@example.com', to]);
    const { headers, body } = mailOf(mail!.data);
    assert.is(headers.subject, '[FIRING] llm_errors: opus');
    assert.is(headers['auto-submitted'], 'auto-generated');
    assert.is(headers['x-priority'], '1 (Highest)');
    assert.match(headers['message-id']!, /^<[0-9a-f]{32}@example\.com>$/);
    assert.match(headers['content-type']!, 'multipart/alternative');
    for (const text of ['text/plain', 'text/html', 'Errors of opus are at 21 %', 'Runbook: https://wiki.example.com/llm?page', 'coder'])
      assert.match(body, text);
    await until('the connection is closed', () => sink.open === 0);
  }));

test('a mail has the same Message-ID in each attempt, and mails of one rule are one conversation', async () => {
  const mails: EmailMessage[] = [];
  const target = over({ sendMail: async (mail: EmailMessage) => mails.push(mail) });
  await send(target);
  await send(target);
  await send(target, notificationOf({ id: 'ntf-0002', kind: 'resolved', severity: 'warning' }));
  await send(target, notificationOf({ id: 'ntf-0003', key: 'other' }));
  const [first, again, later, other] = mails as [EmailMessage, EmailMessage, EmailMessage, EmailMessage];
  assert.is(first.messageId, again.messageId);
  assert.is.not(first.messageId, later.messageId);
  assert.is(first.references, later.references);
  assert.is.not(first.references, other.references);
  assert.equal([first.priority, later.priority], ['high', 'normal']);
  assert.equal([first.disableFileAccess, first.disableUrlAccess], [true, true]);
});

test('HTML is escaped, and links are those of the Web', async () => {
  const mails: EmailMessage[] = [];
  const target = over({ sendMail: async (mail: EmailMessage) => mails.push(mail) });
  const alerts = [alertOf({ runbook: 'https://wiki/?a=1&b="><script>' }), alertOf({ runbook: 'javascript:alert(1)' })];
  await send(target, notificationOf({ title: '<b>"x"', text: "</pre><script>alert('1')</script>\n&amp;", alerts, origin: { app: '<i>' } }));
  assert.is(
    mails[0]!.html,
    '<h3>&lt;b&gt;&quot;x&quot;</h3><pre style="white-space:pre-wrap">&lt;/pre&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;\n&amp;amp;</pre>' +
      '<p><a href="https://wiki/?a=1&amp;b=%22%3E%3Cscript%3E">Runbook</a></p><p><small>&lt;i&gt; · 2026-01-02T03:05:06Z · ntf-0001</small></p>',
  );
  assert.match(mails[0]!.text, "</pre><script>alert('1')</script>\n&amp;");
});

test('property: no data becomes a header', async () => {
  await withSmtpSink({}, async (sink) => {
    const target = over(smtp(sink));
    const hostile = fc
      .array(fc.oneof(fc.constantFrom('\r\n', '\n', '\r', '\r\nBcc: evil@example.net', '\0', '\u2028', '\u0085', ':', ' ', 'x'), fc.string({ unit: 'binary', maxLength: 5 })))
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, async (title, id, key) => {
        const count = sink.mails.length;
        await send(target, notificationOf({ title, id, key }));
        const { headers } = mailOf(sink.mails[count]!.data);
        const names = ['from', 'to', 'subject', 'message-id', 'references', 'auto-submitted', 'content-type', 'date', 'mime-version'];
        const known = [...names, 'x-auto-response-suppress', 'x-priority', 'x-msmail-priority', 'importance'];
        assert.equal(Object.keys(headers).filter((name) => !known.includes(name)), []);
        assert.equal(sink.mails[count]!.to, to);
      }),
      { numRuns: 60 },
    );
  });
}); // biome-ignore format: a list

test('answers of the mail server say whether trying again can help', async () => {
  const failures: unknown[] = [];
  for (const recipient of ['550 canary', '450 canary', '451 canary', '554 canary']) {
    await withSmtpSink({ recipient }, async (sink) => {
      const { code, mayPass, message } = await failureOf(send(over(smtp(sink))));
      failures.push([code, mayPass, message]);
    });
  }
  assert.equal(failures, [['SMTP_550', false, 'SMTP_550'], ['SMTP_450', true, 'SMTP_450'], ['SMTP_451', true, 'SMTP_451'], ['SMTP_554', false, 'SMTP_554']]);
}); // biome-ignore format: a list

test('whatever a transport throws comes to a code', async () => {
  const codes: unknown[] = [];
  const errors = [{ code: 'EAUTH' }, { code: 'EENVELOPE' }, { code: 'ECONNECTION' }, { code: 'ETIMEDOUT' }, { code: 'canary' }, { code: 7 }, { responseCode: 99 }, { responseCode: 600 }, undefined, 'canary'];
  const getter = Object.defineProperty({}, 'code', { get: () => assert.unreachable() });
  for (const error of [...errors, getter]) {
    const rejecting = async (): Promise<never> => Promise.reject(error);
    const throwing = (): never => {
      throw error;
    };
    const both = [await failureOf(send(over({ sendMail: rejecting }))), await failureOf(send(over({ sendMail: throwing })))];
    assert.equal(both[0]!.code, both[1]!.code);
    codes.push([both[0]!.code, both[0]!.mayPass]);
  }
  assert.equal(codes, [
    ['EAUTH', false], ['EENVELOPE', false], ['ECONNECTION', true], ['ETIMEDOUT', true], ['MAIL_FAILED', true], ['MAIL_FAILED', true], ['MAIL_FAILED', true], ['MAIL_FAILED', true],
    ['MAIL_FAILED', true], ['MAIL_FAILED', true], ['MAIL_FAILED', true],
  ]);
}); // biome-ignore format: a list

test('a mail server that hangs is left when the time is over, and the next attempt does not send a second mail', () =>
  withSmtpSink({ hangs: true }, async (sink) => {
    const target = over(smtp(sink));
    for (let attempt = 0; attempt < 3; attempt++) {
      const patience = new AbortController();
      const failing = failureOf(send(target, notificationOf(), patience.signal));
      await until('the mail has come', () => sink.mails.length > 0);
      patience.abort(new Error('canary'));
      const { code, mayPass } = await failing;
      assert.equal([code, mayPass], ['TIMEOUT', true]);
    }
    assert.is(sink.mails.length, 1);
  }));

test('an attempt that waits for the one before hears how it ends', async () => {
  let end: (error?: Error) => void = () => {};
  let calls = 0;
  const sendMail = (): Promise<void> => {
    calls++;
    return new Promise((resolve, reject) => {
      end = (error) => (error ? reject(error) : resolve());
    });
  };
  const target = over({ sendMail });
  const patience = new AbortController();
  const first = failureOf(send(target, notificationOf(), patience.signal));
  patience.abort();
  await first;
  const second = send(target);
  end();
  await second;
  assert.is(calls, 1);
  const third = failureOf(send(target));
  end(new Error('canary'));
  assert.is((await third).code, 'MAIL_FAILED');
  assert.is(calls, 2, 'what has ended is begun anew');
}); // biome-ignore format: a list

/** A transport that sends when it is told to. */
function slowTransport(): { sendMail(mail: EmailMessage): Promise<void>; readonly ends: ((error?: Error) => void)[] } {
  const ends: ((error?: Error) => void)[] = [];
  return {
    ends,
    sendMail: () => new Promise((resolve, reject) => void ends.push((error) => (error ? reject(error) : resolve()))),
  };
}

/** An attempt whose time is over before its mail is sent. */
async function late(target: AlertTarget, id = 'ntf-0001'): Promise<void> {
  const patience = new AbortController();
  const failing = failureOf(send(target, notificationOf({ id }), patience.signal));
  patience.abort();
  assert.is((await failing).code, 'TIMEOUT');
}

/** Lets promises settle. */
const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test('a mail that was sent between two attempts is not sent again: the next attempt has it', async () => {
  const transport = slowTransport();
  const target = over(transport);
  await late(target);
  transport.ends[0]!();
  await settle();
  await send(target);
  assert.is(transport.ends.length, 1);
});

test('a mail that was refused for good between two attempts is not tried again; one that may pass is', async () => {
  const transport = slowTransport();
  const target = over(transport);
  await late(target);
  transport.ends[0]!(Object.assign(new Error('canary'), { responseCode: 550 }));
  await settle();
  const { code, mayPass } = await failureOf(send(target));
  assert.equal([code, mayPass, transport.ends.length], ['SMTP_550', false, 1]);
  await late(target, 'other');
  transport.ends[1]!(Object.assign(new Error('canary'), { responseCode: 450 }));
  await settle();
  const again = send(target, notificationOf({ id: 'other' }));
  assert.is(transport.ends.length, 3);
  transport.ends[2]!();
  await again;
});

test('each attempt may be too short: the mail is sent once, and the outcome is there when one of them asks', async () => {
  const transport = slowTransport();
  const target = over(transport);
  for (let attempt = 0; attempt < 5; attempt++) await late(target);
  transport.ends[0]!();
  await settle();
  await send(target);
  assert.is(transport.ends.length, 1);
});

test('of mails that were sent late and that nobody asks for, the last 100 are remembered', async () => {
  const transport = slowTransport();
  const target = over(transport);
  for (let n = 0; n < 101; n++) {
    await late(target, `n${n}`);
    transport.ends[n]!();
    await settle();
  }
  for (let n = 1; n < 101; n++) await send(target, notificationOf({ id: `n${n}` }));
  assert.is(transport.ends.length, 101);
  const anew = send(target, notificationOf({ id: 'n0' }));
  assert.is(transport.ends.length, 102);
  transport.ends[101]!();
  await anew;
});

test('what an attempt heard of is not remembered: the same notification can be sent again', async () => {
  const transport = slowTransport();
  const target = over(transport);
  await late(target);
  const second = send(target);
  transport.ends[0]!();
  await second;
  const third = send(target);
  assert.is(transport.ends.length, 2);
  transport.ends[1]!();
  await third;
});

test('no more than 16 mails wait in a transport that hangs; and what rejects late is heard by nobody', async () => {
  const rejects: ((error: Error) => void)[] = [];
  const target = over({ sendMail: () => new Promise((_, reject) => rejects.push(reject)) });
  const patience = Array.from({ length: 16 }, () => new AbortController());
  const waiting = patience.map(({ signal }, n) => failureOf(send(target, notificationOf({ id: `n${n}` }), signal)));
  const { code, mayPass } = await failureOf(send(target, notificationOf({ id: 'one more' })));
  assert.equal([code, mayPass, rejects.length], ['TRANSPORT_BUSY', true, 16]);
  for (const one of patience) one.abort();
  await Promise.all(waiting);
  for (const reject of rejects) reject(new Error('canary'));
  // A rejection that nobody hears would end this process.
  await new Promise((resolve) => setImmediate(resolve));
  const after = failureOf(target.send(notificationOf({ id: 'one more' }), { signal: patient() }));
  assert.is(rejects.length, 17);
  rejects[16]!(new Error('canary'));
  assert.is((await after).code, 'MAIL_FAILED');
});

test('a signal that is aborted already sends nothing', async () => {
  let calls = 0;
  const target = over({ sendMail: async () => calls++ });
  assert.is((await failureOf(send(target, notificationOf(), AbortSignal.abort()))).code, 'TIMEOUT');
  assert.is(calls, 0);
});

test('what is wrong with options is said, without repeating an address', () => {
  const transport: EmailTransport = { sendMail: async () => {} };
  const refused = (options: object): string => refusalOf(() => emailTarget({ transport, from: 'a@example.com', to: 'b@example.com', ...options } as never));
  assert.is(refused({}), 'none');
  for (const name of ['Ops <ops@example.com>', 'ops+a@[127.0.0.1]'.replace(/\[|\]/g, ''), '"Ops, Dev" <o@example.com>']) assert.is(refused({ to: name }), 'none', name);
  for (const address of ['canary', '', 'canary@', '@canary', 'canary@a b', 'canary@a\r\nBcc: x@y', 'Canary\n <a@b>', 'a@b, canary@c', 'canary <a@b', 'a@b>', 7, undefined, null, {}]) {
    for (const key of ['from', 'to']) {
      const refusal = refused({ [key]: address });
      assert.match(refusal, `emailTarget: ${key} is not valid`, String(address));
      assert.not.match(refusal, /canary/i);
    }
  }
  for (const list of [[], ['a@b', 'canary'], Array(51).fill('a@b')]) assert.match(refused({ to: list }), 'emailTarget: to is not valid');
  for (const wrong of [undefined, {}, 'canary', () => {}]) assert.match(refused({ transport: wrong }), 'emailTarget: transport is not valid');
  assert.match(refused({ form: 'a@b' }), 'Did you mean "from"?');
}); // biome-ignore format: lists

test.run();
