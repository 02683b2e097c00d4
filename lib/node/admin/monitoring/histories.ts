import { enginesOf } from '../../../engines';
import type { Telemetry } from '../../../index';
import type { HistoryHost } from '../../../metrics/history/host';

const NONE: HistoryHost = { current: () => undefined, watch: () => undefined, distribution: () => undefined };

/** The histories of a bus. One of an older copy of the library shows none, and is as one that keeps none. */
export function historiesOf(telemetry: Telemetry): HistoryHost {
  const { histories } = enginesOf('createAdmin', telemetry) as { readonly histories?: HistoryHost };
  return histories ?? NONE;
}
