import { AsyncLocalStorage } from 'node:async_hooks';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { EnteredSpan } from '../../lib/core/span-scope';
import { enginesOf } from '../../lib/engines';
import { createTelemetry } from '../../lib/index';
import { tracked } from '../http/tracked';

const contextOf = (metadata: object): unknown => (metadata as { readonly telemetrySpanContext?: unknown }).telemetrySpanContext;

/** A bus whose spans are entered by somebody, who notes them and keeps the innermost one active. */
function entered() {
  const telemetry = createTelemetry();
  const active = new AsyncLocalStorage<EnteredSpan>();
  const seen: EnteredSpan[] = [];
  const { spans } = enginesOf('test', telemetry);
  spans.enter = (span, work) => {
    seen.push(span);
    return active.run(span, work);
  };
  return { telemetry, active, seen, spans };
}

test('functions of spans run where somebody got around them, in every form, with the same results and errors', async () => {
  const { telemetry, active, seen } = entered();
  const here = (): unknown => active.getStore()?.context;
  const [job, done] = [['app', 'job'] as const, ['app', 'job', 'done'] as const];
  assert.is(telemetry.measure(job, {}, here), seen[0]!.context);
  assert.is(
    telemetry.span(job, {}, () => [here(), {}] as const),
    seen[1]!.context,
  );
  const later = await telemetry.measure(job, {}, async () => {
    await null;
    return here();
  });
  assert.is(later, seen[2]!.context);
  assert.is(telemetry.executeWithTelemetry(done, {}, here), seen[3]!.context);
  assert.is(telemetry.executeWithStartComplete(['app', 'job', 'begun'], done, {}, here), seen[4]!.context);
  const mine = new Error('mine');
  assert.throws(() => telemetry.measure(job, {}, () => { throw mine; }), (error: unknown) => error === mine); // biome-ignore format: short
  assert.is(seen.length, 6);
  assert.is(new Set(seen.map(({ context }) => context)).size, 6);
  assert.is(here(), undefined);
});

test('the context is that of the events, and one that the metadata brings is kept', () => {
  const { telemetry, seen } = entered();
  const heard: unknown[] = [];
  telemetry.attachPrefix('all', [], (_event, _measurements, metadata) => void heard.push(contextOf(metadata)));
  telemetry.measure(['app', 'job'], {}, () => 1);
  telemetry.measure(['app', 'job'], { telemetrySpanContext: 'mine' }, () => 1);
  assert.equal(heard, [seen[0]!.context, seen[0]!.context, 'mine', 'mine']);
  assert.is(seen[1]!.context, 'mine');
});

test('whether an event told of the beginning is told: where none did, the one that will end it is named', () => {
  const { telemetry, seen } = entered();
  telemetry.measure(['app', 'job'], {}, () => 1);
  assert.equal(seen[0]!.event, ['app', 'job', 'stop'], 'nobody hears the start');
  telemetry.attachPrefix('all', [], () => {});
  telemetry.measure(['app', 'job'], {}, () => 1);
  assert.is(seen[1]!.event, undefined);
  telemetry.executeWithTelemetry(['app', 'job', 'done'], {}, () => 1);
  assert.equal(seen[2]!.event, ['app', 'job', 'done']);
  telemetry.measure('nonsense' as never, {} as never, () => 1);
  assert.is(seen[3]!.event, undefined);
});

test('a tracked request is entered with the context of its events, however often its scope is', () => {
  const { request, heard, telemetry } = tracked();
  const seen: EnteredSpan[] = [];
  enginesOf('test', telemetry).spans.enter = (span, work) => {
    seen.push(span);
    return work();
  };
  request({}, { status: 200 }, (exchange) => exchange.run(() => 1));
  const telemetrySpanContext = contextOf(heard[0]!.metadata);
  assert.ok(seen.length >= 3);
  assert.ok(seen.every(({ context, event }) => context === telemetrySpanContext && event === undefined));
});

test.run();
