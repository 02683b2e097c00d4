/** Storages for tests: with a database and a clock that do as they are told. */
import type { Warning } from '../../../lib/core/warning';
import { type OpenedStorage, openStorage } from '../../../lib/node/storage/open-storage';
import { type StorageOptions, storageSettings } from '../../../lib/node/storage/options';
import type { StorageStats } from '../../../lib/node/storage/stats';
import { type FakeClock, fakeClock } from '../../../lib/testing/fake-clock';
import { FakeStore } from './fake-store';

export interface Bed extends Omit<OpenedStorage, 'opened'> {
  readonly store: FakeStore;
  readonly clock: FakeClock;
  readonly warnings: Warning[];
  /** Writes so many lines, numbered on. */
  write(lines: number, level?: 'error' | 'critical', padding?: number): void;
  /** Moves the clock until a condition holds. */
  until(what: string, condition: () => unknown): Promise<void>;
}

export interface BedOptions extends Omit<StorageOptions, 'store'> {
  readonly store?: FakeStore;
  readonly clock?: FakeClock;
  readonly random?: () => number;
  /** Of the first line. */
  readonly from?: number;
}

export const lineOf = (n: number, padding = 0): string =>
  `{"level":"ERROR","logger":"shop.bot","message":"line","error_id":"id${n}","fingerprint":"0123456789ab","n":${n},"p":"${'x'.repeat(padding)}"}\n`;

export const numberOf = (line: string): number => Number(/"n":(\d+)/.exec(line)![1]);

/** Waits until other people's work had its turns: files are read and written meanwhile. */
export async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Starts a storage that has been opened, or found that it can't be. */
export async function bed({
  store = new FakeStore(),
  clock = fakeClock(),
  random = () => 0.5,
  from = 1,
  ...options
}: BedOptions = {}): Promise<Bed> {
  const warnings: Warning[] = [];
  const settings = storageSettings({ spool: false, ...options, store });
  const security = { access() {}, performance() {}, security() {} };
  const opened = openStorage(store, settings, { clock, random, warn: (warning) => warnings.push(warning), streams: () => security });
  if (store.mode !== 'hang') await opened.opened;
  await turns();
  let next = from;
  return {
    ...opened,
    store,
    clock,
    warnings,
    write(lines, level = 'error', padding = 0) {
      for (let line = 0; line < lines; line++) opened.sink.write(lineOf(next++, padding), level);
    },
    async until(what, condition) {
      const end = performance.now() + 10_000;
      while (!condition()) {
        if (performance.now() > end) throw new Error(`It did not come to this: ${what}; ${JSON.stringify(opened.storage.stats())}`);
        clock.advance(50);
        await turns(2);
      }
    },
  };
}

export const dropped = (stats: StorageStats): number => Object.values(stats.dropped).reduce((sum, lines) => sum + lines, 0);

export const numbers = (store: FakeStore): number[] => store.stored.map(({ line }) => numberOf(line));

export const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);
