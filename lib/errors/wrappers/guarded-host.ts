import type { ErrorPlace, ErrorVerdict } from '../../core/error-mark';
import { isTelemetryError } from '../../core/errors';
import { nameOf } from '../../core/read';
import type { ErrorHost } from '../host';
import { type Complaints, messageWithoutCode } from '../messages/complaints';

/** What wrappers and reports use of a bus; nothing of it throws. */
export interface GuardedHost
  extends Pick<ErrorHost, 'clock' | 'writeError' | 'writeLine' | 'isEnabled' | 'writePerformance' | 'loggerName'> {
  /** `undefined`: the bus could not take the error in. */
  report(error: unknown, place: ErrorPlace): ErrorVerdict | undefined;
}

/**
 * Lets nothing out of a bus that fails, as one does whose log has a wrong setting: a call must not be the worse for being
 * looked at. Each reason is said once.
 */
export function guardHost(host: ErrorHost, complaints: Complaints): GuardedHost {
  function guarded<T>(call: () => T, otherwise: T): T {
    try {
      return call();
    } catch (failure) {
      say(complaints, failure);
      return otherwise;
    }
  }

  return {
    clock: host.clock,
    report: (error, place) => guarded(() => host.watch.report(error, place), undefined),
    writeError: (line) => guarded(() => host.writeError(line), undefined),
    writeLine: (level, logger, message, fields) => guarded(() => host.writeLine(level, logger, message, fields), undefined),
    isEnabled: (level, logger) => guarded(() => host.isEnabled(level, logger), false),
    writePerformance: (name, fields) => guarded(() => host.writePerformance(name, fields), undefined),
    loggerName: (logger) => guarded(() => host.loggerName(logger), logger),
  };
}

function say(complaints: Complaints, failure: unknown): void {
  try {
    const [code, reason] = isTelemetryError(failure)
      ? ([failure.code, messageWithoutCode(failure)] as const)
      : // What something else says may quote what was to be written.
        (['HANDLER_FAILED', `the bus failed with ${nameOf(failure) || 'what is no error'}`] as const);
    complaints.say(code, `errors: lines are missing, since ${reason}`);
  } catch {
    // The stack may be full, which the error may be about.
  }
}
