import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DeliveryError } from '../../../lib/alerts/target';
import { bench, fakeTarget, settle } from './fake-alerts';

test('lines of level critical are told when records are on', async () => {
  const off = bench();
  off.host.critical('disk is gone');
  await settle();
  assert.equal([off.target.sent.length, off.host.listeners.size], [0, 0]);

  const { host, target, alerts } = bench({ records: {} });
  const error = Object.assign(new TypeError('hunter2 is not a disk\n'), { code: 'X' });
  const place = { level: 'critical', logger: 'app.bot', event: undefined, message: 'Disk is gone, hunter2' } as const;
  host.critical('', { error, hasError: true, place });
  await settle();
  const [sent] = target.sent;
  assert.equal(
    [sent!.kind, sent!.severity, sent!.title, sent!.key],
    ['record', 'critical', '[CRITICAL] Disk is gone, ***', 'aaaaaaaaaaaa'],
  );
  assert.is(sent!.text, 'Logger: app.bot\nError: TypeError: *** is not a disk\nError id: id0, fingerprint aaaaaaaaaaaa');
  assert.equal(alerts.stats().records, { seen: 1, told: 1, suppressed: 0, silenced: 0 });
  alerts.configure({ records: false });
  assert.is(host.listeners.size, 0);
  assert.equal(alerts.stats().records, { seen: 1, told: 1, suppressed: 0, silenced: 0 });
});

test('lines of other levels and occurrences that were told are not', async () => {
  const { host, target } = bench({ records: {} });
  host.critical('again', { occurrences: 0 });
  host.critical('', { place: { level: 'error', logger: 'app.bot', event: undefined, message: 'error' } });
  await settle();
  assert.is(target.sent.length, 0);
});

test('what has no message is told by its error, its event, or its logger', async () => {
  const { host, target } = bench({ records: {} });
  const place = { level: 'critical', logger: 'app.bot', event: 'app.bot.crash', message: '' } as const;
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error('x');
      },
      has: () => {
        throw new Error('x');
      },
    },
  );
  for (const [index, seen] of [
    { error: new Error('of the error'), hasError: true, place },
    { error: 'text', hasError: true, place },
    { error: hostile, hasError: true, place },
    { place },
    { place: { ...place, event: undefined } },
  ].entries()) {
    host.critical('', { ...seen, fingerprint: `f${index}` });
  }
  await settle();
  assert.equal(
    target.titles(),
    ['of the error', 'text', 'app.bot.crash', 'app.bot.crash', 'app.bot'].map((title) => `[CRITICAL] ${title}`),
  );
  assert.match(target.sent[0]!.text, /^Event: app\.bot\.crash$/m);
});

test('the same error is told once in 5 minutes, and the next time with how many there were', async () => {
  const { host, target, clock, alerts } = bench({ records: {} });
  for (let time = 0; time < 42; time++) host.critical('disk');
  host.critical('net', { fingerprint: 'bbbbbbbbbbbb' });
  await settle();
  assert.equal(target.titles(), ['[CRITICAL] disk', '[CRITICAL] net']);
  clock.advance(299_999);
  host.critical('disk');
  clock.advance(1);
  host.critical('disk');
  await settle();
  assert.is(target.sent.length, 3);
  assert.match(target.sent[2]!.text, /\nand 42 more since it was told last$/);
  host.critical('disk');
  clock.advance('5m');
  host.critical('disk');
  await settle();
  assert.match(target.sent[3]!.text, /\nand 1 more since/);
  assert.equal(alerts.stats().records, { seen: 47, told: 4, suppressed: 43, silenced: 0 });
});

test('errors beyond those that are known are told as one; old ones make room', async () => {
  const { host, target, clock, alerts } = bench({ records: { maxFingerprints: 10, every: '1m' } });
  for (let index = 0; index < 500; index++) host.critical(`n${index}`, { fingerprint: `f${index}` });
  await settle();
  assert.is(alerts.stats().records.told, 11);
  assert.is(target.sent.length, 11);
  clock.advance('1m');
  for (let index = 500; index < 510; index++) host.critical(`n${index}`, { fingerprint: `f${index}` });
  await settle();
  assert.is(alerts.stats().records.told, 21);
});

test('an error that is told again is the last to be forgotten', () => {
  const { host, clock, alerts } = bench({ records: { maxFingerprints: 2, every: '1m' }, targets: [] });
  const told = (fingerprint: string) => {
    host.critical(fingerprint, { fingerprint });
    return alerts.stats().records.told;
  };
  assert.is(told('a'), 1);
  clock.advance('30s');
  assert.is(told('b'), 2);
  clock.advance('30s');
  assert.is(told('a'), 3);
  clock.advance('40s');
  assert.is(told('c'), 4, 'b has gone');
  assert.is(told('d'), 5, 'one of the others');
  assert.is(told('e'), 5, 'another one of them');
});

test('records are told to the targets that are named, and a silence of everything covers them', async () => {
  const [one, other] = [fakeTarget('one'), fakeTarget('other')];
  const { host, alerts, clock } = bench({ targets: [one, other], records: { targets: ['other'] } });
  alerts.silence({ rule: 'cpu', for: '1h' });
  host.critical('a', { fingerprint: 'a' });
  const id = alerts.silence({ for: '1h' });
  host.critical('b', { fingerprint: 'b' });
  alerts.unsilence(id);
  host.critical('c', { fingerprint: 'c' });
  alerts.silence({ for: '15s' });
  clock.advance('15s');
  host.critical('d', { fingerprint: 'd' });
  await settle();
  assert.equal([one.titles(), other.titles()], [[], ['[CRITICAL] a', '[CRITICAL] c', '[CRITICAL] d']]);
  assert.is(alerts.stats().records.silenced, 1);
});

test('what comes of telling is never told', async () => {
  const { host, target, rule, values, pass, alerts } = bench({ records: {} });
  let depth = 0;
  const complain = () => {
    if (depth++ < 100) host.critical(`about an alert ${depth}`, { fingerprint: `f${depth}` });
  };
  target.otherwise = () => {
    complain();
    return Promise.reject(new DeliveryError({ code: 'X', mayPass: false }));
  };
  host.onEvent = complain;
  host.warn = complain;
  rule('cpu');
  values.cpu = 9;
  await pass(60_000, 1000);
  assert.is(depth, 4, 'the event, the sending, its outcome, the warning');
  assert.is(target.sent.length, 1);
  assert.is(alerts.stats().records.seen, 0);
});

test.run();
