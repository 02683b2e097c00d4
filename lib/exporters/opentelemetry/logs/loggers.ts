import type { OtelLogger, OtelLoggerProvider } from './api';

/** A provider keeps each logger for good, so names that anybody can make up must not become loggers without end. */
const MAX_LOGGERS = 2000;
/** The scope of records whose own logger is one too many; an attribute `logger` names it. */
const SHARED_LOGGER = 'telemetry-bus';

/** The loggers of a provider, each asked for once. */
export class Loggers {
  private readonly known = new Map<string, OtelLogger>();
  private shared: OtelLogger | undefined = undefined;

  constructor(private readonly provider: OtelLoggerProvider) {}

  /** @returns `undefined` for one too many: then it is `overflow`. */
  of(name: string): OtelLogger | undefined {
    let logger = this.known.get(name);
    if (logger === undefined && this.known.size < MAX_LOGGERS) {
      logger = this.provider.getLogger(name);
      this.known.set(name, logger);
    }
    return logger;
  }

  get overflow(): OtelLogger {
    this.shared ??= this.provider.getLogger(SHARED_LOGGER);
    return this.shared;
  }
}
