import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runWithContext } from '../../../lib/index';
import { createLog, parseLine, runChild } from '../../support/records';

const EVIL = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":2}},"prototype":{"polluted":3}}';
const evil = (): object => JSON.parse(EVIL);

test('keys of prototypes are written under another name and change nothing', () => {
  const { telemetry, lines } = createLog();
  const before = [Object.getOwnPropertyNames(Object.prototype).length, Object.getOwnPropertyNames(Function.prototype).length];
  telemetry.execute(['app', 'part', 'done'], evil(), evil());
  telemetry.execute(['app', 'part', 'done'], {}, { nested: evil(), map: new Map(Object.entries(evil())) });
  telemetry.logger('bot').child(evil()).info('line', evil());
  runWithContext(evil() as Record<string, unknown>, () => telemetry.execute(['app', 'part', 'done']));
  telemetry.logger('bot').error(Object.assign(new Error('x'), evil()));
  assert.equal([Object.getOwnPropertyNames(Object.prototype).length, Object.getOwnPropertyNames(Function.prototype).length], before);
  assert.not('polluted' in {});
  assert.not('polluted' in (() => undefined));
  const found = lines();
  assert.is(found.length, 5);
  for (const line of found) {
    parseLine(line);
    assert.not.match(line, /"(?:__proto__|constructor|prototype)":\{/);
  }
  for (const index of [0, 1, 2, 3])
    assert.match(found[index]!, /"__proto___":\{"polluted":1\}.*"constructor_":\{"prototype_":\{"polluted":2\}\}/);
});

test('the same names with plain values keep them', () => {
  const { telemetry, record } = createLog();
  telemetry.execute(['app', 'part', 'done'], {}, { constructor: 'Person', prototype: 1 });
  const { constructor: named, prototype } = record();
  assert.equal([named, prototype], ['Person', 1]);
});

const SOURCE = `
  import { createTelemetry, memorySink, runWithContext } from './lib/index.ts';
  const memory = memorySink();
  const telemetry = createTelemetry({ environment: 'test', log: { level: 'trace', format: 'json', sinks: [memory] } });
  telemetry.attachLogHandler();
  const evil = () => JSON.parse(${JSON.stringify(EVIL)});
  runWithContext({ user: 'ann' }, () => telemetry.execute(['app', 'part', 'failed'], { duration: 1 }, { reason: new TypeError('x'), ...evil() }));
  telemetry.logger('bot').child({ a: 1, ...evil() }).error(new Error('x', { cause: new Error('y') }), 'line', { b: { c: [1] } });
  telemetry.setLogLevel('error', 'app.bot');
  telemetry.logger('bot').info('not this');
  process.stdout.write(memory.lines.join(''));`;

for (const flag of ['--disable-proto=throw', '--disable-proto=delete', '--frozen-intrinsics']) {
  test(`records are written under ${flag}`, async () => {
    const { stdout, stderr, code } = await runChild(SOURCE, { flags: [flag, '--no-warnings'] });
    assert.equal([code, stderr], [0, '']);
    const [event, plain] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => parseLine(`${line}\n`));
    assert.equal(
      [event!.event_name, event!.user, event!.error_type, plain!.message, plain!.a],
      ['app.part.failed', 'ann', 'TypeError', 'line', 1],
    );
    assert.equal(event!.__proto___, { polluted: 1 });
    assert.equal(plain!.__proto___, { polluted: 1 });
  });
}

test.run();
