/** What workers record in tests: always the same, so that one process can record all of it again. */
import {
  counter,
  createTelemetry,
  defineEvent,
  defineEvents,
  distribution,
  type EventName,
  lastValue,
  sum,
  summary,
  type Telemetry,
  type TelemetryOptions,
} from '../../../lib/index';

const catalogue = defineEvents('shop', {
  order: {
    paid: defineEvent<{ duration: number; amount: number; bytes: number }, { region: string; way: string }>({ tags: ['region'] }),
    named: defineEvent<{ amount: number }, { name: string }>(),
    refused: defineEvent<{ amount: number }, { region: string }>(),
  },
  stock: { counted: defineEvent<{ level: number }>() },
});

interface Shop {
  readonly order: Readonly<Record<'paid' | 'named' | 'refused', EventName>>;
  readonly stock: Readonly<Record<'counted', EventName>>;
}
export const shop: Shop = catalogue;

const DEFINITIONS = [
  counter('shop.orders', catalogue.order.paid, { tags: ['region', 'way'] }),
  sum('shop.amount', catalogue.order.paid, { measurement: 'amount', tags: ['region'] }),
  sum('shop.balance', catalogue.order.refused, { measurement: 'amount', monotonic: false }),
  sum('shop.names', catalogue.order.named, { measurement: 'amount', tags: ['name'], maxSeries: 100_000 }),
  lastValue('shop.level', catalogue.stock.counted, { measurement: 'level' }),
  summary('shop.amounts', catalogue.order.paid, { measurement: 'amount', tags: ['way'] }),
  distribution('shop.sizes', catalogue.order.paid, {
    measurement: 'bytes',
    unit: 'byte',
    bounds: [100, 1000, 10_000, 100_000],
    tags: ['region'],
  }),
];

/** A bus that counts what {@link record} makes. */
export function createShop(options: Partial<TelemetryOptions> = {}): Telemetry {
  const telemetry = createTelemetry({ environment: 'test', ...options, events: catalogue } as never) as unknown as Telemetry;
  telemetry.attachMetricsHandler({ definitions: DEFINITIONS });
  return telemetry;
}

/** Of parts together. */
const EVENTS = 24_000;
const REGIONS = ['eu', 'us', 'asia'];
const WAYS = ['card', 'cash', 'a "quoted", \\ way'];

/**
 * Records one part of the data. Values have few binary digits, so that their sums are exact in whatever order they are added.
 */
export function record(telemetry: Telemetry, part: number, parts: number): void {
  let state = 12_345;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  for (let index = 0; index < EVENTS; index++) {
    const [one, two, three] = [random(), random(), random()];
    if (index % parts !== part) continue;
    const region = REGIONS[Math.floor(one * REGIONS.length)]!;
    const way = WAYS[index % WAYS.length]!;
    // A long tail: most take some ms, some take hours.
    const duration = Math.round((1024 * 2) / (two + 1e-7) ** 1.2) / 1024;
    const amount = Math.round(three * 1e5) / 4;
    telemetry.execute(shop.order.paid, { duration, amount, bytes: Math.floor(1 / (three + 1e-6)) * 10 }, { region, way });
    if (index % 7 === 0) telemetry.execute(shop.order.refused, { amount: amount * (index % 2 === 0 ? 1 : -1) }, { region });
  }
}
