import type { MonitoredBus } from './assemble-monitoring';
import type { AnyCatalogue } from './core/catalogue';
import type { Clock } from './core/clock';
import type { EventName } from './core/event';
import { quietly } from './core/quietly';
import type { SpanScope } from './core/span-scope';
import type { Warning } from './core/warning';
import type { HttpSeam } from './engines';
import { createLogger } from './log/create-logger';
import type { Logger } from './log/logger';
import type { Pipeline } from './log/pipeline';

/** What request tracking uses of its bus besides what other engines do. */
export interface HttpBus {
  emitter(event: EventName): (measurements: object, metadata: object) => void;
  hasHandlers(event: EventName): boolean;
  declareEvents(events: AnyCatalogue): void;
  readonly spans: SpanScope;
}

interface Host extends HttpBus, Pick<MonitoredBus, 'metric' | 'registerMetrics' | 'unregisterMetrics'> {
  readonly clock: Clock;
  readonly pipeline: () => Pipeline;
  readonly warn: (warning: Warning) => void;
}

/** Makes what request tracking knows of its bus. */
export function httpSeam({
  clock,
  pipeline,
  warn,
  emitter,
  hasHandlers,
  declareEvents,
  spans,
  metric,
  registerMetrics,
  unregisterMetrics,
}: Host): HttpSeam {
  let isWanted = true;
  // Tracking may begin and end often; a bus keeps a list of what it was told.
  const declared = new WeakSet<AnyCatalogue>();
  // Fields come in the order of their schema, so the logger is written to without the arranging of a `StreamWriter`.
  let access: Logger | undefined;
  return {
    clock,
    declareEvents(events) {
      if (!declared.has(events)) declareEvents(events);
      declared.add(events);
    },
    emitter,
    hasHandlers,
    spans,
    writeAccess(fields) {
      access ??= createLogger(pipeline(), 'access', { stream: 'access' }, false);
      access.info('request_complete', fields);
    },
    isAccessWanted: () => isWanted,
    wantAccess(wanted) {
      isWanted = wanted;
    },
    registerMetrics,
    unregisterMetrics: (...names) => void unregisterMetrics(...names),
    hasMetric: (name) => metric(name) !== undefined,
    redact: (text) => quietly(() => pipeline().settings.redactor.text(text)) ?? '',
    warn,
  };
}
