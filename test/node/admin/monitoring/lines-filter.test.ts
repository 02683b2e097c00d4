import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LEVELS } from '../../../../lib/core/level';
import { defineEvent, defineEvents, runWithContext, type Telemetry } from '../../../../lib/index';
import { KeptLine } from '../../../../lib/node/admin/monitoring/kept-line';
import { type LineQuery, lineFilter } from '../../../../lib/node/admin/monitoring/line-filter';
import { withAdmin } from '../../../support/admin/served';
import { READ_TOKEN } from '../../../support/admin/tokens';
import { ask } from '../../../support/admin/validate';

const shop = defineEvents('shop', {
  cart: { paid: defineEvent({ level: 'warn' }), shown: defineEvent({ level: 'debug' }) },
  card: { paid: defineEvent({ level: 'info', eventType: 'PAYMENT' }) },
});

const say = (bus: Telemetry): void => {
  bus.attachLogHandler();
  bus.logger('bot').info('hello World', { user_id: 42 });
  bus.logger('bot.telegram').warn('answered', { sessionId: 's-1' });
  bus.logger('bottom').error('fell', { correlation_id: 'c-1' });
  runWithContext({ request_id: 'r-1', trace_id: '0af7651916cd43dd8448eb211c80319c' }, () => {
    bus.execute(shop.cart.paid as never, { price: 1 } as never);
    bus.execute(shop.cart.shown as never);
    bus.execute(shop.card.paid as never, {}, { session_id: 's-1', by: 'r-1x' } as never);
  });
};

test('each filter tells its lines, and together those that pass all', async () => {
  await withAdmin({}, async ({ admin, bus }) => {
    say(bus);
    const asked = async (query: string) => {
      const { json } = await ask(admin, 'GET', `/admin/logs/lines?${query}`, { token: READ_TOKEN });
      const told = json.lines.map(({ record }: { record: { message: string } }) => record.message);
      assert.is(json.matched, told.length);
      return told;
    };
    const [{ logger }] = (await ask(admin, 'GET', '/admin/logs/lines?text=hello')).json.lines.map(({ record }: never) => record as { logger: string }); // biome-ignore format: short
    assert.equal(await asked('level=error'), ['fell']);
    assert.equal(await asked('level=warn&id=s-1'), ['answered']);
    assert.equal(await asked('level=info&id=s-1'), ['answered', 'EVENT: PAYMENT']);
    assert.equal(await asked(`logger=${logger}`), ['hello World', 'answered']);
    assert.equal(await asked('event=shop.cart.paid'), ['shop.cart.paid']);
    assert.equal(await asked('event=shop.cart.*'), ['shop.cart.paid', 'shop.cart.shown']);
    assert.equal(await asked('event=shop.car.*'), []);
    assert.equal(await asked('text=WORLD'), ['hello World']);
    assert.equal(await asked('id=42'), ['hello World']);
    assert.equal(await asked('id=s-1'), ['answered', 'EVENT: PAYMENT']);
    assert.equal(await asked('id=r-1'), ['shop.cart.paid', 'shop.cart.shown', 'EVENT: PAYMENT']);
    assert.equal(await asked('id=c-1'), ['fell']);
    assert.equal(await asked('id=r-1x'), []);
    assert.equal(await asked('id=r-1&level=info&event=shop.*'), ['shop.cart.paid', 'EVENT: PAYMENT']);
    const refused = await ask(admin, 'GET', '/admin/logs/lines?id=%22');
    assert.equal([refused.status, refused.json.code], [400, 'ID_INVALID']);
    assert.is((await ask(admin, 'GET', '/admin/logs/lines?level=silent')).status, 400);
  });
});

test('ids are found in the object that own fields stand in', async () => {
  await withAdmin({}, async ({ admin, bus }) => {
    bus.configureLog({ fieldsUnder: 'fields' });
    bus.logger('bot').info('inside', { session_id: 's-9' });
    assert.is((await ask(admin, 'GET', '/admin/logs/lines?id=s-9')).json.matched, 1);
  });
});

test('the newest lines are told, the oldest first, and only those after a number', async () => {
  await withAdmin({}, async ({ admin, bus }) => {
    const log = bus.logger('bot');
    for (let number = 1; number <= 2500; number++) log.info(`line ${number}`);
    const { json } = await ask(admin, 'GET', '/admin/logs/lines?limit=3&text=line');
    const told = json.lines.map(({ record }: { record: { message: string } }) => record.message);
    assert.equal(told, ['line 2498', 'line 2499', 'line 2500']);
    assert.equal([json.kept, json.last_seq - json.oldest_seq], [2000, 1999]);
    const since = json.lines[1].seq;
    const later = (await ask(admin, 'GET', `/admin/logs/lines?since_seq=${since}&text=line%202`)).json;
    assert.equal(later.lines.map(({ seq }: { seq: number }) => seq), [since + 1]); // biome-ignore format: short
    assert.is(later.matched, 501);
    assert.ok(later.loggers.some((name: string) => name.endsWith('bot')));
  });
});

test('at most 100 loggers and events are proposed', async () => {
  await withAdmin({}, async ({ admin, bus }) => {
    bus.attachLogHandler();
    for (let number = 0; number < 150; number++) {
      bus.logger(`n${number}`).info('x');
      bus.execute(['app', 'job', `n${number}`]);
    }
    const { json } = await ask(admin, 'GET', '/admin/logs/lines?limit=1');
    assert.equal([json.loggers.length, json.events.length, json.lines.length], [100, 100, 1]);
  });
});

const WORDS = ['a', 'a.b', 'ab', 'a.b.c', 'r-1', 'r-10', 's 1', '"', 'Ä', ''];
const word = fc.constantFrom(...WORDS);
const record = fc.record(
  { logger: word, event_name: word, message: word, request_id: word, user_id: fc.constantFrom(1, 10, 'a'), fields: fc.record({ sessionId: word }), other: word },
  { requiredKeys: ['logger', 'message'] },
); // biome-ignore format: short
const query: fc.Arbitrary<LineQuery> = fc.record(
  {
    level: fc.constantFrom(...LEVELS),
    logger: word,
    event: fc.constantFrom(...WORDS, 'a.*', 'a.b.*'),
    id: fc.constantFrom('a', 'r-1', 'r-10', '1', '10', 'a.b'),
    text: word,
  },
  { requiredKeys: [] },
);

interface Said {
  readonly logger: string;
  readonly event_name?: string;
  readonly request_id?: string;
  readonly user_id?: string | number;
  readonly fields?: { readonly sessionId: string };
}

/** As it is said, without any haste. */
function naive(said: Said, text: string, level: (typeof LEVELS)[number], wanted: LineQuery): boolean {
  const { logger, event_name: event = undefined, request_id, user_id, fields } = said;
  const ids = [request_id, user_id === undefined ? undefined : `${user_id}`, fields?.sessionId];
  const isBelow = (name: string, above: string): boolean => name === above || name.startsWith(`${above}.`);
  return (
    (wanted.level === undefined || LEVELS.indexOf(level) >= LEVELS.indexOf(wanted.level)) &&
    (wanted.logger === undefined || isBelow(logger, wanted.logger)) &&
    (wanted.event === undefined ||
      (wanted.event.endsWith('.*') ? (event ?? '').startsWith(wanted.event.slice(0, -1)) : event === wanted.event)) &&
    (wanted.id === undefined || ids.includes(wanted.id)) &&
    (wanted.text === undefined || text.toLowerCase().includes(wanted.text.toLowerCase()))
  );
}

test('what passes is what a naive filter lets pass', () => {
  fc.assert(
    fc.property(record, fc.constantFrom(...LEVELS), query, (said, level, wanted) => {
      const text = `${JSON.stringify(said)}\n`;
      assert.is(lineFilter(wanted)(new KeptLine(1, text, level)), naive(said as Said, text, level, wanted));
    }),
    { numRuns: 3000 },
  );
});

test.run();
