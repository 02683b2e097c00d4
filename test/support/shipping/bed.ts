/** Shipping sinks for tests: with a receiver and a clock that do as they are told. */
import * as assert from 'uvu/assert';
import type { Warning } from '../../../lib/core/warning';
import { lokiSink, otlpSink, type ShippingOptions, type ShippingSink, type ShippingStats } from '../../../lib/node/shipping/index';
import { type FakeClock, fakeClock } from '../../../lib/testing/fake-clock';
import { type Got, type Receiver, startReceiver, type Tls } from './receiver';

export type Kind = 'otlp' | 'loki';
export const KINDS: readonly Kind[] = ['otlp', 'loki'];

export interface Bed {
  readonly receiver: Receiver;
  readonly sink: ShippingSink;
  readonly clock: FakeClock;
  readonly warnings: Warning[];
  /** Writes so many lines, numbered on. */
  write(lines: number, level?: 'info' | 'critical', padding?: number): void;
  /** Numbers of the lines that were taken, in the order they came. */
  arrived(): number[];
  /** Moves the clock until a condition holds; with 0 it only waits. */
  until(what: string, condition: () => unknown, stepMs?: number): Promise<void>;
  /** Closes the sink and the receiver, and looks at the account once more. */
  end(): Promise<ShippingStats>;
}

export const lineOf = (n: number, padding = 0): string =>
  `{"timestamp":"2026-02-13T19:06:35.545Z","level":"INFO","logger":"shop.bot","message":"line","app":"shop","n":${n},"p":"${'x'.repeat(padding)}"}\n`;

export const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);
export const dropped = ({ dropped: reasons }: ShippingStats): number => Object.values(reasons).reduce((sum, lines) => sum + lines, 0);

/** accepted = written + queued + dropped. */
export const balance = (stats: ShippingStats): void =>
  assert.is(stats.accepted, stats.written + stats.queued + dropped(stats), JSON.stringify(stats));

export const numbersIn = (kind: Kind, { text }: Got): number[] =>
  [...text.matchAll(kind === 'otlp' ? /"key":"n","value":\{"intValue":"(\d+)"/g : /\\"n\\":(\d+)/g)].map(([, n]) => Number(n));

interface Body {
  readonly streams: readonly { readonly values: readonly (readonly [string, string])[] }[];
  readonly resourceLogs: readonly {
    readonly scopeLogs: readonly { readonly logRecords: readonly { readonly body: { readonly stringValue: string } }[] }[];
  }[];
}

/** What the lines say, or their bodies. */
export function textsIn(kind: Kind, { text }: Got): string[] {
  const { streams, resourceLogs } = JSON.parse(text) as Body;
  if (kind === 'loki') return streams.flatMap(({ values }) => values.map(([, line]) => line));
  return resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords.map(({ body }) => body.stringValue)));
}

export const createSink = (kind: Kind, url: string, options: ShippingOptions): ShippingSink =>
  kind === 'otlp' ? otlpSink({ url, env: {}, ...options }) : lokiSink({ url, ...options });

export interface BedOptions extends ShippingOptions {
  readonly tls?: Tls;
  readonly receiver?: Receiver;
}

export const newReceiver = (kind: Kind, tls?: Tls): Promise<Receiver> => startReceiver(kind === 'otlp' ? 200 : 204, tls);

export async function bed(kind: Kind, { tls, receiver: given, ...options }: BedOptions = {}): Promise<Bed> {
  const receiver = given ?? (await newReceiver(kind, tls));
  const clock = fakeClock();
  const warnings: Warning[] = [];
  const sink = createSink(kind, receiver.url, { clock, onWarning: (warning) => warnings.push(warning), ...options });
  let next = 1;
  return {
    receiver,
    sink,
    clock,
    warnings,
    write(lines, level = 'info', padding = 0) {
      for (let line = 0; line < lines; line++) sink.write(lineOf(next++, padding), level);
    },
    arrived: () => receiver.taken.flatMap((got) => numbersIn(kind, got)),
    async until(what, condition, stepMs = 50) {
      const end = performance.now() + 10_000;
      while (!condition()) {
        if (performance.now() > end) throw new Error(`It did not come to this: ${what}; ${JSON.stringify(sink.stats())}`);
        if (stepMs > 0) clock.advance(stepMs);
        for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
      }
    },
    async end() {
      await sink.close();
      await receiver.goDown().catch(() => undefined);
      const stats = sink.stats();
      balance(stats);
      return stats;
    },
  };
}
