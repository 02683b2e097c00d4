import { checkOptions, optionInvalid } from '../core/options';
import type { AlertRuleHandle, Alerts } from './api';
import { Deliveries } from './delivery/deliveries';
import { Engine } from './engine';
import type { AlertsHost } from './host';
import { type AlertsOptions, type AlertsSettings, changeSettings, defaultSettings } from './options';
import { createPublish } from './publishing';
import { type RecordStats, RecordWatch } from './records/record-watch';
import type { ReadyRule } from './rule';
import type { RuleParts } from './rule-parts';
import { ALERTS_SEAM } from './seam';
import { secretInvalid } from './secret';
import { Silences } from './silences/silences';
import type { RuleState } from './states/rule-state';
import { logTarget } from './targets/log-target';
import { Notifier } from './telling/notifier';
import { lineOf } from './text';
import { Ticker } from './ticker';

const DEADLINE_MS = 5000;
const NO_RECORDS: RecordStats = { seen: 0, told: 0, suppressed: 0, silenced: 0 };

/** Creates the alerts of a bus. They are idle until they are started. */
export function createAlerts<Hub extends { isPublishing: boolean }>(host: AlertsHost, parts: RuleParts<Hub>): Alerts {
  const { clock } = host;
  const hub = parts.createHub(host);
  const publish = createPublish(hub);
  let settings: AlertsSettings = defaultSettings([logTarget()]);
  const deliveries = new Deliveries(host, publish, () => settings);
  const notifier = new Notifier(host, deliveries);
  const silences = new Silences(clock, (text) => lineOf(host, text, 200));
  const engine = new Engine({
    host,
    publish,
    deliveries,
    notifier,
    silences,
    settings: () => settings,
    readRule: parts.readRule,
    createMeasure: (rule) => parts.createMeasure(rule, { host, hub, stepMs: settings.stepMs }),
  });
  const ticker = new Ticker(clock, (at) => engine.tick(at));
  let records: RecordWatch | undefined;
  let recordsBefore = NO_RECORDS;
  /** Between `stop` and the next `start` nothing is measured. */
  let isStopped = false;
  deliveries.use(settings.targets);

  function watchRecords(isOn: boolean): void {
    records?.stop();
    recordsBefore = recordStats();
    records =
      isOn && settings.records !== undefined ? new RecordWatch({ host, hub, deliveries, notifier, silences }, settings.records) : undefined;
  }

  function recordStats(): RecordStats {
    const now = records?.stats() ?? NO_RECORDS;
    const add = (key: keyof RecordStats): number => recordsBefore[key] + now[key];
    return { seen: add('seen'), told: add('told'), suppressed: add('suppressed'), silenced: add('silenced') };
  }

  /** @throws {TelemetryError} `OPTION_INVALID` when records go to a target that is not there. */
  function checked(next: AlertsSettings): AlertsSettings {
    const names = namesOf(next);
    const missing = next.records?.targets?.find((target) => !names.includes(target));
    if (missing !== undefined) throw secretInvalid('alerts.configure: records: targets', `one of ${names.join(', ')}`);
    if (ticker.isRunning) engine.checkTargets(engine.readyRules(), names);
    return next;
  }

  function use(next: AlertsSettings): void {
    const before = settings;
    settings = next;
    if (next.targets !== before.targets) deliveries.use(next.targets);
    if (next.stepMs !== before.stepMs) {
      if (!isStopped) engine.renewMeasures(true);
      if (ticker.isRunning) ticker.start(next.stepMs);
    }
    if (next.records !== before.records && ticker.isRunning) watchRecords(true);
  }

  /** These options on top of the defaults, with the rules that there are and further ones. */
  function anew(options: AlertsOptions, rules: readonly ReadyRule[]): AlertsSettings {
    const next = checked(changeSettings(defaultSettings([logTarget()]), options));
    engine.checkTargets([...engine.readyRules(), ...rules], namesOf(next));
    return next;
  }

  const handleOf = (state: RuleState): AlertRuleHandle => {
    const remove = (): boolean => engine.remove(state, !isStopped);
    return Object.freeze({ name: state.rule.name, remove, [Symbol.dispose]: () => void remove() });
  };

  const addRules: Alerts['addRules'] = (rules) => {
    if (!Array.isArray(rules)) throw optionInvalid('addRules', rules, 'a list of rules');
    return engine.add(rules, ticker.isRunning).map(handleOf);
  };

  return Object.freeze<Alerts>({
    configure: (options) => use(checked(changeSettings(settings, options))),
    addRule: (rule) => addRules([rule])[0]!,
    addRules,
    removeRule(name) {
      const state = engine.get(name);
      return state !== undefined && engine.remove(state, !isStopped);
    },
    start() {
      if (ticker.isRunning) return;
      engine.checkTargets(engine.readyRules(), deliveries.names);
      if (isStopped) engine.renewMeasures(true);
      engine.resume();
      isStopped = false;
      deliveries.reopen();
      watchRecords(true);
      ticker.start(settings.stepMs);
    },
    async stop(deadlineMs = DEADLINE_MS) {
      ticker.stop();
      watchRecords(false);
      engine.renewMeasures(false);
      isStopped = true;
      await deliveries.close(readDeadline('stop', deadlineMs));
    },
    async flush(deadlineMs = DEADLINE_MS) {
      return deliveries.idle(readDeadline('flush', deadlineMs));
    },
    evaluate() {
      if (!isStopped) engine.tick(clock.monotonicTime(), true);
    },
    rules: () => engine.list(),
    alerts(query) {
      checkOptions('alerts', query, { rule: 'string', group: 'string', state: 'pending|firing', severity: 'warning|critical' });
      return engine.alerts(query);
    },
    firing: () => engine.alerts({ state: 'firing' }),
    pending: () => engine.alerts({ state: 'pending' }),
    history: (most = 200) => engine.changes(most),
    silence: (options) => silences.add(options),
    unsilence: (id) => silences.remove(id),
    silences: () => silences.list(),
    async test(target) {
      const notification = notifier.make({
        kind: 'test',
        severity: 'warning',
        title: '[TEST] Alerts reach this target',
        text: 'Somebody tries whether alerts arrive here. Nothing is wrong.',
        alerts: [],
        more: 0,
        key: 'test',
        time: clock.systemTime(),
      });
      const outcome = deliveries.test(target, notification);
      if (outcome === undefined) throw secretInvalid('alerts.test: target', `one of ${deliveries.names.join(', ')}`);
      return outcome;
    },
    stats: () => ({
      isRunning: ticker.isRunning,
      rules: engine.size,
      ticks: engine.ticks,
      tickMs: engine.tickMs,
      failures: engine.failures,
      records: recordStats(),
      targets: deliveries.stats(),
    }),
    [ALERTS_SEAM]: {
      check: (options, rules) => void anew(options, engine.read(rules)),
      replace(options) {
        const before = settings;
        use(anew(options, []));
        return () => use(before);
      },
    },
  });
}

const namesOf = ({ targets }: AlertsSettings): readonly string[] => targets.map(({ name }) => name);

function readDeadline(where: string, ms: unknown): number {
  if (typeof ms !== 'number' || !(ms >= 0) || ms > 3_600_000) throw optionInvalid(`alerts.${where}: deadlineMs`, ms, 'ms from 0 to 1 hour');
  return ms;
}
