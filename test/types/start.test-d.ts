// Compiled by `npm run types`, never run: what `startTelemetry` says of the events of its bus.
import { expectTypeOf } from 'expect-type';
import { createTelemetry, defineEvent, defineEvents, type Telemetry } from 'telemetry-bus';
import { type StartOptions, type StopReport, startTelemetry } from 'telemetry-bus/node';

const shop = defineEvents('shop', {
  cart: { add: defineEvent<{ price: number }, { sku: string }>({ stream: 'orders' }), drop: defineEvent() },
});
const other = defineEvents('other', { part: { event: defineEvent<{ x: number }, { y: string }>() } });

// The events that are declared, on the default bus.
const app = await startTelemetry({ app: 'shop', events: shop });
app.telemetry.execute(shop.cart.add, { price: 1 }, { sku: 'A' });
app.telemetry.execute(['shop', 'cart', 'add'], { price: 1 }, { sku: 'A' });
app.telemetry.execute(shop.cart.drop);
// @ts-expect-error misspelled
app.telemetry.execute(['shop', 'cart', 'ad'], { price: 1 }, { sku: 'A' });
// @ts-expect-error a key is missing
app.telemetry.execute(shop.cart.add, { price: 1 }, {});
// @ts-expect-error not an event of this bus
app.telemetry.execute(other.part.event, { x: 1 }, { y: 'y' });

// Several catalogues; a bus with its own events, and with more.
const both = await startTelemetry({ events: [shop, other] });
both.telemetry.execute(other.part.event, { x: 1 }, { y: 'y' });
both.telemetry.execute(shop.cart.add, { price: 1 }, { sku: 'A' });
const bus = createTelemetry({ events: shop });
const own = await startTelemetry({ bus });
expectTypeOf(own.telemetry).toEqualTypeOf(bus);
// @ts-expect-error not an event of this bus
own.telemetry.execute(other.part.event, { x: 1 }, { y: 'y' });
const more = await startTelemetry({ bus, events: other });
more.telemetry.execute(other.part.event, { x: 1 }, { y: 'y' });
more.telemetry.execute(shop.cart.add, { price: 1 }, { sku: 'A' });
// @ts-expect-error misspelled
more.telemetry.execute(['shop', 'cart', 'ad'], { price: 1 }, { sku: 'A' });

// Without either it takes any name.
const any = await startTelemetry();
any.telemetry.execute(['any', 'name', 'goes'], { a: 1 });
const loose: Telemetry = any.telemetry;
const untyped = await startTelemetry({ bus: createTelemetry() });
untyped.telemetry.execute(['any', 'name', 'goes'], { a: 1 });

// Fields of the library's own streams, and others beside them.
app.access({ method: 'GET', path: '/', status: 200, duration_ms: 1, plan: 'free' });
app.security('unauthorized_access', { severity: 'high', attempts: 4 });
app.performance('render', { duration_ms: 5, function: 'page', module: 'view' });
// @ts-expect-error a status is a number
app.access({ status: '200' });
// @ts-expect-error no such severity
app.security('unauthorized_access', { severity: 'severe' });

// Streams by any name, each with options that are known.
const options: StartOptions = {
  streams: { access: { keep: { files: 90 } }, audit: { loggers: ['shop.payment'], sync: true }, performance: false },
  presets: 'web',
  console: { format: 'pretty', stderrFrom: 'warn' },
  signals: ['SIGTERM'],
  reopenOn: 'SIGHUP',
};
// @ts-expect-error misspelled
const wrong: StartOptions = { streams: { access: { kep: { files: 90 } } } };
// @ts-expect-error no such preset
const noPreset: StartOptions = { presets: 'website' };
expectTypeOf(app.stop()).toEqualTypeOf<Promise<StopReport>>();
expectTypeOf(app.streams.audit).toEqualTypeOf<string | undefined>();
expectTypeOf(app.config.logFileMode).toEqualTypeOf<number>();
void [loose, options, wrong, noPreset];
