import type { AlertSeverity } from '../rule';
import type { AlertNotification } from '../target';
import { cut, spanOf } from '../text';

const MAX_TITLES = 12;
/** Records come in greater numbers than alerts, which shall not be lost among them. */
const MAX_RECORDS = 6;

/** What one summary will stand for. */
export class Fold {
  count = 0;
  private dropped = 0;
  private severity: AlertSeverity = 'warning';
  private since = Number.POSITIVE_INFINITY;
  private origin: AlertNotification['origin'] = {};
  private readonly titles = new Map<string, number>();
  private records = 0;
  private untitled = 0;

  /** @param isDropped - There was no room for it; it is counted as dead, and told of here all the same. */
  add({ kind, severity, title, time, origin }: AlertNotification, isDropped: boolean): void {
    this.count++;
    if (isDropped) this.dropped++;
    if (severity === 'critical') this.severity = 'critical';
    this.since = Math.min(this.since, time);
    this.origin = origin;
    const known = this.titles.get(title);
    const isRecord = kind === 'record';
    if (known === undefined && (this.titles.size >= MAX_TITLES || (isRecord && this.records >= MAX_RECORDS))) {
      this.untitled++;
      return;
    }
    this.titles.set(title, (known ?? 0) + 1);
    if (known === undefined && isRecord) this.records++;
  }

  notification(id: string, time: number): AlertNotification {
    const span = spanOf(Math.max(0, time - this.since));
    const dropped = this.dropped > 0 ? ` (${this.dropped} found no room in the queue)` : '';
    const lines = [...this.titles].map(([title, count]) => `- ${title}${count > 1 ? ` (${count} times)` : ''}`);
    if (this.untitled > 0) lines.push(`and ${this.untitled} more`);
    const [first] = this.titles.keys();
    return Object.freeze<AlertNotification>({
      id,
      kind: 'summary',
      severity: this.severity,
      title: cut(`[SUMMARY] and ${this.count} more in ${span}: ${first}`, 150),
      text: cut([`${this.count} notifications in ${span} were not sent one by one${dropped}:`, ...lines].join('\n'), 2500),
      alerts: [],
      more: this.count,
      key: 'summary',
      time,
      origin: this.origin,
    });
  }
}
