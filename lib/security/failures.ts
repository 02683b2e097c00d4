import { type Alarm, AlarmState, type Limit } from './alarm';
import { FailureTable, type KeyAlarm } from './failure-table';
import type { FieldCopy } from './fields';
import { safeKey } from './safe-text';

/** What an event tells of failures. */
export interface FailureSettings extends Limit {
  readonly names: ReadonlySet<string>;
  readonly maxKeys: number;
  /** Of all failures, whoever failed. */
  readonly total: Limit | undefined;
}

/** Fields of `multiple_failed_attempts`. */
export type FailureFields = Readonly<Record<string, string | number | boolean>>;

/** Counts failures by address, by user, and all of them. */
export class FailureDetector {
  private readonly ips: FailureTable;
  private readonly users: FailureTable;
  private readonly all: AlarmState | undefined;

  constructor(private readonly settings: FailureSettings) {
    this.ips = new FailureTable(settings, settings.maxKeys);
    // A table of its own: made-up users leave room for addresses.
    this.users = new FailureTable(settings, settings.maxKeys);
    this.all = settings.total && new AlarmState(settings.total, { left: 4096 });
  }

  /** The events that this one gives rise to. */
  meet(name: string, fields: FieldCopy, now: number): readonly FailureFields[] {
    if (!this.settings.names.has(name)) return [];
    const raised: FailureFields[] = [];
    for (const scope of ['ip', 'user'] as const) {
      const key = safeKey(fields.get(scope));
      const alarm = key === undefined ? undefined : this[`${scope}s`].meet(key, now);
      if (alarm !== undefined) raised.push(fieldsOf(scope, alarm, this.settings.windowMs));
    }
    const alarm = this.all?.meet(now);
    if (alarm !== undefined) raised.push(common('total', alarm, this.settings.total!.windowMs));
    return raised;
  }

  stats(): { readonly ips: number; readonly users: number; readonly overflow: number } {
    return { ips: this.ips.size, users: this.users.size, overflow: this.ips.overflow + this.users.overflow };
  }
}

const fieldsOf = (scope: 'ip' | 'user', alarm: KeyAlarm, windowMs: number): FailureFields =>
  alarm.key === undefined
    ? { ...common(scope, alarm, windowMs), overflow: true }
    : { [scope]: alarm.key, ...common(scope, alarm, windowMs) };

const common = (scope: string, { attempts, isFloor }: Alarm, windowMs: number): FailureFields => ({
  attempts,
  blocked: false,
  scope,
  window_ms: windowMs,
  ...(isFloor ? { attempts_at_least: true } : {}),
});
