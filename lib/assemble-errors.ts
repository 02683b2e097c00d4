import { type HttpBus, httpSeam } from './assemble-http';
import { assembleMonitoring, type MonitoredBus, type SeenChecks } from './assemble-monitoring';
import type { Clock } from './core/clock';
import { contextFields } from './core/context';
import { errorIdOf } from './core/error-id';
import { quietly } from './core/quietly';
import type { Warning } from './core/warning';
import { ENGINES, type Engines, type Hosted } from './engines';
import type { ErrorLine } from './errors/host';
import type { StormSummary } from './errors/storm-summary';
import { ErrorTracker } from './errors/tracker';
import type { ErrorTrackerOptions } from './errors/tracker-options';
import { createLogger } from './log/create-logger';
import type { Logger } from './log/logger';
import type { Pipeline } from './log/pipeline';
import { PlainWriter } from './log/plain-writer';
import type { PerformanceFields, SecurityFields } from './log/stream-records';
import { createStreamWriter, type StreamWriter } from './log/stream-writer';
import { NO_ERROR } from './log/writer';
import { createDurations } from './metrics/duration-recorder';
import type { DurationStats } from './metrics/durations';
import type { PerformanceHost } from './performance/host';
import { createSecurity } from './security/security';
import type { BusErrors } from './telemetry-errors';

/** What errors and the engines use of their bus. */
interface Host {
  readonly clock: Clock;
  readonly onWarning: (warning: Warning) => void;
  readonly pipeline: () => Pipeline;
  readonly attachEach: PerformanceHost['attachEach'];
  readonly durationsOf: (event: readonly [string, string, string]) => DurationStats | undefined;
  /** What the engines that watch the application use. */
  readonly monitored: MonitoredBus & HttpBus;
  readonly options: ErrorTrackerOptions | undefined;
}

/** The part of a bus that tells errors apart, and what engines use of the whole. */
interface Assembled {
  readonly tracker: ErrorTracker;
  /** What `Telemetry` shows of it. */
  readonly api: BusErrors & Hosted;
}

/** Makes the part of a bus that tells errors apart. */
export function assembleErrors({ clock, onWarning, pipeline, attachEach, durationsOf, monitored, options }: Host): Assembled {
  const writer = new PlainWriter(pipeline);
  const singles = new Map<string, unknown>();
  let streams: StreamWriter | undefined;
  let performance: Logger | undefined;
  const theStreams = (): StreamWriter => (streams ??= createStreamWriter(pipeline()));
  let tell = onWarning;
  const warn = (warning: Warning): void => {
    // It has nowhere else to go, and no error of the application's may pay for it.
    quietly(() => tell(warning));
  };

  function writeError({ level, logger, message, fields, error, mark }: ErrorLine): void {
    writer.write(logger, { level, message, fields, error: error === undefined ? NO_ERROR : error.thrown, caller: undefined, mark });
  }

  const tracker = new ErrorTracker({
    clock,
    errorIdOf,
    onSummary: (summary) => writeError(summaryLine(summary)),
    redact: (text) => pipeline().settings.redactor.text(text),
    ...(options !== undefined && { options }),
  });

  const engines: Engines = {
    tracker,
    errors: {
      clock,
      watch: tracker,
      writeError,
      writeLine: (level, logger, message, fields) => writer.write(logger, { level, message, fields, error: NO_ERROR, caller: undefined }),
      isEnabled: (level, logger) => writer.isEnabled(logger, level),
      writePerformance: (name, fields) => theStreams().performance(name, fields as PerformanceFields),
      loggerName: (logger) => writer.nameOf(logger),
      warn,
      shared: (key, make) => engines.single(key, make),
    },
    security: {
      clock,
      write: (name, fields) => theStreams().security(name, fields as SecurityFields),
      onError: (listener) => tracker.onError(listener),
      warn,
    },
    performance: {
      clock,
      attachEach,
      write: (level, message, fields) =>
        (performance ??= createLogger(pipeline(), 'performance', { stream: 'performance' }, false))[level](message, fields),
      context: contextFields,
      createDurations,
      durationsOf,
      warn,
    },
    ...assembleMonitoring({
      ...monitored,
      clock,
      pipeline,
      writer,
      tracker,
      warn,
      attachEach,
      security: () => engines.single('security', () => createSecurity(engines.security)),
      health: () => singles.get('health') as SeenChecks | undefined,
    }),
    http: httpSeam({ ...monitored, clock, pipeline, warn }),
    histories: monitored.histories,
    spans: monitored.spans,
    redactor: () => quietly(() => pipeline().settings.redactor),
    tellWarnings(listener) {
      tell = listener;
      return () => {
        tell = onWarning;
      };
    },
    single<Kind>(kind: string, make: () => Kind): Kind {
      if (!singles.has(kind)) singles.set(kind, make());
      return singles.get(kind) as Kind;
    },
  };
  return {
    tracker,
    api: {
      getErrors: (query) => tracker.groups(query),
      getError: (fingerprint) => tracker.group(fingerprint),
      getErrorSummary: () => tracker.summary(),
      errorStats: () => tracker.stats(),
      configureErrors: (changes) => tracker.configure(changes),
      [ENGINES]: engines,
    },
  };
}

/** The one line that stands for those of a storm that were not written. */
function summaryLine({
  fingerprint,
  type,
  logger,
  event,
  level,
  message,
  count,
  firstSeen,
  lastSeen,
  errorIds,
  sampleId,
}: StormSummary): ErrorLine {
  return {
    level,
    logger: 'errors',
    message: `${count} more of the same: ${type}`,
    fields: {
      repeated: count,
      first_seen: new Date(firstSeen).toISOString(),
      last_seen: new Date(lastSeen).toISOString(),
      source: event ?? logger,
      same_message: message,
      // One text: a list is searched for pairs of names and values, and an id may look like a name.
      error_ids: errorIds.join(' '),
    },
    mark: { id: sampleId, fingerprint, occurrences: count },
  };
}
