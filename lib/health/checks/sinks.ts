import type { SinkStats } from '../../sinks/sink';
import type { HealthHost } from '../host';
import type { CheckDetails, CheckFunction } from '../result';

type Account = SinkStats & { readonly name: string };

/** Names at most so many sinks and reasons. */
const MAX_SHOWN = 5;

/**
 * Looks at the accounts of the log's sinks: degraded when one has dropped lines since the last look, or holds lines of which it has
 * written none since then. It is never unhealthy: a process that can't log should still work.
 */
export function createSinksCheck(host: Pick<HealthHost, 'sinks'>): CheckFunction {
  let before: ReadonlyMap<string, Account> = new Map();
  return (): CheckDetails => {
    const now = new Map<string, Account>();
    const troubles: string[] = [];
    for (const sink of host.sinks()) {
      const key = unused(now, sink.name);
      now.set(key, { ...sink, dropped: { ...sink.dropped } });
      const trouble = troubleOf(sink, before.get(key));
      if (trouble !== undefined) troubles.push(`${sink.name}: ${trouble}`);
    }
    before = now;
    if (troubles.length === 0) return { status: 'healthy' };
    return { status: 'degraded', detail: shown(troubles, '; ') };
  };
}

/** Sinks may have the same name. */
function unused(known: ReadonlyMap<string, unknown>, name: string): string {
  for (let turn = 0; ; turn++) if (!known.has(`${name} ${turn}`)) return `${name} ${turn}`;
}

function troubleOf(sink: Account, last: Account | undefined): string | undefined {
  // One whose figures went down is another one of that name.
  const before = last !== undefined && last.accepted <= sink.accepted ? last : undefined;
  const lost = Object.entries(sink.dropped)
    .map(([reason, lines]) => [reason, lines - (before?.dropped[reason] ?? 0)] as const)
    .filter(([, lines]) => lines > 0);
  if (lost.length > 0)
    return `dropped since the last look: ${shown(
      lost.map(([reason, lines]) => `${lines} (${reason})`),
      ', ',
    )}`;
  const isStuck = before !== undefined && before.queued > 0 && sink.queued > 0 && sink.written === before.written;
  return isStuck ? `${sink.queued} lines wait, none was written since the last look` : undefined;
}

/** A list that doesn't get long. */
export const shown = (items: readonly string[], separator: string): string =>
  items.length <= MAX_SHOWN
    ? items.join(separator)
    : `${items.slice(0, MAX_SHOWN).join(separator)}${separator}and ${items.length - MAX_SHOWN} more`;
