import { TelemetryError } from '../../core/errors';
import { show } from '../../core/show';
import type { MetricSource } from '../../metrics/seam';
import type { SeriesView } from '../../metrics/view';
import type { StatsdSettings } from './options';
import type { SeriesState } from './series-state';

/** What a receiver knows of each series. Series that are gone take their entries with them. */
export type Ledger = WeakMap<SeriesView, SeriesState>;

interface Account {
  readonly ledger: Ledger;
  isOpen: boolean;
}

/** What each receiver of a bus was told stays known when an exporter stops, so that the next one goes on from there. */
const accounts = new WeakMap<MetricSource, Map<string, Account>>();
/** Receivers of one bus that are remembered. */
const MOST = 16;

/**
 * Takes the ledger of a receiver for an exporter.
 *
 * @returns The ledger and what gives it back.
 * @throws {TelemetryError} `ALREADY_STARTED` when another one has it: each event would be counted by either.
 */
export function openLedger(source: MetricSource, settings: StatsdSettings): { readonly ledger: Ledger; readonly close: () => void } {
  const { host, port, prefix, tags } = settings;
  const key = JSON.stringify([host, port, prefix, tags ?? null]);
  let known = accounts.get(source);
  if (known === undefined) accounts.set(source, (known = new Map()));
  const account = known.get(key) ?? { ledger: new WeakMap(), isOpen: false };
  if (account.isOpen) {
    throw new TelemetryError(
      'ALREADY_STARTED',
      'startStatsd was called for this bus and receiver before',
      `Metrics already go to ${show(`${host}:${port}`)} with the same prefix and tags, so everything would be counted twice`,
      'Use what the first call returned, or await its stop()',
    );
  }
  account.isOpen = true;
  known.delete(key);
  known.set(key, account);
  forget(known);
  const close = (): void => {
    account.isOpen = false;
  };
  return { ledger: account.ledger, close };
}

/** Lets go of the receiver that was used longest ago. */
function forget(known: Map<string, Account>): void {
  if (known.size <= MOST) return;
  for (const [key, { isOpen }] of known) {
    if (isOpen) continue;
    known.delete(key);
    return;
  }
}
