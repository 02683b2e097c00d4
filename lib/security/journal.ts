import type { AdminDeed } from './admin-deed';
import { infoOf } from './events';
import type { FieldCopy } from './fields';
import { safeEndpoint } from './safe-endpoint';
import { safeIp } from './safe-ip';
import type { SecuritySeverity } from './severity';

/** What is kept of an event, and what listeners are told: nothing that may be private. The log has all of it. */
export interface SecurityEvent {
  readonly name: string;
  readonly severity: SecuritySeverity;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Who said so: the application, or the library by one of its detectors. */
  readonly source: 'application' | 'library';
  readonly ip?: string;
  /** Without host, query and parts that look like ids or tokens. */
  readonly endpoint?: string;
  readonly attempts?: number;
  readonly blocked?: boolean;
  /** What a detector found: `errors`, `fingerprint`, `error_id`, `pattern`, `repeats`, `scope`, `window_ms`. Absent in others. */
  readonly found?: Readonly<Record<string, string | number | boolean>>;
  /** What an administrator did or read through the admin API. Absent in others. */
  readonly admin?: AdminDeed;
}

/** How many events there were. */
export interface SecurityCounts {
  readonly total: number;
  /** Recommended names, and the first 256 others. */
  readonly byName: Readonly<Record<string, number>>;
  /** Events of further names. */
  readonly otherNames: number;
}

/** Told of a detector's finding only; a user's name is for the log alone. */
const FOUND = ['errors', 'fingerprint', 'error_id', 'pattern', 'repeats', 'scope', 'window_ms', 'overflow', 'attempts_at_least'] as const;
const MAX_RECENT = 100;
/** Who watches the log reads it every minute; what else happened must not be forgotten for that. */
const MAX_READS = 20;
const MAX_OTHER_NAMES = 256;

/** The last so many events. */
class LastEvents {
  private readonly kept: { readonly order: number; readonly event: SecurityEvent }[] = [];
  private next = 0;

  constructor(private readonly most: number) {}

  add(event: SecurityEvent, order: number): void {
    this.kept[this.next] = { order, event };
    this.next = (this.next + 1) % this.most;
  }

  all(): readonly { readonly order: number; readonly event: SecurityEvent }[] {
    return this.kept;
  }
}

/** Counts events and keeps the last 100; of reads through the admin API the last 20 of those. */
export class Journal {
  private readonly others = new LastEvents(MAX_RECENT);
  private readonly reads = new LastEvents(MAX_READS);
  private readonly names = new Map<string, number>();
  private otherNamesCounted = 0;
  private otherNames = 0;
  private total = 0;

  add(event: SecurityEvent): void {
    this.total++;
    (event.admin?.action === 'read' ? this.reads : this.others).add(event, this.total);
    const count = this.names.get(event.name);
    if (count !== undefined) this.names.set(event.name, count + 1);
    else if (infoOf(event.name) !== undefined) this.names.set(event.name, 1);
    else if (this.otherNamesCounted < MAX_OTHER_NAMES) {
      this.otherNamesCounted++;
      this.names.set(event.name, 1);
    } else this.otherNames++;
  }

  /** The last ones, the newest first. */
  recent(most: number): readonly SecurityEvent[] {
    const wanted = Number.isNaN(most) ? 0 : Math.min(MAX_RECENT, Math.max(0, Math.floor(most)));
    return [...this.others.all(), ...this.reads.all()]
      .sort((one, other) => other.order - one.order)
      .slice(0, wanted)
      .map(({ event }) => event);
  }

  counts(): SecurityCounts {
    return { total: this.total, byName: Object.fromEntries(this.names), otherNames: this.otherNames };
  }
}

/** What may be kept of an event. */
export function eventOf(
  name: string,
  severity: SecuritySeverity,
  time: number,
  source: SecurityEvent['source'],
  fields: FieldCopy,
  admin?: AdminDeed,
): SecurityEvent {
  const [ip, endpoint] = [safeIp(fields.get('ip')), safeEndpoint(fields.get('endpoint'))];
  const [attempts, blocked] = [fields.get('attempts'), fields.get('blocked')];
  return Object.freeze({
    name,
    severity,
    time,
    source,
    ...(ip === undefined ? {} : { ip }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(typeof attempts === 'number' && Number.isFinite(attempts) ? { attempts } : {}),
    ...(typeof blocked === 'boolean' ? { blocked } : {}),
    ...(source === 'library' ? { found: foundIn(fields) } : {}),
    ...(admin === undefined ? {} : { admin }),
  });
}

const foundIn = (fields: FieldCopy): Readonly<Record<string, string | number | boolean>> =>
  Object.freeze(
    Object.fromEntries(FOUND.filter((key) => fields.has(key)).map((key) => [key, fields.get(key) as string | number | boolean])),
  );
