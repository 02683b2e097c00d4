import type { Deliveries } from '../delivery/deliveries';
import type { AlertsHost } from '../host';
import type { AlertNotification, NotificationKind } from '../target';
import { type LastingAlert, textsOf } from './texts';

const MOST = 5;

/** Makes notifications of alerts. */
export class Notifier {
  constructor(
    private readonly host: AlertsHost,
    private readonly deliveries: Deliveries,
  ) {}

  /**
   * Tells of alerts of one rule: of five at most, and how many more there are. Targets that want critical ones only are told of
   * these only.
   *
   * @param count - How many there are, by severity.
   * @param viewsOf - Makes what is shown of the first so many of a severity or worse.
   */
  tell(
    kind: NotificationKind,
    rule: string,
    targets: readonly string[] | undefined,
    count: { readonly all: number; readonly critical: number },
    viewsOf: (isCriticalOnly: boolean, most: number) => readonly LastingAlert[],
  ): void {
    for (const minSeverity of ['warning', 'critical'] as const) {
      const isCriticalOnly = minSeverity === 'critical';
      const all = isCriticalOnly ? count.critical : count.all;
      const severity = count.critical > 0 ? 'critical' : 'warning';
      if (all === 0 || !this.deliveries.isWanted(targets, kind, severity, minSeverity)) continue;
      const lasting = viewsOf(isCriticalOnly, MOST);
      const alerts = Object.freeze(lasting.map(({ alert }) => alert));
      const time = this.host.clock.systemTime();
      const more = all - alerts.length;
      const texts = textsOf(this.host, kind, lasting, more, time);
      this.deliveries.send(this.make({ kind, severity, ...texts, alerts, more, key: rule, time }), targets, minSeverity);
    }
  }

  make(about: Omit<AlertNotification, 'id' | 'origin'>): AlertNotification {
    return Object.freeze({ id: this.deliveries.newId(), ...about, origin: Object.freeze({ ...this.host.origin() }) });
  }
}
