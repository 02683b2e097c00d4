import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bench, fakeTarget, settle } from './fake-alerts';

const MINUTE = 60_000;
const groups = (...names: string[]): Record<string, number> => Object.fromEntries(names.map((name) => [name, 9]));

test('what fires is told once, and that it is over once', async () => {
  const { rule, values, pass, target, clock } = bench();
  const begin = clock.systemTime();
  rule('cpu', { runbook: 'https://wiki.example/cpu' });
  values.cpu = 9;
  await pass(5 * MINUTE);
  values.cpu = 1;
  await pass(5 * MINUTE);
  assert.equal(
    target.sent.map(({ title, kind, severity, key, more, time, origin }) => [title, kind, severity, key, more, time - begin, origin.app]),
    [
      ['[FIRING] cpu: 9 is above 5', 'firing', 'warning', 'cpu', 0, 10_000, 'shop'],
      ['[RESOLVED] cpu: after 5 min', 'resolved', 'warning', 'cpu', 0, 310_000, 'shop'],
    ],
  );
  const [firing, resolved] = target.sent;
  assert.match(
    firing!.text,
    /^- cpu: 9 is above 5 \(warning, since 2026-01-01 00:00:10 UTC\)\nCondition: .+\nRunbook: https:\/\/wiki\.example\/cpu$/,
  );
  assert.match(resolved!.text, /resolved 2026-01-01 00:05:10 UTC, fired for 5 min/);
  assert.equal([firing!.alerts[0]!.state, resolved!.alerts[0]!.state], ['firing', 'resolved']);
  assert.is(resolved!.alerts[0]!.resolvedAt! - resolved!.alerts[0]!.firedAt!, 5 * MINUTE);
  assert.is.not(firing!.id, resolved!.id);
});

test('the summary of a rule is filled in', async () => {
  const { rule, values, pass, target } = bench();
  rule('disk', { summary: '{group} has {value} of {threshold} for {for}, {unknown}', for: '10s' });
  values.disk = { '/var': 9 };
  await pass(20_000);
  assert.is(target.sent[0]!.alerts[0]!.summary, '/var has 9 of 5 for 10 s, {unknown}');
  assert.is(target.sent[0]!.title, '[FIRING] disk (/var): /var has 9 of 5 for 10 s, {unknown}');
});

test('groups that fire in one tick are one notification of five and how many more', async () => {
  const { rule, values, pass, target } = bench();
  rule('disk', { threshold: { op: '>', warning: 5, critical: 20 } });
  values.disk = { ...Object.fromEntries(Array.from({ length: 45 }, (_, index) => [`d${index}`, 9])), worst: 21 };
  await pass(10_000);
  const [firing, ...others] = target.sent;
  assert.equal(others, []);
  assert.equal([firing!.title, firing!.alerts.length, firing!.more, firing!.severity], ['[FIRING] disk: 46 groups', 5, 41, 'critical']);
  assert.is(firing!.alerts[0]!.group, 'worst', 'critical ones come first');
  assert.match(firing!.text, /^and 41 more$/m);
  values.disk = {};
  await pass(10_000);
  assert.equal([target.sent[1]!.title, target.sent[1]!.more], ['[RESOLVED] disk: 46 groups', 41]);
});

test('groupWait gathers groups before the first notification', async () => {
  const { rule, values, pass, target } = bench({ groupWait: '30s' });
  rule('disk');
  values.disk = groups('a');
  await pass(20_000);
  values.disk = groups('a', 'b');
  await pass(10_000);
  assert.equal(target.titles(), []);
  await pass(10_000);
  assert.equal(target.titles(), ['[FIRING] disk: 2 groups']);
});

test('what is over before groupWait is, is never told', async () => {
  const { rule, values, pass, target } = bench({ groupWait: '30s' });
  rule('disk');
  values.disk = groups('a');
  await pass(20_000);
  values.disk = {};
  await pass(MINUTE);
  values.disk = groups('a');
  await pass(20_000);
  assert.equal(target.titles(), [], 'the wait begins anew');
  await pass(20_000);
  assert.is(target.sent.length, 1);
});

test('further groups of a rule that was told wait for groupInterval', async () => {
  const { rule, values, pass, target, clock } = bench();
  const begin = clock.systemTime();
  rule('disk');
  values.disk = groups('a');
  await pass(10_000);
  values.disk = groups('a', 'b');
  await pass(MINUTE);
  values.disk = groups('a', 'b', 'c');
  await pass(10 * MINUTE);
  assert.equal(
    target.sent.map(({ title, time }) => [title, (time - begin) / 1000]),
    [
      ['[FIRING] disk (a): 9 is above 5', 10],
      ['[FIRING] disk: 2 groups', 310],
    ],
  );
});

test('groups that end one after another are told together, the last ones at once', async () => {
  const { rule, values, pass, target, clock } = bench();
  const begin = clock.systemTime();
  rule('disk');
  values.disk = groups('a', 'b', 'c', 'd');
  await pass(10_000);
  for (const left of [['b', 'c', 'd'], ['c', 'd'], ['d']]) {
    values.disk = groups(...left);
    await pass(10_000);
  }
  assert.equal(target.titles().slice(1), ['[RESOLVED] disk (a): after 10 s']);
  await pass(10 * MINUTE);
  assert.equal([target.sent[2]!.title, target.sent[2]!.time - begin], ['[RESOLVED] disk: 2 groups', 320_000]);
  values.disk = {};
  await pass(10_000);
  assert.is(target.sent.length, 4);
  assert.match(target.sent[3]!.title, /^\[RESOLVED\] disk \(d\): after 10 min/);
});

test('an alert that flaps is told once within dedupe, and that it is over only where it was told', async () => {
  const { rule, values, pass, target, alerts } = bench();
  rule('cpu');
  for (let minute = 0; minute < 20; minute++) {
    values.cpu = 9;
    await pass(30_000);
    values.cpu = 1;
    await pass(30_000);
  }
  assert.is(alerts.history().filter(({ change }) => change === 'firing').length, 20);
  const kinds = target.sent.map(({ kind }) => kind);
  assert.is(kinds.filter((kind) => kind === 'firing').length, 4, 'one in 5 minutes');
  assert.equal(kinds, ['firing', 'resolved', 'firing', 'resolved', 'firing', 'resolved', 'firing', 'resolved']);
});

test('an alert that fires again within dedupe and goes on is told when dedupe is over', async () => {
  const { rule, values, pass, target, clock } = bench({ groupInterval: 0 });
  const begin = clock.systemTime();
  rule('cpu');
  values.cpu = 9;
  await pass(10_000);
  values.cpu = 1;
  await pass(10_000);
  values.cpu = 9;
  await pass(10 * MINUTE);
  assert.equal(
    target.sent.map(({ kind, time }) => [kind, (time - begin) / 1000]),
    [
      ['firing', 10],
      ['resolved', 20],
      ['firing', 310],
    ],
  );
});

test('with dedupe and groupInterval at 0 every change is told', async () => {
  const { rule, values, pass, target } = bench({ groupInterval: 0, dedupe: 0 });
  rule('cpu');
  for (let time = 0; time < 5; time++) {
    values.cpu = 9;
    await pass(10_000);
    values.cpu = 1;
    await pass(10_000);
  }
  assert.is(target.sent.length, 10);
});

test('a warning that becomes critical is told again at once; that it is a warning again is not', async () => {
  const { rule, values, pass, target } = bench();
  rule('cpu', { threshold: { op: '>', warning: 5, critical: 9 } });
  values.cpu = 6;
  await pass(10_000);
  values.cpu = 10;
  await pass(10_000);
  values.cpu = 6;
  await pass(20 * MINUTE);
  values.cpu = 0;
  await pass(10_000);
  assert.equal(
    target.sent.map(({ kind, severity }) => `${kind} ${severity}`),
    ['firing warning', 'firing critical', 'resolved critical'],
  );
});

test('severity that flaps is told once in dedupe', async () => {
  const { rule, values, pass, target } = bench();
  rule('cpu', { threshold: { op: '>', warning: 5, critical: 9 } });
  for (let time = 0; time < 30; time++) {
    values.cpu = time % 2 === 0 ? 6 : 10;
    await pass(10_000);
  }
  assert.equal(
    target.sent.map(({ severity }) => severity),
    ['warning', 'critical'],
  );
});

test('what still fires is told again every 4 hours, or as its rule says', async () => {
  const { rule, values, pass, target, clock } = bench();
  const begin = clock.systemTime();
  rule('cpu');
  rule('often', { remindEvery: '1h' });
  rule('never', { remindEvery: false });
  Object.assign(values, { cpu: 9, often: 9, never: 9 });
  await pass(9 * 60 * MINUTE, MINUTE);
  const told = (key: string) =>
    target.sent.filter((one) => one.key === key).map(({ kind, time }) => `${kind} ${Math.round((time - begin) / 36e5)}`);
  assert.equal(told('cpu'), ['firing 0', 'reminder 4', 'reminder 8']);
  assert.equal(told('often'), ['firing 0', ...Array.from({ length: 8 }, (_, hour) => `reminder ${hour + 1}`)]);
  assert.equal(told('never'), ['firing 0']);
  assert.match(target.sent.find(({ kind }) => kind === 'reminder')!.text, /, for 1 h\)/);
});

test('no reminders are told at all when they are off', async () => {
  const { rule, values, pass, target } = bench({ remindEvery: false });
  rule('cpu');
  values.cpu = 9;
  await pass(9 * 60 * MINUTE, MINUTE);
  assert.is(target.sent.length, 1);
});

test('a silenced alert changes its state, is listed and is not told; what still fires afterwards is told then', async () => {
  const { rule, values, pass, target, alerts, clock } = bench();
  const begin = clock.systemTime();
  rule('cpu');
  rule('disk');
  const id = alerts.silence({ rule: 'cpu', for: '1h', reason: 'we know, hunter2\n', by: 'ann' });
  Object.assign(values, { cpu: 9, disk: 9 });
  await pass(10_000);
  assert.equal(
    alerts.firing().map(({ rule, isSilenced }) => [rule, isSilenced]),
    [
      ['cpu', true],
      ['disk', false],
    ],
  );
  assert.equal(target.titles(), ['[FIRING] disk: 9 is above 5']);
  const [silence] = alerts.silences();
  assert.equal([silence!.id, silence!.reason, silence!.by, silence!.endsAt - silence!.startedAt], [id, 'we know, ***', 'ann', 3_600_000]);
  await pass(60 * MINUTE);
  assert.equal(alerts.silences(), []);
  assert.equal([target.sent[1]!.title, (target.sent[1]!.time - begin) / 1000], ['[FIRING] cpu: 9 is above 5', 3600]);
  assert.is(target.sent.length, 2);
});

test('what ends while it is silenced is not told at all', async () => {
  const { rule, values, pass, target, alerts } = bench();
  rule('cpu');
  values.cpu = 9;
  await pass(10_000);
  alerts.silence({ for: '1h' });
  await pass(10_000);
  values.cpu = 0;
  await pass(2 * 60 * MINUTE, MINUTE);
  assert.equal(
    target.sent.map(({ kind }) => kind),
    ['firing'],
  );
});

test('a silence that is ended by hand after a minute lets through at once what still fires, told before or not', async () => {
  const { rule, values, pass, target, alerts } = bench();
  rule('cpu');
  values.cpu = 9;
  await pass(10_000);
  const id = alerts.silence({ rule: 'cpu', group: undefined as never, for: '1h' });
  await pass(MINUTE);
  assert.is(alerts.unsilence(id), true);
  assert.is(alerts.unsilence(id), false);
  await pass(10_000);
  assert.equal(
    target.sent.map(({ kind }) => kind),
    ['firing', 'firing'],
  );
});

test('silences fit by rule, group and severity', async () => {
  const { rule, values, pass, target, alerts } = bench();
  rule('cpu', { threshold: { op: '>', warning: 5, critical: 9 } });
  rule('disk');
  alerts.silence({ severity: 'warning', rule: 'cpu', for: '1h' });
  alerts.silence({ group: '/tmp', for: '1h' });
  values.cpu = 6;
  values.disk = groups('/tmp', '/');
  await pass(10_000);
  assert.equal(target.titles(), ['[FIRING] disk (/): 9 is above 5']);
  values.cpu = 10;
  await pass(10_000);
  assert.is(target.sent[1]!.severity, 'critical', 'only its warnings are silenced');
});

test('there are 200 silences at most, and wrong ones are refused', () => {
  const { alerts, clock } = bench();
  for (let index = 0; index < 200; index++) alerts.silence({ for: '1h' });
  assert.throws(() => alerts.silence({ for: '1h' }), /200 silences/);
  clock.advance('1h');
  alerts.silence({ for: '1h' });
  assert.is(alerts.silences().length, 1);
  for (const wrong of [{}, { for: 0 }, { for: '366d' }, { for: '1h', rules: 'x' }, { for: '1h', severity: 'bad' }, undefined]) {
    assert.throws(() => alerts.silence(wrong as never), /\[OPTION_(INVALID|UNKNOWN)\]/);
  }
});

test('a rule that is taken away is over, and that is told; its handle speaks of no other', async () => {
  const { rule, values, pass, target, alerts, host } = bench();
  rule('cpu');
  const handle = alerts.addRule({ name: 'disk', when: { kind: 'custom', read: () => 9 }, threshold: { op: '>', warning: 5 } });
  values.cpu = 9;
  await pass(10_000);
  assert.is(alerts.removeRule('cpu'), true);
  assert.is(alerts.removeRule('cpu'), false);
  assert.is(handle.remove(), true);
  await settle();
  assert.equal(target.titles().slice(2), ['[RESOLVED] cpu: after 0 ms', '[RESOLVED] disk: after 0 ms']);
  assert.equal([alerts.rules(), alerts.alerts()], [[], []]);
  assert.is(host.events.filter(({ key }) => key === 'resolved').length, 2);
  assert.is(alerts.history(1)[0]!.change, 'removed');
  alerts.addRule({ name: 'disk', when: { kind: 'custom', read: () => 9 }, threshold: { op: '>', warning: 5 } });
  assert.is(handle.remove(), false);
  handle[Symbol.dispose]();
  assert.is(alerts.rules().length, 1);
});

test('rules are added all or not at all, and names are unique', () => {
  const { alerts, rule } = bench();
  rule('cpu');
  const when = { kind: 'custom', read: () => 1 } as const;
  const threshold = { op: '>', warning: 5 } as const;
  assert.throws(() => alerts.addRule({ name: 'cpu', when, threshold }), /\[HANDLER_EXISTS\]/);
  assert.throws(
    () =>
      alerts.addRules([
        { name: 'a', when, threshold },
        { name: 'a', when, threshold },
      ]),
    /\[HANDLER_EXISTS\]/,
  );
  assert.throws(() => alerts.addRules([{ name: 'a', when, threshold }, 'b: nonsense(']), /\[RULE_INVALID\]/);
  assert.throws(() => alerts.addRules('a' as never), /\[OPTION_INVALID\]/);
  assert.equal(
    alerts.rules().map(({ name }) => name),
    ['cpu'],
  );
});

test('rules that could not be added leave nothing behind', () => {
  const { alerts, host } = bench();
  // This host lets nobody look at events.
  assert.throws(() => alerts.addRules(['errors() > 5 in 1m', 'count("shop.order.stop") > 5 in 1m']), /looks at events/);
  assert.equal([host.listeners.size, alerts.rules()], [0, []]);
});

test('a rule is told to its targets, and targets may want critical ones only, or kinds', async () => {
  const all = fakeTarget('all');
  const critical = fakeTarget('critical', { minSeverity: 'critical' });
  const begins = fakeTarget('begins', { kinds: ['firing'] });
  const { rule, values, pass } = bench({ targets: [all, critical, begins] });
  rule('cpu', { threshold: { op: '>', warning: 5, critical: 9 } });
  rule('disk', { targets: ['critical'], severity: 'critical' });
  values.cpu = { a: 6, b: 10 };
  values.disk = 6;
  await pass(10_000);
  values.cpu = { b: 10 };
  values.disk = 1;
  await pass(10_000);
  values.cpu = {};
  await pass(10_000);
  const seen = (target: typeof all) =>
    target.sent.map(({ kind, key, severity, alerts }) => `${kind} ${key} ${severity} ${alerts.map(({ group }) => group)}`);
  assert.equal(seen(all), ['firing cpu critical b,a', 'resolved cpu warning a', 'resolved cpu critical b']);
  assert.equal(seen(critical), ['firing cpu critical b', 'firing disk critical ', 'resolved disk critical ', 'resolved cpu critical b']);
  assert.equal(seen(begins), ['firing cpu critical b,a']);
});

test('a rule that names a target that is not there is refused once alerts run', () => {
  const { alerts } = bench();
  const rule = { name: 'x', when: { kind: 'custom', read: () => 1 }, threshold: { op: '>', warning: 5 }, targets: ['poeple'] } as const;
  assert.throws(() => alerts.addRule(rule), /Did you mean "people"\?.*\[OPTION_INVALID\]/);
  alerts.configure({ targets: [fakeTarget('poeple')] });
  alerts.addRule(rule);
  assert.throws(() => alerts.configure({ targets: [fakeTarget()] }), /\[OPTION_INVALID\]/);
  assert.equal(Object.keys(alerts.stats().targets), ['poeple'], 'nothing was changed');
});

test('texts are redacted, of one line where they are titles, and bounded', async () => {
  const { rule, values, pass, target, alerts, host } = bench();
  const evil = `hunter2\n<!channel>\u202e\u0007${'x'.repeat(5000)}`;
  alerts.addRule({
    name: 'evil',
    when: { kind: 'custom', read: () => ({ [evil]: 9, other: 9 }) },
    threshold: { op: '>', warning: 5 },
    summary: `${'long '.repeat(90)} hunter2`,
    runbook: 'https://x.example/?token=hunter2',
  });
  rule('cpu', { summary: 'hunter2' });
  values.cpu = 9;
  await pass(10_000);
  for (const { title, text } of target.sent) {
    assert.ok(title.length <= 150 && text.length <= 2500, `${title.length} ${text.length}`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
    assert.not.match(title, /[\u0000-\u001f\u202e]/);
  }
  assert.not.match(JSON.stringify([target.sent, host.events, alerts.history(), alerts.alerts(), alerts.rules()]), /hunter2/);
});

test('one target can change nothing for another', async () => {
  const other = fakeTarget('other');
  const rude = fakeTarget('rude', {});
  const { rule, values, pass } = bench({ targets: [rude, other] });
  rude.otherwise = () => {
    const [sent] = rude.sent as unknown as { alerts: unknown[]; origin: { app: string }; title: string }[];
    for (const change of [() => sent!.alerts.push(1), () => (sent!.origin.app = 'x'), () => (sent!.title = 'x')]) assert.throws(change);
    return Promise.resolve();
  };
  rule('cpu');
  values.cpu = 9;
  await pass(10_000);
  assert.equal([other.sent[0]!.title, other.sent[0]!.origin.app], ['[FIRING] cpu: 9 is above 5', 'shop']);
  assert.is(rude.sent.length, 1);
});

test('changes are events, with the tick that made them', async () => {
  const { rule, values, pass, host } = bench({ targets: [] });
  rule('cpu', { for: '10s', threshold: { op: '>', warning: 5, critical: 9 } });
  values.cpu = { a: 6 };
  await pass(20_000);
  values.cpu = { a: 10 };
  await pass(20_000);
  values.cpu = {};
  await pass(10_000);
  assert.equal(
    host.events.map(({ key, measurements, metadata }) => [key, measurements, metadata]),
    [
      ['pending', { value: 6 }, { rule: 'cpu', severity: 'warning', group: 'a', summary: '6 is above 5' }],
      ['firing', { value: 6 }, { rule: 'cpu', severity: 'warning', group: 'a', summary: '6 is above 5' }],
      ['firing', { value: 10 }, { rule: 'cpu', severity: 'critical', group: 'a', summary: '10 is above 9' }],
      ['resolved', { duration: 30_000 }, { rule: 'cpu', severity: 'critical', group: 'a', summary: '10 is above 9' }],
    ],
  );
});

test('handlers of the events may ask for anything', async () => {
  const { rule, values, pass, host, alerts, target } = bench();
  rule('cpu');
  rule('disk');
  Object.assign(values, { cpu: 9, disk: 9 });
  host.onEvent = (key) => {
    if (key !== 'firing') return;
    alerts.evaluate();
    alerts.removeRule('cpu');
    alerts.removeRule('disk');
    alerts.silence({ rule: 'cpu', for: '1h' });
    throw new Error('handlers never get here, but a host could');
  };
  await pass(MINUTE);
  assert.equal([alerts.rules(), alerts.stats().failures], [[], 0]);
  assert.equal(target.sent.length, 0);
});

test('groups without number come and go: at most 2,002 are held, what finds no place is counted', async () => {
  const { alerts, pass, clock } = bench({ targets: [], dedupe: 0 });
  let tick = 0;
  alerts.addRule({
    name: 'many',
    when: { kind: 'custom', read: () => Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`${tick}-${index}`, 9])) },
    threshold: { op: '>', warning: 5 },
    keepFor: '1d',
  });
  for (tick = 0; tick < 10; tick++) clock.advance('10s');
  await pass(10);
  assert.is(alerts.firing().length, 2002);
  assert.is(alerts.rules()[0]!.overflow, 9000 - 2002);
});

test('a rule that is taken away by a handler of its event fires no further groups', async () => {
  const { rule, values, pass, alerts, host } = bench({ targets: [] });
  rule('disk');
  values.disk = groups('a', 'b', 'c');
  host.onEvent = (key) => key === 'firing' && alerts.removeRule('disk');
  await pass(20_000);
  assert.equal(
    host.events.map(({ key, metadata }) => `${key} ${metadata.group}`),
    ['firing a', 'resolved a'],
  );
});

test('groups that are only remembered make room for others', async () => {
  const { alerts, pass } = bench({ dedupe: '1h' });
  let tick = 0;
  alerts.addRule({
    name: 'many',
    when: { kind: 'custom', read: () => Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`${tick}-${index}`, 9])) },
    threshold: { op: '>', warning: 5 },
  });
  for (tick = 0; tick < 6; tick++) await pass(300_000, 300_000);
  assert.equal([alerts.firing().length, alerts.rules()[0]!.overflow], [1000, 0]);
});

test('the last 200 changes are known, the newest first', async () => {
  const { rule, values, pass, alerts } = bench({ targets: [] });
  rule('cpu');
  for (let time = 0; time < 150; time++) {
    values.cpu = time % 2 === 0 ? 9 : 1;
    await pass(10_000);
  }
  for (let time = 0; time < 151; time++) {
    values.cpu = time % 2 === 0 ? 9 : 1;
    await pass(10_000);
  }
  const changes = alerts.history();
  assert.is(changes.length, 200);
  assert.ok(changes.every((change, index) => index === 0 || change.time <= changes[index - 1]!.time));
  assert.equal(alerts.history(2), changes.slice(0, 2));
});

test('alerts are found by rule, group, state and severity', async () => {
  const { rule, values, pass, alerts } = bench({ targets: [] });
  rule('cpu', { for: '1h' });
  rule('disk', { severity: 'critical' });
  values.cpu = 9;
  values.disk = groups('/', '/var');
  await pass(10_000);
  const names = (query?: Parameters<typeof alerts.alerts>[0]) => alerts.alerts(query).map(({ rule, group }) => `${rule}${group ?? ''}`);
  assert.equal(names(), ['cpu', 'disk/', 'disk/var']);
  assert.equal(names({ rule: 'disk', group: '/' }), ['disk/']);
  assert.equal(names({ state: 'pending' }), ['cpu']);
  assert.equal(names({ severity: 'critical' }), ['disk/', 'disk/var']);
  assert.equal([alerts.pending().length, alerts.firing().length], [1, 2]);
  assert.throws(() => alerts.alerts({ rules: 'x' } as never), /\[OPTION_UNKNOWN\]/);
  assert.equal(
    alerts
      .rules()
      .map(({ name, state, severity, value, pending, firing, overflow }) => [name, state, severity, value, pending, firing, overflow]),
    [
      ['cpu', 'pending', 'warning', 9, 1, 0, 0],
      ['disk', 'firing', 'critical', 9, 0, 2, 0],
    ],
  );
});

test('options are checked, and nothing changes when one is wrong', () => {
  const { alerts } = bench();
  for (const wrong of [
    { every: '99ms' },
    { every: '2h' },
    { every: 1000.5 },
    { evry: '1s' },
    { targets: {} },
    { targets: [{}] },
    { targets: [fakeTarget('a b')] },
    { targets: [fakeTarget('a'), fakeTarget('a')] },
    { targets: [fakeTarget('a', { limit: { most: 0, perMs: 1 } })] },
    { targets: [fakeTarget('a', { limit: 5 as never })] },
    { targets: [fakeTarget('a', { limit: { most: 1, perMs: Number.NaN } })] },
    { targets: [fakeTarget('a', { minSeverity: 'info' as never })] },
    { targets: [fakeTarget('a', { kinds: ['fireing' as never] })] },
    { targets: Array.from({ length: 21 }, (_, index) => fakeTarget(`t${index}`)) },
    { groupWait: -1 },
    { groupInterval: 'soon' },
    { dedupe: Number.NaN },
    { remindEvery: 0 },
    { remindEvery: true },
    { records: true },
    { records: { every: 0 } },
    { records: { targets: ['nobody'] } },
    { records: { maxFingerprints: 1001 } },
    { maxQueued: 0 },
    { timeout: 0 },
    { retries: 21 },
    5,
  ]) {
    assert.throws(() => alerts.configure(wrong as never), /\[OPTION_(INVALID|UNKNOWN)\]/, JSON.stringify(wrong));
  }
  assert.equal(Object.keys(alerts.stats().targets), ['people']);
});

test('with another step the rules are looked at by that, and their states stay', async () => {
  const { rule, values, pass, alerts, changes } = bench();
  rule('cpu', { for: '20s' });
  values.cpu = 9;
  await pass(10_000);
  alerts.configure({ every: '1s' });
  await pass(20_000, 1000);
  assert.equal(changes(), ['10s pending cpu', '30s firing cpu']);
  assert.is(alerts.stats().ticks, 21);
});

test('stopped, nothing is looked at; started again, it goes on', async () => {
  const { rule, values, pass, alerts, clock, changes } = bench();
  rule('cpu');
  values.cpu = 9;
  await pass(10_000);
  await alerts.stop();
  assert.is(alerts.stats().isRunning, false);
  alerts.evaluate();
  assert.is(clock.pendingTimers(), 0);
  values.cpu = 1;
  await pass(MINUTE);
  assert.equal(changes(), ['10s firing cpu']);
  alerts.start();
  alerts.start();
  assert.is(clock.pendingTimers(), 1);
  await pass(10_000);
  assert.equal(changes(), ['10s firing cpu', '80s resolved cpu']);
});

test('evaluate looks at the rules now, started or not', async () => {
  const { rule, values, alerts } = bench();
  await alerts.stop();
  alerts.start();
  rule('cpu');
  values.cpu = 9;
  alerts.evaluate();
  assert.is(alerts.firing().length, 1);
});

test('an alert that comes back within dedupe as critical is told at once', async () => {
  const { rule, values, pass, target, clock } = bench();
  const begin = clock.systemTime();
  rule('cpu', { threshold: { op: '>', warning: 5, critical: 9 } });
  for (const value of [6, 1, 10, 1, 10]) {
    values.cpu = value;
    await pass(10_000);
  }
  await pass(10 * MINUTE);
  assert.equal(
    target.sent.map(({ kind, severity, time }) => [kind, severity, (time - begin) / 1000]),
    [
      ['firing', 'warning', 10],
      ['resolved', 'warning', 20],
      ['firing', 'critical', 30],
      ['resolved', 'critical', 40],
      ['firing', 'critical', 330],
    ],
  );
});

test('what a rule says of groupInterval goes before the option', async () => {
  const { rule, values, pass, target, clock } = bench();
  const begin = clock.systemTime();
  rule('disk', { groupInterval: 0 });
  rule('cpu', { groupInterval: '20s' });
  for (const names of [['a'], ['a', 'b'], ['a', 'b', 'c'], ['b', 'c'], ['c'], []]) {
    values.disk = values.cpu = groups(...names);
    await pass(10_000);
  }
  const told = (key: string) =>
    target.sent.filter((one) => one.key === key).map(({ kind, alerts, time }) => `${(time - begin) / 1000} ${kind} ${alerts.length}`);
  assert.equal(told('disk'), ['10 firing 1', '20 firing 1', '30 firing 1', '40 resolved 1', '50 resolved 1', '60 resolved 1']);
  assert.equal(told('cpu'), ['10 firing 1', '30 firing 2', '40 resolved 1', '60 resolved 2']);
});

test('how long something took is told by the clock that never goes back', async () => {
  const { rule, values, pass, target, clock, host } = bench({ remindEvery: '1m' });
  rule('cpu');
  values.cpu = 9;
  await pass(10_000);
  const { systemTime } = clock;
  Object.assign(clock, { systemTime: (now?: number) => systemTime(now) - 3_600_000 });
  await pass(MINUTE);
  values.cpu = 1;
  await pass(10_000);
  assert.equal(
    target.titles().map((title) => title.slice(0, 30)),
    ['[FIRING] cpu: 9 is above 5', '[REMINDER] cpu: 9 is above 5', '[RESOLVED] cpu: after 1 min 10'],
  );
  assert.match(target.sent[1]!.text, /, for 1 min\)/);
  assert.match(target.sent[2]!.text, /fired for 1 min 10 s\)/);
  assert.is(host.events.find(({ key }) => key === 'resolved')!.measurements.duration, 70_000);
});

test('an alert that only goes on until clear says so, and one that is over what it fired with', async () => {
  const { rule, values, pass, alerts, target } = bench({ remindEvery: '10s' });
  rule('cpu', { threshold: { op: '>', warning: 80, clear: 70 }, keepFor: '1m' });
  rule('free', { threshold: { op: '<=', critical: 5, clear: 10 }, summary: '{value} is free' });
  const summaries = () => alerts.firing().map(({ summary }) => summary);
  Object.assign(values, { cpu: 85, free: 5 });
  await pass(10_000);
  assert.equal(summaries(), ['85 is above 80', '5 is free']);
  Object.assign(values, { cpu: 75, free: 8 });
  await pass(10_000);
  assert.equal(summaries(), ['75 is still above 70', '8 is free']);
  assert.is(target.sent.find(({ kind, key }) => kind === 'reminder' && key === 'cpu')!.title, '[REMINDER] cpu: 75 is still above 70');
  values.cpu = 70;
  await pass(10_000);
  assert.equal(summaries(), ['85 is above 80', '8 is free'], 'it is well, and fires for keepFor');
  Object.assign(values, { cpu: 75, free: 11 });
  await pass(10_000);
  alerts.removeRule('cpu');
  assert.equal(
    alerts.history(2).map(({ alert }) => alert.summary),
    ['85 is above 80', '5 is free'],
  );
});

test('a silence of the group that an alert shows covers it, and so does one of the group as it was told', async () => {
  const { rule, values, pass, alerts, target } = bench();
  rule('disk');
  const raws = ['/a\u202e b', `/${'x'.repeat(90)}\u200f`];
  values.disk = groups(...raws);
  await pass(10_000);
  const firing = alerts.firing();
  assert.is(firing[0]!.group, '/a  b');
  alerts.silence({ group: firing[0]!.group!, for: '1h' });
  alerts.silence({ group: raws[1]!, for: '1h' });
  assert.is(alerts.silences()[1]!.group, firing[1]!.group);
  assert.equal(
    alerts.firing().map(({ isSilenced }) => isSilenced),
    [true, true],
  );
  assert.equal(alerts.alerts({ group: '/a  b' }).length, 1);
  values.disk = {};
  await pass(10_000);
  assert.is(target.sent.length, 1, 'that they are over is not told');
});

test('no waiting at all may be said with or without a unit', async () => {
  for (const none of [0, '0s', '0ms', '0 m'] as const) {
    const { rule, values, pass, target } = bench({ dedupe: none, groupInterval: none, groupWait: none });
    rule('cpu');
    for (const value of [9, 1, 9, 1]) {
      values.cpu = value;
      await pass(10_000);
    }
    assert.is(target.sent.length, 4, String(none));
  }
  for (const wrong of ['0', 's', '0x', '-0s', '']) assert.throws(() => bench({ dedupe: wrong as never }), /\[OPTION_INVALID\]/);
});

test.run();
