import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AlertCondition, AlertRule } from '../../../lib/alerts/rule';
import { readRule } from '../../../lib/alerts/rules/read-rule';
import { isTelemetryError } from '../../../lib/index';

/** Code and message of what is thrown. */
function refused(rule: unknown): { readonly code: string; readonly message: string } {
  try {
    readRule(rule as never);
  } catch (error) {
    assert.ok(isTelemetryError(error), String(error));
    return error as never;
  }
  throw new Error(`${JSON.stringify(rule)} was taken`);
}

const conditionOf = (text: string): AlertCondition => readRule(text).condition;
const MIN = 6e4;

test('every call of the text form is read into its condition', () => {
  const forms: readonly (readonly [string, AlertCondition])[] = [
    ['value("system.cpu.utilization") > 80%', { kind: 'value', metric: 'system.cpu.utilization' }],
    ['value("disk"{mount="/"}) > 0.9', { kind: 'value', metric: 'disk', tags: { mount: '/' } }],
    ['avg("rss") > 1 in 10m', { kind: 'history', metric: 'rss', of: 'avg', window: 10 * MIN }],
    ['min("rss") < 1 in 10m', { kind: 'history', metric: 'rss', of: 'min', window: 10 * MIN }],
    ['max("rss"{a="b"}) > 1', { kind: 'history', metric: 'rss', tags: { a: 'b' }, of: 'max', window: MIN }],
    ['count("coder.session.error") > 5 in 1m', { kind: 'count', event: 'coder.session.error', window: MIN }],
    [
      'count("a.b" | "c.d.*"{model="m1", ok="true"}) > 5',
      { kind: 'count', event: ['a.b', 'c.d.*'], filter: { model: 'm1', ok: 'true' }, window: MIN },
    ],
    ['rate("coder.session.error") > 5/min in 5m', { kind: 'rate', event: 'coder.session.error', window: 5 * MIN }],
    ['sum("coder.llm.response", cost) > 1 in 1h', { kind: 'sum', event: 'coder.llm.response', measurement: 'cost', window: 60 * MIN }],
    ['sum("a.b", "odd name") > 1', { kind: 'sum', event: 'a.b', measurement: 'odd name', window: MIN }],
    ['p95("coder.llm.response") > 10s in 5m', { kind: 'duration', event: 'coder.llm.response', of: 'p95', window: 5 * MIN }],
    ['mean("a.b") > 10s', { kind: 'duration', event: 'a.b', of: 'mean', window: MIN }],
    ['max("a.b"{x="y"}) > 10s', { kind: 'duration', event: 'a.b', filter: { x: 'y' }, of: 'max', window: MIN }],
    ['max("a.b" | "c.d"{x="y"}) > 10s', { kind: 'duration', event: ['a.b', 'c.d'], filter: { x: 'y' }, of: 'max', window: MIN }],
    ['min("a.b") < 10ms in 2m', { kind: 'duration', event: 'a.b', of: 'min', window: 2 * MIN }],
    ['errorRate("llm.request") > 5%', { kind: 'errorRate', event: 'llm.request', window: MIN }],
    ['errorRate("a.b", failures="c.d" | "e.f") > 5%', { kind: 'errorRate', event: 'a.b', failures: ['c.d', 'e.f'], window: MIN }],
    ['burnRate("llm.request", 99.9%) > 14.4', { kind: 'burnRate', event: 'llm.request', slo: 0.999, windows: [60 * MIN, 5 * MIN] }],
    [
      'burnRate("a.b", 0.99, failures="c.d") > 6 in 6h and 30m',
      { kind: 'burnRate', event: 'a.b', slo: 0.99, failures: 'c.d', windows: [360 * MIN, 30 * MIN] },
    ],
    ['absent("coder.session.start") in 10m', { kind: 'absent', event: 'coder.session.start', window: 10 * MIN }],
    ['errors() > 5', { kind: 'errors', window: MIN }],
    ['errors(/time-?out/i) >= 3 in 5m', { kind: 'errors', pattern: /time-?out/i, window: 5 * MIN }],
    ['errors(/a\\/b[/]c/gy) > 1', { kind: 'errors', pattern: /a\/b[/]c/, window: MIN }],
    [
      'errors("text", level=critical, logger="app.bot") > 1',
      { kind: 'errors', pattern: 'text', level: 'critical', logger: 'app.bot', window: MIN },
    ],
    ['errors(fingerprint="0123456789ab") > 1', { kind: 'errors', fingerprint: '0123456789ab', window: MIN }],
    ['security() > 1', { kind: 'security', window: MIN }],
    ['security("authn_login_fail") > 10', { kind: 'security', name: 'authn_login_fail', window: MIN }],
    ['security("a" | "b") > 10', { kind: 'security', name: ['a', 'b'], window: MIN }],
    ['health("database") is unhealthy', { kind: 'health', check: 'database' }],
    ['health()', { kind: 'health' }],
  ];
  for (const [text, condition] of forms) {
    assert.equal(conditionOf(text), condition, text);
    // The condition alone, as an object, is completed to the same.
    const { threshold } = readRule(text);
    const isFixed = condition.kind === 'absent';
    assert.equal(readRule({ name: 'n', when: condition, ...(!isFixed && { threshold }) }).condition, condition, text);
  }
});

test('a rule says its name, threshold, clauses in any order', () => {
  const rule = readRule('llm_errors: errorRate("llm.request") > 5% clear 2% as critical by model keep for 5m for 1m in 10m');
  assert.equal(
    [rule.name, rule.threshold, rule.severity, rule.forMs, rule.keepForMs, rule.by],
    ['llm_errors', { op: '>', warning: 0.05, clear: 0.02 }, 'critical', MIN, 5 * MIN, 'model'],
  );
  assert.is(rule.text, 'errorRate("llm.request") > 5% clear 2% in 10m by model for 1m keep for 5m as critical');
});

test('units: shares, times, sizes in powers of 1,024, rates', () => {
  const thresholds: readonly (readonly [string, number])[] = [
    ['value("x") > 7%', 0.07],
    ['value("x") > 250ms', 250],
    ['value("x") > 1.5h', 5_400_000],
    ['value("x") > 1d', 86_400_000],
    ['value("x") > 2KB', 2048],
    ['value("x") > 1.5 GB', 1.5 * 2 ** 30],
    ['value("x") > 3B', 3],
    ['value("x") > 3/s', 3],
    ['value("x") > 5/min', 5 / 60],
    ['value("x") > 7/h', 7 / 3600],
    ['value("x") > -1e3', -1000],
    ['value("x") > .5', 0.5],
  ];
  for (const [text, value] of thresholds) assert.is(readRule(text).threshold.warning, value, text);
});

test('numbers are shown in their units', () => {
  const shown = (text: string, ...values: number[]): string[] => values.map((value) => readRule(text).show(value));
  assert.equal(shown('errorRate("a.b") > 5%', 0.052, 0, 1, 0.333333), ['5.2 %', '0 %', '100 %', '33.33 %']);
  assert.equal(shown('p95("a.b") > 5s', 12_000, 90_000, 3, 0, 0.25), ['12 s', '1.5 min', '3 ms', '0 ms', '0.25 ms']);
  assert.equal(shown('rate("a.b") > 5/min', 5 / 60, 2, 1 / 3600, 0), ['5/min', '2/s', '1/h', '0/s']);
  assert.equal(shown('value("m") > 1GB', 2 ** 29, 1000), ['512 MB', '1000 B']);
  assert.equal(shown('health() is degraded', 0, 1, 2), ['healthy', 'degraded', 'unhealthy']);
  assert.equal(shown('absent("a.b")', 1, 0), ['absent', 'seen']);
  assert.equal(shown('count("a.b") > 3', 3, 41_000, Number.NaN), ['3', '41000', 'NaN']);
  assert.equal(shown('value("system.cpu.utilization") > 0.8', 0.913), ['91.3 %']);
  assert.equal(shown('value("process.memory.usage") > 1', 2 ** 20), ['1 MB']);
  assert.equal(shown('value("nodejs.eventloop.delay.p99") > 100', 150), ['150 ms']);
  assert.equal(shown('value("sessions") > 100', 150.123456), ['150.1']);
});

test('what a rule does not say has its default', () => {
  const { name: _name, show: _show, text: _text, condition: _condition, ...rest } = readRule('count("a.b") > 5');
  assert.equal(rest, {
    threshold: { op: '>', warning: 5 },
    severity: 'warning',
    forMs: 0,
    keepForMs: 0,
    by: undefined,
    summary: undefined,
    runbook: undefined,
    remindEveryMs: undefined,
    groupIntervalMs: undefined,
    targets: undefined,
  });
  assert.equal(readRule('health()').threshold, { op: '>=', warning: 1, critical: 2 });
  assert.equal(readRule('absent("a.b")').threshold, { op: '>=', warning: 1 });
  assert.equal(readRule('count("a.b") > critical 5').threshold, { op: '>', critical: 5 });
  assert.equal(readRule('health() is degraded critical unhealthy clear healthy').threshold, {
    op: '>=',
    warning: 1,
    critical: 2,
    clear: 0,
  });
});

test('a name is made from a text that has none: allowed, the same each time, and another for another text', () => {
  const texts = ['count("a.b") > 5', 'count("a.b") < 5', 'count("a.b") >= 5', 'count("a.b") <= 5', 'errors(/ü/) > 1'];
  const long = `count(${Array.from({ length: 15 }, (_, index) => `"app.component.action${index}"`).join(' | ')}) > `;
  const all = [...texts, `${long}5`, `${long}6`].map((text) => {
    const { name } = readRule(text);
    assert.is(readRule(text).name, name);
    assert.match(name, /^[\w.-]{1,64}$/);
    assert.is(readRule({ name, when: text }).name, name);
    return name;
  });
  assert.is(new Set(all).size, all.length);
});

test('a mistake in a text is shown with its column, what was expected, and a caret under it', () => {
  const { code, message } = refused('errorRate("llm.request") > 5% for 1min');
  assert.is(code, 'RULE_INVALID');
  assert.is(
    message,
    [
      'Alert rule can\'t be read at column 36. Expected a unit (% d h m s ms GB MB KB B /s /min /h) or none, found "min". Did you mean "m"?:',
      '  errorRate("llm.request") > 5% for 1min',
      '                                     ^ here. [RULE_INVALID]',
    ].join('\n'),
  );
});

test('texts that can not be read name the column and the cure', () => {
  const mistakes: readonly (readonly [text: string, column: number, says: RegExp])[] = [
    ['', 1, /found the end/],
    ['erorRate("x.y") > 5%', 1, /Did you mean "errorRate"/],
    ['custom() > 5', 1, /no text form/],
    ['count', 6, /Expected "\("/],
    ['count("a.b"', 12, /Expected "\)"/],
    ['count("a.b")', 13, /comparison/],
    ['count("a.b") >', 15, /a number/],
    ['count("a.b") > critical', 24, /a number/],
    ['count("a.b") > 1,000', 17, /Write 1000/],
    ['count("a.b") > 5_000_000', 17, /Write 5000000/],
    ['count("a.b") > 5%', 16, /without a unit/],
    ['count("a.b") > -5', 16, /from 0 on/],
    ['count("a.b") > 1e999', 16, /finite/],
    ['count(a.b) > 1', 7, /double quotes/],
    ["count('a.b') > 1", 7, /double quotes/],
    ['count("a.b) > 1', 7, /ends with "/],
    ['count("a\\x.b") > 1', 7, /as JSON has it/],
    ['count("a") > 1', 7, /dotted key/],
    ['count("a.b.c.d") > 1', 7, /dotted key/],
    ['count("a.1b") > 1', 7, /beginning with a letter/],
    ['count("a.b" | "telemetry.alert.firing") > 1', 15, /never an alert about/],
    ['count("a.b"{}) > 1', 13, /a key/],
    ['count("a.b"{x=5}) > 1', 15, /double quotes/],
    ['count("a.b"{x="1", x="2"}) > 1', 20, /each key once/],
    ['errorRate("a.b") > 5', 20, /write 5% for five in a hundred/],
    ['errorRate("a.b") > 5s', 20, /a share/],
    ['errorRate("a.b", failure="c.d") > 5%', 18, /Did you mean "failures"/],
    ['p95("a.b") > 500', 14, /with a unit/],
    ['max("no-event") > 5s', 1, /of a time, a dotted key/],
    ['max("a.b" | "none") > 5s', 5, /one metric, or events/],
    ['max("a.b" | "c.d") > 5', 22, /a time with a unit/],
    ['rate("a.b") > 5MB', 15, /a rate/],
    ['burnRate("a.b") > 5', 15, /","/],
    ['burnRate("a.b", 100%) > 5', 17, /between 0% and 100%/],
    ['burnRate("a.b", 99%) > 5 in 1h', 31, /"and"/],
    ['burnRate("a.b", 99%) > 5 in 5m and 1h', 36, /shorter than the first/],
    ['value("x") > 5 in 1m', 16, /no window/],
    ['value("x") > 5s critical 5MB', 26, /a unit like that of the first/],
    ['value("x") > 5 critical 4', 25, /above the first one/],
    ['value("x") < 5 critical 6', 25, /below the first one/],
    ['value("x") > 5 clear 6', 22, /the good side/],
    ['value("x") > 5 for 1m critical 9', 23, /right behind the comparison/],
    ['value("x") is degraded', 12, /for health/],
    ['health() is broken', 13, /healthy, degraded, unhealthy/],
    ['health("db") is degraded by check', 29, /about one check/],
    ['health() is degraded by host', 25, /"check"/],
    ['absent("a.b") > 1', 15, /no comparison/],
    ['absent("a.b") by model', 18, /no group/],
    ['count("a.b") > 1 in 25h', 21, /at most 24 hours/],
    ['count("a.b") > 1 for 5', 22, /Did you mean "5s"/],
    ['count("a.b") > 1 for 5%', 22, /a time/],
    ['count("a.b") > 1 for 0s', 22, /above 0/],
    ['count("a.b") > 1 for 1m for 2m', 25, /"for" once/],
    ['count("a.b") > 1 keep 1m', 23, /Write keep for/],
    ['count("a.b") > 1 foor 1m', 18, /Did you mean "for"/],
    ['count("a.b") > 1 as bad', 21, /warning or critical/],
    ['count("a.b") > 1 by', 20, /the name of a field/],
    ['count("a.b") > 1 5', 18, /or the end/],
    [`count(${Array(21).fill('"a.b"').join('|')}) > 1`, 127, /at most 20/],
    [`count("a.b"{${Array.from({ length: 21 }, (_, index) => `k${index}=""`).join(',')}}) > 1`, 143, /at most 20/],
    [`value("${'x'.repeat(257)}") > 1`, 7, /At most 256/],
    ['value("") > 1', 7, /not empty/],
    ['errors() > 1 by ""', 17, /1 to 256/],
    ['errors(/(a+)+/) > 1', 8, /repeats what repeats/],
    ['errors(/a*/) > 1', 8, /empty text/],
    ['errors(/(/) > 1', 8, /JavaScript refuses/],
    ['errors(/a) > 1', 8, /ends with \//],
    ['errors(level=info) > 1', 14, /error or critical/],
    ['errors(level=error, level=error) > 1', 21, /once/],
    ['errors(/a/ level=error) > 1', 12, /","/],
    [`${'n'.repeat(65)}: errors() > 1`, 1, /1 to 64/],
    [`errors() > 1${' '.repeat(2000)}`, 2001, /at most 2000 characters/],
  ];
  for (const [text, column, says] of mistakes) {
    const { code, message } = refused(text);
    assert.is(code, 'RULE_INVALID', text);
    assert.ok(message.includes(`at column ${column}.`), `${text}\n${message}`);
    assert.match(message, says, text);
  }
});

test('a caret is under its place in a long text of several lines, too', () => {
  const text = `count(\n${Array.from({ length: 10 }, (_, index) => `"app.part.a${index}"`).join(' |\n')}) > 5 foor 1m`;
  const lines = refused(text).message.split('\n');
  assert.is(lines.length, 3);
  assert.is(lines[1]!.indexOf('foor'), lines[2]!.indexOf('^'));
});

test('rules as objects are checked', () => {
  const when: AlertCondition = { kind: 'errors' };
  const threshold = { op: '>', warning: 5 } as const;
  const wrong: readonly (readonly [rule: unknown, code: string, says: RegExp])[] = [
    [undefined, 'OPTION_INVALID', /an object with name/],
    [5, 'OPTION_INVALID', /an object/],
    [{ when, threshold }, 'OPTION_INVALID', /name/],
    [{ name: 'a b', when, threshold }, 'OPTION_INVALID', /name/],
    [{ name: 'n', when }, 'OPTION_INVALID', /threshold/],
    [{ name: 'n', when, threshold: {} }, 'OPTION_INVALID', /threshold.op/],
    [{ name: 'n', when, threshold: { op: '=' } }, 'OPTION_INVALID', />\|>=/],
    [{ name: 'n', when, threshold: { op: '>' } }, 'RULE_INVALID', /a number/],
    [{ name: 'n', when, threshold: { op: '>', warning: Number.NaN } }, 'RULE_INVALID', /finite/],
    [{ name: 'n', when, threshold: { op: '>', warning: -1 } }, 'RULE_INVALID', /from 0 on/],
    [{ name: 'n', when, threshold: { op: '>', warning: 5, critical: 5 } }, 'RULE_INVALID', /above the first/],
    [{ name: 'n', when, threshold: { op: '>', warning: 5, clear: 6 } }, 'RULE_INVALID', /good side/],
    [{ name: 'n', when, threshold, sevrity: 'critical' }, 'OPTION_UNKNOWN', /severity/],
    [{ name: 'n', when, threshold, for: 'soon' }, 'OPTION_INVALID', /for/],
    [{ name: 'n', when, threshold, keepFor: -1 }, 'OPTION_INVALID', /keepFor/],
    [{ name: 'n', when, threshold, remindEvery: true }, 'OPTION_INVALID', /remindEvery/],
    [{ name: 'n', when, threshold, targets: [] }, 'OPTION_INVALID', /targets/],
    [{ name: 'n', when: { kind: 'eror' }, threshold }, 'RULE_INVALID', /Did you mean "errors"/],
    [{ name: 'n', when: { kind: '__proto__' }, threshold }, 'RULE_INVALID', /Kinds are/],
    [{ name: 'n', when: { kind: 'errors', levl: 'error' }, threshold }, 'OPTION_UNKNOWN', /level/],
    [{ name: 'n', when: { kind: 'errors', pattern: /(a+)+/ }, threshold }, 'OPTION_INVALID', /refused/],
    [{ name: 'n', when: { kind: 'errors', pattern: new RegExp('a'.repeat(1001)) }, threshold }, 'OPTION_INVALID', /1000/],
    [{ name: 'n', when: { kind: 'count' }, threshold }, 'OPTION_INVALID', /event/],
    [{ name: 'n', when: { kind: 'count', event: Array(21).fill('a.b') }, threshold }, 'OPTION_INVALID', /1 to 20/],
    [{ name: 'n', when: { kind: 'count', event: [] }, threshold }, 'OPTION_INVALID', /event/],
    [{ name: 'n', when: { kind: 'count', event: 'telemetry.alert.*' }, threshold }, 'OPTION_INVALID', /never an alert/],
    [{ name: 'n', when: { kind: 'count', event: ['telemetry', 'alert', 'firing'] }, threshold }, 'OPTION_INVALID', /never an alert/],
    [
      { name: 'n', when: { kind: 'errorRate', event: 'a.b', failures: 'telemetry.alert.firing' }, threshold },
      'OPTION_INVALID',
      /never an alert/,
    ],
    [{ name: 'n', when: { kind: 'count', event: 'a.b', window: '2d' }, threshold }, 'OPTION_INVALID', /window/],
    [{ name: 'n', when: { kind: 'count', event: 'a.b', filter: { a: {} } }, threshold }, 'OPTION_INVALID', /filter/],
    [{ name: 'n', when: { kind: 'sum', event: 'a.b' }, threshold }, 'OPTION_INVALID', /measurement/],
    [{ name: 'n', when: { kind: 'value' }, threshold }, 'OPTION_INVALID', /metric/],
    [{ name: 'n', when: { kind: 'history', metric: 'm', of: 'avg' }, threshold }, 'OPTION_INVALID', /window/],
    [{ name: 'n', when: { kind: 'burnRate', event: 'a.b', slo: 1 }, threshold }, 'OPTION_INVALID', /slo/],
    [
      { name: 'n', when: { kind: 'burnRate', event: 'a.b', slo: 0.9, windows: ['5m', '1h'] }, threshold },
      'OPTION_INVALID',
      /longer one first/,
    ],
    [{ name: 'n', when: { kind: 'custom' }, threshold }, 'OPTION_INVALID', /read/],
    [{ name: 'n', when: { kind: 'errorRate', event: 'a.b' }, threshold }, 'RULE_INVALID', /0% to 100%/],
    [{ name: 'n', when: { kind: 'absent', event: 'a.b' }, threshold }, 'OPTION_INVALID', /none/],
    [{ name: 'n', when: { kind: 'absent', event: 'a.b' }, by: 'model' }, 'OPTION_INVALID', /no group/],
    [{ name: 'n', when: 'errors() > 1', threshold }, 'OPTION_INVALID', /the text says it/],
    [{ name: 'n', when: 'errors() > 1 for 1m', for: '2m' }, 'OPTION_INVALID', /the text says it/],
    [{ name: 'n', when: 'errors() > 1 keep for 1m', keepFor: '2m' }, 'OPTION_INVALID', /the text says it/],
    [{ name: 'n', when: 'errors() > 1 by type', by: 'logger' }, 'OPTION_INVALID', /the text says it/],
    [{ name: 'n', when: 'errors() > 1 as critical', severity: 'warning' }, 'OPTION_INVALID', /the text says it/],
    [{ name: 'n', when: 'm: errors() > 1' }, 'OPTION_INVALID', /without a name/],
    [{ name: 'n', when: 'errors() > 1', groupInterval: 'soon' }, 'OPTION_INVALID', /groupInterval/],
    [{ name: 'n', when: 'health("db") is degraded', by: 'check' }, 'OPTION_INVALID', /one check/],
  ];
  for (const [rule, code, says] of wrong) {
    const found = refused(rule);
    assert.is(found.code, code, `${JSON.stringify(rule)} ${found.message}`);
    assert.match(found.message, says);
  }
});

test('a text may be completed by what it does not say', () => {
  const rule = readRule({
    name: 'n',
    when: 'errors() > 1',
    for: '1m',
    keepFor: '2m',
    by: 'type',
    severity: 'critical',
    remindEvery: false,
    groupInterval: '0s',
    targets: ['log'],
    summary: 's',
    runbook: 'r',
  });
  assert.equal(
    [rule.forMs, rule.keepForMs, rule.by, rule.severity, rule.remindEveryMs, rule.targets, rule.summary, rule.runbook],
    [MIN, 2 * MIN, 'type', 'critical', false, ['log'], 's', 'r'],
  );
  assert.is(rule.text, 'errors() > 1 in 1m by type for 1m keep for 2m as critical');
  assert.is(readRule({ name: 'n', when: 'errors() > 1', remindEvery: '1h' }).remindEveryMs, 60 * MIN);
  assert.is(rule.groupIntervalMs, 0);
  assert.is(readRule({ name: 'n', when: 'errors() > 1', groupInterval: '1m' }).groupIntervalMs, MIN);
  assert.is(readRule('errors() > 1').groupIntervalMs, undefined);
});

test('an event may be a tuple, a definition, a text, or a list of them', () => {
  const event = (given: unknown): unknown =>
    (
      readRule({ name: 'n', when: { kind: 'count', event: given } as never, threshold: { op: '>', warning: 1 } }).condition as {
        readonly event: unknown;
      }
    ).event;
  assert.is(event(['coder', 'llm', 'request']), 'coder.llm.request');
  assert.is(event('llm.request'), 'llm.request');
  assert.equal(event([['coder', 'llm', 'request'], 'coder.*.error']), ['coder.llm.request', 'coder.*.error']);
  assert.is(event(['llm.request']), 'llm.request');
});

test('a rule keeps nothing of what it was given that could change later', () => {
  const tags = { mount: '/' };
  const threshold = { op: '>' as const, warning: 1 };
  const targets = ['log'];
  const rule: AlertRule = { name: 'n', when: { kind: 'value', metric: 'm', tags }, threshold, targets };
  const read = readRule(rule);
  Object.assign(tags, { mount: '/other' });
  Object.assign(threshold, { warning: 9 });
  targets.push('slack');
  assert.equal(
    [read.condition, read.threshold, read.targets],
    [{ kind: 'value', metric: 'm', tags: { mount: '/' } }, { op: '>', warning: 1 }, ['log']],
  );
});

test('a function has a text for people, though no text form', () => {
  assert.is(readRule({ name: 'n', when: { kind: 'custom', read: () => 1 }, threshold: { op: '>', warning: 5 } }).text, 'custom() > 5');
});

test('a severity is for what has no critical threshold of its own', () => {
  for (const [text, column] of [
    ['errors() > 5 critical 10 as critical', 26],
    ['errors() > 5 critical 10 for 1m as warning', 33],
    ['errors() > critical 10 as critical', 24],
    ['health() as critical', 10],
  ] as const) {
    const { code, message } = refused(text);
    assert.is(code, 'RULE_INVALID');
    assert.match(message, new RegExp(`column ${column}\\. Expected no severity`));
  }
  assert.is(readRule('health() is degraded as critical').severity, 'critical');
  const object = readRule({
    name: 'n',
    when: { kind: 'errors' },
    threshold: { op: '>', warning: 5, critical: 10 },
    severity: 'critical',
  });
  assert.equal([object.severity, object.text], ['warning', 'errors() > 5 critical 10 in 1m'], 'it says nothing there');
});

test('texts that differ in what no name can have get names that differ', () => {
  const name = (text: string): string => readRule(text).name;
  const texts = [
    'errors("ошибка") > 1',
    'errors("сбой") > 1',
    'errors("a b") > 1',
    'errors("a_b") > 1',
    'errors(/a+b/) > 1',
    'errors(/a.?b/) > 1',
  ];
  assert.is(new Set(texts.map(name)).size, texts.length);
  assert.equal(texts.map(name), texts.map(name));
  for (const text of texts) assert.match(name(text), /^[\w.-]{1,64}$/);
  // What is said in letters needs no number.
  assert.is(name('errors("a_b") > 1 in 5m'), 'errors_a_b_over_1_in_5m');
  assert.is(name('rate("a.b"{model="m1"}) > 5/min'), 'rate_a.b_model_m1_over_5_min');
});

test('a rule that throws while it is read is refused, without what it threw', () => {
  const thrown = (): never => {
    throw new Error('secret');
  };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  for (const rule of [
    { name: 'x', when: 'errors() > 1', get for() { return thrown(); } },
    { name: 'x', when: { kind: 'errors', get window() { return thrown(); } }, threshold: { op: '>', warning: 1 } },
    { name: 'x', when: 'errors() > 1', targets: new Proxy(['a'], { get: thrown }) },
    { name: 'x', when: { kind: 'errors' }, threshold: revoked.proxy },
    revoked.proxy,
    { name: 'x', get when() { return thrown(); } },
  ]) {
    const { code, message } = refused(rule);
    assert.is(code, 'OPTION_INVALID');
    assert.not.match(message, /secret/);
  }
}); // biome-ignore format: getters

test.run();
