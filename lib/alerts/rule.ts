import type { EventName } from '../core/event';
import type { Duration } from '../core/unit';

export type AlertSeverity = 'warning' | 'critical';

/**
 * Names events: a definition or tuple; a dotted key such as `coder.llm.request`; without its app (`llm.request`: of any app); with
 * `*` for a whole segment (`coder.*.error`).
 */
export type EventPattern = EventName | string;

/** Only events whose metadata has these values, compared as text. */
export type EventFilter = Readonly<Record<string, string | number | boolean>>;

/** What the durations of a window come to, in ms. */
export type DurationStatistic = 'min' | 'max' | 'mean' | 'p50' | 'p75' | 'p90' | 'p95' | 'p99' | 'p999';

interface OfEvents {
  readonly event: EventPattern | readonly EventPattern[];
  readonly filter?: EventFilter;
}

/**
 * What a rule looks at. Each comes to a number, or to none while there is nothing to tell from.
 *
 * | kind | number | text form |
 * | --- | --- | --- |
 * | `value` | the last value of a gauge, or the total of another metric; each series that fits is a group of its own | `value("system.cpu.utilization")`, `value("system.filesystem.utilization"{mount="/"})` |
 * | `history` | mean, lowest or highest of a metric's history over `window` | `avg("process.memory.usage") … in 10m`, `min(…)`, `max(…)` |
 * | `count` | events within `window` | `count("coder.session.error") > 5 in 1m` |
 * | `rate` | the same per second; a text may say `5/min` | `rate("coder.session.error") > 5/min in 5m` |
 * | `sum` | a measurement, added up over `window` | `sum("coder.llm.response", cost) > 1 in 1h` |
 * | `duration` | of the durations within `window`, in ms | `p95("coder.llm.response") > 10s in 5m`, `mean(…)`, `max(…)` of events take a duration to compare with |
 * | `errorRate` | failures as a share of all, 0 to 1 | `errorRate("llm.request") > 5%` |
 * | `burnRate` | how many times faster than `slo` allows errors come, the smaller of both windows | `burnRate("llm.request", 99.9%) > 14.4 in 1h and 5m` |
 * | `absent` | 1 when there was no such event within `window`, else 0; compared with nothing | `absent("coder.session.start") in 10m` |
 * | `errors` | errors the bus was told of within `window`, by pattern, level, logger or fingerprint | `errors(/time-?out/i) >= 3 in 5m by channel` |
 * | `security` | security events within `window` | `security("authn_login_fail") > 10 in 1m by ip` |
 * | `health` | 0 healthy, 1 degraded, 2 unhealthy | `health("database") is unhealthy`, `health() is degraded` (or worse) |
 * | `custom` | what a function returns | none |
 */
export type AlertCondition =
  | { readonly kind: 'value'; readonly metric: string; readonly tags?: Readonly<Record<string, string>> }
  | {
      readonly kind: 'history';
      readonly metric: string;
      readonly of: 'avg' | 'min' | 'max';
      readonly window: Duration;
      readonly tags?: Readonly<Record<string, string>>;
    }
  | (OfEvents & { readonly kind: 'count' | 'rate'; readonly window?: Duration })
  | (OfEvents & { readonly kind: 'sum'; readonly measurement: string; readonly window?: Duration })
  | (OfEvents & { readonly kind: 'duration'; readonly of: DurationStatistic; readonly window?: Duration })
  | (OfEvents & { readonly kind: 'errorRate'; readonly failures?: EventPattern | readonly EventPattern[]; readonly window?: Duration })
  | (OfEvents & {
      readonly kind: 'burnRate';
      readonly failures?: EventPattern | readonly EventPattern[];
      /** Share of calls that must be well, such as 0.999. */
      readonly slo: number;
      readonly windows?: readonly [long: Duration, short: Duration];
    })
  | (OfEvents & { readonly kind: 'absent'; readonly window?: Duration })
  | {
      readonly kind: 'errors';
      /** Of type, code and message of the error and its causes, and of the line; at most 2,000 characters are looked at. */
      readonly pattern?: RegExp | string;
      readonly level?: 'error' | 'critical';
      readonly logger?: string;
      readonly fingerprint?: string;
      readonly window?: Duration;
    }
  | { readonly kind: 'security'; readonly name?: string | readonly string[]; readonly window?: Duration }
  | { readonly kind: 'health'; readonly check?: string }
  | { readonly kind: 'custom'; readonly read: () => number | undefined | Readonly<Record<string, number>> };

/** What numbers are compared with. */
export interface AlertThreshold {
  readonly op: '>' | '>=' | '<' | '<=';
  /** From here on the alert is a warning; absent: it is critical or not there. */
  readonly warning?: number;
  readonly critical?: number;
  /** A firing alert goes on until the number is beyond this one, to the good side. Default: the first threshold itself. */
  readonly clear?: number;
}

/** When somebody is to be told of something. */
export interface AlertRule {
  /** Unique; letters, digits, `_`, `-`, `.`, at most 64. */
  readonly name: string;
  /** A condition with `threshold`; or its text form, which says all of it: `errorRate("llm.request") > 5% critical 20% for 1m by model`. */
  readonly when: string | AlertCondition;
  /** Not for a text, and not for `absent`. */
  readonly threshold?: AlertThreshold;
  /** Of what has no critical threshold of its own. Default `warning`. */
  readonly severity?: AlertSeverity;
  /** The condition must hold for so long before it fires. Default: at once. */
  readonly for?: Duration;
  /** It must have been well for so long before it is resolved. Default: at once. */
  readonly keepFor?: Duration;
  /** A tag, a metadata key, a field, `fingerprint`, `logger`, `type` or `event`: each value is a group, which fires by itself. */
  readonly by?: string;
  /** One line for people; `{value}`, `{threshold}`, `{group}`, `{for}` are filled in. */
  readonly summary?: string;
  /** Where people find what to do. */
  readonly runbook?: string;
  /** Tells again while it fires. Default: that of the alerts, 4 hours; `false`: never. */
  readonly remindEvery?: Duration | false;
  /** Further groups wait so long once one was told; 0: not at all. Default: that of the alerts, 5 minutes. */
  readonly groupInterval?: Duration;
  /** Names of the targets that are told. Default: all. */
  readonly targets?: readonly string[];
}

/** A rule as the engine works with it: read, checked, all times in ms. */
export interface ReadyRule {
  readonly name: string;
  readonly condition: AlertCondition;
  /** The text form, made from the condition where none was given. For people. */
  readonly text: string;
  readonly threshold: AlertThreshold;
  readonly severity: AlertSeverity;
  readonly forMs: number;
  readonly keepForMs: number;
  readonly by: string | undefined;
  readonly summary: string | undefined;
  readonly runbook: string | undefined;
  /** `undefined`: that of the alerts. */
  readonly remindEveryMs: number | false | undefined;
  /** `undefined`: that of the alerts. */
  readonly groupIntervalMs: number | undefined;
  readonly targets: readonly string[] | undefined;
  /** How numbers of this rule are shown, such as `5.2 %`, `12 s`, `3`. */
  show(value: number): string;
}
