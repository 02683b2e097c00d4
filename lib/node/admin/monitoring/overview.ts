import packageJson from '../../../../package.json';
import type { Alert } from '../../../alerts/alert';
import type { EventName } from '../../../core/event';
import type { FiringAlert, HealthSummary, Overview, Pulse, Rates, RecentError, TopEvent } from '../../../dashboard/wire/overview';
import { enginesOf } from '../../../engines';
import type { ErrorGroup } from '../../../errors/group';
import type { CheckReport } from '../../../health/report';
import type { HeatKeeper } from '../../../metrics/history/heat-keeper';
import type { AdminParts } from '../parts';
import { type Redacted, redactedBy } from '../redacted';
import { inMs } from '../schemas';
import { apdexOf } from './apdex';
import { historiesOf } from './histories';
import type { PulseRing } from './pulse-ring';

const TOP_EVENTS = 8;
const RECENT_ERRORS = 8;
const MAX_FIRING = 10;
const MAX_FAILING = 10;
/** Of what is read at a glance: the errors, alerts and checks have pages of their own. */
const MAX_CHARS = 300;
const MEAN_S = 10;
const MINUTE_S = 60;

type Origin = Pick<Overview['process'], 'app' | 'environment' | 'instance' | 'hostname'>;

/**
 * What the overview shows. Runs no check. Some 1 ms with 500 events: statistics are read of those that are shown only.
 */
export class OverviewReader {
  private readonly redacted: Redacted;

  constructor(
    private readonly parts: AdminParts,
    private readonly ring: PulseRing,
    private readonly heat: HeatKeeper,
  ) {
    this.redacted = redactedBy(parts.telemetry);
  }

  overview(): Overview {
    const { clock, telemetry, alerts, tracking } = this.parts;
    const now = clock.systemTime();
    const firing = alerts.firing();
    const apdex = apdexOf(this.parts);
    const requests = tracking()?.stats();
    return {
      now,
      process: {
        ...this.origin(),
        node: process.version,
        version: packageJson.version,
        pid: process.pid,
        uptime: process.uptime(),
        started_at: startOf(now),
      },
      health: this.health(),
      rates: this.rates(),
      apdex,
      top_events: this.topEvents(),
      firing: firing.slice(0, MAX_FIRING).map((alert) => this.alert(alert)),
      firing_total: firing.length,
      errors: telemetry.getErrors({ limit: RECENT_ERRORS }).map((error) => this.error(error)),
      requests: requests === undefined ? null : { in_flight: requests.inFlight, total: requests.total },
      series: this.ring.series(),
      heat: this.heatOf(apdex?.metric),
    };
  }

  pulse(): Pulse {
    const { clock, health, alerts, monitor } = this.parts;
    const now = clock.systemTime();
    const { hostname: _, ...origin } = this.origin();
    return {
      now,
      started_at: startOf(now),
      ...origin,
      health: WORDS[health.report().status],
      firing: alerts.firing().length,
      events_per_second: this.ring.mean('events', MEAN_S),
      errors_last_minute: this.ring.total('errors', MINUTE_S) ?? 0,
      monitor: monitor !== undefined,
    };
  }

  private origin(): Origin {
    const { app, environment, instance, hostname } = enginesOf('createAdmin', this.parts.telemetry).alerts.origin();
    return { app: this.maybe(app), environment: this.maybe(environment), instance: this.maybe(instance), hostname: this.maybe(hostname) };
  }

  private health(): HealthSummary {
    const { status, checks } = this.parts.health.report();
    const all = Object.entries(checks);
    const failing = all.filter(([, check]) => check.status === 'unhealthy' || check.status === 'degraded');
    // The worst first, and within them those the process can't do without.
    const worst = failing.sort(([, one], [, other]) => rankOf(other) - rankOf(one));
    return {
      status: WORDS[status],
      checks: all.length,
      failing: worst.slice(0, MAX_FAILING).map(([name, check]) => ({
        name,
        status: check.status === 'unhealthy' ? 'fail' : 'warn',
        output: this.maybe(check.detail),
      })),
    };
  }

  private rates(): Rates {
    const { ring } = this;
    const [errors, asked] = [ring.total('errors', MINUTE_S), ring.total('requests', MINUTE_S) ?? ring.total('events', MINUTE_S)];
    return {
      events: ring.mean('events', MEAN_S),
      requests: ring.mean('requests', MEAN_S),
      errors: ring.mean('errors', MEAN_S),
      lines: ring.mean('lines', MEAN_S),
      // Work that is no request fails as well, so there may be more errors than requests.
      error_ratio: errors === null || !asked ? null : Math.min(1, Math.round((errors / asked) * 1e4) / 1e4),
    };
  }

  private topEvents(): readonly TopEvent[] {
    const { telemetry } = this.parts;
    const hasHistory = historiesOf(telemetry).current() !== undefined;
    const top = this.ring.top(TOP_EVENTS);
    if (top.length === 0) return [];
    const counters = telemetry.getCounters();
    return top.map(({ key, perSecond }) => {
      const name = key.split('.') as unknown as EventName;
      const stats = (hasHistory && telemetry.getDurationStats(name, { window: 'minute' })) || undefined;
      const p95 = hasHistory ? stats?.p95 : telemetry.getDurationStats(name)?.p95;
      return {
        name: key,
        per_second: perSecond === undefined ? null : Math.round(perSecond * 1000) / 1000,
        count: counters[key] ?? 0,
        p95_ms: p95 === undefined ? null : inMs(p95),
      };
    });
  }

  private heatOf(metric: string | undefined): string | null {
    const metrics = this.heat.metrics();
    return (metric !== undefined && metrics.includes(metric) ? metric : metrics[0]) ?? null;
  }

  private alert({ id, rule, severity, summary, since, isSilenced }: Alert): FiringAlert {
    return { id, rule: this.short(rule), severity, summary: this.short(summary), since, is_silenced: isSilenced };
  }

  private error({ fingerprint, type, message, total, lastSeen, lastErrorId }: ErrorGroup): RecentError {
    return {
      // A function of the application may have made it.
      fingerprint: this.redacted.text(fingerprint),
      type: this.short(type),
      message: this.short(message),
      count: total,
      last_seen: lastSeen,
      error_id: lastErrorId,
    };
  }

  private short(text: string): string {
    const redacted = this.redacted.text(text);
    return redacted.length > MAX_CHARS ? `${redacted.slice(0, MAX_CHARS - 1)}…` : redacted;
  }

  private maybe(text: string | undefined): string | null {
    return text === undefined ? null : this.short(text);
  }
}

const startOf = (now: number): number => Math.round(now - process.uptime() * 1000);

/** As `/health` says it. */
const WORDS: Readonly<Record<CheckReport['status'], HealthSummary['status']>> = {
  healthy: 'pass',
  degraded: 'warn',
  unknown: 'warn',
  unhealthy: 'fail',
};

const rankOf = ({ status, critical }: CheckReport): number => (status === 'unhealthy' ? 2 : 0) + (critical ? 1 : 0);
