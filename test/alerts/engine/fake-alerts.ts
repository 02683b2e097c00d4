/** Alerts on a host that is not a bus, with rules whose numbers a test sets, and targets that remember. */

import { createAlerts } from '../../../lib/alerts/alerts';
import type { Alerts } from '../../../lib/alerts/api';
import type { AlertsHost, SeenError } from '../../../lib/alerts/host';
import type { AlertsOptions } from '../../../lib/alerts/options';
import type { AlertRule } from '../../../lib/alerts/rule';
import { RULE_PARTS } from '../../../lib/alerts/rule-parts';
import type { AlertNotification, AlertTarget } from '../../../lib/alerts/target';
import type { Warning } from '../../../lib/index';
import { type FakeClock, fakeClock } from '../../../lib/testing/index';

export interface FakeHost extends AlertsHost {
  readonly clock: FakeClock;
  random: () => number;
  redact: (text: string) => string;
  readonly events: { readonly key: string; readonly measurements: Record<string, unknown>; readonly metadata: Record<string, unknown> }[];
  readonly lines: { readonly level: string; readonly message: string; readonly fields: Record<string, unknown> }[];
  readonly warnings: Warning[];
  readonly listeners: Set<(seen: SeenError) => void>;
  /** Tells of a line of level critical. */
  critical(message: string, seen?: Partial<SeenError> & { readonly fingerprint?: string; readonly occurrences?: number }): void;
  /** Called with each event. */
  onEvent: (key: string) => unknown;
  onLine: () => void;
}

export function fakeHost(): FakeHost {
  const listeners = new Set<(seen: SeenError) => void>();
  let ids = 0;
  const host: FakeHost = {
    clock: fakeClock(),
    events: [],
    lines: [],
    warnings: [],
    listeners,
    onEvent: () => undefined,
    onLine: () => undefined,
    random: () => 0.5,
    attachEach: () => {
      throw new Error('No rule of these looks at events');
    },
    execute(event, measurements, metadata) {
      const key = event.join('.').replace('telemetry.alert.', '');
      host.events.push({ key, measurements: { ...measurements }, metadata: { ...metadata } });
      host.onEvent(key);
    },
    onError(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onSecurity: () => () => undefined,
    series: () => [],
    history: () => undefined,
    health: () => undefined,
    createDurations: () => ({ record: () => undefined, summary: () => undefined, release: () => undefined }),
    context: () => undefined,
    writeLine(level, message, fields) {
      host.lines.push({ level, message, fields: { ...fields } });
      host.onLine();
    },
    redact: (text) => text.replaceAll('hunter2', '***'),
    origin: () => ({ app: 'shop' }),
    warn: (warning) => host.warnings.push(warning),
    critical(message, { fingerprint = 'aaaaaaaaaaaa', occurrences = 1, ...more } = {}) {
      const seen: SeenError = {
        error: undefined,
        hasError: false,
        mark: { id: `id${ids++}`, fingerprint, occurrences },
        place: { level: 'critical', logger: 'app.bot', event: undefined, message },
        ...more,
      };
      for (const listener of listeners) listener(seen);
    },
  };
  return host;
}

/** What a target does with a notification: takes it, fails with an error, or never answers. */
type Answer = 'ok' | 'hang' | Error | (() => unknown);

export interface FakeTarget extends AlertTarget {
  readonly sent: AlertNotification[];
  /** For the next sendings, then `ok`. */
  answers: Answer[];
  /** For all further ones. */
  otherwise: Answer;
  aborted: number;
  closed: number;
  titles(): string[];
}

export function fakeTarget(name = 'people', options: Partial<AlertTarget> = {}): FakeTarget {
  const target: FakeTarget = {
    name,
    place: 'somewhere',
    limit: { most: 10_000, perMs: 1000 },
    ...options,
    sent: [],
    answers: [],
    otherwise: 'ok',
    aborted: 0,
    closed: 0,
    titles: () => target.sent.map(({ title }) => title),
    send(notification, { signal }) {
      target.sent.push(notification);
      signal.addEventListener('abort', () => target.aborted++);
      const answer = target.answers.shift() ?? target.otherwise;
      if (answer === 'ok') return Promise.resolve();
      if (answer === 'hang') return new Promise(() => undefined);
      return typeof answer === 'function' ? (answer() as Promise<void>) : Promise.reject(answer);
    },
    close: async () => void target.closed++,
  };
  return target;
}

/** Lets everything happen that waits for no time. */
export const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** Moves time on in steps, and lets deliveries happen after each. */
export async function pass(clock: FakeClock, ms: number, stepMs = 10_000): Promise<void> {
  for (let left = ms; left > 0; left -= stepMs) {
    clock.advance(Math.min(stepMs, left));
    await settle();
  }
}

export interface Bench {
  readonly host: FakeHost;
  readonly clock: FakeClock;
  readonly alerts: Alerts;
  readonly target: FakeTarget;
  /** Numbers by rule: one, none, or one for each group. */
  readonly values: Record<string, number | undefined | Record<string, number>>;
  /** Adds a rule `> 5` whose numbers are `values[name]`. */
  rule(name: string, options?: Partial<AlertRule>): void;
  /** Changes as text: `10s firing cpu`. */
  changes(): string[];
  pass(ms: number, stepMs?: number): Promise<void>;
}

/** Alerts that were started. */
export function bench(options: AlertsOptions = {}, target: FakeTarget = fakeTarget()): Bench {
  const host = fakeHost();
  const alerts = createAlerts(host, RULE_PARTS);
  const values: Bench['values'] = {};
  alerts.configure({ targets: [target], ...options });
  alerts.start();
  const begin = host.clock.systemTime();
  return {
    host,
    clock: host.clock,
    alerts,
    target,
    values,
    rule(name, more = {}) {
      alerts.addRule({ name, when: { kind: 'custom', read: () => values[name] }, threshold: { op: '>', warning: 5 }, ...more });
    },
    changes: () =>
      alerts
        .history()
        .map(({ time, change, alert }) => `${(time - begin) / 1000}s ${change} ${alert.rule}${alert.group ? `/${alert.group}` : ''}`)
        .reverse(),
    pass: (ms, stepMs) => pass(host.clock, ms, stepMs),
  };
}
