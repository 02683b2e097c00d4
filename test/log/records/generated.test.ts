import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runWithContext } from '../../../lib/index';
import { randomFields, randomText, randomValue } from '../../support/corpus';
import { bounds, createLog, problemOf } from '../../support/records';
import { mulberry32 } from '../../support/secrets';

const RECORDS = Number(process.env.RECORDS ?? 20_000);
const SEED = Number(process.env.SEED ?? 20_260_213);
const ACTIONS = ['done', 'failed', 'exception', 'heartbeat'] as const;
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'critical'] as const;

test(`${RECORDS} generated records are ${RECORDS} valid lines, and nothing is thrown (seed ${SEED})`, () => {
  const random = mulberry32(SEED);
  const logs = [createLog({ app: 'app' }), createLog({ fieldsUnder: 'own', caller: true, app: 'app' })];
  const log = (index: number): void => {
    const { telemetry } = logs[index % 2]!;
    const kind = random();
    if (kind < 0.5) {
      const whole = random() < 0.1;
      telemetry.execute(
        ['app', 'part', ACTIONS[index % 4]!],
        (whole ? randomValue(random) : randomFields(random, 1)) as object,
        (random() < 0.1 ? randomValue(random) : randomFields(random)) as object,
      );
    } else {
      const logger = kind < 0.7 ? telemetry.logger('bot').child(randomFields(random)) : telemetry.logger('bot');
      const first = random() < 0.5 ? randomText(random, 60) : randomValue(random);
      logger[LEVELS[index % 6]!](first, randomValue(random) as string, randomValue(random) as object);
    }
  };
  for (let index = 0; index < RECORDS; index++) {
    const seed = `record ${index} of seed ${SEED}`;
    try {
      if (random() < 0.2) runWithContext(randomFields(random), () => log(index));
      else log(index);
    } catch (error) {
      assert.unreachable(`${seed} threw ${(error as Error)?.stack}`);
    }
    const lines = logs[index % 2]!.lines();
    assert.is(lines.length, 1, seed);
    const problem = problemOf(lines[0]!);
    if (problem !== undefined) assert.unreachable(`${seed}: ${problem}: ${lines[0]!.slice(0, 2000)}`);
  }
  for (const { telemetry } of logs) assert.is(telemetry.stats().failures, 0);
  assert.equal(Object.keys({}), []);
  assert.not('polluted' in {});
});

test('random texts come back as they were', () => {
  const random = mulberry32(SEED + 1);
  const { telemetry, lines } = createLog({ redact: false });
  const log = telemetry.logger('bot');
  for (let index = 0; index < RECORDS; index++) {
    const text = randomText(random, 60);
    log.info(text, { text, in: [text] });
    const [line] = lines();
    const { message, text: field, in: nested } = JSON.parse(line!);
    if (message !== text || field !== text || nested[0] !== text || problemOf(line!) !== undefined) {
      assert.unreachable(`text ${index} of seed ${SEED + 1}: ${JSON.stringify(text)} ${problemOf(line!)}`);
    }
  }
});

test('a record is what its values were when it was made', () => {
  const { telemetry, record } = createLog();
  const user = { name: 'ann', tags: ['a'] };
  telemetry.execute(['app', 'part', 'done'], {}, user);
  user.name = 'bob';
  user.tags.push('b');
  const { name, tags } = record();
  assert.equal([name, tags], ['ann', ['a']]);
});

test('text that looks like a template is written as it is', () => {
  const { telemetry, record } = createLog();
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the point
  const text = '${jndi:ldap://x/a} {{7*7}} %s %d %o <%= 1 %> $& $1';
  telemetry.logger('bot').info(text, { text });
  const { message, text: field } = record();
  assert.equal([message, field], [text, text]);
});

test('what is left out is replaced by how much there was', () => {
  const { telemetry, record } = createLog();
  const deep = (levels: number): object => (levels === 0 ? {} : { in: deep(levels - 1) });
  telemetry.logger('bot').info('line', {
    text: 'x'.repeat(20_000),
    longer: 'x'.repeat(100_000),
    list: new Array(1000).fill(1),
    keys: Object.fromEntries(Array.from({ length: 300 }, (_, key) => [`k${key}`, 1])),
    deep: deep(20),
    buffer: Buffer.alloc(1000),
  });
  const {
    text,
    longer,
    list,
    keys,
    deep: nested,
    buffer,
  } = record() as { text?: string; longer?: string; list?: unknown[]; keys?: Record<string, unknown>; deep?: unknown; buffer?: string };
  assert.match(text!, /^x{16384}… \[20000 chars\]$/);
  assert.match(longer!, /^x{16384}… \[100000 chars\]$/);
  assert.equal([list!.length, list![256]], [257, '[+744 more]']);
  assert.equal([Object.keys(keys!).length, keys!['…']], [257, '[+44 more]']);
  assert.match(JSON.stringify(nested), /^(\{"in":){9,10}"\[Object\]"\}+$/);
  assert.is(buffer, '[Buffer: 1000 bytes]');
});

test('values that are far too large are lines within the limit', () => {
  for (const [name, { bytes }] of Object.entries(bounds())) assert.ok(bytes > 100 && bytes <= 65_536, `${name}: ${bytes}`);
});

test('a cycle is named where it closes; the same object in two places is written twice', () => {
  const { telemetry, record } = createLog();
  const shared = { a: 1 };
  const cycle: Record<string, unknown> = { shared };
  cycle.self = cycle;
  cycle.list = [{ up: cycle }];
  const map = new Map<string, unknown>([['shared', shared]]);
  map.set('self', map);
  telemetry.logger('bot').info('line', { cycle, map });
  const { cycle: written, map: mapped } = record() as Record<string, unknown>;
  assert.equal(written, { shared: { a: 1 }, self: '[Circular]', list: [{ up: '[Circular]' }] });
  assert.equal(mapped, { shared: { a: 1 }, self: '[Circular]' });
});

test('limits can be set, and bound the line', () => {
  const { telemetry, lines } = createLog({ limits: { bytes: 4096, depth: 2, keys: 3, items: 2, chars: 5 } });
  telemetry.logger('bot').info('a message that is long', { a: 'abcdefgh', b: [1, 2, 3], c: { d: { e: { f: 1 } } }, g: 1, h: 2 });
  const [line] = lines();
  assert.is(problemOf(line!, 4096), undefined);
  const { message, a, b, c, '…': more } = JSON.parse(line!);
  assert.equal(
    [message, a, b, c, more],
    ['a mes… [22 chars]', 'abcde… [8 chars]', [1, 2, '[+1 more]'], { d: { e: '[Object]' } }, '[+2 more]'],
  );
  for (const limits of [{ bytes: 0 }, { depth: 65 }, { chars: Infinity }, { keys: '5' }, { items: 1.5 }]) {
    assert.throws(() => createLog({ limits: limits as never }), /limits/);
  }
});

test('a child or a context that was cut once is whole in the next line', () => {
  const { telemetry, records } = createLog();
  const child = telemetry.logger('bot').child({ user: 'ann', note: 'y'.repeat(2000) });
  runWithContext({ task: 'z'.repeat(2000) }, () => {
    child.info('x'.repeat(16_000), { a: 'x'.repeat(16_000), b: 'x'.repeat(16_000), c: 'x'.repeat(16_000) });
    child.info('short', { a: '', b: '', c: '' });
  });
  const { user, note, task } = records()[1]! as Record<string, string>;
  assert.equal([user, note!.length, task!.length], ['ann', 2000, 2000]);
});

test.run();
