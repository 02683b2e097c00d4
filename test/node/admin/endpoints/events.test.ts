import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import { securityOf } from '../../../../lib/entries/security';
import { defineEvent, defineEvents } from '../../../../lib/index';
import { createAdmin } from '../../../../lib/node/admin/admin';
import { setting, withAdmin } from '../../../support/admin/served';
import { READ_TOKEN, TOKENS } from '../../../support/admin/tokens';
import { ask } from '../../../support/admin/validate';

const shop = defineEvents('shop', {
  cart: {
    paid: defineEvent<{ duration: number; price: number }, { card: string; note: string; state: string }>({
      doc: 'A cart was paid',
      tags: ['state'],
      private: ['note'],
      level: 'warn',
      slow: { warn: '1s', error: '5s' },
      measurements: { duration: { unit: 's' }, price: { unit: 'EUR', doc: 'With tax' } },
      stream: 'payments',
    }),
    shown: defineEvent({ schema: { metadata: z.object({ sku: z.string() }) } }),
  },
});

test('the catalogue tells what is declared, before anything was emitted', async () => {
  await withAdmin({}, async ({ admin, bus }) => {
    bus.declareEvents(shop as never);
    const { json } = await ask(admin, 'GET', '/admin/events/shop.cart.paid', { token: READ_TOKEN });
    const { event } = json;
    assert.equal([event.is_declared, event.level, event.doc, event.tags, event.private, event.stream, event.duration_unit], [true, 'warn', 'A cart was paid', ['state'], ['note'], 'payments', 's']); // biome-ignore format: short
    assert.equal(event.measurements, { duration: { unit: 's' }, price: { unit: 'EUR', doc: 'With tax' } });
    assert.equal(event.slow, { warn_ms: 1000, error_ms: 5000 });
    assert.equal([event.count, event.durations, event.sample, event.last_seen], [null, null, null, null]);
    const { schema } = (await ask(admin, 'GET', '/admin/events/shop.cart.shown')).json.event;
    assert.is(schema.metadata.vendor, 'zod');
    assert.equal(schema.metadata.json_schema.properties, { sku: { type: 'string' } });
    assert.is((await ask(admin, 'GET', '/admin/events/shop.cart.nothing')).status, 404);
  });
});

test('rates are told by the second, over 10 and 60 of them', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    await ask(admin, 'GET', '/admin/events');
    for (let second = 0; second < 100; second++) {
      for (let each = 0; each < (second < 95 ? 4 : 10); each++) bus.execute(['app', 'job', 'start']);
      clock.advance('1s');
    }
    const { event } = (await ask(admin, 'GET', '/admin/events/app.job.start')).json;
    assert.equal(event.per_second, { last_10s: 7, last_60s: 4.5 });
    assert.is(event.watched_count, 430);
    clock.advance('2m');
    const later = (await ask(admin, 'GET', '/admin/events/app.job.start')).json.event;
    assert.equal([later.per_second, later.last_seen], [{ last_10s: 0, last_60s: 0 }, '2026-01-01T00:01:40.000Z']);
  });
});

test('counts, statistics and handlers of an event are there', async () => {
  await withAdmin({ monitoring: false }, async ({ admin, bus }) => {
    bus.declareEvents(shop as never);
    bus.attachMetricsHandler();
    bus.attach('mine', shop.cart.paid as never, () => undefined);
    for (let number = 1; number <= 100; number++) bus.execute(shop.cart.paid as never, { duration: number / 100, price: 1 } as never);
    const { event } = (await ask(admin, 'GET', '/admin/events/shop.cart.paid')).json;
    assert.equal([event.count, event.durations.count, event.durations.max_ms, event.handlers], [100, 100, 1000, ['telemetry-metrics', 'mine', 'telemetry-admin-samples']]); // biome-ignore format: short
    assert.ok(Math.abs(event.durations.p50_ms - 500) <= 5);
  });
});

test('a sample is what the log would write: redacted, private keys as their length, no object of the application', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    bus.declareEvents(shop as never);
    bus.configureLog({ redact: { paths: ['user.street'] } });
    await ask(admin, 'GET', '/admin/events');
    const user = { street: 'Elm Street 5', name: 'Ann' };
    const metadata = {
      card: '4111 1111 1111 1111',
      note: 'private words',
      state: 'ok',
      password: 'hunter2',
      user,
      error: new Error('token=abcdef0123456789'),
    };
    bus.execute(shop.cart.paid as never, { duration: 1.5, price: 20 } as never, metadata as never);
    user.name = 'changed later';
    const { text, json } = await ask(admin, 'GET', '/admin/events/shop.cart.paid');
    const { fields, time } = json.event.sample;
    assert.equal([fields.duration_ms, fields.price, fields.note_length, fields.state, fields.password, fields.user], [1500, 20, 13, 'ok', '***', { street: '***', name: 'Ann' }]); // biome-ignore format: short
    assert.is(fields.error.type, 'Error');
    assert.not.match(text, /hunter2|Elm Street|private words|4111 1111 1111 1111|abcdef0123456789/);
    assert.is(time, new Date(clock.systemTime()).toISOString());
  });
});

test('a brief list has no samples, schemas and measurements, and else the same', async () => {
  await withAdmin({}, async ({ admin, bus }) => {
    bus.declareEvents(shop as never);
    await ask(admin, 'GET', '/admin/events');
    bus.execute(shop.cart.paid as never, { duration: 1.5, price: 20 } as never, { state: 'ok' } as never);
    const [whole] = (await ask(admin, 'GET', '/admin/events?q=shop.cart.paid')).json.events;
    const [brief] = (await ask(admin, 'GET', '/admin/events?q=shop.cart.paid&brief=true')).json.events;
    const { measurements, schema, ...rest } = whole;
    assert.ok(rest.sample !== null && (measurements !== undefined || schema !== undefined));
    assert.equal(brief, { ...rest, sample: null });
  });
});

test('samples count no errors and disturb no detector', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    await ask(admin, 'GET', '/admin/events');
    const reason = new Error("' OR 1=1 --");
    for (let second = 0; second < 20; second++) {
      bus.execute(['app', 'job', 'exception'], { duration: 1 }, { kind: 'error', reason, stacktrace: reason.stack });
      bus.execute(['app', 'job', 'error'], {}, { error: reason });
      clock.advance('1s');
    }
    assert.equal([bus.errorStats().occurrences, bus.errorStats().tracked], [0, 0]);
    // That somebody looked at samples is one.
    assert.equal(securityOf(bus).counts().byName, { sensitive_read: 1 });
    assert.ok((await ask(admin, 'GET', '/admin/events/app.job.exception')).json.event.sample.fields.reason.message);
  });
});

test('there is one sample a second, the first', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    await ask(admin, 'GET', '/admin/events');
    let reads = 0;
    const metadata = { get value() { return ++reads; } }; // biome-ignore format: short
    for (let round = 0; round < 50; round++) bus.execute(['app', 'job', 'start'], {}, metadata);
    assert.is(reads, 1);
    clock.advance('1s');
    for (let round = 0; round < 50; round++) bus.execute(['app', 'job', 'start'], {}, metadata);
    assert.is(reads, 2);
    assert.is((await ask(admin, 'GET', '/admin/events/app.job.start')).json.event.sample.fields.value, 2);
  });
});

test('a sample of something large is cut, and one that refuses to be read is still counted', async () => {
  await withAdmin({}, async ({ admin, bus }) => {
    await ask(admin, 'GET', '/admin/events');
    const long = Object.fromEntries(Array.from({ length: 60 }, (_, number) => [`k${number}`, `${number} `.repeat(400)]));
    bus.execute(['app', 'job', 'start'], {}, long);
    const { fields } = (await ask(admin, 'GET', '/admin/events/app.job.start')).json.event.sample;
    assert.ok(JSON.stringify(fields).length <= 8192, `${JSON.stringify(fields).length}`);
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    bus.execute(['app', 'job', 'stop'], proxy, proxy);
    assert.is((await ask(admin, 'GET', '/admin/events/app.job.stop')).json.event.watched_count, 1);
  });
});

test('at most 500 events are watched, and the list is paged and searched', async () => {
  await withAdmin({}, async ({ admin, bus }) => {
    await ask(admin, 'GET', '/admin/events');
    for (let number = 0; number < 520; number++) bus.execute(['app', 'job', `n${String(number).padStart(3, '0')}`], { n: 1 });
    const page = (await ask(admin, 'GET', '/admin/events?q=app.job&limit=500')).json;
    assert.equal([page.total, page.events.length, page.events[0].name], [520, 500, 'app.job.n000']);
    assert.is((await ask(admin, 'GET', '/admin/events/app.job.n499')).json.event.watched_count, 1);
    assert.is((await ask(admin, 'GET', '/admin/events/app.job.n500')).json.event.watched_count, 0);
    const rest = (await ask(admin, 'GET', '/admin/events?q=app.job&limit=500&offset=500')).json;
    assert.is(rest.events.length, 20);
  });
});

test('watching ends when nobody has asked for an hour, and when the API is closed', async () => {
  const { bus, clock } = setting();
  const admin = createAdmin(bus, { tokens: TOKENS, monitoring: false });
  assert.is(bus.listHandlers().length, 0);
  await ask(admin, 'GET', '/admin/events');
  assert.is(bus.listHandlers().length, 1);
  clock.advance('59m');
  await ask(admin, 'GET', '/admin/events');
  clock.advance('59m');
  assert.is(bus.listHandlers().length, 1);
  clock.advance('2m');
  assert.is(bus.listHandlers().length, 0);
  await ask(admin, 'GET', '/admin/events');
  admin.close();
  assert.is(bus.listHandlers().length, 0);
});

test('closing one admin API of a bus leaves the watch to the other', async () => {
  const { bus } = setting();
  const [one, other] = [createAdmin(bus, { tokens: TOKENS }), createAdmin(bus, { tokens: TOKENS })];
  await ask(one, 'GET', '/admin/events');
  one.close();
  bus.execute(['app', 'job', 'start']);
  assert.is((await ask(other, 'GET', '/admin/events/app.job.start')).json.event.watched_count, 1);
  other.close();
  assert.is(bus.listHandlers().length, 0);
});

test('who reads samples is told of, and durations are told to the microsecond', async () => {
  await withAdmin({}, async ({ admin, bus, events }) => {
    bus.attachMetricsHandler();
    bus.execute(['app', 'job', 'stop'], { duration: 1.23456789 });
    const { durations } = (await ask(admin, 'GET', '/admin/events?q=app.job')).json.events[0];
    assert.equal([durations.min_ms, durations.max_ms], [1.235, 1.235]);
    await ask(admin, 'GET', '/admin/slow');
    await ask(admin, 'GET', '/admin/events/app.job.stop');
    assert.equal(events('sensitive_read').map(({ attempted_resource: what }) => what), ['/admin/events', '/admin/slow', '/admin/events/app.job.stop']); // biome-ignore format: short
  });
});

test('a page asks for the durations of its own events only', async () => {
  await withAdmin({}, async ({ admin, bus }) => {
    bus.attachMetricsHandler();
    for (let number = 0; number < 50; number++) bus.execute(['app', 'job', `n${number}`], { duration: number });
    const { getDurationStats } = bus;
    const asked: unknown[] = [];
    const spied = Object.create(bus, { getDurationStats: { value: (...given: unknown[]) => { asked.push(given[0]); return (getDurationStats as (...all: unknown[]) => unknown).apply(bus, given); } } }); // biome-ignore format: short
    using other = createAdmin(spied, { tokens: TOKENS });
    assert.is((await ask(other, 'GET', '/admin/events?q=app.job&limit=1')).json.events[0].durations.count, 1);
    assert.equal(asked, [['app', 'job', 'n0']]);
    assert.ok(admin);
  });
});

test.run();
